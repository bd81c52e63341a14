/** Sessions that stand, each of which can be ended. */
import { useState } from 'preact/hooks';
import type { OpenSession } from '../../../../plant/ports/people-desk.ts';
import { post } from '../api.ts';
import { ReasonDialog } from '../ui/reason-dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { dateTimeText } from '../zone.ts';

type Props = Readonly<{
  sessions: readonly OpenSession[];
  nameOf: (personId: string) => string;
  done: () => void;
}>;

export function SessionsTable({ sessions, nameOf, done }: Props) {
  const [asked, setAsked] = useState<OpenSession | null>(null);
  const send = async ({ id }: OpenSession, reason: string): Promise<string | null> => {
    const answer = await post(`/api/sessions/${id}/end`, { reason });
    if (answer.ok) done();
    return answer.ok ? null : answer.problem.message;
  };
  return (
    <section class="panel" aria-label="Sessions">
      <header>
        <h2>Who is logged in</h2>
      </header>
      <table class="rows" data-testid="sessions">
        <TableHead columns={['Person', 'From', 'Since', 'Last used', 'Ends', 'State', '']} />
        <tbody>
          {sessions.map((one) => (
            <tr key={one.id} data-testid={`session-${one.id}`}>
              <th scope="row">{nameOf(one.personId)}</th>
              <td>{one.terminal === '' ? '–' : one.terminal}</td>
              <td>{dateTimeText(one.begun)}</td>
              <td>{dateTimeText(one.lastUsed)}</td>
              <td>{dateTimeText(one.ends)}</td>
              <td>{one.locked ? 'locked' : 'in use'}</td>
              <td>
                <button type="button" onClick={() => setAsked(one)} data-testid="session-end">
                  End …
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked !== null && (
        <ReasonDialog
          title={`End the session of ${nameOf(asked.personId)}`}
          permission="view"
          confirm="End the session"
          testid="session-end"
          send={(reason) => send(asked, reason)}
          onClose={() => setAsked(null)}
        >
          <p>
            From {asked.terminal}, since {dateTimeText(asked.begun)}. Whoever sits there has to log in again.
          </p>
        </ReasonDialog>
      )}
    </section>
  );
}
