/** One dispensing: what its recipe wants, what is weighed, from which lots it may be weighed, and what may be done with it. */
import type { KitLine, KitView, Weighing } from '../../../../plant/material-view.ts';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { dateTimeText } from '../zone.ts';
import { dayText, kitText, lineText } from './material-text.ts';

type Props = Readonly<{
  kit: KitView;
  onWeigh: (material: string) => void;
  onClose: (how: 'give-up' | 'give-back') => void;
  onHistory: (of: string) => void;
}>;

export function KitPanel({ kit, onWeigh, onClose, onHistory }: Props) {
  const isOpen = kit.status === 'open';
  return (
    <section class="panel" aria-label={kit.id} data-testid={`kit-${kit.id}`}>
      <header>
        <h3>
          {kit.id}{' '}
          <small>
            for {kit.recipe} v{kit.version}, {kitText(kit)}; opened by {kit.openedBy}, {dateTimeText(kit.openedAt)}
          </small>
        </h3>
        <span class="buttons">
          {isOpen && (
            <Press
              refusedBy={blocked('dispense')}
              hideReason
              onPress={() => onClose('give-up')}
              testid={`up-${kit.id}`}
            >
              Give up …
            </Press>
          )}
          {kit.status === 'taken' && (
            <Press
              refusedBy={blocked('dispense')}
              hideReason
              onPress={() => onClose('give-back')}
              testid={`back-${kit.id}`}
            >
              Its batch never began …
            </Press>
          )}
          <button type="button" onClick={() => onHistory(kit.id)}>
            History
          </button>
        </span>
      </header>
      <table class="rows">
        <TableHead columns={['Material', 'Weighed', 'Containers', isOpen ? 'Weigh it from' : '', '']} />
        <tbody>
          {kit.lines.map((line) => (
            <tr key={line.name} data-testid={`line-${kit.id}-${line.name}`}>
              <th scope="row">
                {line.name}
                {line.checked && <small> checked by a second person</small>}
              </th>
              <td>{lineText(line)}</td>
              <td>
                <Weighings all={kit.weighings.filter(({ material }) => material === line.name)} onHistory={onHistory} />
              </td>
              <td>{isOpen && <LotsOf line={line} />}</td>
              <td>
                {isOpen && (
                  <Press
                    refusedBy={blocked('dispense')}
                    hideReason
                    onPress={() => onWeigh(line.name)}
                    testid={`weigh-${kit.id}-${line.name}`}
                  >
                    Weigh …
                  </Press>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function LotsOf({ line }: Readonly<{ line: KitLine }>) {
  if (line.lots.length === 0) return <span class="faint">no released lot in date</span>;
  return (
    <>
      {line.lots.map(({ lot, substance, left, unit, expires }) => (
        <div key={lot}>
          {lot} <small>{`${substance}, ${left} ${unit}, by ${dayText(expires)}`}</small>
        </div>
      ))}
    </>
  );
}

function Weighings({ all, onHistory }: Readonly<{ all: readonly Weighing[]; onHistory: (of: string) => void }>) {
  if (all.length === 0) return <span class="faint">none</span>;
  return (
    <>
      {all.map(({ container, lot, amount, tare, scale, by, checkedBy, at }) => (
        <div key={`${container} ${at}`}>
          <button type="button" class="quiet" onClick={() => onHistory(container)}>
            {container}
          </button>{' '}
          <small>
            {amount} from {lot}, tare {tare}, {scale}, {by}
            {checkedBy === null ? '' : `, checked by ${checkedBy}`}, {dateTimeText(at)}
          </small>
        </div>
      ))}
    </>
  );
}
