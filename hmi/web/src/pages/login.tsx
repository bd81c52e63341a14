/** Login, and the change of a first password before anything else. */
import { useState } from 'preact/hooks';
import type { KeyOptions } from '../../../../plant/ports/security-key.ts';
import type { SessionAnswer } from '../../../api/answers.ts';
import { post, type Answer } from '../api.ts';
import { HouseLogin } from './house-login.tsx';
import { askKey, hasSecurityKeys } from '../people/security-key.ts';
import { CodeField } from '../ui/code-field.tsx';
import { enter, keepFirstPassword, keptFirstPassword, logout, session } from '../session.ts';

export function LoginPage() {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const [asksCode, setAsksCode] = useState(false);
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const given = new FormData(form);
    const credentials = { userName: given.get('user'), password: given.get('password') };
    setBusy(true);
    let answer = await post<SessionAnswer>('/api/login', {
      ...credentials,
      ...(asksCode ? { code: given.get('code') } : {}),
    });
    if (!answer.ok && answer.problem.code === 'second-factor-required') answer = await byKey(credentials, answer);
    setBusy(false);
    if (answer.ok) {
      const password = given.get('password');
      if (answer.value.mustChangePassword && typeof password === 'string') keepFirstPassword(password);
      return enter(answer.value);
    }
    if (answer.problem.code === 'second-factor-required') setAsksCode(true);
    else form.querySelector<HTMLInputElement>(asksCode ? '[name=code]' : '[name=password]')?.select();
    setProblem(answer.problem.message);
  };
  return (
    <main class="narrow">
      <h1>Mesoline</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <label>
          User name
          <input name="user" autocomplete="username" required maxLength={200} data-testid="login-user" autofocus />
        </label>
        <label>
          Password
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            required
            maxLength={256}
            data-testid="login-password"
          />
        </label>
        {asksCode && <CodeField />}
        {problem !== '' && (
          <p class="problem" role="alert" data-testid="login-problem">
            {problem}
          </p>
        )}
        <button type="submit" class="strong" disabled={busy} data-testid="login-submit">
          Log in
        </button>
      </form>
      <HouseLogin />
      <p class="hint">
        First use: the first start wrote one person for each role, with a first password, into the file{' '}
        <code>first-credentials</code> of the data folder. Whoever started the service was shown its path.
      </p>
      <p class="hint">
        The interlocks of this system are operational interlocks. They supplement the skids' hard-wired protection and
        claim no safety integrity level.
      </p>
    </main>
  );
}

/** Asks the person's security key, where there is one; `before` is what the password alone was answered. */
async function byKey(credentials: object, before: Answer<SessionAnswer>): Promise<Answer<SessionAnswer>> {
  if (!hasSecurityKeys()) return before;
  const asked = await post<Readonly<{ options: KeyOptions | null }>>('/api/login/security-key', credentials);
  if (!asked.ok || asked.value.options === null) return before;
  const said = await askKey(asked.value.options);
  return said.ok ? post<SessionAnswer>('/api/login', { ...credentials, securityKey: said.answer }) : before;
}

export function PasswordPage() {
  const [problem, setProblem] = useState('');
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const given = new FormData(form);
    if (given.get('new') !== given.get('again')) {
      setProblem('The two new passwords differ. Enter them again.');
      return;
    }
    const answer = await post<SessionAnswer>('/api/password', {
      oldPassword: keptFirstPassword() ?? given.get('old'),
      newPassword: given.get('new'),
    });
    if (answer.ok) return enter(answer.value);
    setProblem(answer.problem.message);
  };
  return (
    <main class="narrow">
      <h1>Change the first password</h1>
      <p>
        {session.value?.person.printedName}, your password was given to you. Choose one that only you know; everything
        you sign will stand under it.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <input name="user" autocomplete="username" value={session.value?.person.userName} readOnly hidden />
        {keptFirstPassword() === null && (
          <label>
            Password until now
            <input name="old" type="password" autocomplete="current-password" required data-testid="old-password" />
          </label>
        )}
        <label>
          New password
          <input name="new" type="password" autocomplete="new-password" required data-testid="new-password" />
        </label>
        <label>
          New password again
          <input name="again" type="password" autocomplete="new-password" required data-testid="new-password-again" />
        </label>
        {problem !== '' && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="strong" data-testid="change-password">
          Change password
        </button>
        <button type="button" onClick={() => void logout()} data-testid="logout">
          Log out
        </button>
      </form>
    </main>
  );
}
