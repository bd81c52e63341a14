/** Every lot with its status, expiry and what is left, and what may be done with it. */
import type { LotView } from '../../../../plant/material-view.ts';
import { serverTime } from '../live/stream.ts';
import { Link } from '../router.tsx';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';
import type { Decision } from './decide-dialog.tsx';
import { expiryText, statusText } from './material-text.ts';

type Props = Readonly<{
  lots: readonly LotView[];
  /** The one that was scanned last. */
  seen: string | null;
  onDecide: (lot: LotView, status: Decision) => void;
  onCorrect: (lot: LotView) => void;
  onHistory: (of: string) => void;
}>;

export function LotsTable({ lots, seen, onDecide, onCorrect, onHistory }: Props) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Every lot">
      <table class="rows">
        <TableHead columns={['Lot', 'Substance', 'Supplier', 'Left', 'To be used by', 'Status', '']} />
        <tbody>
          {lots.map((lot) => (
            <tr key={lot.id} aria-current={lot.id === seen} data-testid={`lot-${lot.id}`}>
              <th scope="row">
                {lot.id === seen && '▸ '}
                <Link to={`/genealogy/lot/${encodeURIComponent(lot.id)}`} testid={`genealogy-${lot.id}`}>
                  {lot.id}
                </Link>
              </th>
              <td>{lot.material}</td>
              <td>
                {lot.supplier} <small>{lot.supplierLot}</small>
              </td>
              <td class="number">
                {lot.left} <small>of</small> {lot.received} {lot.unit}
              </td>
              <td class={serverTime.value > lot.expires ? 'abnormal' : ''}>
                {expiryText(lot.expires, serverTime.value)}
              </td>
              <td class={lot.status === 'rejected' ? 'abnormal' : ''}>{statusText(lot)}</td>
              <td>
                <span class="buttons">
                  {decisionsOf(lot).map(([status, word]) => (
                    <Press
                      key={status}
                      refusedBy={blocked('release lots')}
                      hideReason
                      onPress={() => onDecide(lot, status)}
                      testid={`${status}-${lot.id}`}
                    >
                      {word} …
                    </Press>
                  ))}
                  <Press
                    refusedBy={blocked('handle lots')}
                    hideReason
                    onPress={() => onCorrect(lot)}
                    testid={`correct-${lot.id}`}
                  >
                    Correct …
                  </Press>
                  <button type="button" onClick={() => onHistory(lot.id)} data-testid={`history-${lot.id}`}>
                    History
                  </button>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const decisionsOf = ({ status }: LotView): readonly (readonly [Decision, string])[] => [
  ...(status === 'quarantine' ? ([['released', 'Release']] as const) : []),
  ...(status === 'released' || status === 'rejected' ? ([['quarantine', 'Quarantine']] as const) : []),
  ...(status === 'rejected' ? [] : ([['rejected', 'Reject']] as const)),
];
