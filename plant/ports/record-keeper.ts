/** The ledger as the rooms write and read it. Made by control/records. */
import type { RecordEvent, RecordReceipt, StoredEvent } from '../record-event.ts';

export interface RecordKeeper {
  /** Settles when the event is on disk (fsynced). @throws MesolineError `record-refused` where it cannot be, a full disk among the causes. */
  append(event: RecordEvent): Promise<RecordReceipt>;
  /** The events of a scope in order, from `fromSeq`, at most `limit`. */
  read(scope: string, fromSeq: number, limit: number): Promise<readonly StoredEvent[]>;
  /** Every scope that begins with `prefix`, with its count of events and its head's hash. */
  scopes(prefix: string): Promise<readonly Readonly<{ scope: string; count: number; head: string }>[]>;
}

/** For what is decided at once and must be known whole or not at all. */
export interface GroupKeeper extends RecordKeeper {
  /** As `append`, of several, in their order: all of them are on disk, or none. @throws MesolineError `record-refused` */
  appendAll(events: readonly RecordEvent[]): Promise<readonly RecordReceipt[]>;
}
