/** Enrolling a device that makes one-time codes: the password, the secret, and a code that shows that the device has it. */
import { useState } from 'preact/hooks';
import type { FactorEnrolment } from '../../../../plant/ports/access.ts';
import { post } from '../api.ts';
import { findSession, session } from '../session.ts';
import { SecurityKeys } from './security-keys.tsx';

export function SecondFactor() {
  const [begun, setBegun] = useState<FactorEnrolment | null>(null);
  const [problem, setProblem] = useState('');
  const begin = async (form: HTMLFormElement): Promise<void> => {
    const body = { password: new FormData(form).get('password') };
    const answer = await post<FactorEnrolment>('/api/second-factor/begin', body);
    setProblem(answer.ok ? '' : answer.problem.message);
    if (answer.ok) setBegun(answer.value);
  };
  const confirm = async (form: HTMLFormElement): Promise<void> => {
    const answer = await post('/api/second-factor/confirm', { code: new FormData(form).get('code') });
    setProblem(answer.ok ? '' : answer.problem.message);
    if (!answer.ok) return;
    setBegun(null);
    await findSession();
  };
  return (
    <section class="panel" aria-label="Second factor">
      <header>
        <h2>Second factor</h2>
      </header>
      {session.value?.secondFactor === true ? (
        <p data-testid="second-factor-enrolled">
          A login asks your device or your security key besides your password. Where it is lost, an administrator
          removes it.
        </p>
      ) : (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void (begun === null ? begin : confirm)(event.currentTarget);
          }}
        >
          {begun === null ? (
            <label>
              Your password
              <input
                key="password"
                name="password"
                type="password"
                autocomplete="current-password"
                required
                maxLength={256}
                data-testid="second-factor-password"
              />
            </label>
          ) : (
            <>
              <p>
                Give this to your device, now: it is not shown again.
                <br />
                <code class="long" data-testid="second-factor-secret">
                  {begun.secret}
                </code>
                <br />
                <code class="long">{begun.uri}</code>
              </p>
              <label>
                The code that it shows
                <input
                  key="code"
                  name="code"
                  autocomplete="one-time-code"
                  inputMode="numeric"
                  pattern="[0-9]{6}"
                  required
                  data-testid="second-factor-code"
                />
              </label>
            </>
          )}
          <button type="submit" class="strong" data-testid="second-factor-send">
            {begun === null ? 'Enrol a device' : 'Confirm'}
          </button>
        </form>
      )}
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <SecurityKeys />
    </section>
  );
}
