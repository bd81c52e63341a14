/** Whether an instrument may be gone by: its last calibration, what it found and left, and when the next is due. Pure. */
import { isoUtc, utcMs, type UtcMs } from '../../plant/clock.ts';
import type { Calibration, CalibrationPoint, InstrumentView } from '../../plant/equipment-view.ts';
import type { CalibratedInstrument } from '../../plant/skid/definition.ts';
import type { SkidName } from '../../plant/sample.ts';
import { dayMs } from './rules.ts';

/** A decimal as a certificate writes it; nothing that a reader might take for another number. */
export const decimalPattern = '^-?(0|[1-9]\\d{0,11})(\\.\\d{1,12})?$';
const decimalForm = new RegExp(decimalPattern, 'u');
export const isDecimal = (text: string): boolean => decimalForm.test(text);

/** Whether every reading lies within the tolerance of its reference; compared as decimals, without a binary rounding. */
export function isWithin(points: readonly CalibrationPoint[], tolerance: string): boolean {
  const places = Math.max(
    ...[tolerance, ...points.flatMap(({ reference, reading }) => [reference, reading])].map(placesOf),
  );
  const scaled = (text: string): bigint => {
    const [whole = '', part = ''] = text.split('.');
    return BigInt(whole + part.padEnd(places, '0'));
  };
  const most = scaled(tolerance);
  return points.every(({ reference, reading }) => {
    const error = scaled(reading) - scaled(reference);
    return (error < 0n ? -error : error) <= most;
  });
}

const placesOf = (text: string): number => text.split('.')[1]?.length ?? 0;

/** When the next is due: by the interval, or earlier where the certificate says so. */
export function dueOf({ every }: CalibratedInstrument, at: UtcMs, certified: UtcMs | null): UtcMs {
  const byInterval = utcMs(at + every);
  return certified === null || certified > byInterval ? byInterval : certified;
}

/** Of two calibrations the later one holds, whichever was recorded first. */
export const newestOf = (calibrations: readonly Calibration[]): Calibration | null =>
  calibrations.reduce<Calibration | null>(
    (newest, one) => (newest === null || one.at >= newest.at ? one : newest),
    null,
  );

export function instrumentView(
  skid: SkidName,
  { name, title, unit, every }: CalibratedInstrument,
  calibrations: readonly Calibration[],
  now: UtcMs,
): InstrumentView {
  const last = newestOf(calibrations);
  return { skid, instrument: name, title, unit, everyDays: every / dayMs, last, state: stateOf(last, every, now) };
}

/** An interval that was shortened in the skid's file holds for what was calibrated before, too. */
function stateOf(last: Calibration | null, every: number, now: UtcMs): InstrumentView['state'] {
  if (last === null) return 'never calibrated';
  if (!last.asLeftWithin) return 'out of tolerance';
  return now < Math.min(last.due, last.at + every) ? 'in date' : 'overdue';
}

export function sayState({ state, last, everyDays }: InstrumentView): string {
  if (last === null) return 'It was never calibrated here.';
  const due = utcMs(Math.min(last.due, last.at + everyDays * dayMs));
  switch (state) {
    case 'out of tolerance':
      return `It was left out of tolerance on ${day(last.at)} (certificate ${last.certificate}).`;
    case 'overdue':
      return `Its calibration was due on ${day(due)}.`;
    default:
      return `Calibrated on ${day(last.at)} (certificate ${last.certificate}), due on ${day(due)}.`;
  }
}

export const day = (at: UtcMs): string => isoUtc(at).slice(0, 10);
