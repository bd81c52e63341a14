/**
 * Spectra as columns of text (CSV, TXT, XY): two, or the first of several and the one that the device model names. Lines before
 * the first row of numbers may be `key: value`, comments, and at last the columns' titles. A file is whole where its last line
 * is ended and it has as many rows as it says, if it says.
 */
import type { SpectrumAxis } from '../../plant/spectrum.ts';
import { titleAndUnit, unitOf } from './axis-units.ts';
import { incomplete, malformed, mostPoints, spectrumOf, textOf, type Beside, type FormReading } from './reading.ts';
import { takenAtOf } from './taken-at.ts';

type Columns = Readonly<{ split: (line: string) => readonly string[]; number: RegExp }>;

const point = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u;
const comma = /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$/u;
const by =
  (delimiter: RegExp | string) =>
  (line: string): readonly string[] =>
    line
      .trim()
      .split(delimiter)
      .map((part) => part.trim());

/** Ways to write columns; the first by which a line is numbers is the file's. */
const ways: readonly Columns[] = [
  { split: by('\t'), number: point },
  { split: by(';'), number: point },
  { split: by(','), number: point },
  { split: by(/\s+/u), number: point },
  { split: by('\t'), number: comma },
  { split: by(';'), number: comma },
  { split: by(/\s+/u), number: comma },
];

const longestHead = 200;
const mostColumns = 5000;
const noAxis: SpectrumAxis = { title: '', unit: null };

export function readColumns(bytes: Uint8Array, { column }: Beside): FormReading {
  const text = textOf(bytes);
  if (text === null) return incomplete('It holds zero bytes.');
  const lines = text.replace(/^\uFEFF/u, '').split(/\r\n|\n|\r/u);
  // What follows the last line end: nothing, where the last line is whole.
  const tail = lines.pop() ?? '';
  while (lines.at(-1)?.trim() === '') lines.pop();
  const several = column !== null;
  const start = lines.slice(0, longestHead + 1).findIndex((line) => wayOf(line, several) !== undefined);
  if (start < 0) {
    if (lines.slice(0, longestHead + 1).some((line) => wayOf(line, true) !== undefined))
      return malformed(
        'It has several columns, and the device model does not name the one that is the curve (column).',
      );
    if (lines.length <= longestHead && isHead(lines)) return incomplete('It holds no row yet.');
    return malformed(`None of its first ${longestHead + 1} lines is two numbers.`);
  }
  const way = wayOf(lines[start] ?? '', several);
  const width = way?.split(lines[start] ?? '').length ?? 0;
  const head = readHead(lines.slice(0, start), way, width);
  if (way === undefined || head === null) return malformed('Its head is no list of `key: value`.');
  const wanted = column === null ? 1 : head.titles.findIndex((title, i) => i > 0 && title === column.trim());
  if (wanted < 1) return malformed(`It has no column "${column}", but ${listed(head.titles.slice(1))}.`);
  const rows = lines.slice(start);
  if (rows.length > mostPoints) return malformed(`It has ${rows.length} rows, more than ${mostPoints}.`);
  const x = new Float64Array(rows.length);
  const y = new Float64Array(rows.length);
  for (const [i, row] of rows.entries()) {
    const numbers = numbersOf(row, way, width, wanted);
    if (numbers === null)
      return malformed(`Row ${i + 1} is not ${width === 2 ? 'two' : width} numbers: "${row.slice(0, 40)}".`);
    [x[i], y[i]] = numbers;
  }
  if (tail.trim() !== '') return incomplete('Its last line is not ended.');
  const { count } = head;
  if (count !== null && rows.length < count) return incomplete(`It has ${rows.length} of ${count} rows.`);
  if (count !== null && rows.length > count) return malformed(`It has ${rows.length} rows, and says ${count}.`);
  const [xAxis, named] = [axisOf(head.titles[0]), axisOf(head.titles[wanted])];
  // What the model asks for by its title is a name, were it that of a unit, such as S.
  const yAxis = column !== null && unitOf(named.title) !== null ? { ...named, unit: null } : named;
  return spectrumOf({
    x: { ...xAxis, values: x },
    y: { ...yAxis, values: y },
    takenAt: takenAtOf(head.facts),
    facts: head.facts,
  });
}

const axisOf = (title: string | undefined): SpectrumAxis => (title === undefined ? noAxis : titleAndUnit(title));

const listed = (titles: readonly string[]): string =>
  titles.length === 0 ? 'no titles' : `${titles.slice(0, 20).join(', ')}${titles.length > 20 ? ', …' : ''}`;

const wayOf = (line: string, several: boolean): Columns | undefined =>
  ways.find(({ split, number }) => {
    const parts = split(line);
    const counts = several ? parts.length >= 2 && parts.length <= mostColumns : parts.length === 2;
    return counts && parts.every((part) => number.test(part));
  });

/** The first value and the wanted one of a row of that many. */
function numbersOf(line: string, { split, number }: Columns, width: number, wanted: number): [number, number] | null {
  const parts = split(line);
  const [x = '', y = ''] = [parts[0], parts[wanted]];
  if (parts.length !== width || !number.test(x) || !number.test(y)) return null;
  return [Number(x.replace(',', '.')), Number(y.replace(',', '.'))];
}

/** A head that is only words so far: no line of it holds more numbers than a row does. */
const isHead = (lines: readonly string[]): boolean =>
  lines.every((line) => line.split(/[\s,;]+/u).filter((part) => point.test(part)).length <= 2);

type Head = Readonly<{ titles: readonly string[]; facts: Record<string, string>; count: number | null }>;

/** Null where a line of it is neither a fact, a comment nor the titles. */
function readHead(lines: readonly string[], way: Columns | undefined, width: number): Head | null {
  const facts: Record<string, string> = {};
  let titles: readonly string[] = [];
  const last = lines.findLastIndex((line) => line.trim() !== '');
  for (const [i, line] of lines.entries()) {
    const plain = line
      .trim()
      .replace(/^[#%;/]+\s*/u, '')
      .replaceAll('"', '');
    const fact = /^([^:=]{1,80}?)\s*[:=]\s*(.*)$/u.exec(plain);
    if (fact?.[1] !== undefined) facts[fact[1]] = (fact[2] ?? '').slice(0, 500);
    const parts = fact === null ? (way?.split(plain) ?? []) : [];
    const [name, value = ''] = parts;
    // A row whose value is none is no head, whatever stands in its second column.
    if (parts.length === width && plain === line.trim() && way?.number.test(name ?? '') === true) return null;
    const here = i === last && fact === null ? titlesIn(plain, parts, width) : null;
    if (here !== null) titles = here;
    else if (parts.length === 2 && name !== undefined) facts[name] = value.slice(0, 500);
    else if (fact === null && plain !== '' && plain === line.trim() && i !== 0) return null;
  }
  const said = Object.entries(facts).find(([name]) => /^(?:n ?points|number of points|points|rows)$/iu.test(name));
  const count = said === undefined || !/^\d{1,8}$/u.test(said[1]) ? null : Number(said[1]);
  return { titles, facts, count };
}

/** Titles may stand apart otherwise than the numbers do: by tabs, or by spaces that stand within them as well, as in `Shift (nm)`. */
const titlesIn = (line: string, parts: readonly string[], width: number): readonly string[] | null =>
  [parts, ...[/\t+/u, /;/u, /,/u, /\s{2,}/u, /\s+(?![([/%])/u].map((between) => by(between)(line))].find(
    (titles) => titles.length === width && !titles.slice(1).some((title) => point.test(title)),
  ) ?? null;
