import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heightOfUnitArea, pseudoVoigt } from '../../../pat/curve/line-shapes.ts';
import { fitPeaks, type Bounded, type Line, type PeakModel } from '../../../pat/curve/peak-fit.ts';

const held = (start: number): Bounded => ({ start, least: start, most: start });
const within = (start: number, by: number): Bounded => ({ start, least: start - by, most: start + by });
const line = (name: string, at: number, width: number): Line => ({
  name,
  centre: within(at, 4),
  width: { start: width, least: width / 2, most: width * 2 },
  lorentzShare: held(1),
});
const axis = Float64Array.from({ length: 300 }, (_, i) => 100 + i);
const shape = { value: 0, byCentre: 0, byWidth: 0, byShare: 0 };
const drawn = (
  lines: readonly (readonly [number, number, number, number])[],
  background = (x: number) => 20 + 0.1 * x,
) =>
  axis.map((x) =>
    lines.reduce((sum, [at, width, share, area]) => {
      pseudoVoigt(x, at, width, share, shape);
      return sum + area * shape.value;
    }, background(x)),
  );
const ones = new Float64Array(300).fill(1);
/** A reproducible normal deviate. */
function* normals(seed: number) {
  let state = seed;
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (;;) yield Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
}

describe('a line of unit area', () => {
  it('is half as high at half its width from the centre, whatever its shape', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        (share, width) => {
          pseudoVoigt(5 + width / 2, 5, width, share, shape);
          expect(shape.value).toBeCloseTo(heightOfUnitArea(width, share) / 2, 8);
        },
      ),
    );
  });

  it('has the slopes it says', () => {
    const at = (x: number, c: number, w: number, s: number) => (pseudoVoigt(x, c, w, s, shape), shape.value);
    fc.assert(
      fc.property(fc.double({ min: -20, max: 20, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (x, s) => {
        const e = 1e-5;
        pseudoVoigt(x, 1, 7, s, shape);
        const { byCentre, byWidth } = shape;
        expect(byCentre).toBeCloseTo((at(x, 1 + e, 7, s) - at(x, 1 - e, 7, s)) / (2 * e), 6);
        expect(byWidth).toBeCloseTo((at(x, 1, 7 + e, s) - at(x, 1, 7 - e, s)) / (2 * e), 6);
      }),
    );
  });
});

describe('a fit of lines', () => {
  it('finds centres, widths and areas of overlapping lines upon a slope', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 8, max: 16, noNaN: true }),
        fc.double({ min: 100, max: 5000, noNaN: true }),
        (off, width, area) => {
          const y = drawn([
            [200 + off, width, 1, area],
            [230, 12, 1, 1000],
          ]);
          const { lines } = fitPeaks(axis, y, ones, {
            lines: [line('a', 200, 12), line('b', 230, 12)],
            backgroundOrder: 1,
          });
          expect(lines[0]!.centre.value).toBeCloseTo(200 + off, 4);
          expect(lines[0]!.width.value).toBeCloseTo(width, 3);
          expect(Math.abs(lines[0]!.area.value / area - 1)).toBeLessThan(1e-4);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps within its bounds and gives no negative area', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 300, maxLength: 300 }),
        (values) => {
          const model: PeakModel = { lines: [line('a', 200, 12), line('b', 300, 20)], backgroundOrder: 2 };
          for (const { centre, width, area, name } of fitPeaks(axis, Float64Array.from(values), ones, model).lines) {
            const [at, wide] = name === 'a' ? [200, 12] : [300, 20];
            expect(Math.abs(centre.value - at)).toBeLessThanOrEqual(4 + 1e-9);
            expect(width.value).toBeGreaterThanOrEqual(wide / 2);
            expect(width.value).toBeLessThanOrEqual(wide * 2);
            expect(area.value).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('states uncertainties that hold: the truth is within two of them in about 95 % of noisy curves', () => {
    const deviation = 5;
    const noise = normals(7);
    const clean = drawn([
      [200, 12, 1, 2000],
      [216, 14, 1, 900],
    ]);
    let hits = 0;
    const rounds = 300;
    for (let k = 0; k < rounds; k += 1) {
      const y = clean.map((value) => value + deviation * noise.next().value!);
      const model = { lines: [line('a', 200, 12), line('b', 216, 14)], backgroundOrder: 1 };
      const { area } = fitPeaks(axis, y, new Float64Array(300).fill(deviation), model).lines[1]!;
      if (Math.abs(area.value - 900) <= 2 * area.deviation) hits += 1;
    }
    expect(hits / rounds).toBeGreaterThan(0.92);
  });

  it('gives an amount of nothing an uncertainty', () => {
    const noise = normals(3);
    const y = drawn([]).map((value) => value + 2 * noise.next().value!);
    const model = { lines: [line('a', 200, 12)], backgroundOrder: 1 };
    const { area } = fitPeaks(axis, y, new Float64Array(300).fill(2), model).lines[0]!;
    expect(area.value).toBeLessThan(4 * area.deviation);
    expect(area.deviation).toBeGreaterThan(5);
  });

  it('ties an overtone to its fundamental, and shifts all lines together', () => {
    const y = drawn([
      [152, 10, 1, 1000],
      [302, 20, 1, 400],
    ]);
    const model: PeakModel = {
      lines: [
        { name: 'LO', centre: held(150), width: within(10, 3), lorentzShare: held(1) },
        {
          name: '2LO',
          centre: held(300),
          width: within(20, 3),
          lorentzShare: 'LO',
          areaOf: { line: 'LO', ratio: { start: 0.3, least: 0.1, most: 0.6 } },
        },
      ],
      backgroundOrder: 1,
      shift: within(0, 5),
    };
    const fit = fitPeaks(axis, y, ones, model);
    expect(fit.shift!.value).toBeCloseTo(2, 3);
    expect(fit.lines[1]!.area.value).toBeCloseTo(400, 1);
    expect(fit.areaCovariance('LO', 'LO')).toBeCloseTo(fit.lines[0]!.area.deviation ** 2, 6);
  });

  it('refuses a line that goes by one that does not stand before it', () => {
    const model: PeakModel = { lines: [{ ...line('a', 200, 12), width: 'b' }], backgroundOrder: 0 };
    expect(() => fitPeaks(axis, ones, ones, model)).toThrow('the line b');
  });
});
