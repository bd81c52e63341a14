/** The newest part of a ledger in PostgreSQL, read at once so that the walk that SQLite's ledgers take can take it too. */
import type { Ask } from '../format/postgres-schema.ts';
import type { EventRow, SiteRow, StoredRows } from '../verify/stored-rows.ts';

export async function rowsOf(ask: Ask, position: number): Promise<StoredRows> {
  const found = await ask(
    `SELECT s.seq, s.scope, s.event_seq, s.event_hash, s.hash, e.body, e.hash AS stored, b.hash AS before
     FROM mesoline.site s
     LEFT JOIN mesoline.event e ON e.scope = s.scope AND e.seq = s.event_seq
     LEFT JOIN mesoline.event b ON b.scope = s.scope AND b.seq = s.event_seq - 1
     WHERE s.seq > $1 ORDER BY s.seq`,
    [position],
  );
  const site: SiteRow[] = [];
  const events = new Map<string, EventRow>();
  const nameOf = (scope: string, seq: number): string => `${seq} ${scope}`;
  for (const row of found) {
    const [scope, eventSeq] = [String(row.scope), Number(row.event_seq)];
    site.push({ seq: Number(row.seq), scope, eventSeq, eventHash: String(row.event_hash), hash: String(row.hash) });
    if (typeof row.before === 'string') {
      const before = nameOf(scope, eventSeq - 1);
      if (!events.has(before)) events.set(before, { body: new Uint8Array(), hash: row.before });
    }
    if (typeof row.body !== 'string') continue;
    events.set(nameOf(scope, eventSeq), { body: Buffer.from(row.body, 'utf8'), hash: String(row.stored) });
  }
  return {
    site: () => site,
    event: (scope, seq) => events.get(nameOf(scope, seq)) ?? null,
    scopes: () => [],
    checkpoints: () => [],
  };
}
