import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spectrumOf } from '../../../pat/nmr/decay.ts';
import { addLine, dawsonOf, type Columns, type Grid, type Shape } from '../../../pat/nmr/line-shape.ts';
import { decayOf } from '../../bench/pat/support/synthetic-fid.ts';

const spectralWidthHz = 5000;
const [points, used] = [2048, 1000];
const hz = Float64Array.from({ length: points }, (_, j) => ((j - points / 2) * spectralWidthHz) / points);
const bins = Int32Array.from({ length: points }, (_, j) => (j + points / 2) % points);
const sampled: Grid = { hz, sampling: { spectralWidthHz, used, points, bins } };
const continuous: Grid = { hz, sampling: null };

const lineOf = (grid: Grid, shape: Shape): Columns => {
  const empty = (): Float64Array => new Float64Array(points);
  const columns = {
    value: empty(),
    byHz: empty(),
    byWidth: empty(),
    byGaussian: empty(),
    byPhase: empty(),
    byCoupling: null,
  };
  addLine(grid, shape, 1, columns);
  return columns;
};

const shapes = fc.record({
  hz: fc.double({ min: -2000, max: 2000, noNaN: true }),
  widthHz: fc.double({ min: 1, max: 40, noNaN: true }),
  gaussian: fc.double({ min: 0, max: 1, noNaN: true }),
  phaseRad: fc.double({ min: -3, max: 3, noNaN: true }),
});

describe('a Lorentzian line', () => {
  it('is what the transform makes of its decay, cut off and filled with zeros, whatever its phase', () => {
    fc.assert(
      fc.property(shapes, ({ hz: at, widthHz, phaseRad }) => {
        const line = { name: '', ppm: at, widthHz, amplitude: 1, satellites: 0, couplingHz: 0 };
        const taking = {
          points: used,
          spectralWidthHz,
          frequencyMHz: 1,
          carrierPpm: 0,
          deadTimeS: 0,
          phaseRad,
          driftHz: 0,
        };
        const decay = { ...decayOf([line], taking), spectralWidthHz, frequencyMHz: 1, carrierPpm: 0 };
        const transformed = spectrumOf(decay, 0).re;
        const { value } = lineOf(sampled, { hz: at, widthHz, gaussian: 0, phaseRad });
        value.forEach((each, i) => expect(Math.abs(each - transformed[i]!)).toBeLessThan(1e-7));
      }),
      { numRuns: 25 },
    );
  });

  it('has the same area whatever its width, where it was not sampled', () => {
    const area = (widthHz: number, gaussian: number): number =>
      lineOf(continuous, { hz: 3, widthHz, gaussian, phaseRad: 0 }).value.reduce((sum, each) => sum + each, 0);
    expect(area(40, 0) / area(20, 0)).toBeCloseTo(1, 2);
    expect(area(20, 1) / area(40, 1)).toBeCloseTo(1, 6);
    expect(area(20, 1) / area(20, 0)).toBeCloseTo(1, 2);
  });
});

describe.each([
  ['sampled', sampled],
  ['not sampled', continuous],
] as const)('the derivatives of a line that was %s', (_, grid) => {
  it('are the limits of its differences', () => {
    const by = [
      ['byHz', (shape: Shape, by: number) => ({ ...shape, hz: shape.hz + by }), 1e-3],
      ['byWidth', (shape: Shape, by: number) => ({ ...shape, widthHz: shape.widthHz + by }), 1e-3],
      ['byGaussian', (shape: Shape, by: number) => ({ ...shape, gaussian: shape.gaussian + by }), 1e-4],
      ['byPhase', (shape: Shape, by: number) => ({ ...shape, phaseRad: shape.phaseRad + by }), 1e-4],
    ] as const;
    fc.assert(
      fc.property(shapes, (shape) => {
        const columns = lineOf(grid, shape);
        for (const [name, moved, step] of by) {
          const up = lineOf(grid, moved(shape, step)).value;
          const down = lineOf(grid, moved(shape, -step)).value;
          const highest = columns[name].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          columns[name].forEach((value, i) =>
            expect(Math.abs(value - (up[i]! - down[i]!) / (2 * step))).toBeLessThan(2e-4 * highest),
          );
        }
      }),
      { numRuns: 5 },
    );
  });
});

it("Dawson's integral is as it is in the tables", () => {
  const table = [
    [0.1, 0.09933599239785],
    [0.5, 0.4244363835020223],
    [1, 0.5380795069127684],
    [2, 0.301340388923792],
    [4.9, 0.104314873376968],
    [10, 0.05025384718759853],
  ] as const;
  for (const [u, value] of table) {
    expect(dawsonOf(u) / value).toBeCloseTo(1, 5);
    expect(dawsonOf(-u)).toBeCloseTo(-dawsonOf(u), 12);
  }
});
