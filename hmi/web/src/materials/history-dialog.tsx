/** What happened to a lot, a dispensing or a container, as the record has it. */
import type { MaterialHistoryAnswer } from '../../../api/material-requests.ts';
import { Dialog } from '../ui/dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { useWatched } from '../ui/use-watched.ts';
import { dateTimeText } from '../zone.ts';

const everyMs = 10_000;

export function HistoryDialog({ of, onClose }: Readonly<{ of: string; onClose: () => void }>) {
  const url = `/api/materials/history?of=${encodeURIComponent(of)}`;
  const { value, problem } = useWatched<MaterialHistoryAnswer>(url, everyMs);
  return (
    <Dialog title={`History of ${of}`} onClose={onClose} wide>
      {problem !== null && <p class="problem">{problem}</p>}
      {value !== null && value.entries.length === 0 && <p class="faint">Nothing is on record of it.</p>}
      <table class="rows" data-testid="history">
        <TableHead columns={['When', 'Who', 'What', 'Reason']} />
        <tbody>
          {value?.entries.map(({ at, by, what, reason }, i) => (
            <tr key={`${i} ${at}`}>
              <td>{dateTimeText(at)}</td>
              <td>{by}</td>
              <td>{what}</td>
              <td>{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
