/**
 * What every Raman spectrum has to be before it comes before a model, and what is done to it until then: an axis that runs one way and
 * as the instrument's calibration has it, a detector that is not full, rays taken away, the instrument's response evened.
 */
import type { RamanParameters } from '../../plant/method/raman.ts';
import type { SpectrumData } from '../../plant/spectrum.ts';
import { calibratedShifts } from './calibrate.ts';
import type { ReferenceLine } from './reference.ts';

export function whyUnfit({ x: axis, y, nmr }: SpectrumData): string | null {
  if (nmr !== undefined) return `It is a magnetic resonance of ${nmr.nucleus}, no Raman spectrum.`;
  if (axis.unit !== '1/cm')
    return `Its axis is in ${axis.unit ?? 'a unit it does not say'}; a Raman spectrum's is in 1/cm.`;
  if (axis.values.length < 16 || axis.values.length !== y.values.length) {
    return `It has ${axis.values.length} shifts and ${y.values.length} values.`;
  }
  if (!axis.values.every(Number.isFinite) || !y.values.every(Number.isFinite))
    return 'It holds values that are no numbers.';
  const rising = (axis.values.at(-1) ?? 0) > (axis.values[0] ?? 0) ? 1 : -1;
  for (let i = 1; i < axis.values.length; i += 1) {
    if (rising * ((axis.values[i] ?? 0) - (axis.values[i - 1] ?? 0)) <= 0)
      return `Its axis turns at ${axis.values[i] ?? 0} cm⁻¹.`;
  }
  return null;
}

export type Points = Readonly<{ x: Float64Array; y: Float64Array }>;

/** Rising, and as the method's calibration has it. */
export function axisOf({ x: axis, y }: SpectrumData, calibration: RamanParameters['calibration']): Points {
  const falls = (axis.values.at(-1) ?? 0) < (axis.values[0] ?? 0);
  const shifts = falls ? axis.values.toReversed() : axis.values;
  return {
    x: calibration === null ? shifts : calibratedShifts(shifts, calibration),
    y: falls ? y.values.toReversed() : y.values,
  };
}

export function whyAxisDoesNot(
  shifts: Float64Array,
  [from, to]: readonly [number, number],
  mostStepPerCm: number,
): string | null {
  const [first, last] = [shifts[0] ?? 0, shifts.at(-1) ?? 0];
  if (first > from || last < to) {
    return `Its axis runs from ${first.toFixed(0)} to ${last.toFixed(0)} cm⁻¹; the method needs ${from} to ${to}.`;
  }
  const widest = shifts.reduce((most, value, i) => (i === 0 ? most : Math.max(most, value - (shifts[i - 1] ?? 0))), 0);
  if (widest > mostStepPerCm) {
    return `Its points are up to ${widest.toFixed(1)} cm⁻¹ apart; the method needs ${mostStepPerCm} at most.`;
  }
  return null;
}

export function cut({ x: shifts, y }: Points, from: number, to: number): Points {
  const start = shifts.findIndex((value) => value >= from);
  const beyond = shifts.findIndex((value) => value > to);
  const end = beyond < 0 ? shifts.length : beyond;
  return { x: shifts.slice(start, end), y: y.slice(start, end) };
}

export function whySaturated(shifts: Float64Array, y: Float64Array, saturationCounts: number | null): string | null {
  if (saturationCounts === null) return null;
  const at = y.findIndex((value) => value >= saturationCounts);
  return at < 0
    ? null
    : `The detector is full at ${(shifts[at] ?? 0).toFixed(0)} cm⁻¹: ${saturationCounts} counts or more.`;
}

export function evenResponse(
  shifts: Float64Array,
  y: Float64Array,
  response: RamanParameters['response'],
): Float64Array {
  if (response === null) return y;
  return y.map((value, i) => {
    const t = (shifts[i] ?? 0) / 1000;
    return value / response.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  });
}

export function whyStruck(struck: number, { mostStruck }: RamanParameters['cosmicRays']): readonly string[] {
  if (struck <= mostStruck) return [];
  return [`${struck} points were struck by cosmic rays, more than ${mostStruck}.`];
}

export function whyShifted(
  { shiftErrorPerCm }: ReferenceLine,
  reference: RamanParameters['reference'],
): readonly string[] {
  if (Math.abs(shiftErrorPerCm) <= reference.mostShiftErrorPerCm) return [];
  return [
    `${reference.title} stands ${shiftErrorPerCm.toFixed(2)} cm⁻¹ off, more than ${reference.mostShiftErrorPerCm}: calibrate the axis.`,
  ];
}
