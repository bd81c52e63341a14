/** Each skid: clean or not, what that means for a start, and what people may state of it. */
import type { CleaningView } from '../../../../plant/equipment-view.ts';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { dateTimeText } from '../zone.ts';
import { cleaningText, startText } from './equipment-text.ts';

type Props = Readonly<{ skids: readonly CleaningView[]; onState: (skid: CleaningView) => void }>;

export function CleaningTable({ skids, onState }: Props) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Cleaning of every skid">
      <table class="rows">
        <TableHead columns={['Skid', 'State', 'Since', 'What may start', 'Found', '']} />
        <tbody>
          {skids.map((skid) => (
            <tr key={skid.skid} data-testid={`cleaning-${skid.skid}`}>
              <th scope="row">{skid.skid}</th>
              <td class={skid.status === 'clean' || skid.status === 'in use' ? '' : 'abnormal'}>
                {cleaningText(skid)}
                {skid.batch !== null && <small> {skid.batch} runs</small>}
              </td>
              <td>{skid.since === null ? <span class="faint">never stated</span> : dateTimeText(skid.since)}</td>
              <td>{startText(skid)}</td>
              <td>{skid.found}</td>
              <td>
                <Press
                  refusedBy={blocked('state cleaning')}
                  hideReason
                  onPress={() => onState(skid)}
                  testid={`state-${skid.skid}`}
                >
                  State …
                </Press>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
