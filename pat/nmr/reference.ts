/** Which line is the reference: one in its window, of those the one that leaves the species where they are expected. Pure. */
import type { Prior } from './line-model.ts';
import type { Line, Prepared } from './prepare.ts';

export type ReferenceSought = Readonly<{
  shiftPpm: number;
  windowPpm: readonly [number, number];
  leastSignalToNoise: number;
}>;

/** No species counts for more than this, however strong its line: places are what is judged. */
const mostCounted = 20;

export function referenceLine(
  { lines, carrierPpm, frequencyMHz }: Prepared,
  { shiftPpm, windowPpm: [least, most], leastSignalToNoise }: ReferenceSought,
  species: readonly Prior[],
): Line | null {
  const ppmOf = ({ hz }: Line): number => carrierPpm + hz / frequencyMHz;
  const candidates = lines.filter(
    (line) => line.signalToNoise >= leastSignalToNoise && ppmOf(line) >= least && ppmOf(line) <= most,
  );
  let best: Line | null = null;
  let highest = -Infinity;
  for (const candidate of candidates) {
    const offset = ppmOf(candidate) - shiftPpm;
    let score = Math.min(mostCounted, candidate.signalToNoise);
    for (const { mean, deviation } of species) {
      let found = 0;
      for (const line of lines) {
        if (line === candidate) continue;
        const off = (ppmOf(line) - offset - mean) / deviation;
        found = Math.max(found, Math.min(mostCounted, line.signalToNoise) * Math.exp(-0.5 * off * off));
      }
      score += found;
    }
    if (score > highest) [best, highest] = [candidate, score];
  }
  return best;
}
