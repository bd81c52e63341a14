/**
 * Spectra and results in SQLite, each written once and never changed. Declared retention: the file's pages in use may take
 * `largestBytes`; above it the oldest spectra are removed, then the oldest results, and every removal is a row in `gap`.
 */
import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { ArchivedResult, ArchivedSpectrum } from '../../plant/ports/spectrum-archive.ts';
import { tagName, type LocalTag, type SkidName, type TagName } from '../../plant/sample.ts';
import type { Spectrum, SpectrumData } from '../../plant/spectrum.ts';
import { dataOf, keptOf } from './kept.ts';

/** Spectra that are not there: removed for room, or given up before they could be kept. */
export type SpectrumGap = Readonly<{ name: string; from: UtcMs; to: UtcMs; count: number; reason: string }>;

/** What is kept at once: all of it, or none. */
export type Keepable = Readonly<{
  spectra: readonly Spectrum[];
  results: readonly ArchivedResult[];
  gaps: readonly SpectrumGap[];
}>;

/** `removed`: spectra and results, since the archive was begun. */
export type StoreFigures = Readonly<{ spectra: number; results: number; removed: number; bytes: number }>;

const schema = `
  CREATE TABLE IF NOT EXISTS spectrum (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, time INTEGER NOT NULL, digest TEXT NOT NULL, kept TEXT NOT NULL,
    origin TEXT NOT NULL, points INTEGER NOT NULL, head TEXT NOT NULL, packings TEXT NOT NULL, curves BLOB NOT NULL,
    UNIQUE (name, time, digest)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS spectrum_time ON spectrum (time);
  CREATE TABLE IF NOT EXISTS result (
    id INTEGER PRIMARY KEY, skid TEXT NOT NULL, analysis TEXT NOT NULL, time INTEGER NOT NULL, input TEXT NOT NULL,
    method TEXT NOT NULL, content TEXT NOT NULL, kept TEXT,
    UNIQUE (skid, analysis, time, input, method)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS result_time ON result (time);
  CREATE TABLE IF NOT EXISTS gap (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, count INTEGER NOT NULL,
    reason TEXT NOT NULL
  ) STRICT;
`;

