/** All batches, the newest first, and how to start one. */
import { useEffect, useState } from 'preact/hooks';
import type { BatchView } from '../../../../plant/batch-view.ts';
import { get } from '../api.ts';
import { timeText } from '../zone.ts';
import { batches, serverTime } from '../live/stream.ts';
import { Link } from '../router.tsx';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { Rehearsal } from '../ui/marks.tsx';
import { StartDialog } from './start-dialog.tsx';

export function BatchesPage() {
  const [listed, setListed] = useState<readonly BatchView[]>([]);
  const [starting, setStarting] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const read = async (): Promise<void> => {
      const answer = await get<readonly BatchView[]>('/api/batches');
      if (answer.ok) setListed(answer.value);
      else setProblem(answer.problem.message);
    };
    void read();
  }, []);
  const all = [...new Map([...listed.map((one) => [one.id, one] as const), ...batches.value]).values()].sort(
    (one, other) => (other.startedAt ?? Infinity) - (one.startedAt ?? Infinity),
  );
  return (
    <>
      <header class="page-head">
        <h1>Batches</h1>
        <Press strong refusedBy={blocked('start batch')} onPress={() => setStarting(true)} testid="start-open">
          Start a batch …
        </Press>
      </header>
      {problem !== null && <p class="problem">{problem}</p>}
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Batch</th>
            <th scope="col">Skid</th>
            <th scope="col">Recipe</th>
            <th scope="col">State</th>
            <th scope="col">Started</th>
            <th scope="col">Ended</th>
            <th scope="col">Collected</th>
            <th scope="col">Record</th>
          </tr>
        </thead>
        <tbody>
          {all.map((one) => (
            <tr key={one.id}>
              <th scope="row">
                <Link to={`/batches/${one.id}`}>{one.id}</Link> {one.rehearsal && <Rehearsal />}
              </th>
              <td>{one.skid}</td>
              <td>{one.recipeTitle}</td>
              <td>
                {one.state}
                {one.phase === null ? '' : `, ${one.phase}`}
              </td>
              <td>{timeText(one.startedAt, serverTime.value)}</td>
              <td>{timeText(one.endedAt, serverTime.value)}</td>
              <td>
                {one.collectedMl.toFixed(1)} of {one.targetMl.toFixed(1)} mL
              </td>
              <td>{one.signed ? '✓ signed' : 'not signed'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {all.length === 0 && <p class="faint">No batch has been started here yet.</p>}
      {starting && <StartDialog onClose={() => setStarting(false)} />}
    </>
  );
}
