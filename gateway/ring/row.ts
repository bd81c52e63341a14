/** Rows of a logging device's ring: where one lies, and whether what was read is the row that was meant. Pure. */
import type { RowRing } from '../../plant/device-model.ts';
import { decodeFloat64, decodeUnsigned } from '../modbus/codec.ts';

export type Row = Readonly<{
  sequence: number;
  /** Milliseconds since 1970 UTC, by the logging device. */
  timeMs: number;
  values: readonly Readonly<{ name: string; value: number }>[];
}>;

export type RowReading =
  | Readonly<{ kind: 'row'; row: Row }>
  /** Its two numbers differ: it was being written. */
  | Readonly<{ kind: 'torn' }>
  /** A whole row, but another one: the ring has gone on, or not yet come so far. */
  | Readonly<{ kind: 'other'; sequence: number }>;

/** @param words the row's own registers */
export function readRow(ring: RowRing, words: readonly number[], expected: number): RowReading {
  const number = (offset: number): number => decodeUnsigned('uint32', ring.order, words.slice(offset, offset + 2));
  const sequence = number(ring.sequence);
  if (sequence !== number(ring.repeat)) return { kind: 'torn' };
  if (sequence !== expected) return { kind: 'other', sequence };
  const timeMs = decodeUnsigned('uint64', ring.order, words.slice(ring.time, ring.time + 4));
  const values = ring.values.map(({ name, offset }) => ({
    name,
    value: decodeFloat64(ring.order, words.slice(offset, offset + 4)),
  }));
  return { kind: 'row', row: { sequence, timeMs, values } };
}

/** The oldest row the ring can still hold; rows are numbered from 1. */
export const oldestRow = (newest: number, capacity: number): number => Math.max(1, newest - capacity + 1);

/** How many rows from `from` on can be read at once: contiguous in the ring, there, and within the longest read. */
export function rowsAtOnce(ring: RowRing, longestRead: number, from: number, newest: number, capacity: number): number {
  const untilTheEnd = capacity - (from % capacity);
  return Math.max(0, Math.min(Math.floor(longestRead / ring.rowRegisters), untilTheEnd, newest - from + 1));
}

export const rowAddress = (ring: RowRing, sequence: number, capacity: number): number =>
  ring.base + (sequence % capacity) * ring.rowRegisters;

/** Where reading goes on, and what was lost. */
export type Position = Readonly<{
  next: number;
  /** Rows that were overwritten before they were read. */
  lost: number;
  /** The device holds another recording than the one that was read. */
  restarted: boolean;
}>;

export type RingHead = Readonly<{ epoch: number; newest: number; capacity: number }>;

/** @param last the last row that was read, of which recording; null before the first */
export function positionIn(head: RingHead, last: Readonly<{ epoch: number; sequence: number }> | null): Position {
  const oldest = oldestRow(head.newest, head.capacity);
  if (last === null) return { next: oldest, lost: 0, restarted: false };
  if (last.epoch !== head.epoch || head.newest < last.sequence) return { next: oldest, lost: 0, restarted: true };
  const next = Math.max(oldest, last.sequence + 1);
  return { next, lost: next - last.sequence - 1, restarted: false };
}
