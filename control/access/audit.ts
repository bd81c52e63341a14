/** How access writes to the record: who logged in, who was refused, what changed about a person. Scope `access`. */
import type { Monotonic, UtcMs } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import type { RecordEvent, RecordReceipt, StoredEvent } from '../../plant/record-event.ts';

export const accessScope = 'access';

/** When something was asked, on the clocks of whoever asked. */
export type Moment = Readonly<{ utc: UtcMs; monotonic: Monotonic }>;

export interface Audit {
  /** Settles when it is on disk. @throws MesolineError `record-refused`. */
  record(event: RecordEvent, moment: Moment): Promise<RecordReceipt>;
  /**
   * For what must not wait for a disk: somebody has to be able to log in and ask for a safe state while it is full. Recorded
   * at once where that can be, otherwise as soon as it can, with the time it happened.
   */
  recordOrOwe(event: RecordEvent, moment: Moment): Promise<void>;
  /** What was recorded of access, from a number on. */
  read(fromSeq: number): AsyncIterable<StoredEvent> | Iterable<StoredEvent>;
}

export const accessItself: Actor = { kind: 'service', part: 'access' };
