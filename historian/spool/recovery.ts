/**
 * Finds out, at start, what a spool folder holds. Damage is copied to `aside/` and cut out; what can be read is kept. Where the
 * copy cannot be made (a full disk) the damaged file stays as it is, and readers step over the damage.
 */
import { isoUtc, type UtcMs } from '../../plant/clock.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { RingCursor } from '../../plant/ports/history.ts';
import { laterOf, nothingSeen, type Seen } from '../seen.ts';
import { replaceFile, type Disk } from './disk.ts';
import { decodeCheckpoint, isCheckpoint, spoolFormat, summariseEntry } from './payload.ts';
import { walk, type FoundRecord, type Walk } from './record.ts';
import { asideFolder, positionFile, segmentNumber, type ReplayPosition, type Segment } from './segment.ts';

/** A stretch of a segment that could not be read. `keptAs` is null where there was no room to keep it. */
export type SpoolDamage = Readonly<{
  segment: string;
  from: number;
  to: number;
  where: 'tail' | 'middle';
  /** Server times of what lies before and behind it and can be read; null where nothing does. */
  after: number | null;
  before: number | null;
  keptAs: string | null;
}>;

export type Recovered = Readonly<{
  segments: readonly Segment[];
  position: ReplayPosition;
  cursors: ReadonlyMap<string, RingCursor>;
  /** Up to when the scans of each skid are on disk. */
  seen: Seen;
  /** Points that lie behind the position, and the earliest server time among them. */
  unwritten: number;
  damage: readonly SpoolDamage[];
}>;

export const cursorKey = (cursor: RingCursor): string => `${cursor.skid}/${cursor.device}`;

export async function recover(disk: Disk, folder: string, now: UtcMs): Promise<Recovered> {
  const names = await disk.list(folder);
  for (const name of names) if (name.endsWith('.new')) await disk.remove(`${folder}/${name}`);
  const numbers = names.map(segmentNumber).filter((number) => number !== null);
  const saved = names.includes(positionFile) ? await readPosition(disk, folder) : null;
  let position: ReplayPosition = saved ?? { segment: numbers[0] ?? 1, offset: 0 };

  const segments: Segment[] = [];
  const cursors = new Map<string, RingCursor>();
  let seen = nothingSeen;
  const damage: SpoolDamage[] = [];
  let unwritten = 0;
  for (const name of names) {
    const number = segmentNumber(name);
    if (number === null) continue;
    const path = `${folder}/${name}`;
    const last = number === numbers.at(-1);
    if (number < position.segment && !last) {
      await disk.remove(path);
      continue;
    }
    const bytes = Buffer.from(await disk.read(path, 0, await disk.size(path)));
    const found = walk(bytes);
    for (const record of found.records) seen = laterOf(seen, readMarks(record, name, cursors) ?? seen);
    const repaired = found.damage.length === 0 ? null : await repair(disk, folder, name, bytes, found, last, now);
    if (repaired !== null) damage.push(...repaired.damage);
    const length = repaired?.length ?? bytes.length;
    const moved = repaired?.moved === true || position.offset > length;
    if (number === position.segment && moved) position = { segment: number, offset: 0 };
    segments.push({ number, path, length });
    unwritten += countFrom(
      found.records,
      number < position.segment ? length : number > position.segment ? 0 : position.offset,
    );
  }
  const first = segments[0];
  if (first !== undefined && first.number > position.segment) position = { segment: first.number, offset: 0 };
  return { segments, position, cursors, seen, unwritten, damage };
}

async function readPosition(disk: Disk, folder: string): Promise<ReplayPosition | null> {
  try {
    const path = `${folder}/${positionFile}`;
    const text = Buffer.from(await disk.read(path, 0, await disk.size(path))).toString('utf8');
    const { segment, offset } = JSON.parse(text) as { segment?: unknown; offset?: unknown };
    const sound = Number.isSafeInteger(segment) && Number.isSafeInteger(offset);
    return sound ? { segment: segment as number, offset: offset as number } : null;
  } catch {
    // Without it everything is written again, which changes nothing: same series, same time, same value.
    return null;
  }
}

/** @returns the scans that the record says are on disk, null where it does not say. */
function readMarks(record: FoundRecord, name: string, cursors: Map<string, RingCursor>): Seen | null {
  if (!isCheckpoint(record.payload)) {
    const { cursor, seen } = summariseEntry(record.payload);
    if (cursor !== null) cursors.set(cursorKey(cursor), cursor);
    return seen;
  }
  const checkpoint = decodeCheckpoint(record.payload);
  if (checkpoint.format !== spoolFormat) {
    throw mesolineError(
      'spool-format-unknown',
      `spool/${name}`,
      `It is written in format ${checkpoint.format}; this version reads format ${spoolFormat}.`,
      'Start the version that wrote it and let it empty the spool, or move the file away.',
    );
  }
  for (const cursor of checkpoint.cursors) cursors.set(cursorKey(cursor), cursor);
  return checkpoint.seen ?? null;
}

/** Points of the entries that end behind `offset`. */
const countFrom = (records: readonly FoundRecord[], offset: number): number =>
  records.reduce(
    (sum, { payload, to }) => (to <= offset || isCheckpoint(payload) ? sum : sum + summariseEntry(payload).count),
    0,
  );

/** The earliest server time of a record; null where it is none of points. */
const timeOf = (record: FoundRecord | undefined): number | null =>
  record === undefined || isCheckpoint(record.payload) ? null : summariseEntry(record.payload).oldest;

type Repaired = Readonly<{ damage: readonly SpoolDamage[]; length: number; moved: boolean }>;

async function repair(
  disk: Disk,
  folder: string,
  name: string,
  bytes: Buffer,
  found: Walk,
  last: boolean,
  now: UtcMs,
): Promise<Repaired> {
  const goodEnd = found.records.at(-1)?.to ?? 0;
  const places = found.damage.map(({ from, to }) => ({
    segment: name,
    from,
    to,
    where: last && from >= goodEnd ? ('tail' as const) : ('middle' as const),
    after: timeOf(found.records.findLast((record) => record.to <= from)),
    before: timeOf(found.records.find((record) => record.from >= to)),
  }));
  try {
    const damage: SpoolDamage[] = [];
    await disk.makeFolder(`${folder}/${asideFolder}`);
    for (const place of places) {
      const keptAs = `${isoUtc(now).replaceAll(':', '').replace('+0000', 'Z')}-${name}-at-${place.from}`;
      await replaceFile(disk, `${folder}/${asideFolder}`, keptAs, bytes.subarray(place.from, place.to));
      damage.push({ ...place, keptAs: `${asideFolder}/${keptAs}` });
    }
    await disk.syncFolder(folder);
    if (places.every(({ from }) => from >= goodEnd)) {
      await cut(disk, `${folder}/${name}`, goodEnd);
      return { damage, length: goodEnd, moved: false };
    }
    const kept = Buffer.concat(found.records.map(({ from, to }) => bytes.subarray(from, to)));
    await replaceFile(disk, folder, name, kept);
    return { damage, length: kept.length, moved: true };
  } catch {
    return { damage: places.map((place) => ({ ...place, keptAs: null })), length: bytes.length, moved: false };
  }
}

async function cut(disk: Disk, path: string, length: number): Promise<void> {
  const file = await disk.open(path);
  try {
    await file.truncate(length);
    await file.sync();
  } finally {
    await file.close();
  }
}
