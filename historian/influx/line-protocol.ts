/**
 * Points as InfluxDB's line protocol writes them (decision 11), values of one device and one time on one line:
 * `generic-skid-plc,device=PLC-1,skid=QD-1 R201/TT-201A=159.8,R201/TT-201A.q=0i 1700000000000`, times in milliseconds.
 *
 * Line protocol has no way to write a backslash before a separator or a line break in a name, and takes a line that begins with
 * `#` for a comment; the server takes a tab for a blank, and drops a field called `time`. `influxName` writes those characters, and only
 * those, as `%5C`, `%0A`, `%0D`, `%00`, `%09`, `%23` and `%74`.
 * Source: docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference, and tried against 1.6.7.
 */
import type { HistoryEvent, HistoryGap } from '../../plant/ports/history.ts';
import type { CoarseRow } from '../downsampling/coarse-row.ts';
import { fieldOf, valueKinds, type PointBatch, type Series } from '../point.ts';
import { coarseFields, eventMeasurement, gapMeasurement, rawFields } from '../schema.ts';

/** A line, and the points that are in it: from `first` up to `end` of the batch. `key`: its measurement and tags. */
export type EncodedLine = Readonly<{ key: string; text: string; first: number; end: number }>;

/** A point that line protocol cannot say, and why. */
export type Unwritable = Readonly<{ point: number; reason: string }>;

export type Encoded = Readonly<{ lines: readonly EncodedLine[]; unwritable: readonly Unwritable[] }>;

const escapes: Readonly<Record<string, string>> = { '\\': '%5C', '\n': '%0A', '\r': '%0D', '\0': '%00', '\t': '%09' };

