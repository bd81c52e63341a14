/**
 * JCAMP-DX 4.24 to 5.01 with one block of XYDATA (X++(Y..Y)) or XYPOINTS (XY..XY). Everything the file says of itself is
 * checked: its end, its number of points, the first and last x, each line's x, and the value that a line of differences repeats.
 */
import type { SpectrumAxis } from '../../plant/spectrum.ts';
import { tokensOf } from './asdf.ts';
import { unitOf } from './axis-units.ts';
import { incomplete, malformed, mostPoints, spectrumOf, textOf, type FormReading } from './reading.ts';
import { takenAtOf } from './taken-at.ts';

type Labels = ReadonlyMap<string, string>;
type Table = Readonly<{ label: 'XYDATA' | 'XYPOINTS'; form: string; lines: readonly string[] }>;
type Curve = Readonly<{ x: Float64Array; y: Float64Array }>;

/** As the standard compares labels: without spaces, dashes, strokes and underlines, in capitals. */
const plainLabel = (label: string): string => label.replaceAll(/[\s\-/_]/gu, '').toUpperCase();

class Lie extends Error {}

export function readJcampDx(bytes: Uint8Array): FormReading {
  const text = textOf(bytes);
  if (text === null) return incomplete('It holds zero bytes.');
  const lines = text.split(/\r\n|\n|\r/u).map((line) => line.replace(/\$\$.*$/u, '').trimEnd());
  const first = lines.findIndex((line) => line.trim() !== '');
  const opening = (lines[first] ?? '').trim();
  if (!/^##\s*TITLE\s*=/iu.test(opening)) {
    return first < 0 || (first === lines.length - 1 && '##TITLE='.startsWith(opening.toUpperCase()))
      ? incomplete('It holds nothing yet.')
      : malformed('It does not begin with ##TITLE=.');
  }
  const end = lines.findIndex((line) => /^##\s*END\s*=/iu.test(line));
  if (end < 0) return incomplete('It has no ##END=.');
  if (lines.slice(end + 1).some((line) => line.trim() !== '')) return malformed('Something follows its ##END=.');
  try {
    return readBlock(lines.slice(first, end));
  } catch (thrown) {
    if (thrown instanceof Lie) return malformed(thrown.message);
    throw thrown;
  }
}

function readBlock(lines: readonly string[]): FormReading {
  const { labels, table } = partsOf(lines);
  const count = numberOf(labels, 'NPOINTS');
  if (!Number.isInteger(count) || count < 2 || count > mostPoints) throw new Lie(`It says NPOINTS ${count}.`);
  const curve = table.label === 'XYDATA' ? readOrdinates(labels, table, count) : readPairs(labels, table, count);
  checkFirstValue(labels, curve);
  const facts = Object.fromEntries(labels);
  return spectrumOf({
    x: { ...axisOf(labels.get('XUNITS') ?? '', labels.get('XLABEL')), values: curve.x },
    y: { ...axisOf(labels.get('YUNITS') ?? '', labels.get('YLABEL')), values: curve.y },
    takenAt: takenAtOf(facts),
    facts,
  });
}

function partsOf(lines: readonly string[]): Readonly<{ labels: Labels; table: Table }> {
  const labels = new Map<string, string>();
  let table: { label: 'XYDATA' | 'XYPOINTS'; form: string; lines: string[] } | null = null;
  let inTable = false;
  let last = '';
  for (const line of lines) {
    const match = /^##([^=]*)=(.*)$/u.exec(line);
    if (match === null) {
      if (inTable) table?.lines.push(line);
      else if (last !== '') labels.set(last, `${labels.get(last) ?? ''} ${line.trim()}`.trim().slice(0, 500));
      continue;
    }
    last = plainLabel(match[1] ?? '');
    const value = (match[2] ?? '').trim();
    inTable = last === 'XYDATA' || last === 'XYPOINTS';
    if (last === 'BLOCKS' || last === 'NTUPLES' || last === 'PEAKTABLE')
      throw new Lie(`It holds ${last}, not one spectrum.`);
    if (last === 'XYDATA' || last === 'XYPOINTS') {
      if (table !== null) throw new Lie('It holds two tables.');
      table = { label: last, form: value.replaceAll(/\s/gu, '').toUpperCase(), lines: [] };
    } else if (labels.has(last) && last !== '' && !last.startsWith('$')) throw new Lie(`It says ${last} twice.`);
    else if (last !== '') labels.set(last, value.slice(0, 500));
  }
  if (table === null) throw new Lie('It holds no XYDATA.');
  return { labels, table };
}

function readOrdinates(labels: Labels, { form, lines }: Table, count: number): Curve {
  if (form !== '(X++(Y..Y))') throw new Lie(`Its XYDATA are ${form}, not (X++(Y..Y)).`);
  const [from, to] = [numberOf(labels, 'FIRSTX'), numberOf(labels, 'LASTX')];
  const [xFactor, yFactor] = [numberOf(labels, 'XFACTOR', 1), numberOf(labels, 'YFACTOR', 1)];
  const step = (to - from) / (count - 1);
  const y = new Float64Array(count);
  let [read, last, difference] = [0, 0, 0];
  let byDifference = false;
  const add = (value: number): void => {
    if (read >= count) throw new Lie(`It has more than the ${count} points it says.`);
    last = value;
    y[read] = value * yFactor;
    read += 1;
  };
  for (const line of lines) {
    if (line.trim() === '') continue;
    const tokens = tokensOf(line.trim());
    const [abscissa, ...ordinates] = tokens ?? [];
    if (abscissa?.form !== 'value' || ordinates.length === 0) throw new Lie(`"${line.slice(0, 40)}" is no line of it.`);
    checkAbscissa(line, abscissa.value * xFactor, { x: from + read * step, step, xFactor, byDifference });
    const repeated = byDifference && read > 0 ? last : null;
    byDifference = false;
    for (const [i, token] of ordinates.entries()) {
      if (token.form === 'value') {
        byDifference = false;
        if (i === 0 && repeated !== null) {
          if (token.value !== repeated) throw new Lie(`A line repeats ${token.value}, and ${repeated} came before it.`);
        } else add(token.value);
      } else if (token.form === 'difference') {
        if (i === 0) throw new Lie(`"${line.slice(0, 40)}" begins with a difference.`);
        byDifference = true;
        difference = token.value;
        add(last + difference);
      } else {
        if (i === 0 || token.count < 1) throw new Lie(`"${line.slice(0, 40)}" repeats nothing.`);
        for (let again = 1; again < token.count; again += 1) add(byDifference ? last + difference : last);
      }
    }
  }
  if (read !== count) throw new Lie(`It has ${read} points, and says ${count}.`);
  return { x: Float64Array.from({ length: count }, (_, i) => (i === count - 1 ? to : from + i * step)), y };
}

/** Each line says its own x: rounded as it is printed, and in difference form that of the repeated value as a rule. */
function checkAbscissa(
  line: string,
  said: number,
  { x, step, xFactor, byDifference }: Readonly<{ x: number; step: number; xFactor: number; byDifference: boolean }>,
): void {
  const decimals = /^\s*[+-]?\d*\.(\d+)/u.exec(line)?.[1]?.length ?? 0;
  const rounding = 0.5 * 10 ** -decimals * Math.abs(xFactor);
  const within = 0.5 * Math.abs(step) + rounding + 1e-9 * Math.abs(x);
  if (Math.abs(said - x) <= within || (byDifference && Math.abs(said - (x - step)) <= within)) return;
  throw new Lie(`A line says x ${said} where ${x} follows.`);
}

function readPairs(labels: Labels, { form, lines }: Table, count: number): Curve {
  if (form !== '(XY..XY)') throw new Lie(`Its XYPOINTS are ${form}, not (XY..XY).`);
  const [xFactor, yFactor] = [numberOf(labels, 'XFACTOR', 1), numberOf(labels, 'YFACTOR', 1)];
  const numbers = lines.flatMap((line) =>
    line
      .split(/[\s,;]+/u)
      .filter((part) => part !== '')
      .map((part) => {
        if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(part)) throw new Lie(`"${part}" is no number.`);
        return Number(part);
      }),
  );
  if (numbers.length !== 2 * count) throw new Lie(`It has ${numbers.length / 2} points, and says ${count}.`);
  const x = Float64Array.from({ length: count }, (_, i) => (numbers[2 * i] ?? Number.NaN) * xFactor);
  const y = Float64Array.from({ length: count }, (_, i) => (numbers[2 * i + 1] ?? Number.NaN) * yFactor);
  const step = Math.abs(((x[count - 1] ?? 0) - (x[0] ?? 0)) / (count - 1));
  for (const [label, value] of [['FIRSTX', x[0]] as const, ['LASTX', x[count - 1]] as const]) {
    const said = labels.has(label) ? numberOf(labels, label) : value;
    if (said !== undefined && value !== undefined && Math.abs(said - value) > 0.5 * step)
      throw new Lie(`It says ${label} ${said}, and has ${value}.`);
  }
  return { x, y };
}

/** Written with fewer digits than the values, as a rule: a thousandth of the curve's height is taken as said. */
function checkFirstValue(labels: Labels, { y }: Curve): void {
  if (!labels.has('FIRSTY')) return;
  const said = numberOf(labels, 'FIRSTY');
  const value = y[0] ?? Number.NaN;
  const height = y.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const within = 1e-3 * height + Math.abs(numberOf(labels, 'YFACTOR', 1));
  if (Math.abs(said - value) > within) throw new Lie(`It says FIRSTY ${said}, and has ${value}.`);
}

function numberOf(labels: Labels, label: string, otherwise?: number): number {
  const text = labels.get(label);
  if (text === undefined && otherwise !== undefined) return otherwise;
  if (text === undefined || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(text))
    throw new Lie(`It says ${label} "${text ?? ''}".`);
  return Number(text);
}

const axisOf = (units: string, title: string | undefined): SpectrumAxis => ({
  title: title ?? units,
  unit: unitOf(units),
});
