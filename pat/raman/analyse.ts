/**
 * What a method makes of a Raman spectrum: its axis judged and shifted by a line that is always there, rays taken away, lines fitted
 * within their bounds, and ratios of their areas with uncertainties. Pure; a spectrum that is no evidence is undecided, with the reason.
 */
import type { AnalysisOutcome, Curve, Estimate } from '../../plant/analysis.ts';
import type { RamanParameters } from '../../plant/method/raman.ts';
import type { SpectrumData } from '../../plant/spectrum.ts';
import { arPls } from '../curve/baseline.ts';
import { removeCosmicRays } from '../curve/cosmic-rays.ts';
import { calibratedShifts } from './calibrate.ts';
import { fitWindows, shareOfAreas, type FittedWindow } from './hard-model.ts';
import { findReference, type ReferenceLine } from './reference.ts';

const x = { title: 'Raman shift', unit: '1/cm' } as const;

/** Nothing that is measured is asked for besides the spectrum: lines are held against others of the same spectrum. */
export function analyseRaman(data: SpectrumData, parameters: RamanParameters): AnalysisOutcome {
  const unfit = whyUnfit(data);
  if (unfit !== null) return refused(parameters, [unfit], []);
  const axis = axisOf(data, parameters);
  const raw: Curve = { name: 'raw', ...axis };
  const outside = whyAxisDoesNot(axis.x, parameters);
  if (outside !== null) return refused(parameters, [outside], [raw]);
  const [from, to] = parameters.axis.coversPerCm;
  const inside = cut(axis, from, to);
  const { y: clean, struck } = removeCosmicRays(inside.y, { threshold: parameters.cosmicRays.threshold });
  const full = whySaturated(inside.x, clean, parameters);
  if (full !== null) return refused(parameters, [full], [raw]);
  const level = evenResponse(inside.x, clean, parameters.response);
  const { baseline } = arPls(level, { smoothness: parameters.baseline.smoothness, ratio: 1e-3, mostRounds: 20 });
  const reference = findReference(inside.x, level, parameters.reference);
  const shown: readonly Curve[] = [
    raw,
    { name: 'processed', x: inside.x, y: level.map((value, i) => value - (baseline[i] ?? 0)) },
    { name: 'baseline', x: inside.x, y: baseline },
  ];
  const figures = { cosmicRays: struck.length };
  if (reference === null) {
    const { title, atPerCm, leastSignalToNoise } = parameters.reference;
    const reason = `${title} is not found near ${atPerCm} cm⁻¹ at ${leastSignalToNoise} times the noise: probe, laser or axis is not as it was.`;
    return refused(parameters, [reason], shown, figures);
  }
  // The laser's drift moves all lines alike; what the reference shows is taken back from all.
  const shifted = inside.x.map((value) => value - reference.shiftErrorPerCm);
  const windows = fitWindows(shifted, level, parameters.model);
  const outputs = outputsOf(parameters, windows);
  const reasons = [
    ...whyStruck(struck.length, parameters),
    ...whyShifted(reference, parameters),
    ...whyNotTheModel(windows, parameters),
    ...Object.entries(outputs).flatMap(([name, value]) =>
      value === null
        ? [`${name} has nothing to be held against: the area it is over is no larger than its own uncertainty.`]
        : [],
    ),
  ];
  return {
    outputs,
    verdict: reasons.length === 0 ? 'in domain' : 'undecided',
    reasons,
    figures: {
      ...figures,
      signalToNoise: reference.signalToNoise,
      shiftErrorPerCm: reference.shiftErrorPerCm,
      reducedChiSquare: windows.reduce((most, { fit }) => Math.max(most, fit.reducedChiSquare), 0),
      ...figuresOf(parameters, windows),
    },
    x,
    curves: [...shown, ...fitCurves(windows, new Map([...inside.x].map((at, i) => [at, baseline[i] ?? 0])))],
  };
}

function refused(
  { outputs }: RamanParameters,
  reasons: readonly string[],
  curves: readonly Curve[],
  figures: Readonly<Record<string, number>> = {},
): AnalysisOutcome {
  return {
    outputs: Object.fromEntries(outputs.map(({ name }) => [name, null])),
    verdict: 'undecided',
    reasons,
    figures,
    x,
    curves,
  };
}

