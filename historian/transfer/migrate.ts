/**
 * Brings everything of one store into another: points, tiers, gaps and events, and looks afterwards whether it is there. Doing it again, or
 * going on after it was broken off, changes nothing of what is there already.
 */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { HistoryPoint } from '../../plant/ports/history.ts';
import { batchOf, type Series } from '../point.ts';
import { coarseTiers } from '../schema.ts';
import type { HistoryStore, Rejected } from '../store.ts';

/** A store that knows what it holds. */
export type Source = HistoryStore & Readonly<{ series(): Promise<readonly Series[]> }>;

export type Migrated = Readonly<{
  series: number;
  points: number;
  rows: number;
  gaps: number;
  events: number;
  refused: readonly Rejected[];
}>;

const pointsOfPage = 10_000;
const rowsOfPage = 5_000;
const eventsAtOnce = 100_000;
const latest = utcMs(Date.UTC(2200, 0, 1));

/** @throws MesolineError `history-not-whole` where the other store does not answer what was written; StoreUnavailable */
export async function migrateHistory(
  from: Source,
  to: HistoryStore,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Migrated> {
  const all = await from.series();
  const refused: Rejected[] = [];
  let [points, rows] = [0, 0];
  for (const [place, series] of all.entries()) {
    const moved = await movePoints(from, to, series, signal, refused);
    const coarse = await moveTiers(from, to, series, signal);
    points += moved;
    rows += coarse;
    say(`${place + 1} of ${all.length}: ${series.skid}/${series.tag}, ${moved} points, ${coarse} rows of tiers`);
  }
  const [gaps, events] = [
    await from.gaps(null, utcMs(0), latest),
    await from.events({ from: utcMs(0), to: latest, skid: null, kind: null, limit: eventsAtOnce }),
  ];
  await to.write(batchOf([]), { gaps, events }, signal);
  return { series: all.length, points, rows, gaps: gaps.length, events: events.length, refused };
}

async function movePoints(
  from: HistoryStore,
  to: HistoryStore,
  series: Series,
  signal: AbortSignal,
  refused: Rejected[],
): Promise<number> {
  let moved = 0;
  for (let begin = utcMs(0); ;) {
    const page = await from.raw(series, begin, latest, pointsOfPage, 'oldest first');
    const [first, last] = [page[0], page.at(-1)];
    if (first === undefined || last === undefined) return moved;
    const rejected = await to.write(
      batchOf(page.map((point) => ({ series, ...point }))),
      { gaps: [], events: [] },
      signal,
    );
    refused.push(...rejected);
    const bad = new Set(rejected.map(({ point }) => point.time));
    await compare(
      to,
      series,
      page.filter(({ time }) => !bad.has(time)),
    );
    moved += page.length - rejected.length;
    if (page.length < pointsOfPage) return moved;
    begin = utcMs(last.time + 1);
  }
}

/** Value by value: what is not there as it was is not migrated. */
async function compare(to: HistoryStore, series: Series, page: readonly HistoryPoint[]): Promise<void> {
  const [first, last] = [page[0], page.at(-1)];
  if (first === undefined || last === undefined) return;
  const found = await to.raw(series, first.time, utcMs(last.time + 1), 10 * pointsOfPage, 'oldest first');
  const byTime = new Map(found.map((point) => [point.time, point]));
  for (const point of page) {
    const other = byTime.get(point.time);
    const same =
      other !== undefined &&
      Object.is(other.value, point.value) &&
      other.quality >>> 0 === point.quality >>> 0 &&
      other.serverTime === point.serverTime;
    if (same) continue;
    throw mesolineError(
      'history-not-whole',
      `${series.skid}/${series.tag} at ${new Date(point.time).toISOString()}`,
      `It was ${String(point.value)}; ${to.name} answers ${other === undefined ? 'nothing' : String(other.value)}.`,
      'Look after that store, and begin again: what is there already stays.',
    );
  }
}

async function moveTiers(from: HistoryStore, to: HistoryStore, series: Series, signal: AbortSignal): Promise<number> {
  let moved = 0;
  for (const tier of coarseTiers) {
    const span = await spanOf(from, series);
    if (span === null) continue;
    const stepMs = rowsOfPage * tier.widthMs;
    for (let begin: number = Math.floor(span.from / tier.widthMs) * tier.widthMs; begin <= span.to; begin += stepMs) {
      const [rows] = await from.coarse(tier, [series], utcMs(begin), utcMs(begin + stepMs));
      if (rows === undefined || rows.length === 0) continue;
      await to.writeCoarse(tier, rows, signal);
      moved += rows.length;
    }
  }
  return moved;
}

/** Tiers may reach further back than points: as far as the coarsest has rows. */
async function spanOf(from: HistoryStore, series: Series): Promise<Readonly<{ from: UtcMs; to: UtcMs }> | null> {
  const coarsest = coarseTiers.at(-1);
  const [rows] = coarsest === undefined ? [] : await from.coarse(coarsest, [series], utcMs(0), latest);
  const [first] = await from.raw(series, utcMs(0), latest, 1, 'oldest first');
  const [last] = await from.raw(series, utcMs(0), latest, 1, 'newest first');
  const begin = Math.min(rows?.[0]?.time ?? Infinity, first?.time ?? Infinity);
  const end = Math.max(rows?.at(-1)?.time ?? -Infinity, last?.time ?? -Infinity);
  return begin === Infinity ? null : { from: utcMs(begin), to: utcMs(end + (coarsest?.widthMs ?? 0)) };
}
