/**
 * What a line of a device says: text as it stands, at most one value `{value:FORM}`, and at its end perhaps `{any}`, words
 * that nobody goes by. A line is taken only where it matches whole. Pure.
 */

/** `[characters, fewest, most]`; the characters as a class of a regular expression writes them. */
type Part = readonly [characters: string, fewest: number, most: number];

type FormFacts = Readonly<{
  /** The ways a value may be written. */
  ways: readonly (readonly Part[])[];
  kind: 'number' | 'text';
  /** Places after the point it is written with; null where nothing is written in this form. */
  places: number | null;
}>;

const sign: Part = ['+\\-', 0, 1];
const digits: Part = ['0-9', 1, 15];
const point: Part = ['.', 1, 1];
const decimal = [
  [sign, digits],
  [sign, digits, point, digits],
];
const hexadecimal: readonly Part[] = [['0-9A-Fa-f', 4, 4]];

const forms = {
  /** Read with any number of places, written with up to six. */
  decimal: { ways: decimal, kind: 'number', places: 6 },
  /** Behind spaces up to a width, as balances write. */
  padded: { ways: decimal.map((way) => [[' ', 0, 16] as const, ...way]), kind: 'number', places: 6 },
  decimal1: { ways: decimal, kind: 'number', places: 1 },
  decimal2: { ways: decimal, kind: 'number', places: 2 },
  decimal3: { ways: decimal, kind: 'number', places: 3 },
  integer: { ways: [[sign, digits]], kind: 'number', places: 0 },
  /** Four hexadecimal digits: two's complement, or without a sign. */
  hex16: { ways: [hexadecimal], kind: 'number', places: 0 },
  hex16u: { ways: [hexadecimal], kind: 'number', places: 0 },
  word: { ways: [[['!-~', 1, 64]]], kind: 'text', places: null },
  text: { ways: [[[' -~', 1, 256]]], kind: 'text', places: null },
  /** Begins with a letter, has two characters or more, and is not the `OK` by which devices confirm. */
  name: {
    ways: [
      [
        ['A-NP-Za-z', 1, 1],
        ['!-~', 1, 1],
      ],
      [
        ['O', 1, 1],
        ['!-JL-~', 1, 1],
      ],
      [
        ['A-Za-z', 1, 1],
        [' -~', 2, 63],
      ],
    ],
    kind: 'text',
    places: null,
  },
} as const satisfies Record<string, FormFacts>;

export type ValueForm = keyof typeof forms;
export const valueForms = Object.keys(forms) as readonly ValueForm[];
export const kindOf = (form: ValueForm): FormFacts['kind'] => forms[form].kind;

export type Template = Readonly<{
  before: string;
  /** Null: the line holds no value. */
  form: ValueForm | null;
  after: string;
  /** Whether words that nobody goes by follow. */
  any: boolean;
}>;

const anything: Part = [' -~', 0, 256];

/** @throws TypeError where a brace is not that of one value of a known form, or a character is none that a line can hold */
export function parseTemplate(text: string): Template {
  if (!/^[ -~]*$/u.test(text)) throw new TypeError('A line holds printable ASCII only; what ends it stands in "ends".');
  const any = text.endsWith('{any}');
  const rest = any ? text.slice(0, -'{any}'.length) : text;
  const match = /\{value:([a-z0-9]+)\}/u.exec(rest);
  const before = match === null ? rest : rest.slice(0, match.index);
  const after = match === null ? '' : rest.slice(match.index + match[0].length);
  // Other braces are the device's own, as Huber's opening one is.
  if (/\{(?:value|any)/u.test(before + after))
    throw new TypeError(`"${text}" holds more than one value, or one that cannot be read.`);
  if (match === null) return { before, form: null, after, any };
  const form = valueForms.find((known) => known === match[1]);
  if (form === undefined)
    throw new TypeError(`There is no value form "${match[1] ?? ''}"; known: ${valueForms.join(', ')}.`);
  return { before, form, after, any };
}

/** The value a line says: `raw` is null where the template holds none. Null where the line does not match whole. */
export function readLine(template: Template, line: string): Readonly<{ raw: number | string | null }> | null {
  const said = patternOf(template).exec(line)?.groups;
  if (said === undefined) return null;
  const { form } = template;
  const text = said['value'] ?? '';
  if (form === null) return { raw: null };
  if (kindOf(form) === 'text') return { raw: text };
  if (form === 'hex16u') return { raw: Number.parseInt(text, 16) };
  if (form === 'hex16') return { raw: (Number.parseInt(text, 16) << 16) >> 16 };
  return { raw: Number(text) };
}

/** The line that says `raw`; null where its form cannot say it, as between two steps of it. */
export function writeLine(template: Template, raw: number): string | null {
  const { before, form, after, any } = template;
  if (any || form === null) return null;
  const written = writeValue(form, raw);
  return written === null ? null : `${before}${written}${after}`;
}

/** The smallest step that a form writes. */
export const stepOf = (form: ValueForm): number => 10 ** -(forms[form].places ?? 0);

/** What a form of numbers can say at most; null where any number of its step can be said. */
export function limitsOf(form: ValueForm): Readonly<{ low: number; high: number }> | null {
  if (form === 'hex16') return { low: -0x8000, high: 0x7fff };
  return form === 'hex16u' ? { low: 0, high: 0xffff } : null;
}

function writeValue(form: ValueForm, raw: number): string | null {
  const { places, kind } = forms[form];
  if (kind === 'text' || !Number.isFinite(raw)) return null;
  const steps = raw / stepOf(form);
  if (Math.abs(steps - Math.round(steps)) > 1e-6 * Math.max(1, Math.abs(steps) * 1e-6)) return null;
  const limits = limitsOf(form);
  if (limits !== null) {
    const whole = Math.round(raw);
    if (whole < limits.low || whole > limits.high) return null;
    return (whole & 0xffff).toString(16).toUpperCase().padStart(4, '0');
  }
  const rounded = Number(raw.toFixed(places));
  const text = form === 'decimal' ? String(rounded) : (Object.is(rounded, -0) ? 0 : rounded).toFixed(places);
  return readLine({ before: '', form, after: '', any: false }, text)?.raw === rounded ? text : null;
}

const patterns = new WeakMap<Template, RegExp>();

function patternOf(template: Template): RegExp {
  const known = patterns.get(template);
  if (known !== undefined) return known;
  const { before, form, after, any } = template;
  const value = form === null ? '' : forms[form].ways.map((way) => way.map(partText).join('')).join('|');
  const pattern = new RegExp(
    `^${quoted(before)}(?<value>${value})${quoted(after)}${any ? partText(anything) : ''}$`,
    'u',
  );
  patterns.set(template, pattern);
  return pattern;
}

const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
const partText = ([characters, fewest, most]: Part): string => `[${characters}]{${fewest},${most}}`;

/** The ways a line of the template may be written, part by part. */
export function waysOf({ before, form, after, any }: Template): readonly (readonly Part[])[] {
  const letters = (text: string): readonly Part[] => Array.from(text, (letter) => [`\\x${hex(letter)}`, 1, 1]);
  const ways = form === null ? [[]] : forms[form].ways;
  return ways.map((way) => [...letters(before), ...way, ...letters(after), ...(any ? [anything] : [])]);
}

const hex = (letter: string): string => (letter.codePointAt(0) ?? 0).toString(16).padStart(2, '0');

export type { Part as LinePart };
