/** All batches, the newest first, how to start one, and the equipment that they share. */
import { useEffect, useState } from 'preact/hooks';
import type { BatchView } from '../../../../plant/batch-view.ts';
import type { ReReviewView } from '../../../../plant/review-view.ts';
import { get } from '../api.ts';
import { timeText } from '../zone.ts';
import { batches, serverTime } from '../live/stream.ts';
import { Link } from '../router.tsx';
import { denied } from '../session.ts';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { Rehearsal } from '../ui/marks.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { SharedEquipment } from './shared-equipment.tsx';
import { StartDialog } from './start-dialog.tsx';
import { currentText, named } from './states.ts';
import { useReReviews } from './use-re-reviews.ts';

export function BatchesPage() {
  const [listed, setListed] = useState<readonly BatchView[]>([]);
  const [starting, setStarting] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const mayReview = denied('export record') === null;
  const again = useReReviews(mayReview);
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
      <header class="page-head touch">
        <h1>Batches</h1>
        <Press strong refusedBy={blocked('start batch')} onPress={() => setStarting(true)} testid="start-open">
          Start a batch …
        </Press>
      </header>
      {problem !== null && <p class="problem">{problem}</p>}
      <div class="wide" tabIndex={0} role="region" aria-label="Every batch">
        <table class="rows batches">
          <TableHead columns={['Batch', 'Skids', 'Recipe', 'State', 'Started', 'Ended', 'Collected', 'Record']} />
          <tbody>
            {all.map((one) => (
              <BatchRow key={one.id} batch={one} again={again.get(one.id) ?? null} />
            ))}
          </tbody>
        </table>
      </div>
      {all.length === 0 && <p class="faint">No batch has been started here yet.</p>}
      <SharedEquipment />
      {starting && <StartDialog onClose={() => setStarting(false)} />}
    </>
  );
}

type RowProps = Readonly<{ batch: BatchView; again: ReReviewView | null }>;

function BatchRow({ batch, again }: RowProps) {
  const now = serverTime.value;
  return (
    <tr>
      <th scope="row">
        <Link to={`/batches/${batch.id}`}>{batch.id}</Link> {batch.purpose === 'rehearsal' && <Rehearsal />}
      </th>
      <td>{named(batch.units.map(({ skid }) => skid))}</td>
      <td>
        {batch.recipeTitle} <small>v{batch.recipeVersion}</small>
      </td>
      <td>
        {batch.state}
        {batch.archived && <small> archived</small>}
        {batch.units
          .filter((unit) => currentText(unit) !== '' && !batch.archived)
          .map((unit) => (
            <div key={unit.skid}>
              <small>
                {unit.skid}: {unit.state === batch.state ? '' : `${unit.state}, `}
                {currentText(unit)}
              </small>
            </div>
          ))}
      </td>
      <td>{timeText(batch.startedAt, now)}</td>
      <td>{timeText(batch.endedAt, now)}</td>
      <td class="number">
        {batch.collectedMl.toFixed(1)} of {batch.targetMl.toFixed(1)} mL
      </td>
      <td>
        {batch.signed ? '✓ signed' : 'not signed'}{' '}
        {batch.endedAt !== null && denied('export record') === null && (
          <Link to={`/batches/${batch.id}/review`} testid={`review-${batch.id}`}>
            Review
          </Link>
        )}
        {again !== null && (
          <div class="abnormal" data-testid={`re-review-${batch.id}`}>
            ▲ To be reviewed again (was {again.decision}): {again.reason}, {timeText(again.at, now)}
          </div>
        )}
      </td>
    </tr>
  );
}
