import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { both, goodAt, indexAt, lengthOf, momentsOf, stretchesWhere, summed } from '../../../control/review/course.ts';
import type { Course, Evidence } from '../../../control/review/evidence.ts';
import { rules } from '../../../control/review/rules/index.ts';
import { runRules } from '../../../control/review/run-rules.ts';
import { thinned, traceOf, widened } from '../../../control/review/trace.ts';
import { watchedOf } from '../../../control/review/watched.ts';
import { utcMs } from '../../../plant/clock.ts';
import { tagName, type TagName } from '../../../plant/sample.ts';
import { at, cleanBatch, measured, skidOfIt } from './clean-batch.ts';

const bad = 0x80000000;
const tag = 'QD-1/X/T' as TagName;
type Row = readonly [time: number, value: number, quality?: number];
const course = (...rows: readonly Row[]): Course => ({
  tag,
  times: Float64Array.from(rows.map(([time]) => time)),
  values: Float64Array.from(rows.map(([, value]) => value)),
  qualities: Uint32Array.from(rows.map(([, , quality]) => quality ?? 0)),
});
const span = (from: number, to: number) => ({ from: utcMs(from), to: utcMs(to) });

const courses = fc
  .array(
    fc.tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: -50, max: 50 }), fc.constantFrom(0, 0, 0, bad)),
    {
      minLength: 1,
      maxLength: 800,
    },
  )
  .map((rows) => course(...[...new Map(rows.map((row) => [row[0], row])).values()].sort((a, b) => a[0] - b[0])));

describe('a course', () => {
  it('holds each value until the next, and none before its first', () => {
    const one = course([10, 1], [20, 2]);
    expect([9, 10, 19, 20, 999].map((time) => goodAt(one, time))).toEqual([null, 1, 1, 2, 2]);
    expect([9, 10, 25].map((time) => indexAt(one, time))).toEqual([-1, 0, 1]);
  });

  it('has no value where its sample was not Good, nor where there was no number', () => {
    const one = course([10, 1, bad], [20, Number.NaN], [30, 3]);
    expect([10, 20, 30].map((time) => goodAt(one, time))).toEqual([null, null, 3]);
  });

  it('is summed as what flowed: a rate a minute, over the spans alone, nothing where it is not known', () => {
    const rate = course([0, 60], [60_000, 30], [120_000, 30, bad]);
    expect(summed(rate, [span(0, 60_000)])).toBe(60);
    expect(summed(rate, [span(30_000, 90_000)])).toBe(45);
    expect(summed(rate, [span(0, 60_000), span(60_000, 180_000)])).toBe(90);
    expect(summed(rate, [span(120_000, 180_000)])).toBe(0);
  });

  it('is summed alike in parts and as a whole', () => {
    fc.assert(
      fc.property(courses, fc.integer({ min: 0, max: 10_000 }), (one, cut) => {
        const parts = summed(one, [span(0, cut)]) + summed(one, [span(cut, 10_000)]);
        expect(parts).toBeCloseTo(summed(one, [span(0, 10_000)]), 6);
      }),
    );
  });
});

describe('stretches', () => {
  const stretches = (one: Course, holds: (value: number | null) => boolean) =>
    stretchesWhere(momentsOf([one], span(0, 100)), span(0, 100), (time) => goodAt(one, time), holds);

  it('begin where it begins to hold and end where it ends, with least and most', () => {
    const one = course([0, 1], [10, 5], [20, 7], [30, 1], [90, 6]);
    expect(stretches(one, (value) => (value ?? 0) > 4)).toEqual([
      { ...span(10, 30), least: 5, most: 7 },
      { ...span(90, 100), least: 6, most: 6 },
    ]);
  });

  it('cover the span exactly once, together with where it does not hold', () => {
    fc.assert(
      fc.property(courses, (one) => {
        const whole = span(0, 10_000);
        const moments = momentsOf([one], whole);
        const of = (holds: (value: number | null) => boolean) =>
          stretchesWhere(moments, whole, (time) => goodAt(one, time), holds);
        const [warm, other] = [of((value) => (value ?? 0) > 10), of((value) => !((value ?? 0) > 10))];
        expect(lengthOf(warm) + lengthOf(other)).toBe(10_000);
        expect(both(warm, other)).toEqual([]);
      }),
    );
  });
});

