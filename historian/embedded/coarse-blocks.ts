/** Rows of the tiers: written as rows, sealed as blocks of one series once their time is over. Means are kept to a thousandth of a step. */
import type Database from 'better-sqlite3';
import { utcMs } from '../../plant/clock.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { Quality } from '../../plant/quality.ts';
import type { CoarseRow } from '../downsampling/coarse-row.ts';
import { valueKinds, type Series } from '../point.ts';
import type { CoarseTier } from '../schema.ts';
import { decodeCourse, encodeCourse, type Course } from './codec.ts';
import { addPoint, growing } from './course.ts';
import { checksum } from './hot.ts';

const rowsOfBlock = 360;

type Row = Readonly<{
  time: number;
  count: number;
  least: number | null;
  most: number | null;
  mean: number | null;
  final: number | null;
  worst: number;
}>;
type Key = Readonly<{ tier: string; series: number; begin: number; end: number }>;

export class CoarseBlocks {
  readonly #put: Database.Statement;
  readonly #rows: Database.Statement<[Key], Row>;
  readonly #blocks: Database.Statement<[Key], { begin: number; crc: number; body: Buffer }>;
  /** Of each tier and series the oldest row that is not sealed. */
  readonly #oldest = new Map<string, Map<number, number>>();
  readonly #seal: Database.Statement;
  readonly #clear: Database.Statement<[Key]>;
  readonly #next: Database.Statement<[Key], number>;

  constructor(database: Database.Database) {
    this.#put = database.prepare('INSERT OR REPLACE INTO coarse VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    const span = 'tier = @tier AND series = @series AND time >= @begin AND time < @end';
    this.#rows = database.prepare(
      `SELECT time, count, least, most, mean, final, worst FROM coarse WHERE ${span} ORDER BY time`,
    );
    this.#blocks = database.prepare(
      'SELECT begin, crc, body FROM block WHERE tier = @tier AND series = @series AND begin >= @begin AND begin < @end ORDER BY begin',
    );
    this.#seal = database.prepare(
      'INSERT OR REPLACE INTO block (tier, series, begin, crc, body) VALUES (?, ?, ?, ?, ?)',
    );
    this.#clear = database.prepare(`DELETE FROM coarse WHERE ${span}`);
    this.#next = database.prepare<[Key], number>(`SELECT time FROM coarse WHERE ${span} ORDER BY time LIMIT 1`).pluck();
    const open = database.prepare<[], { tier: string; series: number; time: number }>(
      'SELECT tier, series, min(time) AS time FROM coarse GROUP BY tier, series',
    );
    for (const { tier, series, time } of open.all()) this.#note(tier, series, time);
  }

  /** Within a transaction of the caller's. */
  write({ name }: CoarseTier, series: number, row: CoarseRow): void {
    const { time, count, min, max, mean, last, worst } = row;
    this.#put.run(name, series, time, count, min, max, mean, last, worst >>> 0);
    this.#note(name, series, time);
  }

  read(tier: CoarseTier, series: Series, id: number, from: number, to: number): readonly CoarseRow[] {
    const width = tier.widthMs * rowsOfBlock;
    const begin = Math.floor(from / width) * width;
    const found = new Map<number, Row>();
    for (const block of this.#blocks.iterate({ tier: tier.name, series: id, begin, end: to })) {
      const rows = unpack(block.body, block.crc);
      if (rows === null) throw damagedBlock(tier, series, block.begin);
      for (const row of rows) if (row.time >= from && row.time < to) found.set(row.time, row);
    }
    let late = false;
    let newest = -Infinity;
    for (const time of found.keys()) newest = Math.max(newest, time);
    for (const row of this.#rows.iterate({ tier: tier.name, series: id, begin: from, end: to })) {
      late ||= row.time < newest;
      found.set(row.time, row);
    }
    const rows = [...found.values()];
    if (late) rows.sort((one, other) => one.time - other.time);
    return rows.map(({ time, count, least, most, mean, final, worst }) => ({
      series,
      time: utcMs(time),
      count,
      min: least,
      max: most,
      mean,
      last: final,
      worst: worst as Quality,
    }));
  }

  /** Seals one block of a tier that ended before `over`, within a transaction of the caller's. @returns whether there was one */
  sealOne(tier: CoarseTier, over: number): boolean {
    const width = tier.widthMs * rowsOfBlock;
    const due = this.#dueOf(tier.name, Math.floor(over / width) * width);
    if (due === null) return false;
    const begin = Math.floor(due.time / width) * width;
    const key = { tier: tier.name, series: due.series, begin, end: begin + width };
    const rows = new Map<number, Row>();
    for (const block of this.#blocks.all({ ...key, end: begin + 1 })) {
      // One that is damaged is replaced: its rows can be made anew of the points.
      for (const row of unpack(block.body, block.crc) ?? []) rows.set(row.time, row);
    }
    for (const row of this.#rows.all(key)) rows.set(row.time, row);
    const body = pack([...rows.values()].sort((one, other) => one.time - other.time));
    this.#seal.run(tier.name, due.series, begin, checksum(body), body);
    this.#clear.run(key);
    const next = this.#next.get({ ...key, begin: 0, end: Number.MAX_SAFE_INTEGER });
    this.#oldest.get(tier.name)?.delete(due.series);
    if (next !== undefined) this.#note(tier.name, due.series, next);
    return true;
  }

  #note(tier: string, series: number, time: number): void {
    const oldest = this.#oldest.get(tier) ?? new Map<number, number>();
    this.#oldest.set(tier, oldest);
    const known = oldest.get(series);
    if (known === undefined || time < known) oldest.set(series, time);
  }

  #dueOf(tier: string, before: number): Readonly<{ series: number; time: number }> | null {
    for (const [series, time] of this.#oldest.get(tier) ?? []) if (time < before) return { series, time };
    return null;
  }
}