const addSpectrum = `
  INSERT INTO spectrum (name, time, digest, kept, origin, points, head, packings, curves)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
const addResult = `
  INSERT INTO result (skid, analysis, time, input, method, content, kept) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`;

/** A store far above its limit comes below it in several goes. */
const mostRemovedAtOnce = 1000;
/** How the reason of a removal begins, as told from what was given up before it could be kept. */
const removedFor = 'removed:';
/** In this order: results are small, and what a batch was judged by. */
const removable = [
  ['spectrum', 'name'],
  ['result', "skid || '/' || analysis"],
] as const;

type Row = Readonly<{ name: string; time: number; digest: string; kept: string; origin: string; points: number }>;
type Oldest = Readonly<{ id: number; name: string; time: number }>;

export class SpectrumStore {
  readonly #folder: string;
  readonly #largestBytes: number;
  #database: Database.Database | null = null;
  #counts = { spectra: 0, results: 0 };
  #removed = 0;

  constructor(folder: string, largestBytes: number) {
    this.#folder = folder;
    this.#largestBytes = largestBytes;
  }

  /** @throws where the file cannot be opened */
  open(): void {
    if (this.#database !== null) return;
    mkdirSync(this.#folder, { recursive: true });
    const database = new Database(`${this.#folder}/spectra.db`);
    try {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.pragma('cache_size = -2048');
      database.exec(schema);
      const columns = database.pragma('table_info(result)') as readonly Readonly<{ name: string }>[];
      if (!columns.some(({ name }) => name === 'kept')) database.exec('ALTER TABLE result ADD COLUMN kept TEXT');
    } catch (error) {
      database.close();
      throw error;
    }
    this.#database = database;
    this.#count(database);
  }

  close(): void {
    this.#database?.close();
    this.#database = null;
  }

  /** When it returns, all of it is on disk; what was there already is left as it is. @throws where the disk does not take it */
  keep({ spectra, results, gaps }: Keepable): void {
    this.open();
    const database = this.#use();
    const rows = spectra.map(rowOf);
    const added = { spectra: 0, results: 0 };
    const write = database.transaction(() => {
      for (const row of rows) {
        if ('reason' in row) this.#addGap(database, row);
        else added.spectra += database.prepare<SpectrumRow>(addSpectrum).run(...row).changes;
      }
      for (const result of results) {
        const { skid, analysis, measuredAt, input, method } = result;
        const content = JSON.stringify(result);
        const row = [skid, analysis, timeOf(measuredAt), input, method.digest, content, sha256(content)];
        added.results += database.prepare(addResult).run(...row).changes;
      }
      for (const gap of gaps) this.#addGap(database, gap);
    });
    write.immediate();
    const { spectra: before, results: resultsBefore } = this.#counts;
    this.#counts = { spectra: before + added.spectra, results: resultsBefore + added.results };
    this.#makeRoom(database);
  }

  list(name: TagName, from: UtcMs, to: UtcMs, limit: number): readonly ArchivedSpectrum[] {
    return this.#use()
      .prepare<[string, number, number, number], Row>(
        `SELECT name, time, digest, kept, origin, points FROM spectrum
         WHERE name = ? AND time >= ? AND time < ? ORDER BY time DESC, id DESC LIMIT ?`,
      )
      .all(name, Math.floor(from), Math.ceil(to), limit)
      .map(({ time, digest, kept, origin, points }) => ({
        spectrum: name,
        sourceTime: utcMs(time),
        origin,
        digest,
        kept,
        points,
      }));
  }

  /** @throws MesolineError `spectrum-damaged` */
  read(name: TagName, digest: string): SpectrumData | null {
    const row = this.#use()
      .prepare<[string, string], Readonly<{ head: string; kept: string; packings: string; curves: Uint8Array }>>(
        'SELECT head, kept, packings, curves FROM spectrum WHERE name = ? AND digest = ? ORDER BY time DESC LIMIT 1',
      )
      .get(name, digest);
    if (row === undefined) return null;
    const data = dataOf(row);
    if (data !== null) return data;
    throw mesolineError(
      'spectrum-damaged',
      `${name} ${digest}`,
      'What is kept of it is no longer what was kept.',
      'Take it from the instrument again, or restore the data folder from its copy.',
    );
  }

  results(skid: SkidName, analysis: LocalTag, from: UtcMs, to: UtcMs, limit: number): readonly ArchivedResult[] {
    return this.#use()
      .prepare<[string, string, number, number, number], ResultRow>(
        `SELECT time, input, method, content, kept FROM result WHERE skid = ? AND analysis = ? AND time >= ? AND time < ?
         ORDER BY time DESC, id DESC LIMIT ?`,
      )
      .all(skid, analysis, Math.floor(from), Math.ceil(to), limit)
      .map((row) => resultOf(row, skid, analysis));
  }

  /** What is not there of a time, oldest first. */
  gaps(): readonly SpectrumGap[] {
    return this.#use()
      .prepare<[], Readonly<{ name: string; since: number; until: number; count: number; reason: string }>>(
        'SELECT name, since, until, count, reason FROM gap ORDER BY since',
      )
      .all()
      .map(({ name, since, until, count, reason }) => ({ name, from: utcMs(since), to: utcMs(until), count, reason }));
  }

  figures(): StoreFigures {
    const bytes = this.#database === null ? 0 : usedBytes(this.#database);
    return { ...this.#counts, removed: this.#removed, bytes };
  }

  #count(database: Database.Database): void {
    const of = (table: string): number =>
      database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
    this.#counts = { spectra: of('spectrum'), results: of('result') };
    this.#removed =
      database.prepare<[], number>(`SELECT total(count) FROM gap WHERE reason LIKE '${removedFor}%'`).pluck().get() ??
      0;
  }

  /** One after the other, oldest first, until what is left fits; all of it, with its gaps, in one transaction. */
  #makeRoom(database: Database.Database): void {
    if (usedBytes(database) <= this.#largestBytes) return;
    const removed: Oldest[] = [];
    const remove = database.transaction(() => {
      for (const [table, name] of removable) {
        const oldest = database.prepare<[], Oldest>(
          `SELECT id, ${name} AS name, time FROM ${table} ORDER BY time, id LIMIT 1`,
        );
        const drop = database.prepare<[number]>(`DELETE FROM ${table} WHERE id = ?`);
        while (usedBytes(database) > this.#largestBytes && removed.length < mostRemovedAtOnce) {
          const one = oldest.get();
          if (one === undefined) break;
          drop.run(one.id);
          removed.push(one);
        }
      }
      for (const gap of gapsOf(removed, `${removedFor} ${this.#largestBytes} bytes are allowed`))
        this.#extendGap(database, gap);
    });
    remove.immediate();
    this.#count(database);
  }

  /** What is removed follows on what was removed before it: one gap of each name that goes on. */
  #extendGap(database: Database.Database, gap: SpectrumGap): void {
    const { name, from, to, count, reason } = gap;
    const extended = database
      .prepare<[number, number, number, string, string]>(
        `UPDATE gap SET since = min(since, ?), until = max(until, ?), count = count + ? WHERE id =
         (SELECT id FROM gap WHERE name = ? AND reason = ? ORDER BY id DESC LIMIT 1)`,
      )
      .run(from, to, count, name, reason);
    if (extended.changes === 0) this.#addGap(database, gap);
  }

  #addGap(database: Database.Database, { name, from, to, count, reason }: SpectrumGap): void {
    database
      .prepare('INSERT INTO gap (name, since, until, count, reason) VALUES (?, ?, ?, ?, ?)')
      .run(name, timeOf(from), timeOf(to), count, reason);
  }

  #use(): Database.Database {
    if (this.#database !== null) return this.#database;
    const problem = 'It is not open.';
    throw mesolineError(
      'archive-unavailable',
      'the archive of spectra',
      problem,
      'Look at the health of the historian.',
    );
  }
}

