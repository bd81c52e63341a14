/** Questions in InfluxQL, with every name and text escaped, and the reading of their answers. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { HistoryOrder, HistoryPoint } from '../../plant/ports/history.ts';
import type { Quality } from '../../plant/quality.ts';
import type { CoarseRow } from '../downsampling/coarse-row.ts';
import { fieldOf, type Series } from '../point.ts';
import { coarseFields, rawFields } from '../schema.ts';
import { StoreUnavailable } from '../store.ts';
import type { FoundBucket } from '../trend.ts';
import { influxName } from './line-protocol.ts';

/** A measurement or field in double quotes. */
export const identifier = (name: string): string => `"${escapeFor(influxName(name), '"')}"`;
/** A tag's value in single quotes. */
export const literal = (value: string): string => `'${escapeFor(influxName(value), "'")}'`;

const escapeFor = (text: string, quote: '"' | "'"): string =>
  text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);

/** Series of one device lie in the same rows, and are asked for in one statement. */
export type Together = readonly [Series, ...Series[]];

const mostTogether = 25;

/** Series by their device, in the order in which they came. */
export function togetherOf(series: readonly Series[]): readonly Together[] {
  const groups: [Series, ...Series[]][] = [];
  const open = new Map<string, [Series, ...Series[]]>();
  for (const one of series) {
    const key = JSON.stringify([one.measurement, one.skid, one.device]);
    const group = open.get(key);
    if (group !== undefined && group.length < mostTogether) group.push(one);
    else {
      const made: [Series, ...Series[]] = [one];
      groups.push(made);
      open.set(key, made);
    }
  }
  return groups;
}

/** What no device says has no device: InfluxQL knows that as an empty one. */
const from = ({ measurement, skid, device }: Series, begin: UtcMs, end: UtcMs): string =>
  `FROM ${identifier(measurement)} WHERE "skid" = ${literal(skid)} AND "device" = ${literal(device ?? '')}` +
  ` AND time >= ${begin}ms AND time < ${end}ms`;

export function rawQuery(series: Series, begin: UtcMs, end: UtcMs, limit: number, order: HistoryOrder): string {
  const { value, quality, serverTime } = rawFields(fieldOf(series));
  const fields = [value, quality, serverTime].map(identifier).join(', ');
  const direction = order === 'oldest first' ? 'ASC' : 'DESC';
  return `SELECT ${fields} ${from(series, begin, end)} ORDER BY time ${direction} LIMIT ${limit}`;
}

/** InfluxDB's own buckets begin at multiples of the width, hence the offset. */
export const trendQuery = (together: Together, begin: UtcMs, end: UtcMs, widthMs: number): string =>
  `SELECT ${together.map(trendColumns).join(', ')} ${from(together[0], begin, end)}` +
  ` GROUP BY time(${widthMs}ms, ${begin % widthMs}ms) fill(none)`;

const ofQuality = 3;
const ofValue = 3;

function trendColumns(series: Series): string {
  const { valueType } = series;
  const fields = rawFields(fieldOf(series));
  const [value, quality] = [identifier(fields.value), identifier(fields.quality)];
  const columns = [`count(${quality})`, `max(${quality})`, `last(${quality})`];
  if (valueType !== 'text') columns.push(`min(${value})`, `max(${value})`, `last(${value})`);
  return columns.join(', ');
}

export function readBuckets(together: Together, rows: Rows): readonly (readonly FoundBucket[])[] {
  let column = 1;
  return together.map(({ valueType }) => {
    const first = column;
    column += valueType === 'text' ? ofQuality : ofQuality + ofValue;
    return rows.flatMap((row): readonly FoundBucket[] => {
      const [count, worst, lastQuality, min, max, last] = row.slice(first, column);
      if (!(Number(count ?? 0) > 0)) return [];
      return [
        {
          time: utcMs(Number(row[0])),
          count: Number(count),
          min: numberOf(min),
          max: numberOf(max),
          last: numberOf(last),
          worst: Number(worst ?? 0) as Quality,
          lastQuality: Number(lastQuality ?? 0) as Quality,
        },
      ];
    });
  });
}

const coarseColumns = 6;

export const coarseQuery = (together: Together, begin: UtcMs, end: UtcMs): string => {
  const columns = together.flatMap((series) => {
    const { count, min, max, mean, last, worst } = coarseFields(fieldOf(series));
    return [count, min, max, mean, last, worst].map(identifier);
  });
  return `SELECT ${columns.join(', ')} ${from(together[0], begin, end)} ORDER BY time ASC`;
};

export const readCoarse = (together: Together, rows: Rows): readonly (readonly CoarseRow[])[] =>
  together.map((series, place) => {
    const first = 1 + place * coarseColumns;
    return rows.flatMap((row): readonly CoarseRow[] => {
      const [count, min, max, mean, last, worst] = row.slice(first, first + coarseColumns);
      if (worst === null || worst === undefined) return [];
      return [
        {
          series,
          time: utcMs(Number(row[0])),
          count: Number(count ?? 0),
          min: numberOf(min),
          max: numberOf(max),
          mean: numberOf(mean),
          last: numberOf(last),
          worst: Number(worst) as Quality,
        },
      ];
    });
  });

const Cell = Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()]);
export type Cell = number | boolean | string | null;
export type Rows = readonly (readonly Cell[])[];

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

/** What of a store that nothing was written to yet is said: it holds nothing. */
const nothingYet = /^(database not found|retention policy not found|table .* not found|measurement .* not found)/iu;

/** The rows of each statement. @throws StoreUnavailable where the answer is an error or none of InfluxDB's. */
export function readAnswer(where: string, body: string, statements: number): readonly Rows[] {
  const answer = parse(body);
  if (!Answer.Check(answer)) throw unreadable(where, `Its answer is not InfluxDB's: ${body.slice(0, 100)}.`);
  const error = answer.error ?? answer.results?.find((result) => result.error !== undefined)?.error;
  if (error !== undefined && !nothingYet.test(error)) throw unreadable(where, `It answers: ${error}.`);
  const results = answer.results ?? [];
  return Array.from({ length: statements }, (_, i) => (results[i]?.series ?? []).flatMap(({ values }) => values));
}

export function readPoint([time, value, quality, serverTime]: readonly Cell[]): HistoryPoint {
  const at = utcMs(Number(time));
  return {
    time: at,
    value: value ?? null,
    quality: Number(quality ?? 0) as Quality,
    serverTime: serverTime === null || serverTime === undefined ? at : utcMs(Number(serverTime)),
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
  new StoreUnavailable(where, problem, 'Check that INFLUX_URL is the address of an InfluxDB.');
