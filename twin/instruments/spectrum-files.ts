/** Spectra as instruments' programs write them: SPC with floating-point values, JCAMP-DX in difference form, two columns. */

export type Curve = Readonly<{ x: Float64Array; y: Float64Array }>;

export type SpectrumForm = 'spc' | 'jdx' | 'csv';

export function fileOf(form: SpectrumForm, curve: Curve, title: string): Uint8Array {
  switch (form) {
    case 'spc':
      return spcOf(curve, title);
    case 'jdx':
      return Buffer.from(jcampDxOf(curve, title));
    case 'csv':
      return Buffer.from(columnsOf(curve, title));
  }
}

const first = (values: Float64Array): number => values[0] ?? 0;
const last = (values: Float64Array): number => values.at(-1) ?? 0;

/** New form (0x4B), evenly spaced, Raman shift against counts. */
export function spcOf({ x, y }: Curve, memo: string): Uint8Array {
  const bytes = Buffer.alloc(512 + 32 + 4 * y.length);
  bytes.writeUInt8(0x4b, 1);
  bytes.writeUInt8(11, 2);
  bytes.writeInt8(-128, 3);
  bytes.writeUInt32LE(y.length, 4);
  bytes.writeDoubleLE(first(x), 8);
  bytes.writeDoubleLE(last(x), 16);
  bytes.writeUInt32LE(1, 24);
  bytes.writeUInt8(13, 28);
  bytes.writeUInt8(4, 29);
  bytes.write(memo.slice(0, 129), 88, 'latin1');
  bytes.writeInt8(-128, 513);
  y.forEach((value, i) => bytes.writeFloatLE(value, 544 + 4 * i));
  return bytes;
}

const digits = (letters: string, negative: string, value: number): string => {
  const text = String(Math.abs(value));
  return `${(value < 0 ? negative : letters)[Number(text[0])] ?? ''}${text.slice(1)}`;
};

/** XYDATA in squeezed and difference form, values rounded to whole multiples of `yFactor`. */
export function jcampDxOf({ x, y }: Curve, title: string, yFactor = 0.01): string {
  const whole = [...y].map((value) => Math.round(value / yFactor));
  const head = [
    `##TITLE= ${title}`,
    '##JCAMP-DX= 4.24',
    '##DATA TYPE= RAMAN SPECTRUM',
    '##ORIGIN= Raman analyser',
    '##OWNER= Mesoline',
    '##XUNITS= 1/CM',
    '##YUNITS= COUNTS',
    `##FIRSTX= ${first(x)}`,
    `##LASTX= ${last(x)}`,
    `##FIRSTY= ${(whole[0] ?? 0) * yFactor}`,
    '##XFACTOR= 1',
    `##YFACTOR= ${yFactor}`,
    `##NPOINTS= ${y.length}`,
    '##XYDATA= (X++(Y..Y))',
  ];
  const rows: string[] = [];
  for (let from = 0; from < whole.length; from += 12) {
    // From the second line on, a line repeats the last value of the one before it.
    const start = Math.max(0, from - 1);
    const part = whole.slice(start, from + 12);
    const steps = part.slice(1).map((value, i) => digits('%JKLMNOPQR', '%jklmnopqr', value - (part[i] ?? 0)));
    const opening = digits('@ABCDEFGHI', '@abcdefghi', part[0] ?? 0);
    rows.push(`${(x[start] ?? 0).toFixed(4)}${opening}${steps.join('')}`);
  }
  // Nothing follows the last difference, so that it is repeated by itself.
  const check = `${last(x).toFixed(4)}${digits('@ABCDEFGHI', '@abcdefghi', whole.at(-1) ?? 0)}`;
  return [...head, ...rows, check, '##END=', ''].join('\r\n');
}

export function columnsOf({ x, y }: Curve, title: string, axes = 'Raman shift (cm-1),Counts'): string {
  const rows = [...x].map((value, i) => `${value.toFixed(3)},${(y[i] ?? 0).toFixed(3)}`);
  return [`# ${title}`, `# points: ${x.length}`, axes, ...rows, ''].join('\r\n');
}
