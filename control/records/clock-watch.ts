/**
 * Watches the clock on the wall against the one that never jumps (gmp.md §5.9): a step of more than a second is an event, and so is that the clock
 * is synchronised or no longer is. Events stay in the order of their numbers, whatever the clock says. Pure.
 */
import { isoUtc, utcMs, type Monotonic, type UtcMs } from '../../plant/clock.ts';
import { unknownClock, type ClockState } from '../../plant/ports/clock-source.ts';
import { recordNumber, type RecordEvent } from '../../plant/record-event.ts';

/** Milliseconds. */
const longestStep = 1000;

type Reading = Readonly<{ utc: UtcMs; monotonic: Monotonic }>;

export class ClockWatch {
  #last: Reading | null = null;
  #state: ClockState | null = null;

  /** What the machine said last; before it was asked, that nobody can say. */
  get state(): ClockState {
    return this.#state ?? unknownClock;
  }

  /** @returns the event of a step since the last look, or null. */
  look(now: Reading): RecordEvent | null {
    const last = this.#last;
    this.#last = now;
    if (last === null) return null;
    const expected = last.utc + (now.monotonic - last.monotonic);
    const step = now.utc - expected;
    if (Math.abs(step) <= longestStep) return null;
    return clockEvent('clock-stepped', {
      old: isoUtc(utcMs(Math.round(expected))),
      new: isoUtc(now.utc),
      data: { stepMs: recordNumber(Math.round(step)) },
    });
  }

  /** @returns the event of a change, or null: of the first reading too, so that every record has one before it. */
  heard(state: ClockState): RecordEvent | null {
    const changed = this.#state?.synchronised !== state.synchronised || this.#state.source !== state.source;
    this.#state = state;
    if (!changed) return null;
    const { source, synchronised, offsetMs } = state;
    return clockEvent(synchronised ? 'clock-synchronised' : 'clock-unsynchronised', {
      data: { source, offsetMs: offsetMs === null ? null : recordNumber(offsetMs) },
    });
  }
}

const clockEvent = (action: string, more: Pick<RecordEvent, 'old' | 'new' | 'data'>): RecordEvent => ({
  scope: 'service',
  actor: { kind: 'service', part: 'records' },
  action,
  object: 'clock',
  ...more,
});
