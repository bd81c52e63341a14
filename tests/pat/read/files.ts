/** Files as instruments write them, with one decay: made here byte by byte, so that they can be spoilt. */
import { crc32, deflateRawSync } from 'node:zlib';

export type Decay = Readonly<{ real: readonly number[]; imaginary: readonly number[] }>;

/** One line at `hz` above the carrier, counted as exp(+iωt). */
export function decayAt(hz: number, points: number, widthHz: number): Decay {
  const at = (i: number, turn: (angle: number) => number): number =>
    1000 * Math.exp((-3 * i) / points) * turn((2 * Math.PI * hz * i) / widthHz);
  const indices = Array.from({ length: points }, (_, i) => i);
  return { real: indices.map((i) => at(i, Math.cos)), imaginary: indices.map((i) => at(i, Math.sin)) };
}

/** Where the strongest line of a decay lies, in Hz above the carrier, to one step of its points. */
export function strongestHz(
  { real, imaginary }: { real: Float64Array; imaginary: Float64Array },
  widthHz: number,
): number {
  const { length } = real;
  let [best, most] = [0, -1];
  for (let k = -length / 2; k < length / 2; k += 1) {
    let [re, im] = [0, 0];
    for (let i = 0; i < length; i += 1) {
      const angle = (-2 * Math.PI * k * i) / length;
      re += real[i]! * Math.cos(angle) - imaginary[i]! * Math.sin(angle);
      im += real[i]! * Math.sin(angle) + imaginary[i]! * Math.cos(angle);
    }
    if (Math.hypot(re, im) > most) [best, most] = [k, Math.hypot(re, im)];
  }
  return (best * widthHz) / length;
}

/** `data.1d`, of the newer programs without an axis, of the older with one in ms. */
export function spinsolveOf({ real, imaginary }: Decay, axisStepMs: number | null = null): Buffer {
  const { length } = real;
  const axis = axisStepMs === null ? 0 : length;
  const bytes = Buffer.alloc(32 + 4 * axis + 8 * length);
  bytes.write('SORPATAD1.1V', 0, 'latin1');
  [axisStepMs === null ? 501 : 504, length, 1, 1, 1].forEach((word, i) => bytes.writeUInt32LE(word, 12 + 4 * i));
  for (let i = 0; i < axis; i += 1) bytes.writeFloatLE(i * (axisStepMs ?? 0), 32 + 4 * i);
  for (let i = 0; i < length; i += 1) {
    bytes.writeFloatLE(real[i]!, 32 + 4 * axis + 8 * i);
    bytes.writeFloatLE(-imaginary[i]!, 32 + 4 * axis + 8 * i + 4);
  }
  return bytes;
}

export const acquisition = (change: Readonly<Record<string, string>> = {}): string =>
  Object.entries({
    Solvent: '"None"',
    Sample: '"TCEP=Se"',
    startTime: '"2026-11-20T10:11:12.123"',
    b1Freq: '32.4',
    bandwidth: '5',
    dwellTime: '200',
    lowestFrequency: '-2100',
    nrScans: '16',
    repTime: '2500',
    rxChannel: '"31P"',
    pulseAngle: '90',
    Shim_Timestamp: '"2026-11-20T08:00:00.000"',
    ...change,
  })
    .map(([name, value]) => `${name.padEnd(24)} = ${value}\n`)
    .join('');

export function brukerFidOf({ real, imaginary }: Decay, { bigEndian = false, floating = false } = {}): Buffer {
  const width = floating ? 8 : 4;
  const bytes = Buffer.alloc(2 * width * real.length);
  const put = (value: number, at: number): void => {
    if (floating && bigEndian) bytes.writeDoubleBE(value, at);
    else if (floating) bytes.writeDoubleLE(value, at);
    else if (bigEndian) bytes.writeInt32BE(Math.round(value), at);
    else bytes.writeInt32LE(Math.round(value), at);
  };
  real.forEach((value, i) => {
    put(value, 2 * width * i);
    put(imaginary[i]!, 2 * width * i + width);
  });
  return bytes;
}

export const acqusOf = (points: number, change: Readonly<Record<string, string>> = {}): string =>
  [
    '##TITLE= Parameter file, TopSpin 3.6.2',
    '##JCAMPDX= 5.0',
    '$$ 2026-11-20 10:11:12.123 +0100  operator',
    '##$D= (0..3)\n0 2 0.03 0',
    ...Object.entries({
      AQ_mod: '3',
      BF1: '161.97',
      BYTORDA: '0',
      DATE: '1795000000',
      DIGMOD: '1',
      DTYPA: '0',
      GRPDLY: '7.9862',
      NC: '-2',
      NS: '64',
      NUC1: '<31P>',
      SFO1: '161.973239',
      SOLVENT: '<D2O>',
      SW_h: '5000',
      TD: String(2 * points),
      ...change,
    }).map(([name, value]) => `##$${name}= ${value}`),
    '##END=',
    '',
  ].join('\n');

export type Packed = Readonly<{ name: string; bytes: Uint8Array; says?: number; stored?: boolean }>;

