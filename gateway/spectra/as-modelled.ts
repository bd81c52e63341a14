/** Whether a spectrum that was read is what the device model says its instrument gives. Pure. */
import type { UtcMs } from '../../plant/clock.ts';
import type { FolderModel, SpectrumSource } from '../../plant/device-model.ts';
import type { SpectrumAxis, SpectrumData } from '../../plant/spectrum.ts';
import { faultOfCalibration, faultOfInstrument } from './instrument-state.ts';

export type Modelled = Readonly<{ data: SpectrumData }> | Readonly<{ fault: string }>;

/**
 * What the file leaves open, the model says; where they say two things, the file is no spectrum of this instrument.
 * @param now by which a calibration's age is judged where the spectrum does not say when it was taken
 */
export function asModelled(
  data: SpectrumData,
  source: Pick<SpectrumSource, 'x' | 'y' | 'instrument' | 'calibration'>,
  now: UtcMs,
): Modelled {
  const fault = faultOfUnits(data, source) ?? faultOfInstrument(data, source) ?? faultOfCalibration(data, source, now);
  if (fault !== null) return { fault };
  const { x, y } = data;
  return {
    data: { ...data, x: { ...axisOf(source.x), values: x.values }, y: { ...axisOf(source.y), values: y.values } },
  };
}

function faultOfUnits({ x, y }: SpectrumData, source: Pick<SpectrumSource, 'x' | 'y'>): string | null {
  if (x.unit !== null && x.unit !== source.x.unit) return `Its axis is in ${x.unit}, not ${source.x.unit}.`;
  if (y.unit !== null && source.y.unit !== null && y.unit !== source.y.unit)
    return `Its values are in ${y.unit}, not ${source.y.unit}.`;
  return null;
}

const axisOf = ({ title, unit }: SpectrumAxis): SpectrumAxis => ({ title, unit });

/** What is wrong with an axis that every spectrum has, and whether more of the file may set it right. */
export function faultOfAxis(
  { values }: Pick<SpectrumData['x'], 'values'>,
  axis: FolderModel['folder']['axis'],
): Readonly<{ reason: string; short: boolean }> | null {
  if (axis === null) return null;
  const short = values.length < axis.points;
  if (values.length !== axis.points)
    return { reason: `It has ${values.length} points, and every one has ${axis.points}.`, short };
  const ends = [values[0] ?? Number.NaN, values.at(-1) ?? Number.NaN];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const within = (axis.high - axis.low) / (axis.points - 1);
  if (Math.abs(low - axis.low) <= within && Math.abs(high - axis.high) <= within) return null;
  return { reason: `Its axis runs from ${low} to ${high}, not ${axis.low} to ${axis.high}.`, short };
}
