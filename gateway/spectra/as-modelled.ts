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
  if (y.unit !== null && y.unit !== source.y.unit)
    return `Its values are ${y.title === '' || y.title === y.unit ? '' : `${y.title} `}in ${y.unit}, and the device model has ${source.y.title} ${source.y.unit === null ? 'without a unit' : `in ${source.y.unit}`}.`;
  const [found, asked] = [quantitiesIn(y.title), quantitiesIn(source.y.title)];
  const isOther =
    asked.length > 0
      ? !found.some((one) => asked.includes(one))
      : found.some((one) => one !== 'absorbance' && one !== 'counts');
  return found.length > 0 && isOther ? `Its values are ${y.title}, and the device model has ${source.y.title}.` : null;
}

/** What values may be whose numbers look alike; a title that says none of it, such as Intensity, may be any but a share of light. */
const quantities = {
  absorbance: /absorban|absorption|extin[ck]t|optical density|^(?:abs\.?|od)$/iu,
  transmittance: /transmi(?:tt|ss)|^(?:%\s*t|t\s*%)$/iu,
  reflectance: /reflect|reflexion|kubelka|^(?:%\s*r|r\s*%)$/iu,
  counts: /\bcounts?\b/iu,
} as const;

const quantitiesIn = (title: string): readonly string[] =>
  Object.entries(quantities).flatMap(([quantity, form]) => (form.test(title.trim()) ? [quantity] : []));

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
