import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removeCosmicRays, removeCosmicRaysAgainst } from '../../../pat/curve/cosmic-rays.ts';
import { interpolateLinear, interpolateMonotone } from '../../../pat/curve/interpolate.ts';
import { median, noiseOf, robustDeviation } from '../../../pat/curve/noise.ts';
import { multiplicativeScatterCorrection, standardNormalVariate } from '../../../pat/curve/scatter.ts';
import { savitzkyGolay } from '../../../pat/curve/smoothing.ts';

let state = 1;
const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
/** Luminescence, a sharp line of 5 points' width at 200, noise of 10. */
const spectrum = () =>
  Float64Array.from({ length: 500 }, (_, i) => 1000 + i + 6000 / (1 + ((i - 200) / 2.5) ** 2) + 10 * normal());

describe('removing cosmic rays', () => {
  it('takes rays of one or two points away, wherever they strike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 494 }), fc.double({ min: 0, max: 0.5, noNaN: true }), (at, share) => {
        fc.pre(Math.abs(at - 200) > 12);
        const clean = spectrum();
        const hit = Float64Array.from(clean);
        hit[at]! += 2000;
        hit[at + 1]! += 2000 * share;
        const { y, struck } = removeCosmicRays(hit, { threshold: 8 });
        expect(struck).toContain(at);
        expect(Math.abs(y[at]! - clean[at]!)).toBeLessThan(200);
      }),
      { numRuns: 50 },
    );
  });

  it('leaves a sharp line and the noise as they are', () => {
    for (let k = 0; k < 20; k += 1) {
      const y = spectrum();
      expect(removeCosmicRays(y, { threshold: 8 })).toEqual({ y, struck: [] });
    }
  });

  it('sees a ray upon a line against the spectrum before', () => {
    const before = spectrum();
    const hit = spectrum();
    hit[200]! += 800;
    expect(removeCosmicRaysAgainst(hit, before, { threshold: 8 }).struck).toEqual([200]);
    expect(removeCosmicRaysAgainst(spectrum(), before, { threshold: 8 }).struck).toEqual([]);
  });
});

describe('measures of noise', () => {
  it('are not moved by lines', () => {
    expect(noiseOf(spectrum())).toBeGreaterThan(8);
    expect(noiseOf(spectrum())).toBeLessThan(12);
    expect(robustDeviation([1, 2, 3, 4, 1e6])).toBeLessThan(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe('correcting for scatter', () => {
  const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 5, maxLength: 40 });

  it('by SNV leaves mean 0 and standard deviation 1, whatever was added or multiplied', () => {
    fc.assert(
      fc.property(
        values,
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.double({ min: -10, max: 10, noNaN: true }),
        (y, by, plus) => {
          fc.pre(Math.max(...y) - Math.min(...y) > 1);
          const a = standardNormalVariate(Float64Array.from(y));
          const b = standardNormalVariate(Float64Array.from(y, (value) => by * value + plus));
          for (const [i, value] of a.entries()) expect(b[i]).toBeCloseTo(value, 6);
          expect(a.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 8);
        },
      ),
    );
  });

  it('by MSC gives the reference back', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0.1, max: 10, noNaN: true }), (y, by) => {
        fc.pre(Math.max(...y) - Math.min(...y) > 1);
        const reference = Float64Array.from(y);
        const { corrected, slope } = multiplicativeScatterCorrection(
          reference.map((value) => by * value + 3),
          reference,
        )!;
        expect(slope).toBeCloseTo(by, 8);
        for (const [i, value] of corrected.entries()) expect(value).toBeCloseTo(reference[i]!, 6);
      }),
    );
    expect(multiplicativeScatterCorrection(new Float64Array(5), new Float64Array(5))).toBeNull();
  });
});

describe('Savitzky–Golay', () => {
  it('leaves a parabola as it is and gives its slope', () => {
    const x = Float64Array.from({ length: 50 }, (_, i) => i * 0.5);
    const y = x.map((value) => 3 * value * value - value);
    const slope = savitzkyGolay(y, 0.5, { windowPoints: 9, polynomialOrder: 2, derivative: 1 });
    for (const [i, value] of slope.entries()) expect(value).toBeCloseTo(6 * x[i]! - 1, 8);
    for (const [i, value] of savitzkyGolay(y, x, { windowPoints: 7, polynomialOrder: 2 }).entries()) {
      expect(value).toBeCloseTo(y[i]!, 8);
    }
  });

  it('refuses a window that cannot be', () => {
    const y = new Float64Array(20);
    expect(() => savitzkyGolay(y, 1, { windowPoints: 8, polynomialOrder: 2 })).toThrow('window of 8');
    expect(() => savitzkyGolay(y, 1, { windowPoints: 21, polynomialOrder: 2 })).toThrow('20 points');
  });
});

describe('interpolation', () => {
  it('goes through its points, stays between neighbours where it is monotone, and knows nothing beyond the ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 3, maxLength: 20 }),
        (values) => {
          const axis = Float64Array.from(values, (_, i) => i * i + i);
          const y = Float64Array.from(values);
          expect(
            [...interpolateMonotone(axis, y, axis)].map((value, i) => Math.abs(value - y[i]!) < 1e-9),
          ).not.toContain(false);
          const middles = axis.slice(1).map((value, i) => (value + axis[i]!) / 2);
          for (const way of [interpolateLinear, interpolateMonotone]) {
            for (const [i, value] of way(axis, y, middles).entries()) {
              expect(value).toBeGreaterThanOrEqual(Math.min(y[i]!, y[i + 1]!) - 1e-9);
              expect(value).toBeLessThanOrEqual(Math.max(y[i]!, y[i + 1]!) + 1e-9);
            }
            expect(way(axis, y, Float64Array.of(-1, axis.at(-1)! + 1))).toEqual(Float64Array.of(NaN, NaN));
          }
        },
      ),
    );
  });
});
