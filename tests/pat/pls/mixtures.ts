/** Spectra of mixtures of two substances and a background, in batches that differ from each other. */
import type { CalibrationSample } from '../../../pat/pls/index.ts';

/** A sequence of normal deviates that is the same for the same seed. */
export function deviates(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

export const axis = Float64Array.from({ length: 150 }, (_, i) => 400 + 4 * i);
const band = (at: number, centre: number, width: number): number => Math.exp(-0.5 * ((at - centre) / width) ** 2);

export const spectrumOf = (glucose: number, lactate: number, background: number, noise: () => number): Float64Array =>
  axis.map(
    (at) => glucose * band(at, 520, 20) + lactate * band(at, 560, 30) + background * band(at, 800, 300) + noise(),
  );

export function mixtures(batches: number, inEach: number, seed = 1, noise = 0.01): CalibrationSample[] {
  const draw = deviates(seed);
  return Array.from({ length: batches }, (_, batch) => {
    const background = 3 + 0.5 * draw();
    return Array.from({ length: inEach }, () => {
      const [glucose, lactate] = [5 + draw(), 3 + draw()];
      const y = spectrumOf(glucose, lactate, background, () => noise * draw());
      return { x: axis, y, group: `batch ${batch}`, values: [glucose, lactate] };
    });
  }).flat();
}
