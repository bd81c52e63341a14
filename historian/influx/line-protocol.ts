/**
 * Points as InfluxDB's line protocol writes them: `type,skid=QD-1,tag=R201/TT-201A v=159.8,q=0i,st=1700000000000i 1700000000000`,
 * times in milliseconds. Fields: v number, b boolean or s text, q OPC UA StatusCode, st server time.
 *
 * Line protocol has no way to write a backslash before a separator or a line break in a name, and takes a line that begins with
 * `#` for a comment. `influxName` writes those characters, and only those, as `%5C`, `%0A`, `%0D` and `%23`.
 * Source: docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference, and tried against 1.6.7.
 */
import type { Gap, Point } from '../point.ts';

/** A point that line protocol cannot say, and why. */
export type Unwritable = Readonly<{ reason: string }>;

export const gapMeasurement = 'mesoline_gap';

const escapes: Readonly<Record<string, string>> = { '\\': '%5C', '\n': '%0A', '\r': '%0D', '\0': '%00' };

/** A measurement or tag value as it stands in InfluxDB. Different names stay different. */
export const influxName = (name: string): string =>
  name
    .replace(/%(?=5C|0A|0D|00|23|25)/g, '%25')
    .replace(/[\\\n\r\0]/g, (character) => escapes[character] ?? character)
    .replace(/^#/, '%23');

/** One line, without its line break, or why there is none. */
export function encodePoint(point: Point): string | Unwritable {
  if (!Number.isSafeInteger(point.time))
    return { reason: `Its time, ${point.time}, is no whole number of milliseconds.` };
  const { measurement, skid, tag } = point.series;
  if (measurement === '' || skid === '' || tag === '') return { reason: 'Its skid type, skid or tag has no name.' };
  const value = encodeValue(point.value);
  const serverTime = Number.isSafeInteger(point.serverTime) ? `,st=${point.serverTime}i` : '';
  const key = `${escapeMeasurement(measurement)},skid=${escapeTag(skid)},tag=${escapeTag(tag)}`;
  return `${key} ${value}q=${point.quality >>> 0}i${serverTime} ${point.time}`;
}

export const encodeGap = ({ skid, from, to, points, reason }: Gap): string =>
  `${gapMeasurement},skid=${escapeTag(skid)} to=${to}i,points=${points}i,reason=${encodeText(reason)} ${from}`;

/** The value's field with its comma. A number that is none (NaN, infinite) has no field: its quality speaks alone. */
function encodeValue(value: Point['value']): string {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? `v=${Object.is(value, -0) ? '-0' : String(value)},` : '';
    case 'boolean':
      return `b=${value ? 't' : 'f'},`;
    case 'string':
      return `s=${encodeText(value)},`;
    default:
      return '';
  }
}

const encodeText = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
const escapeMeasurement = (name: string): string => influxName(name).replace(/[, ]/g, '\\$&');
const escapeTag = (name: string): string => influxName(name).replace(/[,= ]/g, '\\$&');
