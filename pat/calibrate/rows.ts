/**
 * A table of text, line by line: a head of titles, then as many cells in every line. Cells are parted by what parts the head's
 * (comma, semicolon or tab), and may stand in quotes. Nothing of it is guessed: a cell that is not as it should be is a fault at its line.
 */
import { MesolineError, type Fault } from '../../plant/errors.ts';
import { refused } from './files.ts';

export type Row = Readonly<{ line: number; cells: readonly string[] }>;
export type Rows = Readonly<{ file: string; titles: readonly string[]; rows: Iterable<Row> }>;

const longestLine = 4 * 1024 * 1024;
const mostColumns = 100_000;
const mostFaults = 10;

/** @throws MesolineError `calibration-file` where there is no head */
export function rowsOf(file: string, bytes: Uint8Array): Rows {
  const lines = linesOf(file, bytes);
  const first = lines.next();
  if (first.done === true) throw refused(file, 'It is empty.', 'Write a head of titles, and a line a sample.');
  const head = first.value.text.replace(/^\uFEFF/u, '');
  const by = [',', ';', '\t'].reduce((best, one) => (head.split(one).length > head.split(best).length ? one : best));
  const titles = cellsOf(head, by);
  if (titles === null) throw refused(`${file}:1`, 'A quote is not closed.', 'Close it.');
  if (titles.length > mostColumns)
    throw refused(`${file}:1`, `It has ${titles.length} columns, more than ${mostColumns}.`, 'Give coarser spectra.');
  return { file, titles, rows: rest(file, lines, by, titles.length) };
}

function* rest(file: string, lines: Iterable<Line>, by: string, width: number): Generator<Row> {
  for (const { line, text } of lines) {
    if (text.trim() === '') continue;
    const cells = cellsOf(text, by);
    if (cells?.length !== width)
      throw refused(
        `${file}:${line}`,
        cells === null ? 'A quote is not closed.' : `It has ${cells.length} cells, and the head ${width}.`,
        'Give every line as many cells as the head.',
      );
    yield { line, cells };
  }
}

type Line = Readonly<{ line: number; text: string }>;

/** One line at a time is text; a file of one endless line is none. */
function* linesOf(file: string, bytes: Uint8Array): Generator<Line> {
  let start = 0;
  for (let line = 1; start < bytes.length; line += 1) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found;
    if (end - start > longestLine)
      throw refused(`${file}:${line}`, `It is longer than ${longestLine} bytes.`, 'Give coarser spectra.');
    const part = bytes.subarray(start, end);
    if (part.includes(0)) throw refused(`${file}:${line}`, 'It holds zero bytes.', 'Export the table again, as text.');
    yield { line, text: decoded(part, `${file}:${line}`).replace(/\r$/u, '') };
    start = end + 1;
  }
}

function decoded(part: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(part);
  } catch (thrown) {
    throw refused(where, 'It is not UTF-8.', 'Export the table as UTF-8.', thrown);
  }
}

/** Null where a quote is not closed. A quote within quotes is written twice (RFC 4180). */
function cellsOf(text: string, by: string): readonly string[] | null {
  if (!text.includes('"')) return text.split(by).map((cell) => cell.trim());
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const here = text.charAt(i);
    if (here === '"' && quoted && text.charAt(i + 1) === '"') {
      cell += '"';
      i += 1;
    } else if (here === '"') quoted = !quoted;
    else if (here === by && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += here;
  }
  cells.push(cell.trim());
  return quoted ? null : cells;
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u;
/** No instrument counts so far. */
const mostMagnitude = 1e30;

/** NaN where the text is no number: empty, in words, with a comma, or beyond any instrument. */
export function numberOf(text: string): number {
  const value = number.test(text) ? Number(text) : NaN;
  return Math.abs(value) <= mostMagnitude ? value : NaN;
}

/** Gathers the faults of a table, the first few of them: one that is wrong throughout is not listed whole. */
export class TableFaults {
  readonly #faults: Fault[] = [];

  /** @throws MesolineError `calibration-file` where there are enough */
  add(where: string, problem: string, remedy: string): void {
    this.#faults.push({ where, problem, remedy });
    if (this.#faults.length >= mostFaults) this.throwAny();
  }

  throwAny(): void {
    if (this.#faults.length > 0) throw new MesolineError('calibration-file', this.#faults);
  }
}
