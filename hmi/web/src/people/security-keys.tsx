/** Enrolling a security key: the password, a name for the key, and the key itself. */
import { useState } from 'preact/hooks';
import type { KeyOptions } from '../../../../plant/ports/security-key.ts';
import { post } from '../api.ts';
import { findSession } from '../session.ts';
import { hasSecurityKeys, makeKey } from './security-key.ts';

export function SecurityKeys() {
  const [problem, setProblem] = useState('');
  const [added, setAdded] = useState('');
  const [busy, setBusy] = useState(false);
  if (!hasSecurityKeys()) {
    return <p>Security keys are enrolled at a page that is opened by the name of the server, over HTTPS.</p>;
  }
  const enrol = async (form: HTMLFormElement): Promise<string> => {
    const given = new FormData(form);
    const name = given.get('name');
    const begun = await post<Readonly<{ options: KeyOptions }>>('/api/security-keys/begin', {
      password: given.get('password'),
    });
    if (!begun.ok) return begun.problem.message;
    const said = await makeKey(begun.value.options);
    if (!said.ok) return said.problem;
    const kept = await post('/api/security-keys/confirm', { name, answer: said.answer });
    if (!kept.ok) return kept.problem.message;
    form.reset();
    setAdded(typeof name === 'string' ? name : '');
    await findSession();
    return '';
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        setBusy(true);
        void enrol(form)
          .then(setProblem)
          .finally(() => setBusy(false));
      }}
    >
      <label>
        A name for a security key or passkey
        <input name="name" required maxLength={100} placeholder="YubiKey on my ring" data-testid="security-key-name" />
      </label>
      <label>
        Your password
        <input
          name="password"
          type="password"
          autocomplete="current-password"
          required
          maxLength={256}
          data-testid="security-key-password"
        />
      </label>
      <button type="submit" class="strong" disabled={busy} data-testid="security-key-enrol">
        Enrol a security key
      </button>
      {added !== '' && (
        <p role="status" data-testid="security-key-added">
          “{added}” is enrolled: a login asks it from now on.
        </p>
      )}
      {problem !== '' && (
        <p class="problem" role="alert" data-testid="security-key-problem">
          {problem}
        </p>
      )}
    </form>
  );
}
