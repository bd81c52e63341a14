/**
 * History in SQLite, where there is no InfluxDB: one row a point, keyed by series and time, so that writing a point twice
 * changes nothing. Nothing is thinned or dropped; the file grows by some 35 bytes a point.
 */
import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { HistoryOrder, HistoryPoint } from '../../plant/ports/history.ts';
import type { Quality } from '../../plant/quality.ts';
import type { Gap, Point, Series } from '../point.ts';
import { StoreUnavailable, type HistoryStore, type Rejected } from '../store.ts';
import type { FoundBucket } from '../trend.ts';

// ANY keeps a number as it is; a REAL column would turn −0 into 0.
const schema = `
  CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY, measurement TEXT NOT NULL, skid TEXT NOT NULL, tag TEXT NOT NULL,
    UNIQUE (measurement, skid, tag)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS point (
    series INTEGER NOT NULL, time INTEGER NOT NULL, v ANY, b INTEGER, s TEXT, q INTEGER NOT NULL, st INTEGER,
    PRIMARY KEY (series, time)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS gap (
    skid TEXT NOT NULL, time INTEGER NOT NULL, until INTEGER NOT NULL, points INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (skid, time)
  ) STRICT, WITHOUT ROWID;
`;

type Row = Readonly<{ time: number; v: number | null; b: number | null; s: string | null; q: number }>;
type BucketRow = Readonly<{
  bucket: number;
  count: number;
  min: number | null;
  max: number | null;
  last: number | null;
  worst: number;
  lastQuality: number;
}>;

type Opened = Readonly<{
  database: Database.Database;
  seriesId: Database.Statement<[string, string, string], { id: number }>;
  addSeries: Database.Statement<[string, string, string]>;
  addPoint: Database.Statement<[number, number, number | null, number | null, string | null, number, number | null]>;
  addGap: Database.Statement<[string, number, number, number, string]>;
  raw: Database.Statement<[number, number, number, number], Row>;
  rawBackwards: Database.Statement<[number, number, number, number], Row>;
  trend: Database.Statement<[Readonly<{ series: number; from: number; to: number; width: number }>], BucketRow>;
}>;

