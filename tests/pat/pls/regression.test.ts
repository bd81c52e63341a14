import fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { fQuantile, normalQuantile } from '../../../pat/pls/distributions.ts';
import { hotellingLimit, residualLimit } from '../../../pat/pls/limits.ts';
import { coefficientsOf, fitPls, predictRows, residualRows } from '../../../pat/pls/regression.ts';
import { deviates } from './mixtures.ts';

const random = (rows: number, columns: number, seed: number): Matrix => {
  const draw = deviates(seed);
  return new Matrix(Array.from({ length: rows }, () => Array.from({ length: columns }, draw)));
};
const centred = (matrix: Matrix): Matrix => matrix.clone().subRowVector(matrix.mean('column'));
const distance = (one: Matrix, other: Matrix): number => Matrix.sub(one, other).norm();
const shapes = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  variables: fc.integer({ min: 1, max: 6 }),
  responses: fc.integer({ min: 1, max: 3 }),
  more: fc.integer({ min: 3, max: 12 }),
});

describe('partial least squares', () => {
  it('with as many components as variables is the direct least-squares solution', () => {
    fc.assert(
      fc.property(shapes, ({ seed, variables, responses, more }) => {
        const x = random(variables + more, variables, seed);
        const y = random(variables + more, responses, seed + 1);
        const direct = solve(centred(x), centred(y), true);
        const fit = fitPls(x, y, variables);
        expect(distance(coefficientsOf(fit, variables), direct)).toBeLessThan(1e-6 * (1 + direct.norm()));
      }),
    );
  });

  it('has orthogonal scores, and rotations that make them of spectra as they are measured', () => {
    fc.assert(
      fc.property(shapes, ({ seed, responses, more }) => {
        const x = random(8 + more, 8, seed);
        const fit = fitPls(x, random(8 + more, responses, seed + 1), 4);
        const gram = fit.scores.transpose().mmul(fit.scores);
        for (let a = 0; a < 4; a += 1)
          for (let b = 0; b < a; b += 1) expect(Math.abs(gram.get(a, b))).toBeLessThan(1e-8 * gram.norm());
        expect(distance(centred(x).mmul(fit.rotations), fit.scores)).toBeLessThan(1e-8 * fit.scores.norm());
      }),
    );
  });

  it('explains its own calibration the better, the more components it has', () => {
    const [x, y] = [random(30, 12, 5), random(30, 2, 6)];
    const fit = fitPls(x, y, 8);
    const errors = Array.from({ length: 8 }, (_, a) => distance(predictRows(fit, x, a + 1), y));
    expect(errors).toEqual([...errors].sort((one, other) => other - one));
  });

  it('leaves nothing of spectra that lie in its plane', () => {
    const x = random(20, 3, 7).mmul(random(3, 10, 8));
    expect(residualRows(fitPls(x, random(20, 1, 9), 3), x).norm()).toBeLessThan(1e-9 * x.norm());
  });

  it('refuses more components than the spectra carry', () => {
    const x = random(20, 2, 10).mmul(random(2, 10, 11));
    expect(() => fitPls(x, random(20, 1, 12), 3)).toThrow(/with 2 components, and 3 are asked for/u);
  });
});

describe('the limits of a model', () => {
  it.each([
    [0.95, 4, 200, 2.4168],
    [0.99, 3, 10, 6.5523],
    [0.95, 1, 5, 6.6079],
    [0.95, 10, 30, 2.1646],
  ])('F at %d of %d and %d is that of the tables', (confidence, one, other, expected) => {
    expect(fQuantile(confidence, one, other)).toBeCloseTo(expected, 3);
  });

  it.each([
    [0.95, 1.644_85],
    [0.99, 2.326_35],
    [0.025, -1.959_96],
  ])('a normal deviate at %d is that of the tables', (confidence, expected) => {
    expect(normalQuantile(confidence)).toBeCloseTo(expected, 4);
  });

  it('T² of 2 components and 20 samples is that of a hand calculation', () => {
    // 2·(400 − 1)/(20·18)·F(0.95; 2, 18) with F = 3.5546.
    expect(hotellingLimit(20, 2, 0.95)).toBeCloseTo(((2 * 399) / 360) * 3.5546, 2);
  });

  it.each([0.95, 0.99])(
    'Q at %d is passed by about as many as it says, however uneven the directions are',
    (confidence) => {
      const scale = Float64Array.from({ length: 12 }, (_, i) => 1 / Math.sqrt(1 + i));
      const many = random(4000, 12, 13).mulRowVector([...scale]);
      const limit = residualLimit(many.subMatrix(0, 199, 0, 11), confidence);
      const beyond = many.to2DArray().filter((row) => row.reduce((sum, e) => sum + e * e, 0) > limit).length / 4000;
      expect(beyond).toBeGreaterThan((1 - confidence) / 4);
      expect(beyond).toBeLessThan((1 - confidence) * 2);
    },
  );

  it('Q grows with the confidence also where one direction holds nearly all of the residual', () => {
    const one = random(200, 12, 14).mulRowVector([10, ...Array.from({ length: 11 }, () => 0.5)]);
    expect(residualLimit(one, 0.99)).toBeGreaterThan(residualLimit(one, 0.95));
  });
});
