/** The newest part of a ledger in PostgreSQL, read at once so that the walk that SQLite's ledgers take can take it too. */
import type { Ask } from '../format/postgres-schema.ts';
import type { BoundRow, EventRow, StoredRows } from '../verify/stored-rows.ts';

export async function rowsOf(ask: Ask, position: number): Promise<StoredRows> {
  const found = await ask(
    `SELECT s.seq, s.scope, s.event_seq, s.event_hash, s.hash, e.body, e.hash AS stored, b.hash AS before
     FROM mesoline.site s
     LEFT JOIN mesoline.event e ON e.scope = s.scope AND e.seq = s.event_seq
     LEFT JOIN mesoline.event b ON b.scope = s.scope AND b.seq = s.event_seq - 1
     WHERE s.seq > $1 ORDER BY s.seq`,
    [position],
  );
  const bound: BoundRow[] = [];
  const events = new Map<string, EventRow>();
  const nameOf = (scope: string, seq: number): string => `${seq} ${scope}`;
  for (const row of found) {
    const [scope, eventSeq] = [String(row.scope), Number(row.event_seq)];
    const event = typeof row.body === 'string' ? { body: row.body, hash: String(row.stored) } : null;
    const entry = { seq: Number(row.seq), scope, eventSeq, eventHash: String(row.event_hash), hash: String(row.hash) };
    bound.push({ entry, event });
    if (typeof row.before === 'string') {
      const before = nameOf(scope, eventSeq - 1);
      if (!events.has(before)) events.set(before, { body: null, hash: row.before });
    }
    if (event !== null) events.set(nameOf(scope, eventSeq), event);
  }
  return {
    bound: () => bound,
    event: (scope, seq) => events.get(nameOf(scope, seq)) ?? null,
    scopes: () => [],
    checkpoints: () => [],
  };
}