export class EmbeddedStore implements HistoryStore {
  readonly name = 'the embedded store';
  readonly #folder: string;
  #opened: Opened | null = null;
  readonly #ids = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  start(): Promise<void> {
    return attempt(() => {
      if (this.#opened !== null) return;
      mkdirSync(this.#folder, { recursive: true });
      this.#opened = open(this.#path);
    });
  }

  async write(points: readonly Point[], gaps: readonly Gap[]): Promise<readonly Rejected[]> {
    if (this.#opened === null) await this.start();
    return attempt(() => {
      const opened = this.#use();
      const rejected: Rejected[] = [];
      const writeAll = opened.database.transaction(() => {
        for (const point of points) {
          if (Number.isSafeInteger(point.time)) this.#add(opened, point);
          else rejected.push({ point, reason: `Its time, ${point.time}, is no whole number of milliseconds.` });
        }
        for (const { skid, from, to, points: count, reason } of gaps) opened.addGap.run(skid, from, to, count, reason);
      });
      try {
        writeAll();
      } catch (error) {
        // Ids given inside a transaction that was rolled back are nobody's.
        this.#ids.clear();
        throw error;
      }
      return rejected;
    });
  }

  raw(series: Series, from: UtcMs, to: UtcMs, limit: number, order: HistoryOrder): Promise<readonly HistoryPoint[]> {
    return attempt(() => {
      const opened = this.#use();
      const id = this.#find(opened, series);
      if (id === null) return [];
      const statement = order === 'oldest first' ? opened.raw : opened.rawBackwards;
      return statement.all(id, from, to, limit).map(({ time, v, b, s, q }) => ({
        time: utcMs(time),
        value: v ?? (b === null ? s : b === 1),
        quality: q as Quality,
      }));
    });
  }

  trend(
    series: readonly Series[],
    from: UtcMs,
    to: UtcMs,
    widthMs: number,
  ): Promise<readonly (readonly FoundBucket[])[]> {
    return attempt(() => {
      const opened = this.#use();
      return series.map((one) => {
        const id = this.#find(opened, one);
        if (id === null) return [];
        return opened.trend
          .all({ series: id, from, to, width: widthMs })
          .map(({ bucket, worst, lastQuality, ...rest }) => ({
            ...rest,
            time: utcMs(from + bucket * widthMs),
            worst: worst as Quality,
            lastQuality: lastQuality as Quality,
          }));
      });
    });
  }

  async diskBytes(): Promise<number | null> {
    const sizes = await Promise.all(
      [this.#path, `${this.#path}-wal`].map((path) =>
        stat(path).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  stop(): Promise<void> {
    return attempt(() => {
      this.#opened?.database.close();
      this.#opened = null;
      this.#ids.clear();
    });
  }

  get #path(): string {
    return `${this.#folder}/history.db`;
  }

  #use(): Opened {
    if (this.#opened !== null) return this.#opened;
    throw new StoreUnavailable(this.name, 'It is not open.', 'Ask again when the service is ready.');
  }

  #add(opened: Opened, { series, value, quality, time, serverTime }: Point): void {
    const id = this.#find(opened, series) ?? this.#make(opened, series);
    opened.addPoint.run(
      id,
      time,
      typeof value === 'number' && Number.isFinite(value) ? value : null,
      typeof value === 'boolean' ? Number(value) : null,
      typeof value === 'string' ? value : null,
      quality >>> 0,
      Number.isSafeInteger(serverTime) ? serverTime : null,
    );
  }

  #find(opened: Opened, { measurement, skid, tag }: Series): number | null {
    const key = `${measurement}\n${skid}\n${tag}`;
    const known = this.#ids.get(key) ?? opened.seriesId.get(measurement, skid, tag)?.id;
    if (known === undefined) return null;
    this.#ids.set(key, known);
    return known;
  }

  #make(opened: Opened, { measurement, skid, tag }: Series): number {
    return Number(opened.addSeries.run(measurement, skid, tag).lastInsertRowid);
  }
}

function open(path: string): Opened {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec(schema);
  return {
    database,
    seriesId: database.prepare('SELECT id FROM series WHERE measurement = ? AND skid = ? AND tag = ?'),
    addSeries: database.prepare('INSERT INTO series (measurement, skid, tag) VALUES (?, ?, ?)'),
    addPoint: database.prepare(
      'INSERT OR REPLACE INTO point (series, time, v, b, s, q, st) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    addGap: database.prepare('INSERT OR REPLACE INTO gap (skid, time, until, points, reason) VALUES (?, ?, ?, ?, ?)'),
    raw: database.prepare(
      'SELECT time, v, b, s, q FROM point WHERE series = ? AND time >= ? AND time < ? ORDER BY time LIMIT ?',
    ),
    rawBackwards: database.prepare(
      'SELECT time, v, b, s, q FROM point WHERE series = ? AND time >= ? AND time < ? ORDER BY time DESC LIMIT ?',
    ),
    trend: database.prepare(`
      WITH bucketed AS (
        SELECT CAST(time - @from AS INTEGER) / CAST(@width AS INTEGER) AS bucket, count(*) AS count, min(coalesce(v, b)) AS min,
          max(coalesce(v, b)) AS max, max(q) AS worst, max(time) AS endTime,
          max(CASE WHEN coalesce(v, b) IS NOT NULL THEN time END) AS lastTime
        FROM point WHERE series = @series AND time >= @from AND time < @to GROUP BY bucket
      )
      SELECT bucket, count, min, max, worst,
        (SELECT coalesce(v, b) FROM point WHERE series = @series AND time = lastTime) AS last,
        (SELECT q FROM point WHERE series = @series AND time = endTime) AS lastQuality
      FROM bucketed ORDER BY bucket
    `),
  };
}

/** SQLite's errors (a full disk, a damaged file) as the store's. */
function attempt<T>(work: () => T): Promise<T> {
  try {
    return Promise.resolve(work());
  } catch (error) {
    if (error instanceof StoreUnavailable) return Promise.reject(error);
    const remedy = 'Look after the disk of the data folder; the points wait in the spool.';
    return Promise.reject(new StoreUnavailable('the embedded store', `${messageOf(error)}.`, remedy, null, error));
  }
}
