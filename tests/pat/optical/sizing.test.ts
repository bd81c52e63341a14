import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extinctionOf, sizeOf, sizingCurves } from '../../../pat/optical/sizing.ts';
import { sizingCurveNames } from '../../../plant/method/uv-vis.ts';

describe('a sizing curve', () => {
  it.each([
    ['yu-2003-cds', 397.7, 3.31],
    ['yu-2003-cds', 418.0, 4.0],
    ['yu-2003-cdse', 562.1, 3.31],
    ['yu-2003-cdse', 585.3, 4.0],
    ['yu-2003-cdte', 556.7, 3.31],
    ['yu-2003-cdte', 630.6, 4.0],
  ] as const)('of %s has an exciton of %d nm at %d nm', (curve, excitonNm, diameterNm) => {
    expect(sizeOf(curve, excitonNm, 0)?.diameterNm).toBeCloseTo(diameterNm, 2);
  });

  it('of Jasieniak gives CdSe 1 to 5 % larger than that of Yu', () => {
    for (let nm = 500; nm <= 600; nm += 10) {
      const ratio = sizeOf('jasieniak-2009-cdse', nm, 0)!.diameterNm / sizeOf('yu-2003-cdse', nm, 0)!.diameterNm;
      expect(ratio).toBeGreaterThan(1.005);
      expect(ratio).toBeLessThan(1.055);
    }
  });

  it('says nothing outside its range', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sizingCurveNames), fc.double({ min: -1e4, max: 1e4 }), (curve, nm) => {
        const [low, high] = sizingCurves[curve].rangeNm;
        expect(sizeOf(curve, nm, 0.5) === null).toBe(!(nm >= low && nm <= high));
      }),
    );
  });

  it('carries the exciton over by its slope, and its own scatter besides', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 500, max: 620, noNaN: true }),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        (nm, u) => {
          const { diameterNm, repeatabilityNm, standardUncertaintyNm } = sizeOf('yu-2003-cdse', nm, u)!;
          const away = Math.abs(sizeOf('yu-2003-cdse', nm + 0.001, 0)!.diameterNm - diameterNm) / 0.001;
          expect(repeatabilityNm).toBeCloseTo(away * u, 4);
          expect(standardUncertaintyNm ** 2 - repeatabilityNm ** 2).toBeCloseTo((0.03 * diameterNm) ** 2, 9);
        },
      ),
    );
  });

  it('gives the extinction of its paper, less sure than the size', () => {
    const size = sizeOf('yu-2003-cdse', 570, 0.5)!;
    const { perMolarPerCm, relativeUncertainty } = extinctionOf('yu-2003-cdse', size)!;
    expect(perMolarPerCm).toBeCloseTo(5857 * size.diameterNm ** 2.65, 6);
    expect(relativeUncertainty).toBeGreaterThan(2.65 * (size.standardUncertaintyNm / size.diameterNm));
    expect(extinctionOf('jasieniak-2009-cdse', size)).toBeNull();
  });
});
