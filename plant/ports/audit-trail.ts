/** The audit trail as people read it. Made by control/records; needed by hmi. */
import type { UtcMs } from '../clock.ts';
import type { Actor } from '../people.ts';
import type { StoredEvent } from '../record-event.ts';
import type { MadeStream } from './review-desk.ts';

/** What an entry has to be for it to be shown; what is left out asks for nothing. */
export type AuditFilter = Readonly<{
  /** Recorded at this time or later. */
  from?: UtcMs;
  /** Recorded at this time or earlier. */
  until?: UtcMs;
  /** Part of the printed name or of the user name; `batch` or `service` for what no person did. Case does not count. */
  person?: string;
  /** One chain, by its whole name: `batch/B-2026-0001`, `skid/QD-1`, `access`. */
  scope?: string;
  /** The action's whole name. */
  action?: string;
  /** Part of the object. Case does not count. */
  object?: string;
  /** Only what was done with a reason. */
  withReason?: boolean;
  /** Only what has an old or a new value. */
  onlyChanges?: boolean;
}>;

/** Entries from the newest to the oldest, by number and never by the clock. */
export type AuditPage = Readonly<{
  entries: readonly StoredEvent[];
  /** Where the next page begins; null where everything was looked at. A page of a rare filter may be short or empty and have a next one. */
  next: number | null;
  /** When the oldest entry that was looked at was recorded; null where there was none. */
  lookedBackTo: UtcMs | null;
}>;

/** What somebody was shown: `batch/B-2026-0001` as `page`, `pdf`, `export`. */
export type RecordRead = Readonly<{ record: string; as: string; actor: Actor }>;

/**
 * Every reading is itself recorded, in scope `access` as `record-read`, before it is answered; where it cannot be recorded at once it
 * is owed. What the same person reads again at the same terminal within ten minutes is one event.
 */
export interface AuditTrail {
  /**
   * @param before where the page before ended (its `next`); null for the newest. It counts the site's entries, or those of `filter.scope`
   * @throws MesolineError `record-refused` while the ledger is not open, `ledger-damaged` where an entry is missing.
   */
  page(filter: AuditFilter, before: number | null, actor: Actor): Promise<AuditPage>;
  /** All that `page` would show, as CSV. @throws as `page`; the stream too. */
  csv(filter: AuditFilter, actor: Actor): Promise<MadeStream>;
  /** The names of all chains, in order. */
  scopes(): Promise<readonly string[]>;
  noteRead(read: RecordRead): Promise<void>;
}