type ResultRow = Readonly<{ time: number; input: string; method: string; content: string; kept: string | null }>;

/** What is no longer what was kept is shown as what it is: no evidence. `kept` is null in rows of before there was one. */
function resultOf(row: ResultRow, skid: SkidName, analysis: LocalTag): ArchivedResult {
  const { time, input, method, content, kept } = row;
  if (kept === null || kept === sha256(content)) return JSON.parse(content) as ArchivedResult;
  const at = utcMs(time);
  return {
    skid,
    analysis,
    spectrum: tagName(skid, analysis),
    method: { method: 'not known any more', version: 0, digest: method, approvedBy: null },
    input,
    sampleTime: at,
    measuredAt: at,
    analysedAt: at,
    outcome: {
      outputs: {},
      verdict: 'undecided',
      reasons: ['What is kept of it is no longer what was kept.'],
      figures: {},
    },
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A column takes whole milliseconds of some calendar; what is none goes to its end. */
const timeOf = (time: number): UtcMs => {
  const furthest = 8.64e15;
  return utcMs(Number.isNaN(time) ? 0 : Math.floor(Math.min(furthest, Math.max(-furthest, time))));
};

type SpectrumRow = [string, number, string, string, string, number, string, string, Uint8Array];

/** One that cannot be written down must not keep the others waiting: it becomes a gap. Files' times have parts of a ms. */
function rowOf(spectrum: Spectrum): SpectrumRow | SpectrumGap {
  const { name, sourceTime, digest, origin, data } = spectrum;
  const time = timeOf(sourceTime);
  try {
    const { head, kept, packings, curves } = keptOf(spectrum);
    return [name, time, digest, kept, origin, data.x.values.length, head, packings, curves];
  } catch (error) {
    return { name, from: time, to: time, count: 1, reason: `${origin} cannot be written down: ${messageOf(error)}` };
  }
}

const usedBytes = (database: Database.Database): number => {
  const of = (name: string): number => Number(database.pragma(name, { simple: true }));
  return (of('page_count') - of('freelist_count')) * of('page_size');
};

function gapsOf(oldest: readonly Oldest[], reason: string): readonly SpectrumGap[] {
  const gaps = new Map<string, SpectrumGap>();
  for (const { name, time } of oldest) {
    const known = gaps.get(name);
    gaps.set(name, { name, from: known?.from ?? utcMs(time), to: utcMs(time), count: (known?.count ?? 0) + 1, reason });
  }
  return [...gaps.values()];
}
