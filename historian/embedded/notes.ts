/** Gaps and events in `history.db`. */
import type Database from 'better-sqlite3';
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type {
  GapKind,
  HistoryEvent,
  HistoryEventKind,
  HistoryEventQuery,
  HistoryGap,
} from '../../plant/ports/history.ts';
import { skidName, type SkidName } from '../../plant/sample.ts';

type GapRow = Readonly<{
  skid: string;
  kind: string;
  time: number;
  until: number;
  points: number;
  reason: string;
  filled: number | null;
}>;
type EventRow = Readonly<{
  kind: string;
  skid: string;
  object: string;
  time: number;
  until: number | null;
  id: string;
  title: string;
  words: string;
  batch: string | null;
  severity: number;
}>;

export class NotesTable {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** Within a transaction of the caller's. */
  writeGap({ skid, kind, from, to, points, reason, filled }: HistoryGap): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO missing VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(skid, kind, from, to, points, reason, filled);
  }

  writeEvent({ kind, skid, object, from, to, id, title, text, batch, severity }: HistoryEvent): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(kind, skid, object, from, to, id, title, text, batch, severity);
  }

  gaps(skid: SkidName | null, from: UtcMs, to: UtcMs): readonly HistoryGap[] {
    return this.#database
      .prepare<[Readonly<{ skid: string | null; from: number; to: number }>], GapRow>(
        'SELECT * FROM missing WHERE time < @to AND until >= @from AND (@skid IS NULL OR skid = @skid) ORDER BY time',
      )
      .all({ skid, from, to })
      .map((row) => ({
        skid: skidName(row.skid),
        kind: row.kind as GapKind,
        from: utcMs(row.time),
        to: utcMs(row.until),
        points: row.points,
        reason: row.reason,
        filled: row.filled === null ? null : utcMs(row.filled),
      }));
  }

  events({ from, to, skid, kind, limit, begun, order }: HistoryEventQuery): readonly HistoryEvent[] {
    return this.#database
      .prepare<
        [Readonly<{ skid: string | null; kind: string | null; from: number; to: number; limit: number }>],
        EventRow
      >(
        `SELECT * FROM event WHERE time < @to AND ${begun === true ? 'time >= @from' : '(until IS NULL OR until >= @from)'}
         AND (@skid IS NULL OR skid = @skid) AND (@kind IS NULL OR kind = @kind)
         ORDER BY ${order === 'newest first' ? 'time DESC, kind DESC, skid DESC, object DESC' : 'time, kind, skid, object'}
         LIMIT @limit`,
      )
      .all({ skid, kind, from, to, limit })
      .map((row) => ({
        kind: row.kind as HistoryEventKind,
        skid: skidName(row.skid),
        object: row.object,
        id: row.id,
        from: utcMs(row.time),
        to: row.until === null ? null : utcMs(row.until),
        title: row.title,
        text: row.words,
        batch: row.batch,
        severity: row.severity,
      }));
  }
}
