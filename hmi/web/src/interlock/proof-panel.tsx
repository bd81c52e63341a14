/** The proof tests of a skid, the newest first. */
import type { ProofTestView } from '../../../../plant/ports/interlock-work.ts';
import { dateTimeText } from '../zone.ts';
import { durationText, shortNumber } from './row-text.ts';
import { useWatched } from '../ui/use-watched.ts';
import { TableHead } from '../ui/table-head.tsx';

const everyMs = 5000;
const columns = [
  'When',
  'Row',
  'Result',
  'Stimulus',
  'As found',
  'As left',
  'Trip value',
  'Response',
  'Tester, witness',
  'Due',
];

export function ProofPanel({ skid }: Readonly<{ skid: string }>) {
  const { value, problem } = useWatched<readonly ProofTestView[]>(`/api/skids/${skid}/interlocks/proof-tests`, everyMs);
  return (
    <section class="panel" aria-label="Proof tests" data-testid="proof-tests">
      <header>
        <h2>Proof tests</h2>
      </header>
      {problem !== null && <p class="problem">{problem}</p>}
      {value?.length === 0 && <p class="faint">None is recorded yet.</p>}
      {value !== null && value.length > 0 && (
        <div class="wide" tabIndex={0} role="region" aria-label="Proof tests in figures">
          <table class="rows">
            <TableHead columns={columns} />
            <tbody>
              {value.map((one) => (
                <tr key={`${one.row} ${one.at}`}>
                  <td>{dateTimeText(one.at)}</td>
                  <th scope="row">
                    {one.row} <small>channel {one.channel + 1}</small>
                  </th>
                  <td>{one.passed ? '✓ passed' : <b class="trip-state tripped">✕ failed</b>}</td>
                  <td>{one.stimulus}</td>
                  <td>{one.asFound}</td>
                  <td>{one.asLeft}</td>
                  <td>{one.tripValue === null ? '–' : `${shortNumber(one.tripValue)} ${one.unit ?? ''}`}</td>
                  <td>{one.responseMs === null ? '–' : durationText(one.responseMs)}</td>
                  <td>
                    {one.tester}, {one.witness}
                  </td>
                  <td>{one.dueAt === null ? '–' : dateTimeText(one.dueAt).slice(0, 10)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
