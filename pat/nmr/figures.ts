/** Figures of merit of a fit, and what of them makes it undecided. Pure. */
import type { PhosphorusNmrParameters } from '../../plant/method/phosphorus-nmr.ts';
import type { Amounts } from './amounts.ts';
import type { Found } from './fit-species.ts';
import type { Leftover } from './leftover.ts';
import { known, place, placeOfLine, type Prior } from './line-model.ts';
import type { Line, Prepared } from './prepare.ts';
import { degrees } from './sought.ts';

export function figuresOf(
  prepared: Prepared,
  { fit, fitted, hidden }: Found,
  leftover: Leftover,
  residual: number,
  { species, reference }: PhosphorusNmrParameters,
  referenceFound: Line | null,
): Record<string, number> {
  const value = (at: number): number => fit.vector[at] ?? 0;
  const extra = fit.model.lines.map((_, k) => value(placeOfLine(k) + 1));
  const figures: Record<string, number> = {
    signalToNoise: 0,
    lineWidthHz: value(place.width) + (extra.length > 0 ? Math.min(...extra) : 0),
    phase0Degrees: degrees(prepared.phase.zeroth + value(place.phase)),
    phase1Degrees: degrees(value(place.firstOrder)),
    gaussian: value(place.gaussian),
    residual,
    unexpectedSignalToNoise: leftover.unexpected?.signalToNoise ?? 0,
  };
  const heightAt = (hz: number): number => {
    const step = (prepared.hz[1] ?? 1) - (prepared.hz[0] ?? 0);
    const i = Math.round((hz - (prepared.hz[0] ?? 0)) / step);
    return (prepared.processed[i] ?? 0) - (leftover.residual[i] ?? 0);
  };
  for (const { name } of species) {
    const k = fitted.get(name);
    if (k === undefined) {
      figures['signalToNoise'] = Math.max(figures['signalToNoise'] ?? 0, hidden.get(name)?.significance ?? 0);
      continue;
    }
    const shift = value(placeOfLine(k));
    figures[`${name}Ppm`] = shift / prepared.frequencyMHz;
    const ratio = heightAt(value(place.offset) + shift) / prepared.noise;
    figures['signalToNoise'] = Math.max(figures['signalToNoise'] ?? 0, ratio);
  }
  if (reference !== null) {
    figures['referenceSignalToNoise'] = referenceFound?.signalToNoise ?? 0;
    if (referenceFound !== null) {
      figures['referencePpm'] = prepared.carrierPpm + value(place.offset) / prepared.frequencyMHz + reference.shiftPpm;
    }
  }
  return figures;
}

export function doubtsOf(
  prepared: Prepared,
  { limits }: PhosphorusNmrParameters,
  figures: Readonly<Record<string, number>>,
  { unexpected }: Leftover,
  amounts: Amounts | null,
): readonly string[] {
  const doubts: string[] = [];
  const signalToNoise = figures['signalToNoise'] ?? 0;
  const residual = figures['residual'] ?? 0;
  if (signalToNoise < limits.leastSignalToNoise) {
    doubts.push(`Signal to noise is ${signalToNoise.toFixed(1)}; ${limits.leastSignalToNoise} is the least.`);
  }
  // No line has the model's shape exactly: of a high one more is left than of the noise.
  const mostResidual = limits.mostResidual + ((limits.misfitPercent / 100) * signalToNoise) ** 2;
  if (!(residual <= mostResidual)) {
    doubts.push(
      `The fit leaves ${residual.toFixed(1)} times the noise's mean square; ${mostResidual.toFixed(1)} is the most.`,
    );
  }
  const highest = prepared.processed.reduce((most, value) => Math.max(most, value), 0);
  if (
    unexpected !== null &&
    unexpected.signalToNoise > limits.unexpectedSignalToNoise &&
    unexpected.height > (limits.unexpectedPercent / 100) * highest
  ) {
    const ppm = prepared.carrierPpm + unexpected.hz / prepared.frequencyMHz - (figures['referencePpm'] ?? 0);
    doubts.push(
      `There is a line of no species at ${ppm.toFixed(2)} ppm, ${unexpected.signalToNoise.toFixed(1)} times the noise.`,
    );
  }
  const uncertainty = amounts?.conversion.uncertainty ?? Number.POSITIVE_INFINITY;
  if (amounts === null) doubts.push('There is neither phosphine nor chalcogenide to be seen.');
  else if (uncertainty > limits.mostUncertaintyPercent) {
    doubts.push(
      `The conversion is known to ${uncertainty.toFixed(1)} % only; ${limits.mostUncertaintyPercent} % is the most.`,
    );
  }
  return doubts;
}

/** A species that may stand on the reference: what is seen there may be either, and what is not seen may be under it. */
export function hiddenByReference(
  { frequencyMHz, widthHz }: Prepared,
  { fit, fitted }: Found,
  { species, reference }: PhosphorusNmrParameters,
  shifts: readonly Prior[],
): readonly string[] {
  if (reference === null) return [];
  const margin = (2 * widthHz) / frequencyMHz;
  const [from, to] = reference.windowPpm;
  return species.flatMap(({ name }, i) => {
    const { mean, deviation, least, most } = shifts[i] ?? known(Number.NaN);
    const low = Math.max(least, mean - 2 * deviation) - margin;
    const high = Math.min(most, mean + 2 * deviation) + margin;
    if (!(low < reference.shiftPpm && high > reference.shiftPpm)) return [];
    const k = fitted.get(name);
    const shift = k === undefined ? reference.shiftPpm : (fit.vector[placeOfLine(k)] ?? 0) / frequencyMHz;
    if (Math.abs(shift - reference.shiftPpm) > (to - from) / 2) return [];
    return [
      `${name} may stand on the reference ${reference.name}: it is expected between ${low.toFixed(1)} and ${high.toFixed(1)} ppm.`,
    ];
  });
}
