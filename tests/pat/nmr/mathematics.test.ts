import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../../pat/nmr/baseline.ts';
import { centred, powerOfTwoFrom, transform, transformBack } from '../../../pat/nmr/fourier.ts';
import { inverseSymmetric, solveSymmetric } from '../../../pat/nmr/least-squares.ts';
import { correlationFactor, deviationOf, deviationOfMagnitudes, median } from '../../../pat/nmr/noise.ts';
import { upperNormal } from '../../../pat/nmr/normal.ts';
import { peaksOf, widthAtHalf } from '../../../pat/nmr/peaks.ts';
import { randomOf } from '../../bench/pat/support/random.ts';

const noise = (points: number, seed: number, sigma = 1): Float64Array => {
  const random = randomOf(seed);
  return Float64Array.from({ length: points }, () => sigma * random.normal());
};

describe('the Fourier transform', () => {
  it('makes one point of a precession, at its frequency, and none elsewhere', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (turns) => {
        const angle = (n: number): number => (2 * Math.PI * turns * n) / 256;
        const re = Float64Array.from({ length: 256 }, (_, n) => Math.cos(angle(n)));
        const im = Float64Array.from({ length: 256 }, (_, n) => Math.sin(angle(n)));
        transform({ re, im });
        re.forEach((value, k) => expect(value).toBeCloseTo(k === turns ? 256 : 0, 8));
      }),
      { numRuns: 20 },
    );
  });

  it('taken back is what it was made of', () => {
    const [re, im] = [noise(1024, 1), noise(1024, 2)];
    const both = { re: Float64Array.from(re), im: Float64Array.from(im) };
    transform(both);
    transformBack(both);
    both.re.forEach((value, i) => expect(value).toBeCloseTo(re[i]!, 10));
    both.im.forEach((value, i) => expect(value).toBeCloseTo(im[i]!, 10));
  });

  it('has its frequencies upwards through zero once it is centred', () => {
    expect([...centred(Float64Array.of(0, 1, -2, -1))]).toEqual([-2, -1, 0, 1]);
    expect([1, 3, 4, 1000].map(powerOfTwoFrom)).toEqual([2, 4, 4, 1024]);
  });
});

describe('noise', () => {
  it('has the middle value of its values in order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 }), (values) => {
        const sorted = values.toSorted((a, b) => a - b);
        const half = sorted.length >> 1;
        const middle = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
        expect(median(Float64Array.from(values))).toBe(middle);
      }),
    );
  });

  it('is told from a tenth of lines in it', () => {
    const values = noise(20_000, 3, 2);
    for (let i = 0; i < 2000; i += 1) values[10 * i] = 500;
    expect(deviationOf(values)).toBeGreaterThan(2 * 0.97);
    expect(deviationOf(values)).toBeLessThan(2 * 1.2);
  });

  it('of one channel follows from the magnitudes of both', () => {
    const [re, im] = [noise(20_000, 4), noise(20_000, 5)];
    expect(deviationOfMagnitudes(re.map((value, i) => Math.hypot(value, im[i]!)))).toBeCloseTo(1, 1);
  });

  it('counts for as many points as are independent', () => {
    const white = noise(20_000, 6);
    expect(correlationFactor(white)).toBeLessThan(1.1);
    // The mean over eight neighbours: each says what the others say.
    const running = white.map((_, i) => white.subarray(i, i + 8).reduce((sum, value) => sum + value, 0));
    expect(correlationFactor(running)).toBeGreaterThan(7);
    expect(correlationFactor(running)).toBeLessThan(9);
  });

  it('is beyond two standard deviations on one side in 2.275 % of cases', () => {
    expect(upperNormal(2)).toBeCloseTo(0.022750132, 8);
    expect(upperNormal(-1)).toBeCloseTo(0.841344746, 7);
    expect(upperNormal(8)).toBeCloseTo(6.22096e-16, 20);
  });
});

describe('peaks', () => {
  it('are found where they are, between the points, with their width, and none is made of noise', () => {
    const curve = noise(4000, 7, 0.01);
    for (let i = 0; i < curve.length; i += 1) curve[i] = curve[i]! + 1 / (1 + ((i - 1234.4) / 10) ** 2);
    const found = peaksOf(curve, 0.1, 0.08);
    expect(found).toHaveLength(1);
    expect(Math.abs(found[0]!.position - 1234.4)).toBeLessThan(3);
    expect(widthAtHalf(curve, found[0]!)).toBeGreaterThan(18);
    expect(widthAtHalf(curve, found[0]!)).toBeLessThan(22);
  });
});

describe('a baseline', () => {
  it('runs under lines as if they were not there', () => {
    const truth = (i: number): number => 3 + 2 * (i / 4000) - 4 * (i / 4000) ** 2;
    const curve = noise(4000, 8, 0.05).map((value, i) => value + truth(i) + 40 / (1 + ((i - 1500) / 8) ** 2));
    const found = baselineOf(curve, 2, (i) => Math.abs(i - 1500) < 200, 0.05);
    for (let i = 0; i < 4000; i += 100) expect(Math.abs(found[i]! - truth(i))).toBeLessThan(0.05);
  });
});

describe('small systems', () => {
  it('are solved, and what is not positive definite is refused', () => {
    const matrix = Float64Array.of(4, 2, 2, 3);
    const solved = solveSymmetric(matrix, Float64Array.of(8, 7))!;
    [1.25, 1.5].forEach((value, i) => expect(solved[i]).toBeCloseTo(value, 12));
    const inverse = inverseSymmetric(matrix, 2)!;
    [0.375, -0.25, -0.25, 0.5].forEach((value, i) => expect(inverse[i]).toBeCloseTo(value, 12));
    expect(solveSymmetric(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1))).toBeNull();
  });
});
