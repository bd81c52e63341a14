/** Points of a series, sealed ones and hot ones, as if they lay in one place. */
import type { UtcMs } from '../../plant/clock.ts';
import type { HistoryOrder, HistoryPoint } from '../../plant/ports/history.ts';
import type { FoundBucket } from '../trend.ts';
import { Buckets } from './buckets.ts';
import type { ChunkRow, Chunks } from './chunks.ts';
import type { Course } from './codec.ts';
import { historyPointAt, merged, ordered, partOf, placeOf, type Growing } from './course.ts';

/** @param hot points that are not sealed yet, newer than any sealed ones of the same times */
export function readRaw(
  chunks: Chunks,
  series: number,
  hot: Growing | null,
  from: UtcMs,
  to: UtcMs,
  limit: number,
  order: HistoryOrder,
): readonly HistoryPoint[] {
  const found: HistoryPoint[] = [];
  const forwards = order === 'oldest first';
  const take = (course: Course, first: number, end: number): void => {
    for (let k = 0; k < end - first && found.length < limit; k += 1) {
      found.push(historyPointAt(course, forwards ? first + k : end - 1 - k));
    }
  };
  for (const course of piecesOf(chunks, series, hot, from, to, forwards)) {
    take(course, placeOf(course, from), placeOf(course, to));
    if (found.length >= limit) break;
  }
  return found;
}

/** Chunks, with the hot points that fall into them or between them, in their order or backwards. */
function* piecesOf(
  chunks: Chunks,
  series: number,
  hot: Growing | null,
  from: number,
  to: number,
  forwards: boolean,
): Generator<Course> {
  const fresh = hot === null ? null : within(ordered(hot), from, to);
  const rows = forwards ? chunks.touching(series, from, to) : chunks.touchingBackwards(series, from, to);
  if (fresh === null || fresh.count === 0) {
    for (const row of rows) yield chunks.read(row);
    return;
  }
  let [low, high] = [0, fresh.count];
  for (const row of rows) {
    if (forwards) {
      // What is hot and lies before the end of this chunk belongs to it, or before it.
      const end = placeOf(fresh, row.last + 1);
      yield end > low ? merged(chunks.read(row), partOf(fresh, low, end)) : chunks.read(row);
      low = Math.max(low, end);
    } else {
      const begin = placeOf(fresh, row.first);
      yield begin < high ? merged(chunks.read(row), partOf(fresh, begin, high)) : chunks.read(row);
      high = Math.min(high, begin);
    }
  }
  if (high > low) yield partOf(fresh, low, high);
}

const within = (course: Course, from: number, to: number): Course =>
  partOf(course, placeOf(course, from), placeOf(course, to));

/** A chunk that lies in one bucket, and has nothing hot in it, is not unpacked. */
export function readTrend(
  chunks: Chunks,
  series: number,
  hot: Growing | null,
  from: UtcMs,
  to: UtcMs,
  widthMs: number,
): readonly FoundBucket[] {
  const buckets = new Buckets(from, widthMs);
  const fresh = hot === null ? null : within(ordered(hot), from, to);
  let taken = 0;
  const isWhole = (row: ChunkRow): boolean =>
    row.first >= from && row.last < to && buckets.indexOf(row.first) === buckets.indexOf(row.last);
  for (const row of [...chunks.touching(series, from, to)]) {
    const end = fresh === null ? 0 : placeOf(fresh, row.last + 1);
    if (end <= taken && isWhole(row)) {
      buckets.takeChunk(row);
      continue;
    }
    const course =
      end > taken && fresh !== null ? merged(chunks.read(row), partOf(fresh, taken, end)) : chunks.read(row);
    taken = Math.max(taken, end);
    buckets.takePoints(course, placeOf(course, from), placeOf(course, to));
  }
  if (fresh !== null) buckets.takePoints(fresh, taken, fresh.count);
  return buckets.done();
}
