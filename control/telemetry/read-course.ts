/**
 * Reads courses out of sealed files: the content's digest is computed along the way, and nothing is given out where it is not the one that
 * stands in the record.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { MesolineError, mesolineError, messageOf } from '../../plant/errors.ts';
import type { SealedCourse, SealedSegment } from '../../plant/ports/sealed-telemetry.ts';
import { badNoData } from '../../plant/quality.ts';
import { splitTag, type TagName } from '../../plant/sample.ts';
import { gapOf, measuredValue, readLine, type Header, type ScanLine, type TagType } from './format.ts';
import { linesOf } from './lines.ts';
import { isMissing } from './seal.ts';

export type CourseQuestion = Readonly<{
  /** In order, with the path of each file. */
  files: readonly Readonly<{ segment: SealedSegment; path: string }>[];
  tags: readonly TagName[];
  from: number;
  to: number;
}>;

/** Of the wall: further apart, two segments are not of one course. */
const longestStepMs = 5_000;

/** @throws MesolineError `segment-damaged` */
export async function readCourses({ files, tags, from, to }: CourseQuestion): Promise<readonly SealedCourse[]> {
  const growing = new Map(tags.map((tag) => [splitTag(tag).local as string, new Growing(tag)]));
  const nothingFrom = (time: number): void => {
    for (const course of growing.values()) course.add(time, Number.NaN, badNoData);
  };
  let until: Readonly<{ to: number; goesOn: boolean }> | null = null;
  for (const { segment, path } of files) {
    let header: Header | null = null;
    let goesOn = false;
    let wanted: Wanted = [];
    // What was in force at the end of a stretch does not hold over a time in which nobody looked.
    if (until !== null && !(until.goesOn && segment.from - until.to <= longestStepMs)) nothingFrom(until.to + 1);
    await eachLine(path, segment, (text) => {
      const line = readLine(text);
      if (line === null) throw damaged(segment, 'it has a line that is none of telemetry');
      if (line.kind === 'header') {
        header = line.header;
        refuseOther(segment, line.header);
        wanted = line.header.tags.map(({ tag, type }) => {
          const course = growing.get(tag);
          return course === undefined ? undefined : [course, type];
        });
        return;
      }
      if (header === null) throw damaged(segment, 'it does not begin with its header');
      if (line.kind === 'scan') take(line.line, wanted);
      else if (line.kind === 'gap') nothingFrom(gapOf(line.line).from);
      else goesOn = line.line.end.why === 'window' || line.line.end.why === 'unit ended';
    });
    until = { to: segment.to, goesOn };
  }
  if (until !== null && !until.goesOn) nothingFrom(until.to + 1);
  return [...growing.values()].map((course) => course.between(from, to));
}

type Wanted = readonly (readonly [Growing, TagType] | undefined)[];

function take({ utc, samples }: ScanLine, wanted: Wanted): void {
  for (const [index, written, quality] of samples) {
    const found = wanted[index];
    if (found === undefined) continue;
    const value = measuredValue(written, found[1]);
    found[0].add(
      utc,
      typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : Number.NaN,
      quality,
    );
  }
}

/** @throws MesolineError `segment-damaged` where a file says of itself that it is another. */
export function refuseOther(segment: SealedSegment, header: Header): void {
  const { batch, skid, number } = header;
  if (batch === segment.batch && skid === segment.skid && number === segment.number) return;
  throw damaged(segment, `it says that it is segment ${number} of ${skid} in ${batch}`);
}

/**
 * Every line of a sealed file, and then the digest of all of it.
 * @throws MesolineError `segment-damaged`, also after lines were given: what was made of them is thrown away by the caller.
 */
export async function eachLine(path: string, segment: SealedSegment, take: (text: string) => void): Promise<void> {
  await contentHolds(createReadStream(path), segment, take);
}

/** The bytes of a sealed file as they lie there. @throws MesolineError `segment-damaged` where they cannot be read. */
export async function readSealed(path: string, segment: SealedSegment): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw notSound(segment, error);
  }
}

/** As `eachLine`, of bytes that were read already. @throws MesolineError `segment-damaged` */
export async function contentHolds(
  compressed: Readable,
  segment: SealedSegment,
  take: (text: string) => void,
): Promise<void> {
  const hash = createHash('sha256');
  try {
    await pipeline(compressed, createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const lines of linesOf(hashed(chunks, hash))) for (const { text } of lines) take(text);
    });
  } catch (error) {
    throw notSound(segment, error);
  }
  if (hash.digest('hex') !== segment.digest) throw damaged(segment, 'its content is not what was sealed');
}

function notSound(segment: SealedSegment, error: unknown): Error {
  if (error instanceof MesolineError) return error;
  return damaged(segment, isMissing(error) ? 'it is not there' : messageOf(error), error);
}

async function* hashed(chunks: AsyncIterable<Buffer>, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

export const damaged = ({ batch, skid, number, file }: SealedSegment, why: string, cause?: unknown) =>
  mesolineError(
    'segment-damaged',
    `segment ${number} of ${skid} in ${batch}`,
    `The sealed file ${file} cannot be relied on: ${why}.`,
    'Keep it as evidence, and put it back from the backup.',
    cause,
  );

/** A course that grows; times that do not ascend (a clock was set back) stand where they came, at the latest time so far. */
class Growing {
  readonly #tag: TagName;
  #times = new Float64Array(1024);
  #values = new Float64Array(1024);
  #qualities = new Uint32Array(1024);
  #length = 0;

  constructor(tag: TagName) {
    this.#tag = tag;
  }

  add(time: number, value: number, quality: number): void {
    if (this.#length === this.#times.length) this.#grow();
    const last = this.#length === 0 ? time : (this.#times[this.#length - 1] ?? time);
    this.#times[this.#length] = Math.max(last, time);
    this.#values[this.#length] = value;
    this.#qualities[this.#length] = quality;
    this.#length += 1;
  }

  /** What lies between, and the point in force at `from`. */
  between(from: number, to: number): SealedCourse {
    const times = this.#times.subarray(0, this.#length);
    const after = times.findIndex((time) => time > from);
    const first = Math.max(0, (after < 0 ? this.#length : after) - 1);
    const beyond = times.findIndex((time) => time > to);
    const end = beyond < 0 ? this.#length : beyond;
    return {
      tag: this.#tag,
      times: this.#times.slice(first, end),
      values: this.#values.slice(first, end),
      qualities: this.#qualities.slice(first, end),
    };
  }

  #grow(): void {
    const length = this.#times.length * 2;
    const times = new Float64Array(length);
    const values = new Float64Array(length);
    const qualities = new Uint32Array(length);
    times.set(this.#times);
    values.set(this.#values);
    qualities.set(this.#qualities);
    this.#times = times;
    this.#values = values;
    this.#qualities = qualities;
  }
}
