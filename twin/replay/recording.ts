/**
 * Reads a recording: CSV with semicolons, a head line, a first column `datetime` (`2020-03-09 10:14:33`, UTC) and eight columns
 * of values in the order of the file. The labels `anomaly` and `changepoint` are not part of what was measured and are left out.
 */
import { createReadStream } from 'node:fs';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import { valuesPerRow, type Row } from './ring.ts';

const labels: ReadonlySet<string> = new Set(['anomaly', 'changepoint']);

/** Lines of a file, one at a time. @throws MesolineError `recording-unreadable`. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
      const lines = (rest + String(chunk)).split(/\r?\n/u);
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (cause) {
    throw mesolineError('recording-unreadable', file, `${messageOf(cause)}.`, 'Give the --csv of a recording.', cause);
  }
  if (rest !== '') yield rest;
}

/** Rows of a recording. @throws MesolineError `recording-invalid`, naming the line. */
export async function* rowsOf(lines: AsyncIterable<string>, file: string): AsyncGenerator<Row> {
  let columns: readonly number[] | null = null;
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (columns === null) columns = readHead(text, file);
    else if (text.trim() !== '') yield readRow(text, columns, `${file}:${line}`);
  }
  if (columns === null) throw invalid(file, 'It is empty.', 'Give a recording with a head line.');
}

/** Reads to the end and keeps nothing. */
export async function countRows(rows: AsyncIterator<Row>): Promise<number> {
  let count = 0;
  while ((await rows.next()).done !== true) count += 1;
  return count;
}

/** Which columns hold values. */
function readHead(text: string, file: string): readonly number[] {
  const names = text
    .replace(/^\uFEFF/u, '')
    .split(';')
    .map((name) => name.trim());
  const columns = names.flatMap((name, index) => (index > 0 && !labels.has(name) ? [index] : []));
  if (names[0] !== 'datetime') {
    throw invalid(
      `${file}:1`,
      `The first column is "${names[0] ?? ''}".`,
      'It must be "datetime"; columns are parted by semicolons.',
    );
  }
  if (columns.length !== valuesPerRow) {
    throw invalid(
      `${file}:1`,
      `It has ${columns.length} columns of values.`,
      `A row of the logging device holds ${valuesPerRow}.`,
    );
  }
  return columns;
}

function readRow(text: string, columns: readonly number[], where: string): Row {
  const fields = text.split(';');
  const values = columns.map((column) => {
    const field = fields[column]?.trim() ?? '';
    const value = field === '' ? Number.NaN : Number(field);
    if (!Number.isFinite(value)) throw invalid(where, `Column ${column + 1} is "${field}".`, 'Write a number there.');
    return value;
  });
  return { timeMs: readTime(fields[0]?.trim() ?? '', where), values };
}

function readTime(text: string, where: string): number {
  const written = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?)$/u.exec(text);
  const time = written === null ? Number.NaN : Date.parse(`${written[1] ?? ''}T${written[2] ?? ''}Z`);
  if (Number.isNaN(time)) throw invalid(where, `The time is "${text}".`, 'Write it as 2020-03-09 10:14:33.');
  return time;
}

const invalid = (where: string, problem: string, remedy: string): Error =>
  mesolineError('recording-invalid', where, problem, remedy);
