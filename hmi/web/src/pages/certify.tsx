/** What a person says once, at the first use of the electronic signature. */
import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { SessionAnswer } from '../../../api/answers.ts';
import { certificationText } from '../../../../plant/people.ts';
import { post } from '../api.ts';
import { enter, session } from '../session.ts';

/** Whoever only watches may say it another time; nothing is signed before. */
export const certifiesLater = signal(false);

export function CertifyPage() {
  const [problem, setProblem] = useState('');
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const answer = await post<SessionAnswer>('/api/certify', { password: new FormData(form).get('password') });
    if (answer.ok) return enter(answer.value);
    form.querySelector<HTMLInputElement>('[name=password]')?.select();
    setProblem(answer.problem.message);
  };
  return (
    <main class="narrow">
      <h1>Your electronic signature</h1>
      <p>
        {session.value?.person.printedName}, before you sign anything here, say this once. It goes on record with your
        name and the time (21 CFR 11.100(c)).
      </p>
      <blockquote>{certificationText}</blockquote>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <input name="user" autocomplete="username" value={session.value?.person.userName} readOnly hidden />
        <label>
          Your password
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            required
            maxLength={256}
            data-testid="certify-password"
          />
        </label>
        {problem !== '' && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="strong" data-testid="certify">
          I certify this
        </button>
        <button type="button" onClick={() => (certifiesLater.value = true)} data-testid="certify-later">
          Later: I sign nothing now
        </button>
      </form>
    </main>
  );
}