function whyUnfit({ x: axis, y, nmr }: SpectrumData): string | null {
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

type Points = Readonly<{ x: Float64Array; y: Float64Array }>;

/** Rising, and as the method's calibration has it. */
function axisOf({ x: axis, y }: SpectrumData, { calibration }: RamanParameters): Points {
  const falls = (axis.values.at(-1) ?? 0) < (axis.values[0] ?? 0);
  const shifts = falls ? axis.values.toReversed() : axis.values;
  return {
    x: calibration === null ? shifts : calibratedShifts(shifts, calibration),
    y: falls ? y.values.toReversed() : y.values,
  };
}

function whyAxisDoesNot(shifts: Float64Array, { axis }: RamanParameters): string | null {
  const [from, to] = axis.coversPerCm;
  const [first, last] = [shifts[0] ?? 0, shifts.at(-1) ?? 0];
  if (first > from || last < to) {
    return `Its axis runs from ${first.toFixed(0)} to ${last.toFixed(0)} cm⁻¹; the method needs ${from} to ${to}.`;
  }
  const widest = shifts.reduce((most, value, i) => (i === 0 ? most : Math.max(most, value - (shifts[i - 1] ?? 0))), 0);
  if (widest > axis.mostStepPerCm) {
    return `Its points are up to ${widest.toFixed(1)} cm⁻¹ apart; the method needs ${axis.mostStepPerCm} at most.`;
  }
  return null;
}

function cut({ x: shifts, y }: Points, from: number, to: number): Points {
  const start = shifts.findIndex((value) => value >= from);
  const beyond = shifts.findIndex((value) => value > to);
  const end = beyond < 0 ? shifts.length : beyond;
  return { x: shifts.slice(start, end), y: y.slice(start, end) };
}

function whySaturated(shifts: Float64Array, y: Float64Array, { saturationCounts }: RamanParameters): string | null {
  if (saturationCounts === null) return null;
  const at = y.findIndex((value) => value >= saturationCounts);
  return at < 0
    ? null
    : `The detector is full at ${(shifts[at] ?? 0).toFixed(0)} cm⁻¹: ${saturationCounts} counts or more.`;
}

function evenResponse(shifts: Float64Array, y: Float64Array, response: RamanParameters['response']): Float64Array {
  if (response === null) return y;
  return y.map((value, i) => {
    const t = (shifts[i] ?? 0) / 1000;
    return value / response.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  });
}

function whyStruck(struck: number, { cosmicRays }: RamanParameters): readonly string[] {
  if (struck <= cosmicRays.mostStruck) return [];
  return [`${struck} points were struck by cosmic rays, more than ${cosmicRays.mostStruck}.`];
}

function whyShifted({ shiftErrorPerCm }: ReferenceLine, { reference }: RamanParameters): readonly string[] {
  if (Math.abs(shiftErrorPerCm) <= reference.mostShiftErrorPerCm) return [];
  return [
    `${reference.title} stands ${shiftErrorPerCm.toFixed(2)} cm⁻¹ off, more than ${reference.mostShiftErrorPerCm}: calibrate the axis.`,
  ];
}

function whyNotTheModel(windows: readonly FittedWindow[], { model }: RamanParameters): readonly string[] {
  return windows.flatMap(({ name, fit }) =>
    fit.reducedChiSquare <= model.mostReducedChiSquare
      ? []
      : [
          `${name} is not as the model has it: reduced χ² ${fit.reducedChiSquare.toFixed(1)}, more than ${model.mostReducedChiSquare}.`,
        ],
  );
}

function outputsOf({ outputs }: RamanParameters, windows: readonly FittedWindow[]): Record<string, Estimate | null> {
  return Object.fromEntries(
    outputs.map(({ name, of, over, factor, relativeUncertaintyPercent }) => {
      const ratio = shareOfAreas(windows, of, over);
      if (ratio === null) return [name, null];
      const value = factor * ratio.value;
      const deviation = Math.hypot(factor * ratio.deviation, (value * relativeUncertaintyPercent) / 100);
      return [name, { value, uncertainty: 2 * deviation }];
    }),
  );
}

function figuresOf({ figures }: RamanParameters, windows: readonly FittedWindow[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    figures.flatMap(({ name, of, over }) => {
      const ratio = shareOfAreas(windows, of, over);
      return ratio === null ? [] : [[name, ratio.value] as const];
    }),
  );
}

/** Above the baseline, as the processed curve is; between two windows nothing is fitted, and nothing is drawn. */
function fitCurves(windows: readonly FittedWindow[], baseline: ReadonlyMap<number, number>): readonly Curve[] {
  const gap = ({ x }: FittedWindow): number => (x.at(-1) ?? 0) + 1e-6;
  const join = (
    part: (window: FittedWindow) => Float64Array,
    between: (window: FittedWindow) => number,
  ): Float64Array => Float64Array.from(windows.flatMap((window) => [...part(window), between(window)]));
  const nothing = (): number => Number.NaN;
  const at = join((window) => window.x, gap);
  const above = ({ x, fit }: FittedWindow): Float64Array =>
    fit.curve.map((value, i) => value - (baseline.get(x[i] ?? 0) ?? 0));
  return [
    { name: 'fit', x: at, y: join(above, nothing) },
    { name: 'residual', x: at, y: join(({ fit }) => fit.residual, nothing) },
  ];
}
