/** Over a page that nobody has used for a while: it goes on showing and making safe, and asks who stands there for everything else. */
import { useState } from 'preact/hooks';
import type { SessionAnswer } from '../../../api/answers.ts';
import { post } from '../api.ts';
import { logout, session } from '../session.ts';

export function UnlockBar() {
  const [problem, setProblem] = useState('');
  const known = session.value;
  if (known === null || known === undefined || !known.locked) return null;
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const answer = await post<SessionAnswer>('/api/unlock', { password: new FormData(form).get('password') });
    if (answer.ok) {
      setProblem('');
      session.value = answer.value;
      return;
    }
    form.querySelector<HTMLInputElement>('[name=password]')?.select();
    setProblem(answer.problem.message);
  };
  return (
    <form
      class="unlock-bar"
      data-testid="unlock-bar"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <span>
        <strong>Locked.</strong> Nobody has used this page for 10 minutes. Values stay current; Hold, Stop, Abort and
        safe states work. What was typed is still there.
      </span>
      <input name="user" autocomplete="username" value={known.person.userName} readOnly hidden />
      <label>
        Password of {known.person.printedName}
        <input name="password" type="password" autocomplete="current-password" required data-testid="unlock-password" />
      </label>
      <button type="submit" class="strong" data-testid="unlock">
        Unlock
      </button>
      <button type="button" onClick={() => void logout()} data-testid="unlock-logout">
        I am somebody else
      </button>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
