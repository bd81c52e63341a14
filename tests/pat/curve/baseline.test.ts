import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { airPls, arPls } from '../../../pat/curve/baseline.ts';
import { createWhittaker, type DifferenceOrder } from '../../../pat/curve/whittaker.ts';

type Case = {
  curve: string;
  method: 'arpls' | 'airpls';
  smoothness: number;
  order?: DifferenceOrder;
  ratio: number;
  mostRounds: number;
  rounds: number;
  baseline: number[];
};
const vectors = JSON.parse(readFileSync(new URL('vectors/baselines.json', import.meta.url), 'utf8')) as {
  curves: Record<string, number[]>;
  cases: Case[];
};

describe.each(vectors.cases)('$method of $curve at $smoothness', ({ curve, method, baseline, rounds, ...options }) => {
  it('is that of the independent implementation, in as many rounds', () => {
    const y = Float64Array.from(vectors.curves[curve]!);
    const made = method === 'arpls' ? arPls(y, options) : airPls(y, options);
    expect(made.rounds).toBe(rounds);
    const worst = Math.max(...baseline.map((value, i) => Math.abs(value - made.baseline[i]!)));
    expect(worst).toBeLessThan(1e-5);
  });
});

describe('a baseline', () => {
  const line = (i: number) => 500 / (1 + ((i - 100) / 4) ** 2);
  const wave = (i: number) => 40 + 0.2 * i + Math.sin(i * 12.9898) * 0.5;

  it('runs below the lines', () => {
    const y = Float64Array.from({ length: 200 }, (_, i) => wave(i) + line(i));
    for (const { baseline } of [arPls(y, { smoothness: 1e5 }), airPls(y, { smoothness: 1e5 })]) {
      expect(Math.abs(baseline[100]! - 60)).toBeLessThan(10);
    }
  });

  it('of a straight line is that line', () => {
    const y = Float64Array.from({ length: 60 }, (_, i) => 3 + 2 * i);
    for (const { baseline } of [arPls(y, { smoothness: 1e4 }), airPls(y, { smoothness: 1e4 })]) {
      for (const [i, value] of baseline.entries()) expect(value).toBeCloseTo(y[i]!, 6);
    }
  });

  it('rises with what is added, and grows with what is multiplied', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        (by, plus) => {
          const y = Float64Array.from({ length: 120 }, (_, i) => wave(i) + line(i));
          const before = arPls(y, { smoothness: 1e4 }).baseline;
          const after = arPls(
            y.map((value) => by * value + plus),
            { smoothness: 1e4 },
          ).baseline;
          for (const [i, value] of after.entries())
            expect(Math.abs(value - by * before[i]! - plus)).toBeLessThan(1e-3 * by + 1e-6);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('Whittaker’s smoother', () => {
  it('fulfils its own normal equations', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<DifferenceOrder>(1, 2, 3),
        fc.array(
          fc.tuple(fc.double({ min: -100, max: 100, noNaN: true }), fc.double({ min: 0.01, max: 1, noNaN: true })),
          {
            minLength: 8,
            maxLength: 30,
          },
        ),
        (order, points) => {
          const y = Float64Array.from(points, ([value]) => value);
          const w = Float64Array.from(points, ([, weight]) => weight);
          const z = createWhittaker(y.length, order, 10)(w, y);
          const rows = { 1: [-1, 1], 2: [1, -2, 1], 3: [-1, 3, -3, 1] }[order];
          const gradient = y.map((value, i) => w[i]! * (z[i]! - value));
          for (let r = 0; r + order < y.length; r += 1) {
            const d = rows.reduce((sum, c, k) => sum + c * z[r + k]!, 0);
            for (const [k, c] of rows.entries()) gradient[r + k]! += 10 * c * d;
          }
          for (const value of gradient) expect(Math.abs(value)).toBeLessThan(1e-8);
        },
      ),
    );
  });
});
