/**
 * The ledger's rows as bytes. SQLite's text is read as a blob and decoded strictly: a lenient decoder would let some changed
 * bytes pass as the same replacement character.
 */
import type { Database } from 'better-sqlite3';
import { strictText } from '../format/canonical.ts';

export type SiteRow = Readonly<{
  seq: number;
  scope: string | null;
  eventSeq: number;
  eventHash: string | null;
  hash: string | null;
}>;
export type EventRow = Readonly<{ body: Uint8Array; hash: string | null }>;
export type CheckpointRow = Readonly<{ number: number; siteCount: number; line: string | null }>;

type RawSite = { seq: number; scope: Uint8Array; event_seq: number; event_hash: Uint8Array; hash: Uint8Array };

/** Rows to walk, from wherever they are kept. */
export type StoredRows = Readonly<{
  /** The site chain's rows in order, after position `from`. */
  site: (from?: number) => Iterable<SiteRow>;
  event: (scope: string, seq: number) => EventRow | null;
  /** Every scope with rows: how many, and the highest number among them. */
  scopes: () => readonly Readonly<{ scope: string | null; count: number; last: number }>[];
  checkpoints: () => Iterable<CheckpointRow>;
}>;

export function storedRows(database: Database): StoredRows {
  const site = database.prepare<[number], RawSite>(
    `SELECT seq, CAST(scope AS BLOB) AS scope, event_seq, CAST(event_hash AS BLOB) AS event_hash, CAST(hash AS BLOB) AS hash
     FROM site WHERE seq > ? ORDER BY seq LIMIT 500`,
  );
  const event = database.prepare<[string, number], { body: Uint8Array; hash: Uint8Array }>(
    'SELECT CAST(body AS BLOB) AS body, CAST(hash AS BLOB) AS hash FROM event WHERE scope = ? AND seq = ?',
  );
  const scopes = database.prepare<[], { scope: Uint8Array; count: number; last: number }>(
    'SELECT CAST(scope AS BLOB) AS scope, count(*) AS count, max(seq) AS last FROM event GROUP BY event.scope',
  );
  const checkpoints = database.prepare<[number], { number: number; site_count: number; line: Uint8Array }>(
    'SELECT number, site_count, CAST(line AS BLOB) AS line FROM checkpoint WHERE number > ? ORDER BY number LIMIT 500',
  );

  return {
    *site(from = 0): Generator<SiteRow> {
      for (let rows = site.all(from === 0 ? first : from); rows.length > 0; rows = site.all(after(rows.at(-1)?.seq))) {
        for (const { seq, scope, event_seq, event_hash, hash } of rows) {
          yield {
            seq,
            scope: strictText(scope),
            eventSeq: event_seq,
            eventHash: strictText(event_hash),
            hash: strictText(hash),
          };
        }
      }
    },
    event(scope: string, seq: number): EventRow | null {
      const row = event.get(scope, seq);
      return row === undefined ? null : { body: row.body, hash: strictText(row.hash) };
    },
    scopes: () => scopes.all().map(({ scope, count, last }) => ({ scope: strictText(scope), count, last })),
    *checkpoints(): Generator<CheckpointRow> {
      for (let rows = checkpoints.all(first); rows.length > 0; rows = checkpoints.all(after(rows.at(-1)?.number))) {
        for (const { number, site_count, line } of rows)
          yield { number, siteCount: site_count, line: strictText(line) };
      }
    },
  };
}

/** Before every number there can be: a row whose number was made negative is there all the same. */
const first = -Number.MAX_VALUE;

/** A number beyond 2^53 is read rounded, perhaps downwards; nothing that is sound stands after it. */
const after = (last = 0): number => (Number.isSafeInteger(last) ? last : Number.MAX_VALUE);
