/** Reading courses: the value in force at a time, stretches in which something holds, sums over time. Pure. */
import { utcMs } from '../../plant/clock.ts';
import type { Course, Span } from './evidence.ts';

/** Index of the last point at or before `time`; −1 where there is none. */
export function indexAt({ times }: Course, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The two top bits of an OPC UA StatusCode say Good (00). */
const isGoodCode = (code: number): boolean => code >>> 30 === 0;

/** The Good number in force at `time`, or null: a sample that is not Good is no evidence. */
export function goodAt(course: Course, time: number): number | null {
  const index = indexAt(course, time);
  const value = course.values[index];
  return index < 0 || value === undefined || Number.isNaN(value) || !isGoodCode(course.qualities[index] ?? 0)
    ? null
    : value;
}

/** Every time within the span at which one of the courses has a point, and the span's start; ascending, each once. */
export function momentsOf(courses: readonly Course[], { from, to }: Span): Float64Array {
  const all: number[] = [from];
  for (const course of courses) {
    for (let index = indexAt(course, from) + 1; index < course.times.length; index += 1) {
      const time = course.times[index] ?? 0;
      if (time > to) break;
      all.push(time);
    }
  }
  const sorted = Float64Array.from(all).sort();
  let kept = 0;
  for (const time of sorted) if (kept === 0 || sorted[kept - 1] !== time) sorted[kept++] = time;
  return sorted.subarray(0, kept);
}

export type Stretch = Span & Readonly<{ least: number; most: number }>;

/**
 * The stretches within the span in which `holds`. Each moment's answer stands until the next moment.
 * @param valueAt the value at a moment, null where it is not known
 */
export function stretchesWhere(
  moments: Float64Array,
  span: Span,
  valueAt: (time: number) => number | null,
  holds: (value: number | null) => boolean,
): readonly Stretch[] {
  const found: Stretch[] = [];
  let open: { from: number; least: number; most: number } | null = null;
  const close = (at: number): void => {
    if (open !== null) found.push({ ...open, from: utcMs(open.from), to: utcMs(at) });
    open = null;
  };
  for (const time of moments) {
    const value = valueAt(time);
    if (!holds(value)) {
      close(time);
      continue;
    }
    const number = value ?? Number.NaN;
    open ??= { from: time, least: number, most: number };
    // NaN stays out of both: a stretch may begin with a value that is not known.
    if (!(open.least <= number)) open.least = Number.isNaN(number) ? open.least : number;
    if (!(open.most >= number)) open.most = Number.isNaN(number) ? open.most : number;
  }
  close(span.to);
  return found;
}

/** The parts that lie in both, in order; each list in order and without overlap. */
export function both(some: readonly Span[], others: readonly Span[]): readonly Span[] {
  return some.flatMap((one) =>
    others.flatMap((other) => {
      const [from, to] = [Math.max(one.from, other.from), Math.min(one.to, other.to)];
      return from < to ? [{ from: utcMs(from), to: utcMs(to) }] : [];
    }),
  );
}

export const lengthOf = (spans: readonly Span[]): number => spans.reduce((sum, { from, to }) => sum + (to - from), 0);

/** The course of a rate per minute, summed over the spans, in the rate's own unit; what is not known counts nothing. */
export function summed(course: Course, spans: readonly Span[]): number {
  let sum = 0;
  for (const { from, to } of spans) {
    for (let index = Math.max(0, indexAt(course, from)); index < course.times.length; index += 1) {
      const begin = Math.max(from, course.times[index] ?? 0);
      const end = Math.min(to, course.times[index + 1] ?? to);
      if (begin >= to) break;
      const value = course.values[index] ?? Number.NaN;
      if (!Number.isNaN(value) && isGoodCode(course.qualities[index] ?? 0) && end > begin)
        sum += (value * (end - begin)) / 60_000;
    }
  }
  return sum;
}
