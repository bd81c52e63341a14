/** Absorbance and emission of dots as formulas, and the parameters that are shipped for CdSe. */
import type { EmissionParameters } from '../../../plant/method/emission.ts';
import { loadMethod } from '../../../plant/method/method-loader.ts';
import type { UvVisParameters } from '../../../plant/method/uv-vis.ts';
import type { SpectrumData } from '../../../plant/spectrum.ts';
import { deviates } from '../pls/mixtures.ts';

const nmEv = 1239.841984;
const axis = (from: number, to: number): Float64Array =>
  Float64Array.from({ length: (to - from) * 2 + 1 }, (_, i) => from + i / 2);

export const dataOf = (x: Float64Array, y: Float64Array, title: string, unit: string | null = null): SpectrumData => ({
  x: { title: 'Wavelength', unit: 'nm', values: x },
  y: { title, unit, values: y },
  takenAt: null,
  facts: {},
});

export type Absorbing = Readonly<{
  excitonNm: number;
  height?: number;
  sigmaEv?: number;
  offset?: number;
  noise?: number;
  seed?: number;
}>;

/** A shoulder on the rise of what lies above it. */
export function absorbance({
  excitonNm,
  height = 0.2,
  sigmaEv = 0.05,
  offset = 0,
  noise = 0.001,
  seed = 1,
}: Absorbing): SpectrumData {
  const draw = deviates(seed);
  const x = axis(340, 780);
  const y = x.map((nm) => {
    const above = nmEv / nm - nmEv / excitonNm;
    const shoulder = Math.exp(-0.5 * (above / sigmaEv) ** 2);
    const onset = 1.6 * Math.exp(-0.5 * ((above - 0.42) / 0.17) ** 2);
    return height * (shoulder + onset) + offset + noise * draw();
  });
  return dataOf(x, y, 'Absorbance');
}

export type Shining = Readonly<{
  maximumNm: number;
  sigmaNm?: number;
  counts?: number;
  background?: number;
  noise?: number;
  seed?: number;
}>;

export function emission({
  maximumNm,
  sigmaNm = 13,
  counts = 20_000,
  background = 120,
  noise = 20,
  seed = 1,
}: Shining): SpectrumData {
  const draw = deviates(seed);
  const x = axis(400, 830);
  const y = x.map((nm) => background + counts * Math.exp(-0.5 * ((nm - maximumNm) / sigmaNm) ** 2) + noise * draw());
  return dataOf(x, y, 'Counts');
}

export function uvVisOf(method: string): UvVisParameters {
  const { parameters } = loadMethod(`pat/methods/${method}.yaml`);
  if (parameters.kind !== 'uv-vis' || 'pls' in parameters) throw new TypeError(parameters.kind);
  return parameters;
}

export function emissionParametersOf(method: string): EmissionParameters {
  const { parameters } = loadMethod(`pat/methods/${method}.yaml`);
  if (parameters.kind !== 'emission') throw new TypeError(parameters.kind);
  return parameters;
}
