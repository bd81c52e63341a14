/** Raman spectra of known areas: the lines of chemistry's tables upon libration and luminescence, with counting noise. */
import { pseudoVoigt } from '../../../pat/curve/line-shapes.ts';
import type { SpectrumData } from '../../../plant/spectrum.ts';

export type Draw = () => number;

/** A reproducible standard normal deviate. */
export function normals(seed: number): Draw {
  let state = (seed * 2654435761) % 2147483647 || 1;
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Centre in cm⁻¹, width, area in counts·cm⁻¹, share of Lorentz. */
export type Drawn = readonly [at: number, width: number, area: number, share?: number];

export const waterArea = 3000 * 95.8;
export const alwaysThere: readonly Drawn[] = [
  [379, 8, 0.5 * 3000 * 12.6],
  [418, 8, 2.2 * 3000 * 12.6],
  [645, 9, 0.7 * 3000 * 14.1],
  [750, 9, 0.9 * 3000 * 14.1],
  [480, 260, 0.55 * 3000 * 277, 0],
  [690, 300, 0.35 * 3000 * 319, 0],
  [1640, 90, waterArea, 0],
];

const shape = { value: 0, byCentre: 0, byWidth: 0, byShare: 0 };

export function ramanSpectrum(
  lines: readonly Drawn[],
  { glow = 20000, shift = 0, noise = normals(1), step = 1.625, from = 100, to = 2000 } = {},
): SpectrumData {
  const x = Float64Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
  const y = x.map((at) => {
    const clean = [...alwaysThere, ...lines].reduce(
      (sum, [centre, width, area, share = 1]) => {
        pseudoVoigt(at, centre + shift, width, share, shape);
        return sum + area * shape.value;
      },
      1000 + glow * Math.exp(-(((at - 1400) / 1500) ** 2)),
    );
    return clean + Math.sqrt(clean) * noise() + 6 * noise();
  });
  return {
    x: { title: 'Raman shift', unit: '1/cm', values: x },
    y: { title: 'Intensity', unit: null, values: y },
    takenAt: null,
    facts: {},
  };
}
