/** A ledger's file as rooms read it, where no service runs: nothing can be written to it. */
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { StoredEvent } from '../../../plant/record-event.ts';
import { eventOf, type EventBody } from '../format/event-body.ts';
import { openForReading } from '../verify/open-ledger.ts';

export type RecordsAtRest = Readonly<{ records: Pick<RecordKeeper, 'read' | 'scopes'>; close: () => void }>;

/** @param path of ledger.db. @throws MesolineError `ledger-unreadable` */
export function recordsAtRest(path: string): RecordsAtRest {
  const { database, close } = openForReading(path);
  const events = database.prepare<[string, number, number], { body: string; hash: string }>(
    'SELECT body, hash FROM event WHERE scope = ? AND seq >= ? ORDER BY seq LIMIT ?',
  );
  const scopes = database.prepare<[string, string], { scope: string; count: number; head: string }>(
    `SELECT scope, max(seq) AS count, hash AS head FROM event WHERE substr(scope, 1, length(?)) = ? GROUP BY scope ORDER BY scope`,
  );
  const stored = (scope: string, { body, hash }: Readonly<{ body: string; hash: string }>): StoredEvent => {
    const read = JSON.parse(body) as EventBody;
    return { scope, seq: read.seq, hash, ...eventOf(read) };
  };
  return {
    records: {
      read: (scope, from, limit) => Promise.resolve(events.all(scope, from, limit).map((row) => stored(scope, row))),
      scopes: (prefix) => Promise.resolve(scopes.all(prefix, prefix)),
    },
    close,
  };
}
