/** Points and gaps of history as they are kept, read only. */
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { HistoryGap, HistoryPoint } from '../../plant/ports/history.ts';
import type { SkidName } from '../../plant/sample.ts';
import { InfluxHttp, type InfluxAnswer } from '../influx/http.ts';
import { Chunks } from '../embedded/chunks.ts';
import { decodeHot, Hot } from '../embedded/hot.ts';
import { NotesTable } from '../embedded/notes.ts';
import { readRaw } from '../embedded/reading.ts';
import { capabilitiesOf } from '../influx/generation.ts';
import { rawQuery, readAnswer, readPoint } from '../influx/influxql.ts';
import { gapsQuery, readGap } from '../influx/notes-queries.ts';
import type { Series } from '../point.ts';
import { eventTier, historyDatabase, rawTier, type Tier } from '../schema.ts';

export interface HistoryReader {
  /** `InfluxDB at http://…`; for what is said. */
  readonly name: string;
  /** All points at `from` or later and before `to`, ascending. @throws StoreUnavailable, MesolineError `history-unavailable` */
  points(series: Series, from: UtcMs, to: UtcMs): Promise<readonly HistoryPoint[]>;
  /** Times of which points were given up, that began before `to`. */
  gaps(skid: SkidName, to: UtcMs): Promise<readonly HistoryGap[]>;
  close(): Promise<void>;
}

const atOnce = 20_000;
const queryMs = 30_000;
const ping = { method: 'GET', path: '/ping', deadlineMs: 5_000 } as const;

export function openInfluxHistory(url: string, database: string): HistoryReader {
  const http = new InfluxHttp(() => 0);
  const base = new URL(url);
  const name = `InfluxDB at ${base.host}, database ${database}`;
  let version: Promise<InfluxAnswer> | null = null;
  const ask = async (tier: Tier, q: string) => {
    const { status: pinged, version: said, body: words } = await (version ??= http.ask(base, ping));
    if (pinged >= 300) throw notRead(name, `it answers ${pinged}`);
    const { placeOf, credentials } = capabilitiesOf(said ?? words, name);
    const place = placeOf(tier);
    const { status, body } = await http.ask(base, {
      method: 'POST',
      path: '/query',
      query: { ...place, db: place.db.replace(historyDatabase, () => database), epoch: 'ms' },
      body: new URLSearchParams({ q }).toString(),
      contentType: 'application/x-www-form-urlencoded',
      deadlineMs: queryMs,
      credentials,
    });
    if (status !== 200 && status !== 400) throw notRead(name, `it answers ${status}`);
    return readAnswer(name, body, 1)[0] ?? [];
  };
  return {
    name,
    points: (series, from, to) =>
      paged(from, async (begin) =>
        (await ask(rawTier, rawQuery(series, begin, to, atOnce, 'oldest first'))).map(readPoint),
      ),
    gaps: async (skid, to) => (await ask(eventTier, gapsQuery(skid, utcMs(0), to))).map(readGap),
    close: () => http.close(),
  };
}

/** @param folder the data folder of the service. @throws MesolineError `history-unavailable` */
export function openEmbeddedHistory(folder: string): HistoryReader {
  const path = join(folder, 'history', 'history.db');
  const database = opened(path);
  const notes = new NotesTable(database);
  const chunks = new Chunks(database);
  const find = database.prepare<[string, string], { id: number; sealed: number }>(
    'SELECT id, sealed FROM series WHERE skid = ? AND tag = ?',
  );
  const rows = database.prepare<[number], { seq: number; body: Buffer }>(
    'SELECT seq, body FROM hot WHERE seq > ? ORDER BY seq',
  );
  return {
    name: 'the embedded store',
    points: ({ skid, tag }, from, to) => {
      // One moment for what is sealed and what is not: the service may run.
      const all = database.transaction((): readonly HistoryPoint[] => {
        const series = find.get(skid, tag);
        if (series === undefined) return [];
        const hot = new Hot();
        for (const { seq, body } of rows.iterate(series.sealed)) {
          hot.add(decodeHot(body), seq, 0, (id) => id !== series.id);
        }
        const fresh = hot.of(series.id)?.points ?? null;
        return readRaw(chunks, series.id, fresh, from, to, Number.MAX_SAFE_INTEGER, 'oldest first');
      });
      return Promise.resolve(all());
    },
    gaps: (skid, to) => Promise.resolve(notes.gaps(skid, utcMs(0), to)),
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