/** A measurement, field or tag value as it stands in InfluxDB. Different names stay different. */
export const influxName = (name: string): string =>
  name
    .replace(/%(?=5C|0A|0D|00|09|23|25|74)/g, '%25')
    .replace(/[\\\n\r\0\t]/g, (character) => escapes[character] ?? character)
    .replace(/^#/, '%23')
    // A field of that name is left out by the server, without a word.
    .replace(/^time$/, '%74ime');

/** What is the same in every line of a series. */
type Known = Readonly<{
  /** Of its lines; the same for every series of the device. Null where the series cannot be written. */
  key: string | null;
  value: string;
  quality: string;
  /** The status code Good, which most have. */
  good: string;
  serverTime: string;
}>;

/** Encodes batches; keeps what it has worked out of each series. */
export class LineEncoder {
  readonly #known = new WeakMap<Series, Known>();
  #ready: Readonly<{ batch: PointBatch; encoded: Encoded }> | null = null;

  /** Encodes it now; `encode` then has it. One batch is kept so. */
  ahead(batch: PointBatch): void {
    this.#ready = { batch, encoded: this.#encode(batch) };
  }

  encode(batch: PointBatch): Encoded {
    if (this.#ready?.batch !== batch) return this.#encode(batch);
    const { encoded } = this.#ready;
    this.#ready = null;
    return encoded;
  }

  #encode(batch: PointBatch): Encoded {
    const { count, series, of, qualities, times, serverTimes } = batch;
    const known = series.map((one) => this.#of(one));
    const lines: EncodedLine[] = [];
    const unwritable: Unwritable[] = [];
    // A field may stand in a line once: of two the server would keep either.
    const inLine = new Int32Array(series.length).fill(-1);
    let [key, time, text, first] = ['', NaN, '', 0];
    const close = (end: number): void => {
      if (text !== '') lines.push({ key, text: `${text} ${time}\n`, first, end });
      text = '';
    };
    for (let i = 0; i < count; i += 1) {
      const place = of[i] ?? -1;
      const one = known[place];
      const at = times[i] ?? NaN;
      if (one === undefined || one.key === null || !Number.isSafeInteger(at)) {
        close(i);
        const reason =
          one?.key === null || one === undefined
            ? 'Its skid type, skid or tag has no name.'
            : `Its time, ${at}, is no whole number of milliseconds.`;
        unwritable.push({ point: i, reason });
        continue;
      }
      if (text !== '' && at === time && one.key === key && inLine[place] !== lines.length) text += ',';
      else {
        close(i);
        text = one.key;
        key = one.key;
        time = at;
        first = i;
      }
      inLine[place] = lines.length;
      text += valueField(one, batch, i);
      const quality = qualities[i] ?? 0;
      text += quality === 0 ? one.good : `${one.quality}${quality}i`;
      const server = serverTimes[i] ?? NaN;
      if (server !== at && Number.isSafeInteger(server)) text += `${one.serverTime}${server}i`;
    }
    close(count);
    return { lines, unwritable };
  }

  #of(series: Series): Known {
    const known = this.#known.get(series);
    if (known !== undefined) return known;
    const { value, quality, serverTime } = rawFields(fieldOf(series));
    const made: Known = {
      key: lineKey(series),
      value: `${escapeTag(value)}=`,
      quality: `${escapeTag(quality)}=`,
      good: `${escapeTag(quality)}=0i`,
      serverTime: `,${escapeTag(serverTime)}=`,
    };
    this.#known.set(series, made);
    return made;
  }
}

/** The value's field with its comma; none where there is no value. */
function valueField(one: Known, { kinds, numbers, texts }: PointBatch, i: number): string {
  const kind = kinds[i];
  if (kind === valueKinds.number) return numberField(one, numbers[i] ?? NaN);
  if (kind === valueKinds.yes) return `${one.value}t,`;
  if (kind === valueKinds.no) return `${one.value}f,`;
  return kind === valueKinds.text ? `${one.value}${encodeText(texts[numbers[i] ?? -1] ?? '')},` : '';
}

/** A number that is none (NaN, infinite) has no field: its quality speaks alone. */
const numberField = (one: Known, value: number): string =>
  Number.isFinite(value) ? `${one.value}${value === 0 && Object.is(value, -0) ? '-0' : value},` : '';

/** Measurement and tags with the space behind them, tags in their order as InfluxDB likes them; null where a name is missing. */
export function lineKey({ measurement, skid, device, tag }: Series): string | null {
  if (measurement === '' || skid === '' || device === '' || tag === '') return null;
  const named = device === null ? '' : `,device=${escapeTag(device)}`;
  return `${escapeMeasurement(measurement)}${named},skid=${escapeTag(skid)} `;
}

/** The end of what has none yet, 2100-01-01: a dashboard draws it to its edge, and one condition finds what touches a span. */
export const stillLasts = 4_102_444_800_000;

export const encodeGap = ({ skid, kind, from, to, points, reason, filled }: HistoryGap): string =>
  `${gapMeasurement},kind=${escapeTag(kind)},skid=${escapeTag(skid)} to=${to}i,points=${points}i,reason=${encodeText(reason)}` +
  `${filled === null ? '' : `,filled=${filled}i`} ${from}\n`;

export const encodeEvent = ({ kind, skid, object, id, from, to, title, text, batch, severity }: HistoryEvent): string =>
  `${eventMeasurement},kind=${escapeTag(kind)},object=${escapeTag(object)},skid=${escapeTag(skid)} ` +
  `id=${encodeText(id)},title=${encodeText(title)},text=${encodeText(text)},tags=${encodeText(`${kind},${skid}`)}` +
  `,to=${to ?? stillLasts}i${batch === null ? '' : `,batch=${encodeText(batch)}`},severity=${severity}i ${from}\n`;

type KnownCoarse = Readonly<{
  key: string;
  fields: Readonly<Record<'min' | 'max' | 'mean' | 'last' | 'worst' | 'count', string>>;
}>;

const knownCoarse = new WeakMap<Series, KnownCoarse | null>();

function coarseOf(series: Series): KnownCoarse | null {
  const known = knownCoarse.get(series);
  if (known !== undefined) return known;
  const key = lineKey(series);
  const { min, max, mean, last, worst, count } = coarseFields(fieldOf(series));
  const name = (field: string): string => `${escapeTag(field)}=`;
  const fields = {
    min: name(min),
    max: name(max),
    mean: name(mean),
    last: name(last),
    worst: name(worst),
    count: name(count),
  };
  const made = key === null ? null : { key, fields };
  knownCoarse.set(series, made);
  return made;
}

/** A row of a tier; null where its series cannot be written. */
export function encodeCoarse({ series, time, count, min, max, mean, last, worst }: CoarseRow): string | null {
  const known = coarseOf(series);
  if (known === null) return null;
  const { key, fields } = known;
  const number = (name: string, value: number | null): string =>
    value === null || !Number.isFinite(value) ? '' : `${name}${value},`;
  const values =
    number(fields.min, min) + number(fields.max, max) + number(fields.mean, mean) + number(fields.last, last);
  return `${key}${values}${fields.worst}${worst >>> 0}i,${fields.count}${count}i ${time}\n`;
}

const encodeText = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
const escapeMeasurement = (name: string): string => influxName(name).replace(/[, ]/g, '\\$&');
const escapeTag = (name: string): string => influxName(name).replace(/[,= ]/g, '\\$&');
