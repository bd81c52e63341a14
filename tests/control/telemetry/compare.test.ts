import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareTag, type Comparison, type Keeping, type Stretch } from '../../../control/telemetry/proof/index.ts';
import { decideKeep, longestSilenceMs, type KeptState } from '../../../historian/live-history.ts';
import { monotonic, utcMs } from '../../../plant/clock.ts';
import type { HistoryPoint } from '../../../plant/ports/history.ts';
import { bad, good, uncertainLastUsableValue, type Quality } from '../../../plant/quality.ts';
import { skidName, localTag, tagName, type TagValue } from '../../../plant/sample.ts';

const tag = tagName(skidName('QD-1'), localTag('R201/TT-201A'));
const begin = 1_790_000_000_000;

/** One reading: how long after the one before, how old it is, and what it says. */
type Reading = Readonly<{ afterMs: number; ageMs: number; value: TagValue; quality: Quality; isNew: boolean }>;

/** The same scans as the historian keeps them and as they are sealed. */
function measured(readings: readonly Reading[], { everyMs, atOnce, deadband }: Keeping) {
  let now = begin;
  let source = begin - 100;
  let state: KeptState | null = null;
  const points: HistoryPoint[] = [];
  const changes: Stretch['changes'][number][] = [];
  for (const { afterMs, ageMs, value, quality, isNew } of readings) {
    now += afterMs;
    if (isNew) source = Math.max(source, now - ageMs);
    const [utc, sourceTime] = [utcMs(now), utcMs(source)];
    const sample = { tag, value, quality, sourceTime, serverTime: utc };
    const decision = decideKeep({ everyMs, atOnce, deadband }, state, sample, utc, monotonic(now - begin));
    ({ state } = decision);
    if (decision.keep !== null)
      points.push({ time: decision.keep.sourceTime, value, quality, serverTime: decision.keep.serverTime });
    const last = changes.at(-1);
    if (last?.value !== value || last.quality !== quality)
      changes.push({ seen: utc, source: sourceTime, value, quality });
  }
  const from = changes[0]!.seen;
  const stretch: Stretch = { from, to: utcMs(now), killed: false, changes };
  return { stretch, points };
}

const number: Keeping = { everyMs: 1_000, atOnce: false, longestSilenceMs, deadband: 0 };
const valve: Keeping = { everyMs: 1_000, atOnce: true, longestSilenceMs, deadband: 0 };

const reading = (value: fc.Arbitrary<TagValue>) =>
  fc.record({
    afterMs: fc.integer({ min: 80, max: 700 }),
    ageMs: fc.integer({ min: 0, max: 60 }),
    value,
    quality: fc.oneof({ weight: 12, arbitrary: fc.constant(good) }, fc.constantFrom(bad, uncertainLastUsableValue)),
    isNew: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.constant(false)),
  });
/** What is not new says what was said before, or that it is doubtful by now. */
const honest = (readings: readonly Reading[]): readonly Reading[] =>
  readings.reduce<readonly Reading[]>((all, one) => {
    const before = all.at(-1);
    if (one.isNew || before === undefined) return [...all, { ...one, isNew: true }];
    const quality = one.quality === good ? before.quality : one.quality;
    return [...all, { ...one, value: before.value, quality }];
  }, []);
const course = (value: fc.Arbitrary<TagValue>) =>
  fc.array(reading(value), { minLength: 20, maxLength: 200 }).map(honest);
const numbers = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true }));

const compare = ({ stretch, points }: ReturnType<typeof measured>, keeping: Keeping): Comparison =>
  compareTag([stretch], points, keeping, []);

