/** All calibrations of an instrument, the newest first, with their points. */
import type { CalibrationPoint, InstrumentView } from '../../../../plant/equipment-view.ts';
import type { CalibrationsAnswer } from '../../../api/equipment-requests.ts';
import { Link } from '../router.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { useWatched } from '../ui/use-watched.ts';
import { dayText } from './equipment-text.ts';

const everyMs = 30_000;

type Props = Readonly<{ instrument: InstrumentView; onClose: () => void }>;

export function CalibrationsDialog({ instrument: { skid, instrument, unit }, onClose }: Props) {
  const url = `/api/equipment/${encodeURIComponent(skid)}/calibrations?instrument=${encodeURIComponent(instrument)}`;
  const { value, problem } = useWatched<CalibrationsAnswer>(url, everyMs);
  const of = unit ?? '';
  return (
    <Dialog title={`Calibrations of ${skid} ${instrument}`} onClose={onClose} wide>
      {problem !== null && <p class="problem">{problem}</p>}
      {value !== null && value.calibrations.length === 0 && <p class="faint">It was never calibrated here.</p>}
      <table class="rows" data-testid="calibrations">
        <TableHead columns={['Day', 'Certificate', 'Tolerance', 'As found', 'As left', 'Due', 'By']} />
        <tbody>
          {value?.calibrations.map((each) => (
            <tr key={`${each.at} ${each.certificate}`}>
              <td>{dayText(each.at)}</td>
              <td>{each.certificate}</td>
              <td class="number">
                ± {each.tolerance} {of}
              </td>
              <td class={each.asFoundWithin ? '' : 'abnormal'}>
                <Points points={each.asFound} isWithin={each.asFoundWithin} />
                {!each.asFoundWithin && <Touched batches={each.batches} />}
              </td>
              <td class={each.asLeftWithin ? '' : 'abnormal'}>
                <Points points={each.asLeft} isWithin={each.asLeftWithin} />
              </td>
              <td>{dayText(each.due)}</td>
              <td>
                {each.by} <small>checked by {each.checkedBy}</small>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

const Touched = ({ batches }: Readonly<{ batches: readonly string[] }>) => (
  <div data-testid="touched">
    {batches.length === 0 ? (
      <small>No batch used it since it was last good.</small>
    ) : (
      <>
        Touches
        {batches.map((batch) => (
          <div key={batch}>
            <Link to={`/batches/${batch}/review`}>{batch}</Link>
          </div>
        ))}
      </>
    )}
  </div>
);

const Points = ({ points, isWithin }: Readonly<{ points: readonly CalibrationPoint[]; isWithin: boolean }>) => (
  <>
    {isWithin ? '✓ within' : '✕ out of tolerance'}
    {points.map(({ reference, reading }, i) => (
      <div key={i}>
        <small>
          {reference} → {reading}
        </small>
      </div>
    ))}
  </>
);