/** A ZIP archive; `says` is the size that it claims for a file that has another. */
export function zipOf(files: readonly Packed[]): Buffer {
  const [parts, list]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const { name, bytes, says = bytes.length, stored = false } of files) {
    const packed = stored ? bytes : deflateRawSync(bytes);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(stored ? 0 : 8, 10);
    entry.writeUInt32LE(crc32(bytes), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(says, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    parts.push(head, Buffer.from(name), Buffer.from(packed));
    list.push(entry, Buffer.from(name));
    at += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  const directory = Buffer.concat(list);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
}

type Parameter = Readonly<{ name: string; prefix?: number }> &
  (Readonly<{ text: string }> | Readonly<{ number: number }>);

const parameters: readonly Parameter[] = [
  { name: 'x_domain', text: 'Phosphorus31' },
  { name: 'x_freq', number: 202.36, prefix: -2 },
  { name: 'x_offset', number: 5 },
  { name: 'digital_filter', text: 'TRUE' },
  { name: 'orders', text: '2 54 73' },
  { name: 'factors', text: '8  2' },
  { name: 'solvent', text: 'D2O' },
  { name: 'x_angle', number: 30 },
];

/** `.jdf`: the imaginary channel is stored for precession the other way round. */
export function jeolOf({ real, imaginary }: Decay, widthHz: number, single = false): Buffer {
  const [points, width] = [real.length, single ? 4 : 8];
  const start = 1360 + 16 + 64 * parameters.length;
  const bytes = Buffer.alloc(start + 2 * width * points);
  bytes.write('JEOL.NMR', 0, 'latin1');
  bytes.writeUInt8(1, 8);
  bytes.writeUInt8(1, 12);
  bytes.writeUInt8(single ? 0x41 : 0x01, 14);
  bytes.writeUInt8(3, 24);
  bytes.writeUInt8(0x01, 32);
  bytes.writeUInt8(28, 33);
  bytes.write('a decay', 48, 'latin1');
  bytes.writeUInt32BE(points, 176);
  bytes.writeUInt32BE(points - 1, 240);
  bytes.writeDoubleBE((points - 1) / widthHz, 336);
  bytes.writeUInt32BE(1360, 1212);
  bytes.writeUInt32BE(16 + 64 * parameters.length, 1216);
  bytes.writeUInt32BE(start, 1284);
  bytes.writeBigUInt64BE(BigInt(2 * width * points), 1288);
  bytes.writeBigUInt64BE(BigInt(bytes.length), 1320);
  bytes.writeUInt32LE(64, 1360);
  bytes.writeUInt32LE(parameters.length - 1, 1368);
  parameters.forEach((parameter, i) => {
    const at = 1376 + 64 * i;
    bytes.writeInt8((parameter.prefix ?? 0) << 4, at + 6);
    if ('text' in parameter) bytes.write(parameter.text.padEnd(16), at + 16, 'latin1');
    else bytes.writeDoubleLE(parameter.number, at + 16);
    bytes.writeInt32LE('text' in parameter ? 0 : 2, at + 32);
    bytes.write(parameter.name.padEnd(28), at + 36, 'latin1');
  });
  const put = (value: number, at: number): void => {
    if (single) bytes.writeFloatLE(value, at);
    else bytes.writeDoubleLE(value, at);
  };
  real.forEach((value, i) => put(value, start + width * i));
  imaginary.forEach((value, i) => put(-value, start + width * (points + i)));
  return bytes;
}

/** A decay in JCAMP-DX 5: a page of real and a page of imaginary whole numbers. */
export function pagesOf(
  { real, imaginary }: Decay,
  widthHz: number,
  change: Readonly<Record<string, string>> = {},
): string {
  const { length } = real;
  const last = (length - 1) / widthHz;
  const labels = {
    TITLE: 'a decay',
    'JCAMP-DX': '5.00',
    'DATA TYPE': 'NMR FID',
    'DATA CLASS': 'NTUPLES',
    ORIGIN: 'bench',
    OWNER: 'nobody',
    'LONG DATE': '2026/11/20 10:11:12 +0100',
    '.OBSERVE FREQUENCY': '32.4004',
    '.OBSERVE NUCLEUS': '^31P',
    '.AVERAGES': '16',
    $BF1: '32.4004',
    $SF: '32.4',
    NTUPLES: 'NMR FID',
    VAR_NAME: 'TIME, FID/REAL, FID/IMAG, PAGE NUMBER',
    SYMBOL: 'X, R, I, N',
    VAR_FORM: 'AFFN, ASDF, ASDF, AFFN',
    VAR_DIM: `${length}, ${length}, ${length}, 2`,
    UNITS: 'SECONDS, ARBITRARY UNITS, ARBITRARY UNITS, ',
    FIRST: `0, ${real[0]}, ${imaginary[0]}, 1`,
    LAST: `${last}, 0, 0, 2`,
    FACTOR: `${last / (length - 1)}, 0.5, 0.5, 1`,
    ...change,
  };
  const page = (values: readonly number[], symbol: string, number: number): readonly string[] => {
    const whole = values.map((value) => Math.round(value * 2));
    const rows = Array.from(
      { length: Math.ceil(length / 8) },
      (_, i) => `${8 * i} ${whole.slice(8 * i, 8 * i + 8).join(' ')}`,
    );
    return [`##PAGE= N=${number}`, `##DATA TABLE= (X++(${symbol}..${symbol})), XYDATA`, ...rows];
  };
  return [
    ...Object.entries(labels).map(([name, value]) => `##${name}= ${value}`),
    ...page(real, 'R', 1),
    ...page(imaginary, 'I', 2),
    '##END NTUPLES= NMR FID',
    '##END=',
    '',
  ].join('\n');
}
