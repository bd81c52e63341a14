/** Spectra as instruments' programs write them: SPC with floating-point values, JCAMP-DX in difference form, two columns. */
import type { UtcMs } from '../../plant/clock.ts';
import type { Curve } from '../spectra/nmr-spectrum.ts';
import { differencesOf } from './jcamp-rows.ts';

export type { Curve } from '../spectra/nmr-spectrum.ts';

export const spectrumForms = ['spc', 'jdx', 'csv'] as const;
export type SpectrumForm = (typeof spectrumForms)[number];

/** What a file says beside the curve. */
export type FileWords = Readonly<{
  /** JCAMP-DX's data type. */
  dataType: string;
  x: Readonly<{ title: string; unit: string; jcamp: string; spc: number }>;
  y: Readonly<{ title: string; jcamp: string; spc: number; factor: number }>;
  takenAt: UtcMs | null;
  /** The instrument and how it was set: serial number, laser, calibration. */
  facts: Readonly<Record<string, string>>;
}>;

export const ramanWords: FileWords = {
  dataType: 'RAMAN SPECTRUM',
  x: { title: 'Raman shift', unit: 'cm-1', jcamp: '1/CM', spc: 13 },
  y: { title: 'Counts', jcamp: 'COUNTS', spc: 4, factor: 0.01 },
  takenAt: null,
  facts: {},
};
export const absorbanceWords: FileWords = {
  dataType: 'UV/VIS SPECTRUM',
  x: { title: 'Wavelength', unit: 'nm', jcamp: 'NANOMETERS', spc: 3 },
  y: { title: 'Absorbance', jcamp: 'ABSORBANCE', spc: 2, factor: 1e-5 },
  takenAt: null,
  facts: {},
};
export const emissionWords: FileWords = {
  ...absorbanceWords,
  dataType: 'FLUORESCENCE SPECTRUM',
  y: ramanWords.y,
};

export function fileOf(form: SpectrumForm, curve: Curve, title: string, words: FileWords = ramanWords): Uint8Array {
  switch (form) {
    case 'spc':
      return spcOf(curve, title, words);
    case 'jdx':
      return Buffer.from(jcampDxOf(curve, title, words.y.factor, words));
    case 'csv': {
      const { x, y } = words;
      return Buffer.from(columnsOf(curve, title, `${x.title} (${x.unit}),${y.title}`, words));
    }
  }
}

const first = (values: Float64Array): number => values[0] ?? 0;
const last = (values: Float64Array): number => values.at(-1) ?? 0;

/**
 * New form (0x4B), evenly spaced, with a log of `KEY = VALUE` lines after the values. The header's own date has minutes and no zone;
 * the exact time stands in the log.
 */
export function spcOf({ x, y }: Curve, memo: string, words: FileWords = ramanWords): Uint8Array {
  const entries = Object.entries({ ...stamp(words), ...words.facts }).map(([key, value]) => `${key} = ${value}\r\n`);
  const log = Buffer.from(entries.join(''), 'latin1');
  const end = 512 + 32 + 4 * y.length;
  const bytes = Buffer.alloc(end + (log.length === 0 ? 0 : 64 + log.length));
  bytes.writeUInt8(0x4b, 1);
  bytes.writeUInt8(11, 2);
  bytes.writeInt8(-128, 3);
  bytes.writeUInt32LE(y.length, 4);
  bytes.writeDoubleLE(first(x), 8);
  bytes.writeDoubleLE(last(x), 16);
  bytes.writeUInt32LE(1, 24);
  bytes.writeUInt8(words.x.spc, 28);
  bytes.writeUInt8(words.y.spc, 29);
  if (words.takenAt !== null) bytes.writeUInt32LE(minuteOf(words.takenAt), 32);
  bytes.write(memo.slice(0, 129), 88, 'latin1');
  bytes.writeInt8(-128, 513);
  y.forEach((value, i) => bytes.writeFloatLE(value, 544 + 4 * i));
  if (log.length > 0) {
    bytes.writeUInt32LE(end, 248);
    bytes.writeUInt32LE(64 + log.length, end);
    bytes.writeUInt32LE(64 + log.length, end + 4);
    bytes.writeUInt32LE(64, end + 8);
    log.copy(bytes, end + 64);
  }
  return bytes;
}

/** Packed as SPC.H has it: 12 bits of the year, 4 of the month, 5 of the day, 5 of the hour, 6 of the minute; in UTC here. */
function minuteOf(utc: UtcMs): number {
  const date = new Date(utc);
  const day = (date.getUTCFullYear() << 20) | ((date.getUTCMonth() + 1) << 16) | (date.getUTCDate() << 11);
  return (day | (date.getUTCHours() << 6) | date.getUTCMinutes()) >>> 0;
}

/** As JCAMP-DX 5.01 writes a time, with its zone. */
export const longDate = (utc: UtcMs): string =>
  `${new Date(utc).toISOString().replaceAll('-', '/').replace('T', ' ').replace('Z', '')} +0000`;

const stamp = ({ takenAt }: FileWords): Record<string, string> =>
  takenAt === null ? {} : { LONGDATE: longDate(takenAt) };

/** XYDATA in squeezed and difference form, values rounded to whole multiples of the factor. */
export function jcampDxOf(
  { x, y }: Curve,
  title: string,
  factor = ramanWords.y.factor,
  words: FileWords = ramanWords,
): string {
  const whole = Array.from(y, (value) => Math.round(value / factor));
  const head = [
    `##TITLE= ${title}`,
    '##JCAMP-DX= 5.01',
    `##DATA TYPE= ${words.dataType}`,
    '##ORIGIN= Digital twin',
    '##OWNER= Mesoline',
    ...Object.entries(stamp(words)).map(([key, value]) => `##${key}= ${value}`),
    ...Object.entries(words.facts).map(([key, value]) => `##$${key.toUpperCase()}= ${value}`),
    `##XUNITS= ${words.x.jcamp}`,
    `##YUNITS= ${words.y.jcamp}`,
    `##FIRSTX= ${first(x)}`,
    `##LASTX= ${last(x)}`,
    `##FIRSTY= ${(whole[0] ?? 0) * factor}`,
    '##XFACTOR= 1',
    `##YFACTOR= ${factor}`,
    `##NPOINTS= ${y.length}`,
    '##XYDATA= (X++(Y..Y))',
  ];
  return [...head, ...differencesOf(x, whole), '##END=', ''].join('\r\n');
}

/** @param axes the line of titles above the columns */
export function columnsOf(
  { x, y }: Curve,
  title: string,
  axes = 'Raman shift (cm-1),Counts',
  words: FileWords = ramanWords,
): string {
  const decimals = Math.max(0, Math.round(-Math.log10(words.y.factor)) + 1);
  const date = words.takenAt === null ? {} : { date: new Date(words.takenAt).toISOString() };
  const rows = Array.from(x, (value, i) => `${value.toFixed(3)},${(y[i] ?? 0).toFixed(decimals)}`);
  const facts = Object.entries({ ...date, ...words.facts }).map(([key, value]) => `# ${key}: ${value}`);
  return [`# ${title}`, ...facts, `# points: ${x.length}`, axes, ...rows, ''].join('\r\n');
}
