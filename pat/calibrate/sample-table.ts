/**
 * A calibration's set as a table: a line a sample, named columns first (its batch, its reference values, whatever else), then the
 * spectrum, with the axis's values as titles.
 */
import type { CalibrationSample } from '../pls/index.ts';
import { digestOf, readBytes, refused } from './files.ts';
import { numberOf, rowsOf, TableFaults, type Row } from './rows.ts';

export type SampleTable = Readonly<{
  samples: readonly CalibrationSample[];
  /** Of the spectra, rising or falling as in the table. */
  axis: Float64Array;
  /** SHA-256 of the file, in hexadecimal. */
  digest: string;
}>;

export type Wanted = Readonly<{ batch: string; responses: readonly string[] }>;

/** The limit of Q takes the square of as many numbers, and the cross-validation some copies of all values. */
const mostSamples = 2000;
const mostValues = 3_000_000;

/** @throws MesolineError `calibration-file`, with the first faults of the table, each at `file:line` */
export function readSampleTable(file: string, wanted: Wanted): SampleTable {
  const bytes = readBytes(file);
  const { titles, rows } = rowsOf(file, bytes);
  const names = titles.findIndex((title) => !Number.isNaN(numberOf(title)));
  const named = titles.slice(0, names < 0 ? titles.length : names);
  const axis = axisOf(file, titles.slice(named.length));
  const batch = columnOf(file, named, wanted.batch);
  const responses = wanted.responses.map((title) => columnOf(file, named, title));
  const faults = new TableFaults();
  const samples: CalibrationSample[] = [];
  for (const row of rows) {
    samples.push(sampleOf(row, axis, titles, { file, named: named.length, batch, responses }, faults));
    if (samples.length > mostSamples || samples.length * axis.length > mostValues)
      throw refused(
        `${file}:${row.line}`,
        `It holds more than ${samples.length > mostSamples ? `${mostSamples} samples` : `${mostValues} values`}.`,
        'Give fewer samples, or coarser spectra.',
      );
  }
  faults.throwAny();
  if (samples.length === 0) throw refused(file, 'It holds no sample.', 'Write a line a sample.');
  return { samples, axis, digest: digestOf(bytes) };
}

type Layout = Readonly<{ file: string; named: number; batch: number; responses: readonly number[] }>;

function sampleOf(
  { line, cells }: Row,
  axis: Float64Array,
  titles: readonly string[],
  { file, named, batch, responses }: Layout,
  faults: TableFaults,
): CalibrationSample {
  const at = (column: number): number => {
    const text = cells[column] ?? '';
    const value = numberOf(text);
    if (Number.isNaN(value))
      faults.add(
        `${file}:${line}`,
        `${titles[column] ?? ''} is ${text === '' ? 'missing' : `"${text.slice(0, 40)}"`}.`,
        'Write a number with a point, or leave the sample out.',
      );
    return value;
  };
  const values = responses.map(at);
  const group = cells[batch] ?? '';
  if (group === '') faults.add(`${file}:${line}`, 'The sample has no batch.', 'Say of which it is, or leave it out.');
  return { x: axis, y: Float64Array.from(axis, (_, i) => at(named + i)), group, values };
}

function columnOf(file: string, named: readonly string[], title: string): number {
  const found = named.flatMap((one, i) => (one === title ? [i] : []));
  const [column] = found;
  if (column !== undefined && found.length === 1) return column;
  throw refused(
    `${file}:1`,
    found.length === 0 ? `There is no column "${title}".` : `There are ${found.length} columns "${title}".`,
    `Name one of: ${named.slice(0, 20).join(', ')}.`,
  );
}

function axisOf(file: string, titles: readonly string[]): Float64Array {
  const where = `${file}:1`;
  const axis = Float64Array.from(titles, numberOf);
  const words = axis.findIndex((value) => Number.isNaN(value));
  if (words >= 0)
    throw refused(where, `"${titles[words] ?? ''}" stands among the axis's values.`, 'Put named columns first.');
  if (axis.length < 16)
    throw refused(where, `Its spectra have ${axis.length} points.`, 'Give the axis as numbers, as titles of columns.');
  const rising = (axis.at(-1) ?? 0) > (axis[0] ?? 0) ? 1 : -1;
  for (let i = 1; i < axis.length; i += 1) {
    const [before, here] = [axis[i - 1] ?? NaN, axis[i] ?? NaN];
    if (rising * (here - before) > 0) continue;
    const problem = axis.indexOf(here) < i ? `${here} stands twice in the axis.` : `The axis turns at ${here}.`;
    throw refused(where, problem, 'Give every point once, in the order of the axis.');
  }
  return axis;
}