describe('history of a tag', () => {
  it('that was kept by its rule is never accused', () => {
    fc.assert(
      fc.property(
        course(numbers),
        fc.constantFrom(number, { ...number, everyMs: 0 }, { ...number, deadband: 1 }),
        (readings, keeping) => {
          const made = measured(readings, keeping);
          expect(compare(made, keeping).first).toBeNull();
        },
      ),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(course(fc.boolean()), (readings) => {
        expect(compare(measured(readings, valve), valve).first).toBeNull();
      }),
    );
  });

  it('in which one point was altered names that point, what was measured and what is there', () => {
    fc.assert(
      fc.property(course(numbers), fc.nat(), (readings, draw) => {
        const made = measured(readings, number);
        const within = made.points.filter(({ time }) => time >= made.stretch.from && time < made.stretch.to - 800);
        fc.pre(within.length > 0);
        const altered = within[draw % within.length]!;
        const points = made.points.map((point) => (point === altered ? { ...point, value: 12_345.678 } : point));
        expect(compare({ ...made, points }, number).first).toMatchObject({
          time: altered.time,
          historian: { value: 12_345.678 },
        });
      }),
      { numRuns: 300 },
    );
  });

  it('in which the quality of a point was altered names it too', () => {
    fc.assert(
      fc.property(course(fc.constant(80.5)), fc.nat(), (readings, draw) => {
        const made = measured(readings, number);
        const within = made.points.filter(({ time }) => time >= made.stretch.from && time < made.stretch.to - 800);
        fc.pre(within.length > 0);
        const altered = within[draw % within.length]!;
        const other = 0x8001_0000 as Quality;
        const points = made.points.map((point) => (point === altered ? { ...point, quality: other } : point));
        expect(compare({ ...made, points }, number).first?.time).toBe(altered.time);
      }),
    );
  });

  it('of a valve is missed by every single change that is not there', () => {
    fc.assert(
      fc.property(course(fc.boolean()), fc.nat(), (readings, draw) => {
        const made = measured(readings, valve);
        const { changes } = made.stretch;
        fc.pre(changes.length > 1);
        const lost = changes[1 + (draw % (changes.length - 1))]!;
        const points = made.points.filter(({ time }) => time !== lost.source && time !== lost.seen);
        fc.pre(points.length < made.points.length);
        expect(compare({ ...made, points }, valve).first).toMatchObject({ historian: null });
      }),
    );
  });

  it('of a restless number is missed by every single point that is not there', () => {
    const readings = Array.from({ length: 300 }, (_, index) => ({
      afterMs: 100,
      ageMs: 20,
      value: index,
      quality: good,
      isNew: true,
    }));
    const made = measured(readings, number);
    for (const lost of made.points.slice(2, -2)) {
      const points = made.points.filter((point) => point !== lost);
      expect(compare({ ...made, points }, number).first, String(lost.time)).toMatchObject({ historian: null });
    }
  });

  it('of a number that stepped once is missed by that step, though it is kept again a minute later', () => {
    const readings = Array.from({ length: 3_000 }, (_, index) => ({
      afterMs: 100,
      ageMs: 20,
      value: index < 500 ? 5 : 6,
      quality: good,
      isNew: true,
    }));
    const made = measured(readings, number);
    const step = made.points.find(({ value }) => value === 6)!;
    expect(compare(made, number).first).toBeNull();
    const points = made.points.filter((point) => point !== step);
    expect(compare({ ...made, points }, number).first).toMatchObject({ measured: { value: 6 }, historian: null });
    expect(compare({ ...made, points: [] }, number).first).not.toBeNull();
  });

  it('with a gap on record is excused for what fell into it, and for nothing else', () => {
    const readings = Array.from({ length: 100 }, (_, index) => ({
      afterMs: 100,
      ageMs: 20,
      value: index % 2 === 0,
      quality: good,
      isNew: true,
    }));
    const { stretch, points } = measured(readings, valve);
    const [from, to] = [utcMs(begin + 3_000), utcMs(begin + 5_000)];
    const left = points.filter(({ time }) => time < from || time > to);
    expect(compareTag([stretch], left, valve, []).first).not.toBeNull();
    const said = compareTag([stretch], left, valve, [{ from, to }]);
    expect(said.first).toBeNull();
    expect(said.excused).toBeGreaterThan(10);
    expect(compareTag([stretch], points.slice(0, -20), valve, [{ from, to }]).first).not.toBeNull();
  });

  it('keeps no number that is none, and is not accused of it', () => {
    const readings = [1, Number.NaN, 2, Infinity, 3].map((value) => ({
      afterMs: 1_500,
      ageMs: 20,
      value,
      quality: Number.isFinite(value) ? good : bad,
      isNew: true,
    }));
    const { stretch, points } = measured(readings, number);
    const stored = points.map((point) => ({
      ...point,
      value: typeof point.value === 'number' && !Number.isFinite(point.value) ? null : point.value,
    }));
    expect(compareTag([stretch], stored, number, []).first).toBeNull();
  });
});
