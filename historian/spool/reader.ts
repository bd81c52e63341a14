/** Reads entries from where a store has them up to what is on disk, stepping over damage. */
import type { HistoryEvent, HistoryGap } from '../../plant/ports/history.ts';
import { joinBatches, type PointBatch } from '../point.ts';
import type { Disk } from './disk.ts';
import { decodeEntry, isCheckpoint, type KnownSeries } from './payload.ts';
import { recordAt, walk } from './record.ts';
import type { ReplayPosition, Segment } from './segment.ts';

/** Entries read together; the store has them all before the position moves to `next`. */
export type SpoolBatch = Readonly<{
  points: PointBatch;
  gaps: readonly HistoryGap[];
  events: readonly HistoryEvent[];
  next: ReplayPosition;
}>;

type Taken = {
  count: number;
  readonly points: PointBatch[];
  readonly gaps: HistoryGap[];
  readonly events: HistoryEvent[];
};

const chunkBytes = 1024 * 1024;

/** What lies behind `position`, about `most` points of it, or null where nothing does. */
export async function readBatch(
  disk: Disk,
  segments: readonly Segment[],
  position: ReplayPosition,
  most: number,
  known: KnownSeries,
): Promise<SpoolBatch | null> {
  const taken: Taken = { count: 0, points: [], gaps: [], events: [] };
  let next = position;
  for (const segment of segments) {
    if (segment.number < position.segment) continue;
    let offset = segment.number === position.segment ? position.offset : 0;
    while (offset < segment.length && taken.count < most) {
      const chunk = await readChunk(disk, segment, offset);
      offset += takeEntries(chunk, most, taken, known);
    }
    next = { segment: segment.number, offset };
    if (taken.count >= most) break;
  }
  const moved = next.segment !== position.segment || next.offset !== position.offset;
  return moved ? { points: joinBatches(taken.points), gaps: taken.gaps, events: taken.events, next } : null;
}

/** A stretch that begins at `offset` and holds at least one whole record, or all the rest of the segment. */
async function readChunk(disk: Disk, segment: Segment, offset: number): Promise<Buffer> {
  const to = Math.min(segment.length, offset + chunkBytes);
  const chunk = Buffer.from(await disk.read(segment.path, offset, to));
  if (to === segment.length || recordAt(chunk, 0) !== null) return chunk;
  return Buffer.from(await disk.read(segment.path, offset, segment.length));
}

/** @returns how many bytes of the chunk are done with. */
function takeEntries(chunk: Buffer, most: number, taken: Taken, known: KnownSeries): number {
  let offset = 0;
  while (offset < chunk.length && taken.count < most) {
    const record = recordAt(chunk, offset);
    if (record === null) {
      // Cut short or damaged: the next chunk begins here, and where it does not begin with a record it is all the rest.
      if (offset > 0) return offset;
      return walk(chunk).records[0]?.from ?? chunk.length;
    }
    offset = record.to;
    if (isCheckpoint(record.payload)) continue;
    const { points, gaps = [], events = [] } = decodeEntry(record.payload, known);
    if (points.count > 0) taken.points.push(points);
    taken.gaps.push(...gaps);
    taken.events.push(...events);
    taken.count += points.count;
  }
  return offset;
}
