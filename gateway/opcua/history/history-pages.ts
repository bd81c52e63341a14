/**
 * Raw history in pages, as Part 11, 6.4.3.2 asks for it: from the first time to the second in either order, the first with it
 * and the second without; with a number of values alone from one end; with bounding values where they are asked for. Pure but
 * for the fetching, which is handed in.
 */
import { utcMs, type UtcMs } from '../../../plant/clock.ts';
import type { HistoryOrder, HistoryPoint } from '../../../plant/ports/history.ts';

export type RawRequest = Readonly<{
  /** Null where it was not given. */
  start: UtcMs | null;
  end: UtcMs | null;
  /** Values in one answer at most; 0: as many as may be. */
  most: number;
  bounds: boolean;
}>;

/** Where reading stands. */
export type Cursor = Readonly<{
  order: HistoryOrder;
  /** What is still to be read: with `from`, without `to`. */
  from: UtcMs;
  to: UtcMs;
  most: number;
  /** Values that are left in all, where only one end was given. */
  left: number | null;
  /** Bounding values that are still to be given. */
  startBound: UtcMs | null;
  endBound: UtcMs | null;
  /** Time of the value given last. */
  last: UtcMs | null;
}>;

/** `notFound`: there is no bounding value; the time is then that of the bound. */
export type Shown = HistoryPoint | Readonly<{ time: UtcMs; notFound: true }>;

export type Page = Readonly<{ values: readonly Shown[]; next: Cursor | null }>;

export type Fetch = (from: UtcMs, to: UtcMs, limit: number, order: HistoryOrder) => Promise<readonly HistoryPoint[]>;

/** How far beyond its ends bounding values are looked for. A value that does not change is kept once a minute. */
export const boundWithinMs = 86_400_000;

/** Beyond these no store knows times. */
const earliest = 0;
const latest = Date.UTC(2200, 0, 1);
const within = (time: number): UtcMs => utcMs(Math.min(Math.max(time, earliest), latest));
const after = (time: UtcMs): UtcMs => within(time + 1);

/** @returns null where fewer than two of start, end and number are given */
export function begin({ start, end, most, bounds }: RawRequest): Cursor | null {
  const common = { most, startBound: null, endBound: null, last: null } as const;
  if (start === null) {
    if (end === null || most === 0) return null;
    const last = within(end);
    const startBound = bounds ? last : null;
    return { ...common, order: 'newest first', from: within(earliest), to: after(last), left: most, startBound };
  }
  const first = within(start);
  if (end === null) {
    if (most === 0) return null;
    return {
      ...common,
      order: 'oldest first',
      from: first,
      to: within(latest),
      left: most,
      startBound: bounds ? first : null,
    };
  }
  const last = within(end);
  const ends = bounds ? { startBound: first, endBound: last } : {};
  if (last < first)
    return { ...common, order: 'newest first', from: after(last), to: after(first), left: null, ...ends };
  // One time asked for twice is that time.
  const to = last === first ? after(first) : last;
  return { ...common, order: 'oldest first', from: first, to, left: null, ...ends };
}

/** @param limit values that may be given now, 1 at least */
export async function readPage(cursor: Cursor, limit: number, fetch: Fetch): Promise<Page> {
  const { order, startBound, endBound } = cursor;
  const size = Math.min(limit, cursor.most === 0 ? limit : cursor.most, cursor.left ?? limit);
  const values: Shown[] = [];
  if (startBound !== null) {
    const bound = await boundOf(startBound, order === 'oldest first' ? 'before' : 'after', fetch);
    // A value at the very time is among those that follow.
    if (bound.time !== startBound || 'notFound' in bound) values.push(bound);
  }
  const room = size - values.length;
  const rows = cursor.from < cursor.to ? await fetch(cursor.from, cursor.to, room + 1, order) : [];
  const taken = rows.slice(0, room);
  values.push(...taken);
  const reached = taken.at(-1)?.time ?? null;
  const last = reached ?? cursor.last;
  const left = cursor.left === null ? null : cursor.left - values.length;
  const rest = { ...cursor, startBound: null, last, left };
  if (left === 0) return { values, next: null };
  if (rows.length > room) {
    const span =
      order === 'oldest first'
        ? { from: reached === null ? cursor.from : after(reached) }
        : { to: reached ?? cursor.to };
    return { values, next: { ...rest, ...span } };
  }
  if (endBound === null) return { values, next: null };
  if (values.length >= size) return { values, next: { ...rest, to: cursor.from } };
  const bound = await boundOf(endBound, order === 'oldest first' ? 'after' : 'before', fetch);
  if ('notFound' in bound || bound.time !== last) values.push(bound);
  return { values, next: null };
}

/** The value at the time, or the nearest on that side of it. */
async function boundOf(time: UtcMs, side: 'before' | 'after', fetch: Fetch): Promise<Shown> {
  const [found] =
    side === 'before'
      ? await fetch(within(time - boundWithinMs), after(time), 1, 'newest first')
      : await fetch(time, within(time + boundWithinMs), 1, 'oldest first');
  return found ?? { time, notFound: true };
}
