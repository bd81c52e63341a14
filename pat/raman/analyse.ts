/**
 * What a method makes of a Raman spectrum: its axis judged and shifted by a line that is always there, rays taken away, lines fitted
 * within their bounds, and ratios of their areas with uncertainties. Pure; a spectrum that is no evidence is undecided, with the reason.
 */
import type { AnalysisOutcome, Curve, Estimate } from '../../plant/analysis.ts';
import type { RamanParameters } from '../../plant/method/raman.ts';
import type { SpectrumData } from '../../plant/spectrum.ts';
import { arPls } from '../curve/baseline.ts';
import { removeCosmicRays } from '../curve/cosmic-rays.ts';
import { fitWindows, shareOfAreas, type FittedWindow } from './hard-model.ts';
import { axisOf, cut, evenResponse, whyAxisDoesNot, whySaturated, whyShifted, whyStruck, whyUnfit } from './prepare.ts';
import { findReference } from './reference.ts';

const x = { title: 'Raman shift', unit: '1/cm' } as const;

/** Nothing that is measured is asked for besides the spectrum: lines are held against others of the same spectrum. */
export function analyseRaman(data: SpectrumData, parameters: RamanParameters): AnalysisOutcome {
  const unfit = whyUnfit(data);
  if (unfit !== null) return refused(parameters, [unfit], []);
  const axis = axisOf(data, parameters.calibration);
  const raw: Curve = { name: 'raw', ...axis };
  const outside = whyAxisDoesNot(axis.x, parameters.axis.coversPerCm, parameters.axis.mostStepPerCm);
  if (outside !== null) return refused(parameters, [outside], [raw]);
  const [from, to] = parameters.axis.coversPerCm;
  const inside = cut(axis, from, to);
  const { y: clean, struck } = removeCosmicRays(inside.y, { threshold: parameters.cosmicRays.threshold });
  const full = whySaturated(inside.x, clean, parameters.saturationCounts);
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
    ...whyStruck(struck.length, parameters.cosmicRays),
    ...whyShifted(reference, parameters.reference),
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
    curves: [
      ...shown,
      ...fitCurves(
        windows,
        new Map([...shifted].map((at, i) => [at, { drawnAt: inside.x[i] ?? at, baseline: baseline[i] ?? 0 }])),
      ),
    ],
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

type Drawn = Readonly<{ drawnAt: number; baseline: number }>;

/**
 * Above the baseline and over the instrument's own axis, as the processed curve is. Between two windows nothing is fitted, and
 * nothing is drawn.
 */
function fitCurves(windows: readonly FittedWindow[], drawn: ReadonlyMap<number, Drawn>): readonly Curve[] {
  const join = (
    part: (window: FittedWindow) => Float64Array,
    between: (window: FittedWindow) => number,
  ): Float64Array => Float64Array.from(windows.flatMap((window) => [...part(window), between(window)]));
  const nothing = (): number => Number.NaN;
  const placed = ({ x }: FittedWindow): Float64Array => x.map((at) => drawn.get(at)?.drawnAt ?? at);
  const x = join(placed, (window) => (placed(window).at(-1) ?? 0) + 1e-6);
  const above = ({ x: at, fit }: FittedWindow): Float64Array =>
    fit.curve.map((value, i) => value - (drawn.get(at[i] ?? 0)?.baseline ?? 0));
  return [
    { name: 'fit', x, y: join(above, nothing) },
    { name: 'residual', x, y: join(({ fit }) => fit.residual, nothing) },
  ];
}
