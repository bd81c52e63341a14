/** History on its way out: points of tags a page at a time, and the gaps on record among them. */
import { isoUtc, utcMs, type UtcMs } from '../../../plant/clock.ts';
import type { HistoryGap, HistoryPoint, HistoryQueries } from '../../../plant/ports/history.ts';
import { qualityName, type Quality } from '../../../plant/quality.ts';
import { splitTag, type TagName, type TagValue } from '../../../plant/sample.ts';

export type ExportedTag = Readonly<{ tag: TagName; unit: string | null }>;

/** One line of an export: a point, or a time of which points are missing. */
export type ExportedRow = Readonly<{
  time: UtcMs;
  tag: TagName | string;
  value: TagValue;
  unit: string | null;
  quality: string;
  status: number;
  serverTime: UtcMs | null;
  /** Of a gap: until when, how many and why. */
  note: string | null;
}>;

const pointsOfPage = 10_000;
const badNoData = 0x809b_0000 as Quality;

/** Gaps first, then the points of one tag after the other, each oldest first. */
export async function* exportedRows(
  history: HistoryQueries,
  tags: readonly ExportedTag[],
  from: UtcMs,
  to: UtcMs,
): AsyncGenerator<readonly ExportedRow[]> {
  const skids = new Set(tags.map(({ tag }) => splitTag(tag).skid));
  const gaps = (await history.gaps(null, from, to)).filter(({ skid }) => skids.has(skid));
  if (gaps.length > 0) yield gaps.map(rowOfGap);
  for (const one of tags) {
    for (let begin = from; begin < to;) {
      const points = await history.raw(one.tag, begin, to, pointsOfPage);
      if (points.length > 0) yield points.map((point) => rowOf(one, point));
      const last = points.at(-1);
      if (last === undefined || points.length < pointsOfPage) break;
      begin = utcMs(last.time + 1);
    }
  }
}

const rowOf = ({ tag, unit }: ExportedTag, { time, value, quality, serverTime }: HistoryPoint): ExportedRow => ({
  time,
  tag,
  value,
  unit,
  quality: qualityName(quality),
  status: quality >>> 0,
  serverTime,
  note: null,
});

const rowOfGap = ({ skid, kind, from, to, points, reason, filled }: HistoryGap): ExportedRow => ({
  time: from,
  tag: skid,
  value: null,
  unit: null,
  quality: qualityName(badNoData),
  status: badNoData,
  serverTime: null,
  note:
    `gap (${kind}) until ${isoUtc(to)}${points > 0 ? `, ${points} points` : ''}${filled === null ? '' : ', filled'}: ` +
    reason,
});

/** The value in force of each tag, step by step; `null` with its status where there is none. */
export async function* alignedRows(
  history: HistoryQueries,
  tags: readonly ExportedTag[],
  from: UtcMs,
  to: UtcMs,
  stepMs: number,
): AsyncGenerator<readonly Readonly<{ time: UtcMs; values: readonly (readonly [TagValue, number])[] }>[]> {
  const stepsOfPage = Math.max(1, Math.floor(pointsOfPage / tags.length));
  for (let begin: number = from; begin < to; begin += stepsOfPage * stepMs) {
    const end = utcMs(Math.min(to, begin + stepsOfPage * stepMs));
    const columns = await history.aligned(
      tags.map(({ tag }) => tag),
      utcMs(begin),
      end,
      stepMs,
    );
    const [first] = columns;
    yield (first?.values ?? []).map(({ time }, i) => ({
      time,
      values: columns.map(({ values }) => [values[i]?.value ?? null, values[i]?.status ?? badNoData] as const),
    }));
  }
}
