/**
 * JEOL Delta `.jdf` with one free induction decay. The header is big-endian, and says how long the file must be, where its
 * parameters and its data lie. Layout: as jeolconverter (MIT) and nmrglue (BSD-3-Clause) read it.
 *
 * The imaginary channel is stored for precession the other way round: what is given on is re − i·im.
 */
import { conjugate, fidOf } from './fid.ts';
import { JeolParameters } from './jeol-parameters.ts';
import { incomplete, malformed, mostPoints, type FormReading } from './reading.ts';

const headerBytes = 1360;
const oneDimension = 1;
const [realAxis, complexAxis] = [1, 3];
const seconds = 28;
const longestS = 1e5;

type Part = Readonly<{ start: number; length: number }>;
type Header = Readonly<{
  little: boolean;
  width: 4 | 8;
  complex: boolean;
  points: number;
  /** The measurement's first and last point of them. */
  from: number;
  to: number;
  /** From the first of these to the last. */
  durationS: number;
  parameters: Part;
  data: Part;
  totalBytes: number;
}>;

export function readJeol(bytes: Uint8Array): FormReading {
  if (bytes.every((byte) => byte === 0)) return incomplete('It holds zero bytes.');
  if (!'JEOL.NMR'.startsWith(textAt(bytes, 0, 8))) return malformed('It is no JEOL file.');
  if (bytes.length < headerBytes) return incomplete('Its header is not whole.');
  const header = headerOf(bytes);
  if (typeof header === 'string') return malformed(header);
  if (bytes.length < header.totalBytes) return incomplete(`It has ${bytes.length} of ${header.totalBytes} bytes.`);
  if (bytes.length > header.totalBytes)
    return malformed(`It has ${bytes.length} bytes, and says ${header.totalBytes}.`);
  const { start, length } = header.parameters;
  return decayOf(bytes, header, new JeolParameters(bytes.subarray(start, start + length), header.little));
}

/** What the header says, or why it is none that is read here. */
function headerOf(bytes: Uint8Array): Header | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const endian = view.getUint8(8);
  if (endian > 1) return `Its byte order is ${endian}.`;
  const [type, format] = [view.getUint8(14) >> 6, view.getUint8(14) & 0x3f];
  if (view.getUint8(12) !== 1 || format !== oneDimension) return 'It has more than one dimension.';
  if (type > 1) return 'Its numbers are of a kind that is not read.';
  const axis = view.getUint8(24);
  if (axis !== realAxis && axis !== complexAxis) return `Its axis is of kind ${axis}, neither real nor complex.`;
  if (view.getUint8(33) !== seconds) return 'Its axis is no time: it was processed, and the decay is what is read.';
  const [points, from, to] = [view.getUint32(176), view.getUint32(208), view.getUint32(240)];
  if (points > mostPoints || from >= to || to >= points)
    return `It says ${points} points, and the measurement from ${from} to ${to} of them.`;
  const durationS = (view.getFloat64(336) - view.getFloat64(272)) * 10 ** (-3 * (view.getInt8(32) >> 4));
  if (!(durationS > 0 && durationS < longestS)) return `It says ${durationS} s.`;
  const [width, complex] = [type === 0 ? (8 as const) : (4 as const), axis === complexAxis];
  const data = { start: view.getUint32(1284), length: Number(view.getBigUint64(1288)) };
  const parameters = { start: view.getUint32(1212), length: view.getUint32(1216) };
  const totalBytes = Number(view.getBigUint64(1320));
  const needed = points * width * (complex ? 2 : 1);
  if (data.length !== needed) return `Its data have ${data.length} bytes, and ${points} points need ${needed}.`;
  for (const { start, length } of [data, parameters])
    if (start < headerBytes || start + length > totalBytes) return `A part lies at ${start} of ${totalBytes} bytes.`;
  return { little: endian === 1, width, complex, points, from, to, durationS, parameters, data, totalBytes };
}

/** Names that are of use beside the curve; the file holds some two hundred. */
const told = ['sample_id', 'solvent', 'experiment', 'inst_model_number', 'inst_serial_number', 'probe_id', 'version'];
const measured = ['temp_get', 'recvr_gain', 'relaxation_delay', 'x_pulse', 'field_strength'];
/** Seconds since the beginning of 1990, as the instrument's clock stood; its zone is not said. */
const epoch = Date.UTC(1990, 0, 1);

