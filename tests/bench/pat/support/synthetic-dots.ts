/**
 * Absorbance of dots of known size: the first line where the sizing curve puts it, two broader ones and the bulk's rise above it,
 * scattering, a drift of the lamp, noise. Widths, distances and heights vary from one to the next.
 */
import type { SizingCurveName } from '../../../../plant/method/uv-vis.ts';
import type { SpectrumData } from '../../../../plant/spectrum.ts';
import { randomOf } from './random.ts';

export type KnownDots = Readonly<{ diameterNm: number; excitonNm: number; data: SpectrumData }>;

const nmEv = 1239.841984;
const curves: Readonly<Record<SizingCurveName, (nm: number) => number>> = {
  'yu-2003-cds': (l) => -6.6521e-8 * l ** 3 + 1.9557e-4 * l ** 2 - 0.092352 * l + 13.29,
  'yu-2003-cdse': (l) => 1.6122e-9 * l ** 4 - 2.6575e-6 * l ** 3 + 1.6242e-3 * l ** 2 - 0.4277 * l + 41.57,
  'yu-2003-cdte': (l) => 9.8127e-7 * l ** 3 - 1.7147e-3 * l ** 2 + 1.0064 * l - 194.84,
  'jasieniak-2009-cdse': (l) => 59.60816 - 0.54736 * l + 1.8873e-3 * l ** 2 - 2.85743e-6 * l ** 3 + 1.62974e-9 * l ** 4,
};
/** Where a diameter of 3.3 to 4.0 nm has its first exciton. */
const excitons: Readonly<Record<SizingCurveName, readonly [number, number]>> = {
  'yu-2003-cds': [397.7, 418],
  'yu-2003-cdse': [562.1, 585.3],
  'yu-2003-cdte': [556.7, 630.6],
  'jasieniak-2009-cdse': [552, 578],
};

/** @param shiftNm by which a shell moves the exciton to the red */
export function dotsOfKnownSize(curve: SizingCurveName, count: number, shiftNm = 0): readonly KnownDots[] {
  const random = randomOf(20_030);
  return Array.from({ length: count }, () => {
    const ofCore = random.between(...excitons[curve]);
    const excitonNm = ofCore + shiftNm;
    const first = nmEv / excitonNm;
    const sigma = random.between(0.035, 0.075);
    const height = random.between(0.05, 0.5);
    const [distance, share, wider] = [random.between(0.25, 0.4), random.between(0.4, 1), random.between(1.3, 2)];
    const [offset, scatter] = [0.02 * random.normal(), random.between(0, 0.005)];
    const x = Float64Array.from({ length: 981 }, (_, i) => 310 + 0.5 * i);
    const y = x.map((nm) => {
      const above = nmEv / nm - first;
      const line = Math.exp(-0.5 * (above / sigma) ** 2);
      const second = share * Math.exp(-0.5 * ((above - distance) / (wider * sigma)) ** 2);
      const rise = (1 + above) / (1 + Math.exp(-(above - distance - 0.2) / 0.09));
      return height * (line + second + rise) + offset + scatter * (500 / nm) ** 4 + 0.002 * random.normal();
    });
    const data: SpectrumData = {
      x: { title: 'Wavelength', unit: 'nm', values: x },
      y: { title: 'Absorbance', unit: null, values: y },
      takenAt: null,
      facts: {},
    };
    return { diameterNm: curves[curve](ofCore), excitonNm, data };
  });
}
