/** What every optical spectrum has to be before anything is made of it: an axis in nm that rises, covers enough and is fine enough. */
import type { AnalysisOutcome, Curve, Estimate } from '../../plant/analysis.ts';
import type { SpectrumData } from '../../plant/spectrum.ts';

export type OpticalSpectrum = Readonly<{ nm: Float64Array; y: Float64Array }>;

export type AxisDemand = Readonly<{ rangeNm: readonly [number, number]; mostStepNm: number }>;

/** Rising, or the sentence that says why it is none. */
export function opticalSpectrum(
  { x, y, imaginary, nmr }: SpectrumData,
  { rangeNm: [from, to], mostStepNm }: AxisDemand,
): OpticalSpectrum | string {
  if (nmr !== undefined || imaginary !== undefined) return 'It is a magnetic resonance, not an optical spectrum.';
  if (x.unit !== 'nm')
    return `Its axis is ${x.title === '' ? 'without a title' : x.title} in ${x.unit ?? 'no unit'}, not in nm.`;
  if (x.values.length !== y.values.length)
    return `It has ${x.values.length} wavelengths for ${y.values.length} values.`;
  if (x.values.length < 20) return `It has only ${x.values.length} points.`;
  const falls = (x.values[0] ?? 0) > (x.values.at(-1) ?? 0);
  const nm = falls ? x.values.toReversed() : x.values.slice();
  const values = falls ? y.values.toReversed() : y.values.slice();
  const notFinite = values.findIndex((value) => !Number.isFinite(value));
  if (notFinite >= 0) return `Its value at ${short(nm[notFinite] ?? NaN)} nm is no number.`;
  for (let i = 1; i < nm.length; i += 1) {
    const [before, at] = [nm[i - 1] ?? NaN, nm[i] ?? NaN];
    if (!(at > before)) return `Its wavelengths do not run one way at ${short(at)} nm.`;
    if (at > from && before < to && at - before > mostStepNm * 1.000_001)
      return `It leaps from ${short(before)} to ${short(at)} nm, more than ${mostStepNm} nm.`;
  }
  const [first, last] = [nm[0] ?? NaN, nm.at(-1) ?? NaN];
  if (first > from || last < to)
    return `It runs from ${short(first)} to ${short(last)} nm and not over ${from} to ${to} nm.`;
  return { nm, y: values };
}

/** What is between two wavelengths, both included. */
export function between({ nm, y }: OpticalSpectrum, from: number, to: number): OpticalSpectrum {
  const start = nm.findIndex((at) => at >= from);
  const end = nm.findLastIndex((at) => at <= to);
  return start < 0
    ? { nm: new Float64Array(), y: new Float64Array() }
    : { nm: nm.slice(start, end + 1), y: y.slice(start, end + 1) };
}

/** So many neighbours that are the highest of all, to the bit, are no noise. */
const plateau = 6;

/** Where the highest value is held over neighbours, something does not follow any further, whatever it counts: a sentence, or none. */
export function cutOff({ nm, y }: OpticalSpectrum): readonly string[] {
  const most = y.reduce((high, value) => Math.max(high, value), -Infinity);
  let held = 0;
  for (let i = 0; i < y.length; i += 1) {
    held = y[i] === most ? held + 1 : 0;
    if (held < plateau) continue;
    const from = short(nm[i - plateau + 1] ?? NaN);
    return [`From ${from} nm on it stands still at its highest, ${short(most)}: something is saturated.`];
  }
  return [];
}

export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] ?? NaN;
  return sum / values.length;
};

export const short = (value: number): string => String(Number(value.toPrecision(4)));

/** Value and expanded uncertainty (k = 2); null where either is no number. */
export const estimate = (value: number, standardUncertainty: number): Estimate | null =>
  Number.isFinite(value) && Number.isFinite(standardUncertainty)
    ? { value, uncertainty: 2 * standardUncertainty }
    : null;

type Findings = Readonly<{
  outputs: Readonly<Record<string, Estimate | null>>;
  reasons: readonly string[];
  figures: Readonly<Record<string, number>>;
  curves: readonly Curve[];
}>;

export const outcomeOf = ({ outputs, reasons, figures, curves }: Findings): AnalysisOutcome => ({
  outputs,
  verdict: reasons.length === 0 ? 'in domain' : 'undecided',
  reasons,
  figures: Object.fromEntries(Object.entries(figures).filter(([, figure]) => Number.isFinite(figure))),
  x: { title: 'Wavelength', unit: 'nm' },
  curves,
});

/** Where the spectrum is no evidence at all: the reason, and the curve as it came. */
export const noEvidence = ({ x, y }: SpectrumData, outputs: readonly string[], reason: string): AnalysisOutcome => ({
  outputs: Object.fromEntries(outputs.map((name) => [name, null])),
  verdict: 'undecided',
  reasons: [reason],
  figures: {},
  x: { title: x.title, unit: x.unit ?? '' },
  curves: [{ name: 'raw', x: x.values, y: y.values }],
});