function decayOf(bytes: Uint8Array, header: Header, parameters: JeolParameters): FormReading {
  const [frequencyHz, carrierPpm] = [parameters.number('x_freq'), parameters.number('x_offset')];
  const nucleus = nucleusOf(parameters.text('x_domain') ?? '');
  if (frequencyHz === null || carrierPpm === null || nucleus === null)
    return malformed('It does not say its nucleus, its frequency or its offset.');
  const groupDelayPoints = groupDelayOf(parameters);
  if (groupDelayPoints === null) return malformed('It was filtered, and does not say by how much that delays.');
  const started = parameters.number('actual_start_time');
  const facts: Record<string, string> = { title: textAt(bytes, 48, 124), author: textAt(bytes, 552, 128) };
  if (started !== null && started < 1e10)
    facts['started'] = new Date(epoch + started * 1000).toISOString().slice(0, 19);
  for (const name of told) facts[name] = parameters.text(name) ?? String(parameters.number(name) ?? '');
  for (const name of measured) facts[name] = String(parameters.number(name) ?? '');
  const imaginary = header.complex ? conjugate(channelOf(bytes, header, 1)) : null;
  return fidOf({
    real: channelOf(bytes, header, 0),
    imaginary,
    nmr: {
      nucleus,
      frequencyMHz: frequencyHz / 1e6,
      spectralWidthHz: (header.to - header.from) / header.durationS,
      carrierPpm,
      groupDelayPoints,
      scans: parameters.number('total_scans') ?? parameters.number('scans'),
      repetitionS: parameters.number('repetition_time'),
      pulseDegrees: parameters.number('x_angle'),
    },
    takenAt: null,
    facts: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== '')),
  });
}

function channelOf(
  bytes: Uint8Array,
  { little, width, points, from, to, data }: Header,
  channel: number,
): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset + data.start, data.length);
  const first = (channel * points + from) * width;
  return Float64Array.from({ length: to - from + 1 }, (_, i) =>
    width === 8 ? view.getFloat64(first + i * 8, little) : view.getFloat32(first + i * 4, little),
  );
}

/**
 * Half of Σ (orderᵢ − 1) / Π factorⱼ for j ≥ i: the delays of the stages of a symmetrical filter, each counted in the points
 * that the last of them gives. `orders` is the number of stages and the order of each, `factors` the decimation of each.
 */
function groupDelayOf(parameters: JeolParameters): number | null {
  if (parameters.text('digital_filter')?.toUpperCase() !== 'TRUE') return 0;
  const [stages = 0, ...orders] = numbersIn(parameters.text('orders') ?? '');
  const factors = numbersIn(parameters.text('factors') ?? '');
  if (stages < 1 || orders.length !== stages || factors.length !== stages || factors.includes(0)) return null;
  const delays = orders.map((order, i) => (order - 1) / factors.slice(i).reduce((product, factor) => product * factor));
  return delays.reduce((sum, delay) => sum + delay) / 2;
}

/** Numbers of at most three digits, each in three places: `2 54 73`, `8  2`. Empty where it is anything else. */
function numbersIn(text: string): readonly number[] {
  const places = text.padStart(Math.ceil(text.length / 3) * 3).match(/.{3}/gu) ?? [];
  return places.every((place) => /^ *\d+$/u.test(place)) ? places.map(Number) : [];
}

const symbols: Readonly<Record<string, string>> = {
  proton: '1H',
  deuterium: '2H',
  boron: 'B',
  carbon: 'C',
  nitrogen: 'N',
  oxygen: 'O',
  fluorine: 'F',
  silicon: 'Si',
  phosphorus: 'P',
  selenium: 'Se',
  cadmium: 'Cd',
  tellurium: 'Te',
};

/** `Phosphorus31` is `31P`. */
function nucleusOf(domain: string): string | null {
  const [, element = '', mass = ''] = /^([A-Za-z]+)(\d*)$/u.exec(domain) ?? [];
  const symbol = symbols[element.toLowerCase()];
  if (symbol === undefined) return null;
  return /^\d/u.test(symbol) ? symbol : `${mass}${symbol}`;
}

/** Up to the first zero byte. */
const textAt = (bytes: Uint8Array, from: number, length: number): string =>
  new TextDecoder('latin1')
    .decode(bytes.subarray(from, from + length))
    .split('\0')[0]
    ?.trim() ?? '';
