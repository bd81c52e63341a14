/**
 * What standards say of the laser's wavelength. Lines of one standard share what that standard does to an instrument: where its light falls
 * in the slit, how it was focused, how warm it was. So each standard gives one value, and all of them count the same.
 */
import type { FoundLine } from './standard-position.ts';

/** By how much lines stand too high together, in cm⁻¹, with its standard uncertainty. */
export type LaserShift = Readonly<{ perCm: number; deviationPerCm: number }>;

/** Lines weigh within their standard by their own uncertainty and the published one. `found` is not empty. */
export function laserShift(found: readonly Readonly<{ of: string; line: FoundLine }>[]): LaserShift {
  const names = [...new Set(found.map(({ of }) => of))];
  const each = names.map((name) => shiftOfOne(found.filter(({ of }) => of === name).map(({ line }) => line)));
  const perCm = each.reduce((sum, one) => sum + one.perCm, 0) / each.length;
  const own = Math.hypot(...each.map(({ deviationPerCm }) => deviationPerCm)) / each.length;
  const spread = each.reduce((sum, one) => sum + (one.perCm - perCm) ** 2, 0);
  const apart = each.length < 2 ? 0 : Math.sqrt(spread / (each.length - 1) / each.length);
  // Where standards disagree by more than they claim, that is what is known of the laser.
  return { perCm, deviationPerCm: Math.max(own, apart) };
}

/** The weighted mean, its deviation enlarged where the lines disagree. */
function shiftOfOne(lines: readonly FoundLine[]): LaserShift {
  const weights = lines.map(({ line, deviationPerCm }) => 1 / (line.deviation ** 2 + deviationPerCm ** 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const offs = lines.map(({ line, foundPerCm }) => foundPerCm - line.perCm);
  const perCm = offs.reduce((sum, off, i) => sum + off * (weights[i] ?? 0), 0) / total;
  const chiSquare = offs.reduce((sum, off, i) => sum + (off - perCm) ** 2 * (weights[i] ?? 0), 0);
  const disagreement = Math.max(1, chiSquare / Math.max(1, lines.length - 1));
  return { perCm, deviationPerCm: Math.sqrt(disagreement / total) };
}
