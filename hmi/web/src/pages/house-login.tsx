/** The login by the identity provider of the house: the button that leads there, and the page that the browser comes back to. */
import { useEffect, useState } from 'preact/hooks';
import type { KeyOptions } from '../../../../plant/ports/security-key.ts';
import type { HouseLoginAnswer, SessionAnswer } from '../../../api/answers.ts';
import { get, post } from '../api.ts';
import { askKey, hasSecurityKeys } from '../people/security-key.ts';
import { go } from '../router.tsx';
import { enter } from '../session.ts';
import { CodeField } from '../ui/code-field.tsx';

export const houseLoginPath = '/login/oidc';

/** Nothing where the house has none. */
export function HouseLogin() {
  const [name, setName] = useState<string | null>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    void get<HouseLoginAnswer>('/api/login/oidc').then((answer) => setName(answer.ok ? answer.value.name : null));
  }, []);
  if (name === null) return null;
  const begin = async (): Promise<void> => {
    const answer = await post<Readonly<{ url: string }>>('/api/login/oidc/begin', {});
    if (answer.ok) location.assign(answer.value.url);
    else setProblem(answer.problem.message);
  };
  return (
    <section class="other-way">
      <p>or</p>
      <button type="button" onClick={() => void begin()} data-testid="house-login">
        Log in by {name}
      </button>
      {problem !== '' && (
        <p class="problem" role="alert" data-testid="house-login-problem">
          {problem}
        </p>
      )}
    </section>
  );
}

type End = Readonly<{ query: string; code?: string; securityKey?: object }>;

export function HouseLoginReturn() {
  const [query] = useState(location.search.slice(1));
  const [problem, setProblem] = useState('');
  const [asksCode, setAsksCode] = useState(false);
  const end = async (with_: End): Promise<void> => {
    const answer = await post<SessionAnswer>('/api/login/oidc/end', with_);
    if (answer.ok) {
      go('/');
      return enter(answer.value);
    }
    setProblem(answer.problem.message);
    if (answer.problem.code !== 'second-factor-required') return;
    const key = with_.securityKey === undefined ? await askedKey(query) : null;
    if (key !== null) return end({ query, securityKey: key });
    setAsksCode(true);
  };
  useEffect(() => {
    // What stands there counts once, and has no business in the browser's history.
    history.replaceState(null, '', houseLoginPath);
    void end({ query });
  }, []);
  return (
    <main class="narrow">
      <h1>Mesoline</h1>
      {problem === '' ? (
        <p>Asking the login of the house …</p>
      ) : (
        <p class="problem" role="alert" data-testid="login-problem">
          {problem}
        </p>
      )}
      {asksCode && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const code = new FormData(event.currentTarget).get('code');
            if (typeof code === 'string') void end({ query, code });
          }}
        >
          <CodeField />
          <button type="submit" class="strong" data-testid="login-submit">
            Log in
          </button>
        </form>
      )}
      {problem !== '' && (
        <button type="button" onClick={() => go('/')} data-testid="login-anew">
          To the login
        </button>
      )}
    </main>
  );
}

async function askedKey(query: string): Promise<object | null> {
  if (!hasSecurityKeys()) return null;
  const asked = await post<Readonly<{ options: KeyOptions | null }>>('/api/login/oidc/security-key', { query });
  if (!asked.ok || asked.value.options === null) return null;
  const said = await askKey(asked.value.options);
  return said.ok ? said.answer : null;
}
