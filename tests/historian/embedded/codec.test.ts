import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCourse, encodeCourse } from '../../../historian/embedded/codec.ts';
import { addPoint, growing, historyPointAt, ordered } from '../../../historian/embedded/course.ts';
import { valueKinds } from '../../../historian/point.ts';

const reading = fc.oneof(
  fc.integer({ min: -4_000, max: 4_000 }).map((raw) => raw / 10),
  fc.integer().map((raw) => raw / 1_000),
  fc.integer({ min: -40_000, max: 40_000 }).map((raw) => Math.fround(raw / 100)),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 5e-324, 1e300, 0.1 + 0.2, 2 ** 53, -(2 ** 52), 1e-7),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const value = fc.oneof(
  { weight: 8, arbitrary: reading.map((number) => ({ kind: valueKinds.number, number, text: undefined })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(valueKinds.yes, valueKinds.no, valueKinds.nothing)
      .map((kind) => ({ kind, number: 0, text: undefined })),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => ({ kind: valueKinds.text, number: 0, text })) },
);
const point = fc.record({
  value,
  wait: fc.oneof(fc.constant(1_000), fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: 1, max: 2 ** 40 })),
  quality: fc.oneof(fc.constant(0), fc.nat(0xffff_ffff)),
  delay: fc.oneof(fc.constant(3), fc.integer({ min: -(2 ** 45), max: 2 ** 45 }), fc.constant(0.5)),
});

describe('points of a chunk', () => {
  it('come back as they were: every bit, every status, both times', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 4e12 }), fc.array(point, { maxLength: 120 }), (from, points) => {
        const course = growing();
        let time = from;
        for (const { value: one, wait, quality, delay } of points) {
          time += wait;
          addPoint(course, one.kind, one.number, one.text, quality, time, time + delay);
        }
        const back = decodeCourse(encodeCourse(course));
        expect(back.count).toBe(course.count);
        for (let i = 0; i < back.count; i += 1) {
          const [read, written] = [historyPointAt(back, i), historyPointAt(course, i)];
          expect(Object.is(read.value, written.value)).toBe(true);
          expect({ ...read, value: null }).toEqual({ ...written, value: null });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are put in order, the later of two of one time being kept', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(1_000))), (given) => {
        const course = growing();
        const model = new Map<number, number>();
        for (const [time, number] of given) {
          addPoint(course, valueKinds.number, number, undefined, 0, time, time);
          model.set(time, number);
        }
        const found = ordered(course);
        const read = Array.from({ length: found.count }, (_, i) => [found.times[i], found.numbers[i]]);
        expect(read).toEqual([...model].sort(([one], [other]) => one - other));
      }),
    );
  });
});
