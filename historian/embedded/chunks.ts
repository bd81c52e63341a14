/** Sealed points: written so that no two chunks of a series overlap, and read a chunk at a time. */
import type Database from 'better-sqlite3';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import { decodeCourse, encodeCourse, type Course } from './codec.ts';
import { merged, numberOf, partOf, placeOf } from './course.ts';
import { checksum } from './hot.ts';

export type ChunkRow = Readonly<{
  id: number;
  first: number;
  last: number;
  count: number;
  least: number | null;
  most: number | null;
  final: number | null;
  worst: number;
  finalQuality: number;
  crc: number;
}>;

/** Points of a chunk; a chunk with fewer than half of it is filled up by the next. */
export const pointsOfChunk = 600;
/** A chunk of rare points is given up as a whole when all of it is too old: it is not made longer than this for being filled up. */
const longestChunkMs = 86_400_000;

type Span = Readonly<{ series: number; from: number; to: number }>;

const columns = 'id, first, last, count, least, most, final, worst, finalQuality, crc';

export class Chunks {
  readonly #database: Database.Database;
  readonly #touching: Database.Statement<[Span], ChunkRow>;
  readonly #touchingBackwards: Database.Statement<[Span], ChunkRow>;
  readonly #body: Database.Statement<[number], Buffer>;
  readonly #last: Database.Statement<[number, number], ChunkRow>;
  #insert: Database.Statement | null = null;
  #remove: Database.Statement<[number]> | null = null;

  constructor(database: Database.Database) {
    this.#database = database;
    // Chunks of a series do not overlap: at most one that begins before the span reaches into it.
    const touching = `SELECT ${columns} FROM chunk WHERE series = @series AND first < @to AND last >= @from AND first >=
      coalesce((SELECT max(first) FROM chunk WHERE series = @series AND first <= @from), @from) ORDER BY first`;
    this.#touching = database.prepare(touching);
    this.#touchingBackwards = database.prepare(`${touching} DESC`);
    this.#body = database.prepare<[number], Buffer>('SELECT body FROM chunk WHERE id = ?').pluck();
    this.#last = database.prepare(
      `SELECT ${columns} FROM chunk WHERE series = ? AND first < ? ORDER BY first DESC LIMIT 1`,
    );
  }

  /** Those with a point at `from` or later and before `to`, oldest first. */
  touching(series: number, from: number, to: number): IterableIterator<ChunkRow> {
    return this.#touching.iterate({ series, from, to });
  }

  touchingBackwards(series: number, from: number, to: number): IterableIterator<ChunkRow> {
    return this.#touchingBackwards.iterate({ series, from, to });
  }

  /** @throws MesolineError `history-damaged` */
  read({ id, crc, first, last, count }: ChunkRow): Course {
    const body = this.#body.get(id);
    const where = `history.db, points from ${new Date(first).toISOString()} to ${new Date(last).toISOString()}`;
    if (body === undefined) return nothing;
    if (checksum(body) !== crc) throw damaged(where, 'Their checksum is not that of what was written.');
    try {
      const course = decodeCourse(body);
      if (course.count !== count) throw new RangeError(`${course.count} points are there of ${count}.`);
      return course;
    } catch (error) {
      throw damaged(where, messageOf(error), error);
    }
  }

  /**
   * Puts points of a series among what is there, within a transaction of the caller's.
   * @param course ascending, each time once
   */
  seal(series: number, course: Course): void {
    const [begin, end] = [course.times[0], course.times[course.count - 1]];
    if (begin === undefined || end === undefined) return;
    let at = 0;
    for (const chunk of this.#touching.all({ series, from: begin, to: end + 1 })) {
      const [first, behind] = [placeOf(course, chunk.first), placeOf(course, chunk.last + 1)];
      if (first > at) this.#append(series, partOf(course, at, first));
      if (behind > first) {
        const whole = merged(this.read(chunk), partOf(course, first, behind));
        this.#drop(chunk.id);
        this.#write(series, whole);
      }
      at = behind;
    }
    if (at < course.count) this.#append(series, partOf(course, at, course.count));
  }

  /** Behind the chunk before it, which it fills up where that is a small one. */
  #append(series: number, course: Course): void {
    const before = this.#last.get(series, course.times[0] ?? 0);
    const begin = course.times[0] ?? 0;
    const isFull = before === undefined || before.count * 2 > pointsOfChunk || begin - before.first > longestChunkMs;
    if (isFull) {
      this.#write(series, course);
      return;
    }
    const whole = merged(this.read(before), course);
    this.#drop(before.id);
    this.#write(series, whole);
  }

  #drop(id: number): void {
    this.#remove ??= this.#database.prepare('DELETE FROM chunk WHERE id = ?');
    this.#remove.run(id);
  }

  /** In parts of about as many points as a chunk has. */
  #write(series: number, course: Course): void {
    const parts = Math.max(1, Math.round(course.count / pointsOfChunk));
    for (let part = 0; part < parts; part += 1) {
      const [first, end] = [part, part + 1].map((one) => Math.floor((one * course.count) / parts));
      this.#writeOne(series, partOf(course, first ?? 0, end ?? 0));
    }
  }

  #writeOne(series: number, course: Course): void {
    const body = encodeCourse(course);
    let [least, most, final, worst] = [Infinity, -Infinity, NaN, 0];
    for (let i = 0; i < course.count; i += 1) {
      const value = numberOf(course, i);
      if (value < least) least = value;
      if (value > most) most = value;
      if (!Number.isNaN(value)) final = value;
      const quality = course.qualities[i] ?? 0;
      if (quality > worst) worst = quality;
    }
    const none = Number.isNaN(final);
    this.#insert ??= this.#database.prepare(
      `INSERT INTO chunk (series, first, last, count, least, most, final, worst, finalQuality, crc, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insert.run(
      series,
      course.times[0],
      course.times[course.count - 1],
      course.count,
      none ? null : least,
      none ? null : most,
      none ? null : final,
      worst,
      course.qualities[course.count - 1],
      checksum(body),
      body,
    );
  }
}

const nothing: Course = {
  count: 0,
  kinds: new Uint8Array(0),
  numbers: new Float64Array(0),
  texts: [],
  qualities: new Uint32Array(0),
  times: new Float64Array(0),
  serverTimes: new Float64Array(0),
};

const damaged = (where: string, problem: string, cause?: unknown) =>
  mesolineError(
    'history-damaged',
    where,
    problem,
    'Restore history.db from a backup; everything else in it can be read.',
    cause,
  );
