/** Points of one series in time: collected as they come, put in order, joined with what is there already. */
import { utcMs } from '../../plant/clock.ts';
import type { HistoryPoint } from '../../plant/ports/history.ts';
import type { Quality } from '../../plant/quality.ts';
import type { TagValue } from '../../plant/sample.ts';
import { valueKinds } from '../point.ts';
import type { Course } from './codec.ts';

export type Growing = {
  count: number;
  kinds: Uint8Array;
  numbers: Float64Array;
  texts: string[];
  qualities: Uint32Array;
  times: Float64Array;
  serverTimes: Float64Array;
  /** Each point is later than the one before. */
  ordered: boolean;
};

const firstRoom = 64;

export const growing = (room = firstRoom): Growing => ({
  count: 0,
  kinds: new Uint8Array(room),
  numbers: new Float64Array(room),
  texts: [],
  qualities: new Uint32Array(room),
  times: new Float64Array(room),
  serverTimes: new Float64Array(room),
  ordered: true,
});

export function addPoint(
  to: Growing,
  kind: number,
  number: number,
  text: string | undefined,
  quality: number,
  time: number,
  serverTime: number,
): void {
  const at = to.count;
  if (at === to.times.length) makeRoom(to);
  if (at > 0 && time <= (to.times[at - 1] ?? 0)) to.ordered = false;
  to.kinds[at] = kind;
  to.numbers[at] = kind === valueKinds.text ? to.texts.push(text ?? '') - 1 : number;
  to.qualities[at] = quality;
  to.times[at] = time;
  to.serverTimes[at] = serverTime;
  to.count = at + 1;
}

function makeRoom(to: Growing): void {
  const larger = growing(2 * to.times.length);
  larger.kinds.set(to.kinds);
  larger.numbers.set(to.numbers);
  larger.qualities.set(to.qualities);
  larger.times.set(to.times);
  larger.serverTimes.set(to.serverTimes);
  Object.assign(to, { ...larger, count: to.count, texts: to.texts, ordered: to.ordered });
}

const addFrom = (to: Growing, from: Course, i: number): void => {
  const [kind, number] = [from.kinds[i] ?? 0, from.numbers[i] ?? 0];
  const text = kind === valueKinds.text ? from.texts[number] : undefined;
  addPoint(to, kind, number, text, from.qualities[i] ?? 0, from.times[i] ?? 0, from.serverTimes[i] ?? 0);
};

/** Ascending in time, each time once: of several the one that came last. */
export function ordered(course: Growing): Course {
  if (course.ordered) return course;
  const order = Array.from({ length: course.count }, (_, i) => i).sort(
    (one, other) => (course.times[one] ?? 0) - (course.times[other] ?? 0) || one - other,
  );
  const made = growing(course.count);
  for (const [place, i] of order.entries()) {
    const next = order[place + 1];
    if (next === undefined || course.times[next] !== course.times[i]) addFrom(made, course, i);
  }
  return made;
}

/** Both in one; where both have a time, the newer's. */
export function merged(older: Course, newer: Course): Course {
  if (older.count === 0) return newer;
  if (newer.count === 0) return older;
  const made = growing(older.count + newer.count);
  let [i, k] = [0, 0];
  while (i < older.count || k < newer.count) {
    const one = i < older.count ? (older.times[i] ?? 0) : Infinity;
    const other = k < newer.count ? (newer.times[k] ?? 0) : Infinity;
    if (one < other) addFrom(made, older, i++);
    else {
      addFrom(made, newer, k++);
      if (one === other) i += 1;
    }
  }
  return made;
}

/** The points from `first` up to `end`. */
export function partOf(course: Course, first: number, end: number): Course {
  if (first === 0 && end === course.count) return course;
  const made = growing(Math.max(1, end - first));
  for (let i = first; i < end; i += 1) addFrom(made, course, i);
  return made;
}

/** The first point at `time` or later. */
export function placeOf({ count, times }: Course, time: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function valueOf({ kinds, numbers, texts }: Course, i: number): TagValue {
  switch (kinds[i]) {
    case valueKinds.number:
      return numbers[i] ?? null;
    case valueKinds.no:
      return false;
    case valueKinds.yes:
      return true;
    case valueKinds.text:
      return texts[numbers[i] ?? -1] ?? null;
    default:
      return null;
  }
}

/** What it counts as in extremes; NaN where it is no number. */
export function numberOf({ kinds, numbers }: Course, i: number): number {
  const kind = kinds[i];
  if (kind === valueKinds.number) return numbers[i] ?? NaN;
  return kind === valueKinds.yes ? 1 : kind === valueKinds.no ? 0 : NaN;
}

export const historyPointAt = (course: Course, i: number): HistoryPoint => ({
  time: utcMs(course.times[i] ?? NaN),
  value: valueOf(course, i),
  quality: (course.qualities[i] ?? 0) as Quality,
  serverTime: utcMs(course.serverTimes[i] ?? NaN),
});
