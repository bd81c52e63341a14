/** Points and gaps of history as they are kept, read only. */
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { HistoryPoint } from '../../plant/ports/history.ts';
import type { Quality } from '../../plant/quality.ts';
import type { SkidName } from '../../plant/sample.ts';
import { InfluxHttp } from '../influx/http.ts';
import { identifier, literal, rawQuery, readAnswer, readPoint } from '../influx/influxql.ts';
import { gapMeasurement } from '../influx/line-protocol.ts';
import type { Gap, Series } from '../point.ts';

export interface HistoryReader {
  /** `InfluxDB at http://…`; for what is said. */
  readonly name: string;
  /** All points at `from` or later and before `to`, ascending. @throws StoreUnavailable, MesolineError `history-unavailable` */
  points(series: Series, from: UtcMs, to: UtcMs): Promise<readonly HistoryPoint[]>;
  /** Times of which points were given up, that began before `to`. */
  gaps(skid: SkidName, to: UtcMs): Promise<readonly Gap[]>;
  close(): Promise<void>;
}

const atOnce = 20_000;
const queryMs = 30_000;

export function openInfluxHistory(url: string, database: string): HistoryReader {
  const http = new InfluxHttp(() => 0);
  const base = new URL(url);
  const name = `InfluxDB at ${base.host}, database ${database}`;
  const ask = async (q: string) => {
    const { status, body } = await http.ask(base, {
      method: 'POST',
      path: '/query',
      query: { db: database, epoch: 'ms' },
      body: new URLSearchParams({ q }).toString(),
      contentType: 'application/x-www-form-urlencoded',
      deadlineMs: queryMs,
    });
    if (status !== 200 && status !== 400) throw notRead(name, `it answers ${status}`);
    return readAnswer(name, body, 1)[0] ?? [];
  };
  return {
    name,
    points: (series, from, to) =>
      paged(from, async (begin) => (await ask(rawQuery(series, begin, to, atOnce, 'oldest first'))).map(readPoint)),
    gaps: async (skid, to) => {
      const rows = await ask(
        `SELECT "to", "points", "reason" FROM ${identifier(gapMeasurement)} WHERE "skid" = ${literal(skid)} AND time < ${to}ms`,
      );
      return rows.map(([time, until, points, reason]) => ({
        skid,
        from: utcMs(Number(time)),
        to: utcMs(Number(until)),
        points: Number(points),
        reason: String(reason),
      }));
    },
    close: () => http.close(),
  };
}

type Row = Readonly<{ time: number; v: number | null; b: number | null; s: string | null; q: number }>;

/** @param folder the data folder of the service. @throws MesolineError `history-unavailable` */
export function openEmbeddedHistory(folder: string): HistoryReader {
  const path = join(folder, 'history', 'history.db');
  const database = opened(path);
  const raw = database.prepare<[string, string, string, number, number, number], Row>(
    `SELECT time, v, b, s, q FROM point WHERE series = (SELECT id FROM series WHERE measurement = ? AND skid = ? AND tag = ?)
     AND time >= ? AND time < ? ORDER BY time LIMIT ?`,
  );
  const gaps = database.prepare<[string, number], { time: number; until: number; points: number; reason: string }>(
    'SELECT time, until, points, reason FROM gap WHERE skid = ? AND time < ? ORDER BY time',
  );
  return {
    name: 'the embedded store',
    points: ({ measurement, skid, tag }, from, to) =>
      paged(from, (begin) =>
        Promise.resolve(
          raw.all(measurement, skid, tag, begin, to, atOnce).map(({ time, v, b, s, q }) => ({
            time: utcMs(time),
            value: v ?? (b === null ? s : b === 1),
            quality: q as Quality,
          })),
        ),
      ),
    gaps: (skid, to) =>
      Promise.resolve(
        gaps.all(skid, to).map(({ time, until, points, reason }) => ({
          skid,
          from: utcMs(time),
          to: utcMs(until),
          points,
          reason,
        })),
      ),
    close: () => {
      database.close();
      return Promise.resolve();
    },
  };
}

async function paged(
  from: UtcMs,
  read: (begin: UtcMs) => Promise<readonly HistoryPoint[]>,
): Promise<readonly HistoryPoint[]> {
  const found: HistoryPoint[] = [];
  for (let begin = from; ;) {
    const page = await read(begin);
    for (const point of page) found.push(point);
    const last = page.at(-1);
    if (last === undefined || page.length < atOnce) return found;
    begin = utcMs(last.time + 1);
  }
}

function opened(path: string): Database.Database {
  try {
    return new Database(path, { readonly: true, fileMustExist: true });
  } catch (error) {
    throw notRead(path, messageOf(error), error);
  }
}

const notRead = (where: string, why: string, cause?: unknown) =>
  mesolineError('history-unavailable', where, `It cannot be read: ${why}.`, 'Name the history that was kept.', cause);