describe('what is drawn around a stretch', () => {
  it('is half of it before and after, a minute at least, and nothing beyond the batch', () => {
    expect(widened(span(1_000_000, 1_200_000), 1, span(0, 9_000_000))).toEqual(span(900_000, 1_300_000));
    expect(widened(span(1_000_000, 1_000_000), 1, span(0, 9_000_000))).toEqual(span(940_000, 1_060_000));
    expect(widened(span(1_000_000, 1_000_000), 20, span(0, 9_000_000))).toEqual(span(997_000, 1_003_000));
    expect(widened(span(10, 8_999_990), 1, span(0, 9_000_000))).toEqual(span(0, 9_000_000));
  });

  it('is a part of the batch, wherever the stretch lies', () => {
    const time = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(time, time, time, time, (a, b, c, d) => {
        const within = span(Math.min(a, b), Math.max(a, b));
        const { from, to } = widened(span(Math.min(c, d), Math.max(c, d)), 1, within);
        expect(from).toBeLessThanOrEqual(to);
        expect(from).toBeGreaterThanOrEqual(within.from);
        expect(to).toBeLessThanOrEqual(within.to);
      }),
    );
  });

  it('loses no peak and no gap, however much it is thinned', () => {
    fc.assert(
      fc.property(courses, (one) => {
        const points = thinned(one, span(0, 10_000));
        const known = [...one.times].map((time) => goodAt(one, time));
        const drawn = points.map(([, value]) => value);
        const numbers = (all: readonly (number | null)[]) => all.filter((value) => value !== null);
        expect(Math.max(...numbers(drawn))).toBe(Math.max(...numbers(known)));
        expect(Math.min(...numbers(drawn))).toBe(Math.min(...numbers(known)));
        expect(drawn.includes(null)).toBe(known.includes(null));
        expect(points.length).toBeLessThanOrEqual(Math.min(5 * 301, one.times.length) + 1);
        expect(points.every(([time], n) => n === 0 || time >= points[n - 1]![0])).toBe(true);
      }),
    );
  });

  it('begins with the value in force, and goes on to the end', () => {
    const points = thinned(course([0, 1], [400, 2]), span(100, 1000));
    expect(points).toEqual([
      [100, 1],
      [400, 2],
      [1000, 2],
    ]);
  });
});

describe('the trace of a finding', () => {
  let clean: Evidence;
  beforeAll(async () => {
    clean = (await cleanBatch()).evidence;
  }, 60_000);

  it('shows the parameter with its limits before, in and after the stretch', () => {
    const local = tagName(skidOfIt(clean), 'R101/TT-101' as never);
    const [from, to] = [at(clean, 0.5), utcMs(at(clean, 0.5) + 60_000)];
    const evidence = measured(clean, local, from, to, { value: 75 });
    const [one] = runRules(rules, evidence).find(({ rule }) => rule === 'limits')!.found;
    const [unit] = evidence.units;
    const around = widened(one!, 1, unit!.span);
    expect([around.from, around.to]).toEqual([from - 60_000, to + 60_000]);
    const trace = traceOf(unit!, one!.tags, around, watchedOf(evidence.recipe, unit!).watched, new Map());
    expect(trace.pens).toMatchObject([{ title: 'Stage 1 temperature', low: 50, high: 70 }]);
    const inRange = (value: number | null) => value !== null && value >= 50 && value <= 70;
    const { points } = trace.pens[0]!;
    const of = (begin: number, end: number) =>
      points.filter(([time]) => time >= begin && time < end).map(([, value]) => value);
    expect(of(around.from, from).length).toBeGreaterThan(3);
    expect(of(around.from, from).every(inRange)).toBe(true);
    expect(of(from, to).every((value) => value === 75)).toBe(true);
    expect(of(to, around.to + 1).length).toBeGreaterThan(3);
    expect(of(to, around.to + 1).every(inRange)).toBe(true);
  });
});
