/** The points of a trend: asked of history once, then lengthened by the live stream. A gap stays a gap. */
import { isBad, isGood } from '../../../../plant/quality.ts';
import type { HistoryQueries, TrendBucket } from '../../../../plant/ports/history.ts';
import type { SkidAnswer } from '../../../api/answers.ts';
import { get } from '../api.ts';
import { onValues, serverNow, skidNow, tagNow } from '../live/stream.ts';

export type TrendLine = Readonly<{ last: (number | null)[]; min: (number | null)[]; max: (number | null)[] }>;
/** Times in seconds, as uPlot takes them; `version` grows with every point, since the arrays are lengthened in place. */
export type TrendData = Readonly<{ times: number[]; lines: ReadonlyMap<string, TrendLine>; version: number }>;

const mostBuckets = 600;
const appendEveryMs = 1000;
/** A longer silence of the stream is drawn as a gap. */
const gapMs = 5000;

type Trends = Awaited<ReturnType<HistoryQueries['trend']>>;

/** Returns how to stop. */
export function followTrend(
  skid: SkidAnswer,
  tags: readonly string[],
  spanMs: number,
  tell: (data: TrendData) => void,
  fail: (problem: string) => void,
): () => void {
  let stopped = false;
  let stopListening: () => void = () => undefined;

  const follow = async (): Promise<void> => {
    const to = Math.round(serverNow());
    const slowest = Math.max(...skid.tags.filter(({ name }) => tags.includes(name)).map((tag) => tag.historyEveryMs));
    const buckets = Math.max(2, Math.min(mostBuckets, Math.floor(spanMs / Math.max(1000, 2 * slowest))));
    const query = new URLSearchParams({
      tags: tags.map((tag) => `${skid.name}/${tag}`).join(','),
      from: String(to - spanMs),
      to: String(to),
      buckets: String(buckets),
    });
    const answer = await get<Trends>(`/api/trends?${query.toString()}`);
    if (stopped) return;
    if (!answer.ok) fail(answer.problem.message);
    const { times, lines } = ofHistory(tags, skid.name, answer.ok ? answer.value : []);
    let version = 0;
    tell({ times, lines, version });
    stopListening = onValues(({ serverTime }) => {
      const before = (times.at(-1) ?? 0) * 1000;
      if (serverTime - before < appendEveryMs) return;
      if (version > 0 && serverTime - before > gapMs) append(times, lines, (before + appendEveryMs) / 1000, () => null);
      append(times, lines, serverTime / 1000, (tag) => believed(skid.name, tag));
      trim(times, lines, (serverTime - spanMs) / 1000);
      version += 1;
      tell({ times, lines, version });
    });
  };
  void follow();
  return () => {
    stopped = true;
    stopListening();
  };
}

function ofHistory(tags: readonly string[], skid: string, trends: Trends): Omit<TrendData, 'version'> {
  const times = (trends[0]?.buckets ?? []).map(({ time }) => time / 1000);
  const lines = new Map(
    tags.map((tag) => {
      const found = trends.find((trend) => trend.tag === `${skid}/${tag}`)?.buckets ?? [];
      const line = (part: 'last' | 'min' | 'max'): (number | null)[] =>
        times.map((_, index) => shown(found[index], part));
      return [tag, { last: line('last'), min: line('min'), max: line('max') }] as const;
    }),
  );
  return { times, lines };
}

/** What was Bad in a column is not drawn as if it were Good; a column without points shows the value it carries, if any. */
function shown(bucket: TrendBucket | undefined, part: 'last' | 'min' | 'max'): number | null {
  if (bucket === undefined || (bucket.worst !== null && isBad(bucket.worst))) return null;
  return bucket[part];
}

function believed(skid: string, tag: string): number | null {
  const sample = tagNow(skid, tag).value;
  if (sample === null || skidNow(skid).value === null) return null;
  const [value, quality] = sample;
  if (!isGood(quality)) return null;
  return typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : null;
}

function append(
  times: number[],
  lines: TrendData['lines'],
  time: number,
  valueOf: (tag: string) => number | null,
): void {
  times.push(time);
  for (const [tag, { last, min, max }] of lines) {
    const value = valueOf(tag);
    last.push(value);
    min.push(value);
    max.push(value);
  }
}

function trim(times: number[], lines: TrendData['lines'], from: number): void {
  const old = times.findIndex((time) => time >= from);
  if (old <= 0) return;
  times.splice(0, old);
  for (const { last, min, max } of lines.values()) for (const part of [last, min, max]) part.splice(0, old);
}
