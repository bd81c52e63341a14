/**
 * What a calibration by partial least squares makes of a Raman spectrum. Beyond the limits of T² or Q, outside the calibration's
 * range, or where the spectrum does not cover the record's grid, it is undecided. Pure, and nothing is learned.
 */
import type { AnalysisOutcome, Curve } from '../../plant/analysis.ts';
import type { RamanPlsParameters } from '../../plant/method/raman.ts';
import type { SpectrumData } from '../../plant/spectrum.ts';
import { removeCosmicRays } from '../curve/cosmic-rays.ts';
import { curvesSeen, finiteFigures, plsPredict, whyNotUse } from '../pls/index.ts';
import {
  axisOf,
  evenResponse,
  whyAxisDoesNot,
  whySaturated,
  whyShifted,
  whyStruck,
  whyUnfit,
  type Points,
} from './prepare.ts';
import { findReference, type ReferenceLine } from './reference.ts';

const x = { title: 'Raman shift', unit: '1/cm' } as const;

/**
 * Outputs: the record's responses. Figures: `hotellingT2` with `hotellingLimit`, `qResidual` with `qLimit`, `cosmicRays`; where there is
 * a reference line, `signalToNoise` and `shiftErrorPerCm` of it.
 */
export function analyseRamanPls(data: SpectrumData, parameters: RamanPlsParameters): AnalysisOutcome {
  const { grid, responses } = parameters.pls;
  const none = Object.fromEntries(responses.map(({ name }) => [name, null]));
  const refused = (reason: string, curves: readonly Curve[], figures = {}): AnalysisOutcome => ({
    outputs: none,
    verdict: 'undecided',
    reasons: [reason],
    figures,
    x,
    curves,
  });
  const unfit = whyUnfit(data);
  if (unfit !== null) return refused(unfit, []);
  const axis = axisOf(data, parameters.calibration);
  const raw: Curve = { name: 'raw', ...axis };
  const covered = [grid.from, grid.from + grid.step * (grid.points - 1)] as const;
  const outside = whyAxisDoesNot(axis.x, covered, parameters.axis.mostStepPerCm);
  if (outside !== null) return refused(outside, [raw]);
  const inside = around(axis, covered, parameters.reference);
  const { y: clean, struck } = removeCosmicRays(inside.y, { threshold: parameters.cosmicRays.threshold });
  const full = whySaturated(inside.x, clean, parameters.saturationCounts);
  if (full !== null) return refused(full, [raw]);
  const level = evenResponse(inside.x, clean, parameters.response);
  const reference = parameters.reference === null ? null : findReference(inside.x, level, parameters.reference);
  const figures = { cosmicRays: struck.length, ...figuresOf(reference) };
  if (parameters.reference !== null && reference === null) {
    const { title, atPerCm, leastSignalToNoise } = parameters.reference;
    const reason = `${title} is not found near ${atPerCm} cm⁻¹ at ${leastSignalToNoise} times the noise: probe, laser or axis is not as it was.`;
    return refused(reason, [raw], figures);
  }
  // The laser's drift moves all lines alike; what the reference shows is taken back from all.
  const shift = reference?.shiftErrorPerCm ?? 0;
  const told = plsPredict(
    parameters.pls,
    inside.x.map((value) => value - shift),
    level,
  );
  const reasons = [
    ...whyStruck(struck.length, parameters.cosmicRays),
    ...(reference === null || parameters.reference === null ? [] : whyShifted(reference, parameters.reference)),
    ...whyNotUse(told),
  ];
  return {
    outputs: told.responses,
    verdict: reasons.length === 0 ? 'in domain' : 'undecided',
    reasons,
    figures: { ...figures, ...finiteFigures(told) },
    x,
    curves: [raw, ...curvesSeen(told)],
  };
}

/** The model's grid, a point more at either end to draw lines from, what the reference line needs, and by how much it may shift. */
function around(
  { x: shifts, y }: Points,
  [from, to]: readonly [number, number],
  reference: RamanPlsParameters['reference'],
): Points {
  const at = reference?.atPerCm ?? from;
  const search = reference?.searchPerCm ?? 0;
  const half = search + 4 * (reference?.widthPerCm[1] ?? 0);
  const [low, high] = [Math.min(from - search, at - half), Math.max(to + search, at + half)];
  const first = shifts.findLastIndex((value) => value <= low);
  const last = shifts.findIndex((value) => value >= high);
  const [start, end] = [Math.max(0, first), last < 0 ? shifts.length : last + 1];
  return { x: shifts.slice(start, end), y: y.slice(start, end) };
}

const figuresOf = (reference: ReferenceLine | null): Readonly<Record<string, number>> =>
  reference === null ? {} : { signalToNoise: reference.signalToNoise, shiftErrorPerCm: reference.shiftErrorPerCm };
