/** One dispensing: what its recipe wants, what is weighed, from which lots it may be weighed, and what may be done with it. */
import type { KitLine, KitView, StruckWeighing, Weighing } from '../../../../plant/material-view.ts';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { dateTimeText } from '../zone.ts';
import { dayText, kitText, lineText, strikeText, weighingText } from './material-text.ts';

type Props = Readonly<{
  kit: KitView;
  onWeigh: (material: string) => void;
  onStrike: (weighing: Weighing) => void;
  onClose: (how: 'give-up' | 'give-back') => void;
  onHistory: (of: string) => void;
}>;

export function KitPanel({ kit, onWeigh, onStrike, onClose, onHistory }: Props) {
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
                <Weighings
                  all={kit.weighings.filter(({ material }) => material === line.name)}
                  onStrike={isOpen ? onStrike : null}
                  onHistory={onHistory}
                />
                <Struck all={kit.struck.filter(({ material }) => material === line.name)} />
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

type WeighingsProps = Readonly<{
  all: readonly Weighing[];
  /** Null where a batch has taken them. */
  onStrike: ((weighing: Weighing) => void) | null;
  onHistory: (of: string) => void;
}>;

function Weighings({ all, onStrike, onHistory }: WeighingsProps) {
  if (all.length === 0) return <span class="faint">none</span>;
  return (
    <>
      {all.map((weighing) => (
        <div key={weighing.number}>
          <button type="button" class="quiet" onClick={() => onHistory(weighing.container)}>
            {weighing.container}
          </button>{' '}
          <small>
            {weighingText(weighing)}, {dateTimeText(weighing.at)}
          </small>
          {onStrike !== null && (
            <Press
              refusedBy={blocked('dispense')}
              hideReason
              onPress={() => onStrike(weighing)}
              testid={`strike-${weighing.kit}-${weighing.number}`}
            >
              Strike out …
            </Press>
          )}
        </div>
      ))}
    </>
  );
}

function Struck({ all }: Readonly<{ all: readonly StruckWeighing[] }>) {
  return (
    <>
      {all.map((weighing) => (
        <div key={weighing.number} data-testid={`struck-${weighing.kit}-${weighing.number}`}>
          <small>
            <del>
              {weighing.container} {weighingText(weighing)}
            </del>{' '}
            {strikeText(weighing)}, {dateTimeText(weighing.strike.at)}
          </small>
        </div>
      ))}
    </>
  );
}
