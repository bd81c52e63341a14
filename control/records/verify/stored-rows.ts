/**
 * The ledger's rows. SQLite's driver decodes leniently, so that some changed bytes would pass as the same replacement character: a text
 * in which one stands is read again as bytes, and decoded strictly.
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
/** `body` is null where it is no text. */
export type EventRow = Readonly<{ body: string | null; hash: string | null }>;
export type BoundRow = Readonly<{ entry: SiteRow; event: EventRow | null }>;
export type CheckpointRow = Readonly<{ number: number; siteCount: number; line: string | null }>;

type Bytes<Row> = Readonly<Partial<Record<keyof Row, Uint8Array | null>>>;
type RawEvent = { body: string | null; hash: string | null };
type RawBound = Readonly<{
  seq: number;
  scope: string | null;
  event_seq: number;
  event_hash: string | null;
  hash: string | null;
  body: string | null;
  stored: string | null;
}>;

/** Rows to walk, from wherever they are kept. */
export type StoredRows = Readonly<{
  /** The site chain's rows in order, after position `from`, each with the event it names. */
  bound: (from?: number) => Iterable<BoundRow>;
  event: (scope: string, seq: number) => EventRow | null;
  /** Every scope with rows: how many, and the highest number among them. */
  scopes: () => readonly Readonly<{ scope: string | null; count: number; last: number }>[];
  checkpoints: () => Iterable<CheckpointRow>;
}>;

export function storedRows(database: Database): StoredRows {
  const bound = database.prepare<[number], RawBound>(
    `SELECT s.seq, s.scope, s.event_seq, s.event_hash, s.hash, e.body, e.hash AS stored ${joined} WHERE s.seq > ? ORDER BY s.seq LIMIT 200`,
  );
  const boundBytes = database.prepare<[number], Bytes<RawBound>>(
    `SELECT ${asBytes('s.scope', 's.event_hash', 's.hash', 'e.body')}, CAST(e.hash AS BLOB) AS stored ${joined} WHERE s.seq = ?`,
  );
  const event = database.prepare<[string, number], RawEvent>(
    'SELECT body, hash FROM event WHERE scope = ? AND seq = ?',
  );
  const eventBytes = database.prepare<[string, number], Bytes<RawEvent>>(
    `SELECT ${asBytes('event.body', 'event.hash')} FROM event WHERE scope = ? AND seq = ?`,
  );
  const scopes = database.prepare<[], { scope: Uint8Array; count: number; last: number }>(
    'SELECT CAST(scope AS BLOB) AS scope, count(*) AS count, max(seq) AS last FROM event GROUP BY event.scope',
  );
  const checkpoints = database.prepare<[number], { number: number; site_count: number; line: Uint8Array }>(
    'SELECT number, site_count, CAST(line AS BLOB) AS line FROM checkpoint WHERE number > ? ORDER BY number LIMIT 500',
  );

  return {
    *bound(from = 0): Generator<BoundRow> {
      for (
        let rows = bound.all(from === 0 ? first : from);
        rows.length > 0;
        rows = bound.all(after(rows.at(-1)?.seq))
      ) {
        for (const row of rows) {
          const { seq, event_seq: eventSeq } = row;
          const { scope, event_hash: eventHash, hash, body, stored } = strict(row, () => boundBytes.get(seq));
          // The same text with null in it is no event that is missing, but one that is not legible.
          const there = row.body !== null && row.stored !== null;
          yield { entry: { seq, scope, eventSeq, eventHash, hash }, event: there ? { body, hash: stored } : null };
        }
      }
    },
    event(scope: string, seq: number): EventRow | null {
      const row = event.get(scope, seq);
      return row === undefined ? null : strict(row, () => eventBytes.get(scope, seq));
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

type Cell = string | number | null;

const joined = 'FROM site s LEFT JOIN event e ON e.scope = s.scope AND e.seq = s.event_seq';
const asBytes = (...columns: readonly string[]): string =>
  columns.map((column) => `CAST(${column} AS BLOB) AS ${column.split('.')[1] ?? ''}`).join(', ');

const doubtful = (text: Cell | undefined): boolean => typeof text === 'string' && text.includes('\ufffd');

/** The row as it is where nothing in it was replaced when it was decoded; else what its bytes say, null where they are no text. */
function strict<Row extends Readonly<Record<string, Cell>>>(row: Row, bytes: () => Bytes<Row> | undefined): Row {
  let exact: Bytes<Row> | undefined;
  let read: Row = row;
  for (const name in row) {
    if (!doubtful(row[name])) continue;
    exact ??= bytes();
    const cell = exact?.[name];
    read = { ...read, [name]: cell == null ? null : strictText(cell) };
  }
  return read;
}

/** Before every number there can be: a row whose number was made negative is there all the same. */
const first = -Number.MAX_VALUE;

/** A number beyond 2^53 is read rounded, perhaps downwards; nothing that is sound stands after it. */
const after = (last = 0): number => (Number.isSafeInteger(last) ? last : Number.MAX_VALUE);
