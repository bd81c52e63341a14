/** Where a person gives the one-time code that their device shows. */
export function CodeField() {
  return (
    <label>
      Code of your device
      <input
        name="code"
        autocomplete="one-time-code"
        inputMode="numeric"
        pattern="[0-9]{6}"
        required
        autofocus
        data-testid="login-code"
      />
    </label>
  );
}
