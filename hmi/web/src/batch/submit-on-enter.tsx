/** Enter in a field submits a form of several fields only where the form has a button for it; the one people see stands outside. */
export function SubmitOnEnter({ refused }: Readonly<{ refused: boolean }>) {
  return <button type="submit" hidden disabled={refused} />;
}
