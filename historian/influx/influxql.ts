/** Questions in InfluxQL, with every name and text escaped, and the reading of their answers. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { HistoryOrder, HistoryPoint } from '../../plant/ports/history.ts';
import type { Quality } from '../../plant/quality.ts';
import type { Series } from '../point.ts';
import { StoreUnavailable } from '../store.ts';
import type { FoundBucket } from '../trend.ts';
import { influxName } from './line-protocol.ts';

/** A measurement or field in double quotes. */
export const identifier = (name: string): string => `"${escapeFor(influxName(name), '"')}"`;
/** A tag's value in single quotes. */
export const literal = (value: string): string => `'${escapeFor(influxName(value), "'")}'`;

const escapeFor = (text: string, quote: '"' | "'"): string =>
  text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);

const from = ({ measurement, skid, tag }: Series, begin: UtcMs, end: UtcMs): string =>
  `FROM ${identifier(measurement)} WHERE "skid" = ${literal(skid)} AND "tag" = ${literal(tag)}` +
  ` AND time >= ${begin}ms AND time < ${end}ms`;

export const rawQuery = (series: Series, begin: UtcMs, end: UtcMs, limit: number, order: HistoryOrder): string =>
  `SELECT "v", "b", "s", "q" ${from(series, begin, end)} ` +
  `ORDER BY time ${order === 'oldest first' ? 'ASC' : 'DESC'} LIMIT ${limit}`;

/** One statement a series; InfluxDB's own buckets begin at multiples of the width, hence the offset. */
export const trendQuery = (series: readonly Series[], begin: UtcMs, end: UtcMs, widthMs: number): string =>
  series
    .map(
      (one) =>
        `SELECT count("q"), max("q"), min("v"), max("v"), last("v"), min("b"), max("b"), last("b"), last("q") ` +
        `${from(one, begin, end)} GROUP BY time(${widthMs}ms, ${begin % widthMs}ms) fill(none)`,
    )
    .join('; ');

const Cell = Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()]);
type Cell = number | boolean | string | null;

const Answer = Compile(
  Type.Object({
    error: Type.Optional(Type.String()),
    results: Type.Optional(
      Type.Array(
        Type.Object({
          error: Type.Optional(Type.String()),
          series: Type.Optional(Type.Array(Type.Object({ values: Type.Array(Type.Array(Cell)) }))),
        }),
      ),
    ),
  }),
);

/** The rows of each statement; none of a database that nothing was written to yet. @throws StoreUnavailable where the answer is an error or none of InfluxDB's. */
export function readAnswer(where: string, body: string, statements: number): readonly (readonly (readonly Cell[])[])[] {
  const answer = parse(body);
  if (!Answer.Check(answer)) throw unreadable(where, `Its answer is not InfluxDB's: ${body.slice(0, 100)}.`);
  const error = answer.error ?? answer.results?.find((result) => result.error !== undefined)?.error;
  if (error !== undefined && !/^database not found/.test(error)) throw unreadable(where, `It answers: ${error}.`);
  const results = answer.results ?? [];
  return Array.from({ length: statements }, (_, i) => (results[i]?.series ?? []).flatMap(({ values }) => values));
}

export function readPoint([time, v, b, s, q]: readonly Cell[]): HistoryPoint {
  return { time: utcMs(Number(time)), value: v ?? b ?? s ?? null, quality: Number(q ?? 0) as Quality };
}

export function readBucket([
  time,
  count,
  worst,
  vMin,
  vMax,
  vLast,
  bMin,
  bMax,
  bLast,
  qLast,
]: readonly Cell[]): FoundBucket {
  return {
    time: utcMs(Number(time)),
    count: Number(count ?? 0),
    min: numberOf(vMin ?? bMin),
    max: numberOf(vMax ?? bMax),
    last: numberOf(vLast ?? bLast),
    worst: worst === null || worst === undefined ? null : (Number(worst) as Quality),
    lastQuality: Number(qLast ?? 0) as Quality,
  };
}

const numberOf = (cell: Cell | undefined): number | null =>
  typeof cell === 'number' ? cell : typeof cell === 'boolean' ? Number(cell) : null;

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

const unreadable = (where: string, problem: string): StoreUnavailable =>
  new StoreUnavailable(where, problem, 'Check that INFLUX_URL is the address of an InfluxDB 1.x.');