const fields = ['count', 'least', 'most', 'mean', 'final'] as const;

/** Each column as a course of its own, its length before it; the worst status codes stand with the counts. */
function pack(rows: readonly Row[]): Buffer {
  const places = Math.min(3, decimalsOf(rows));
  return Buffer.concat(
    fields.flatMap((field) => {
      const course = growing(Math.max(1, rows.length));
      for (const row of rows) {
        const exact = row[field];
        const value = field === 'mean' && exact !== null ? Number(exact.toFixed(places + 3)) : exact;
        const kind = value === null ? valueKinds.nothing : valueKinds.number;
        addPoint(course, kind, value ?? 0, undefined, field === 'count' ? row.worst : 0, row.time, row.time);
      }
      const body = encodeCourse(course);
      const length = Buffer.allocUnsafe(4);
      length.writeUInt32LE(body.length);
      return [length, body];
    }),
  );
}

/** How many decimals the extremes have, which are readings. */
function decimalsOf(rows: readonly Row[]): number {
  let places = 0;
  for (const { least } of rows) {
    while (least !== null && places < 3 && Number(least.toFixed(places)) !== least) places += 1;
  }
  return places;
}

const damagedBlock = (tier: CoarseTier, { skid, tag }: Series, begin: number) =>
  mesolineError(
    'history-damaged',
    `history.db, ${tier.name} of ${skid}/${tag} from ${new Date(begin).toISOString()}`,
    'Its checksum is not that of what was written.',
    'Ask for its points; restore history.db from a backup.',
  );

/** Null where it is damaged. */
function unpack(body: Buffer, crc: number): readonly Row[] | null {
  if (checksum(body) !== crc) return null;
  const courses: Course[] = [];
  for (let at = 0; at < body.length;) {
    const length = body.readUInt32LE(at);
    courses.push(decodeCourse(body.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  const [counts, least, most, mean, final] = courses;
  if (counts === undefined) return [];
  const valueAt = (course: Course | undefined, i: number): number | null =>
    course?.kinds[i] === valueKinds.number ? (course.numbers[i] ?? null) : null;
  return Array.from({ length: counts.count }, (_, i) => ({
    time: counts.times[i] ?? 0,
    count: counts.numbers[i] ?? 0,
    least: valueAt(least, i),
    most: valueAt(most, i),
    mean: valueAt(mean, i),
    final: valueAt(final, i),
    worst: counts.qualities[i] ?? 0,
  }));
}
