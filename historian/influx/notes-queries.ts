/** Gaps and events as InfluxDB keeps them: how they are asked for, and read. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type {
  GapKind,
  HistoryEvent,
  HistoryEventKind,
  HistoryEventQuery,
  HistoryGap,
} from '../../plant/ports/history.ts';
import { skidName, type SkidName } from '../../plant/sample.ts';
import { eventMeasurement, gapMeasurement } from '../schema.ts';
import { identifier, literal, type Cell } from './influxql.ts';
import { stillLasts } from './line-protocol.ts';

const only = (tag: string, value: string | null): string => (value === null ? '' : ` AND "${tag}" = ${literal(value)}`);

export const gapsQuery = (skid: SkidName | null, from: UtcMs, to: UtcMs): string =>
  `SELECT "skid", "kind", "to", "points", "reason", "filled" FROM ${identifier(gapMeasurement)}` +
  ` WHERE time < ${to}ms AND "to" >= ${from}${only('skid', skid)} ORDER BY time ASC`;

export const readGap = ([time, skid, kind, to, points, reason, filled]: readonly Cell[]): HistoryGap => ({
  skid: skidName(String(skid)),
  kind: String(kind) as GapKind,
  from: utcMs(Number(time)),
  to: utcMs(Number(to)),
  points: Number(points),
  reason: String(reason),
  filled: filled === null || filled === undefined ? null : utcMs(Number(filled)),
});

export const eventsQuery = ({ from, to, skid, kind, limit, begun, order }: HistoryEventQuery): string =>
  `SELECT "kind", "skid", "object", "id", "to", "title", "text", "batch", "severity" FROM ${identifier(eventMeasurement)}` +
  ` WHERE time < ${to}ms AND ${begun === true ? `time >= ${from}ms` : `"to" >= ${from}`}` +
  `${only('skid', skid)}${only('kind', kind)} ORDER BY time ${order === 'newest first' ? 'DESC' : 'ASC'} LIMIT ${limit}`;

export function readEvent(row: readonly Cell[]): HistoryEvent {
  const [time, kind, skid, object, id, to, title, text, batch, severity] = row;
  return {
    kind: String(kind) as HistoryEventKind,
    skid: skidName(String(skid)),
    object: String(object),
    id: String(id),
    from: utcMs(Number(time)),
    to: Number(to) >= stillLasts ? null : utcMs(Number(to)),
    title: String(title),
    text: String(text),
    batch: batch === null || batch === undefined || batch === '' ? null : String(batch),
    severity: Number(severity),
  };
}
