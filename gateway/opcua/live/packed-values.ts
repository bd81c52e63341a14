/** Values as they pass between the threads: numbers in one block that changes hands without being copied, texts beside it. Pure. */
import type { TagValue } from '../../../plant/sample.ts';

export type ShownValue = TagValue | readonly string[];

export type Shown = Readonly<{ value: ShownValue; quality: number; sourceTime: number; serverTime: number }>;

export type PackedValues = Readonly<{
  /** Five numbers a value: its number and kind, the value, its quality, its source time, its server time. */
  values: Float64Array<ArrayBuffer>;
  texts: readonly (string | readonly string[])[];
}>;

const width = 5;
const kinds = 4;
const [kindNumber, kindBoolean, kindNull, kindText] = [0, 1, 2, 3] as const;

export function pack(numbers: readonly number[], latest: readonly (Shown | undefined)[]): PackedValues {
  const values = new Float64Array(numbers.length * width);
  const texts: (string | readonly string[])[] = [];
  let at = 0;
  for (const number of numbers) {
    const shown = latest[number];
    if (shown === undefined) throw new RangeError(`nothing is known of number ${number}`);
    const { value } = shown;
    const base = number * kinds;
    if (typeof value === 'number') {
      values[at] = base + kindNumber;
      values[at + 1] = value;
    } else if (typeof value === 'boolean') {
      values[at] = base + kindBoolean;
      values[at + 1] = value ? 1 : 0;
    } else if (value === null) {
      values[at] = base + kindNull;
    } else {
      values[at] = base + kindText;
      values[at + 1] = texts.length;
      texts.push(value);
    }
    values[at + 2] = shown.quality;
    values[at + 3] = shown.sourceTime;
    values[at + 4] = shown.serverTime;
    at += width;
  }
  return { values, texts };
}

/** Each value in the order in which it was packed; no object is made of them. */
export function unpack(
  { values, texts }: PackedValues,
  take: (number: number, value: ShownValue, quality: number, sourceTime: number, serverTime: number) => void,
): void {
  for (let at = 0; at < values.length; at += width) {
    const head = values[at] ?? 0;
    const number = Math.floor(head / kinds);
    const raw = values[at + 1] ?? 0;
    take(number, valueOf(head % kinds, raw, texts), values[at + 2] ?? 0, values[at + 3] ?? 0, values[at + 4] ?? 0);
  }
}

function valueOf(kind: number, raw: number, texts: PackedValues['texts']): ShownValue {
  switch (kind) {
    case kindNumber:
      return raw;
    case kindBoolean:
      return raw === 1;
    case kindText:
      return texts[raw] ?? null;
    default:
      return null;
  }
}
