/** One's own account: the second factor, and where one is logged in. */
import type { OpenSession } from '../../../../plant/ports/people-desk.ts';
import { session } from '../session.ts';
import { useWatched } from '../ui/use-watched.ts';
import { SecondFactor } from './second-factor.tsx';
import { SessionsTable } from './sessions-table.tsx';

const lookEveryMs = 5000;

export function AccountPage() {
  const { value, problem, again } = useWatched<readonly OpenSession[]>('/api/sessions', lookEveryMs);
  const person = session.value?.person;
  return (
    <>
      <h1>{person?.printedName}</h1>
      <p>
        User name {person?.userName}; roles: {person?.roles.join(', ')}.
      </p>
      <SecondFactor />
      {problem !== null && <p class="problem">{problem}</p>}
      {value !== null && <SessionsTable sessions={value} nameOf={() => person?.printedName ?? ''} done={again} />}
    </>
  );
}
