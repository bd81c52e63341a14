/** Every instrument that is calibrated: in date or not, its last certificate, and what it was calibrated by before. */
import type { InstrumentView } from '../../../../plant/equipment-view.ts';
import { serverTime } from '../live/stream.ts';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { dayText, dueOf, instrumentText } from './equipment-text.ts';

type Props = Readonly<{
  instruments: readonly InstrumentView[];
  onCalibrate: (instrument: InstrumentView) => void;
  onHistory: (instrument: InstrumentView) => void;
}>;

export function InstrumentsTable({ instruments, onCalibrate, onHistory }: Props) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Every instrument">
      <table class="rows">
        <TableHead columns={['Skid', 'Instrument', 'State', 'Due', 'Last certificate', '']} />
        <tbody>
          {instruments.map((each) => (
            <Row
              key={`${each.skid} ${each.instrument}`}
              instrument={each}
              onCalibrate={onCalibrate}
              onHistory={onHistory}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  instrument,
  onCalibrate,
  onHistory,
}: Omit<Props, 'instruments'> & Readonly<{ instrument: InstrumentView }>) {
  const { skid, instrument: name, title, last, everyDays, state } = instrument;
  const due = dueOf(instrument);
  return (
    <tr data-testid={`instrument-${skid}-${name}`}>
      <td>{skid}</td>
      <th scope="row">
        {name} <small>{title}</small>
      </th>
      <td class={state === 'in date' ? '' : 'abnormal'}>{instrumentText(instrument, serverTime.value)}</td>
      <td>
        {due === null ? '–' : dayText(due)} <small>every {everyDays} d</small>
      </td>
      <td>
        {last === null ? (
          <span class="faint">none</span>
        ) : (
          <>
            {last.certificate}{' '}
            <small>
              {dayText(last.at)}, {last.by}, checked by {last.checkedBy}
              {!last.asFoundWithin &&
                `, found out of tolerance${last.batches.length === 0 ? '' : `, touches ${last.batches.join(', ')}`}`}
            </small>
          </>
        )}
      </td>
      <td>
        <span class="buttons">
          <Press
            refusedBy={blocked('record calibration')}
            hideReason
            onPress={() => onCalibrate(instrument)}
            testid={`calibrate-${skid}-${name}`}
          >
            Record …
          </Press>
          <button type="button" onClick={() => onHistory(instrument)}>
            History
          </button>
        </span>
      </td>
    </tr>
  );
}
