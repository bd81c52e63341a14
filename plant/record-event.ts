/** What becomes a line in the record: append-only, canonical, chained (gmp.md §5). */
import type { UtcMs } from './clock.ts';
import type { Actor } from './people.ts';

/** A value in a record. Quantities are decimal strings, since JSON loses digits of large numbers and turns NaN into null. */
export type RecordValue = string | boolean | null | readonly RecordValue[] | Readonly<{ [key: string]: RecordValue }>;

export type RecordEvent = Readonly<{
  /** The chain it belongs to: `batch/B-2026-0001`, `skid/QD-1`, `alarms`, `access`, `service`. */
  scope: string;
  actor: Actor;
  /** A past-tense word of the field: `phase-started`, `command-refused`, `interlock-tripped`. */
  action: string;
  /** What it happened to: a tag, a batch, a phase, a person. */
  object: string;
  old?: RecordValue;
  new?: RecordValue;
  unit?: string;
  reason?: string;
  data?: Readonly<{ [key: string]: RecordValue }>;
  /** When it happened, where that was before it could be recorded. */
  happenedAt?: UtcMs;
}>;

/** That an event is durable, and where it stands. */
export type RecordReceipt = Readonly<{ scope: string; seq: number; hash: string; utc: UtcMs }>;

/** An event as it is stored. */
export type StoredEvent = RecordReceipt & Readonly<{ event: RecordEvent }>;

/** A number as a record writes it: the shortest decimal that reads back as the same number. */
export const recordNumber = (value: number): string => (Object.is(value, -0) ? '0' : String(value));
