/** A calibration is recorded with its points, and signed by whoever did it and whoever checked it. */
import { useState } from 'preact/hooks';
import type { InstrumentView } from '../../../../plant/equipment-view.ts';
import type { CalibrationRequest } from '../../../api/equipment-requests.ts';
import { post } from '../api.ts';
import { SignedDialog } from '../batch/signed-dialog.tsx';
import { serverTime } from '../live/stream.ts';
import { calibrationMissing, dayText, momentOf, pointsOf, type CalibrationTyped } from './equipment-text.ts';

type Props = Readonly<{ instrument: InstrumentView; onDone: () => void; onClose: () => void }>;

const nothing: CalibrationTyped = { day: '', due: '', certificate: '', tolerance: '', asFound: '', asLeft: '' };

export function CalibrationDialog({ instrument, onDone, onClose }: Props) {
  const { skid, instrument: name, title, unit, last } = instrument;
  const [typed, setTyped] = useState<CalibrationTyped>({
    ...nothing,
    day: dayText(serverTime.value),
    tolerance: last?.tolerance ?? '',
  });
  const set = (part: Partial<CalibrationTyped>): void => setTyped({ ...typed, ...part });
  const of = unit === null ? '' : `, ${unit}`;
  const text = (key: 'certificate' | 'tolerance', label: string) => (
    <label>
      {label}
      <input
        value={typed[key]}
        autocomplete="off"
        onInput={(event) => set({ [key]: event.currentTarget.value })}
        data-testid={`calibration-${key}`}
      />
    </label>
  );
  const day = (key: 'day' | 'due', label: string) => (
    <label>
      {label}
      <input
        type="date"
        value={typed[key]}
        onInput={(event) => set({ [key]: event.currentTarget.value })}
        data-testid={`calibration-${key}`}
      />
    </label>
  );
  const points = (key: 'asFound' | 'asLeft', label: string) => (
    <label>
      {label} (a line each: reference, reading{of})
      <textarea
        rows={3}
        value={typed[key]}
        onInput={(event) => set({ [key]: event.currentTarget.value })}
        data-testid={`calibration-${key}`}
      />
    </label>
  );
  return (
    <SignedDialog
      title={`Calibration of ${skid} ${name}`}
      permission="record calibration"
      confirm="Sign and record"
      testid="calibration"
      roles={['who calibrated (maintenance or process engineer)', 'who checked']}
      missing={calibrationMissing(typed)}
      send={({ commandId, reason, signers }) => {
        const { certificate, tolerance } = typed;
        const request: CalibrationRequest = {
          commandId,
          reason,
          signers,
          instrument: name,
          at: momentOf(typed.day, serverTime.value),
          due: typed.due === '' ? null : Date.parse(`${typed.due}T12:00:00Z`),
          certificate,
          tolerance,
          asFound: pointsOf(typed.asFound) ?? [],
          asLeft: pointsOf(typed.asLeft) ?? [],
        };
        return post(`/api/equipment/${encodeURIComponent(skid)}/calibrations`, request);
      }}
      done={`The calibration of ${skid} ${name} is recorded.`}
      onDone={onDone}
      onClose={onClose}
      wide
    >
      <p>{title}</p>
      {day('day', 'Day of the calibration')}
      {text('certificate', 'Certificate')}
      {text('tolerance', `Largest error that may be${of}`)}
      {points('asFound', 'As found')}
      {points('asLeft', 'As left')}
      {day('due', `Due earlier than after ${instrument.everyDays} d (where the certificate says so)`)}
    </SignedDialog>
  );
}
