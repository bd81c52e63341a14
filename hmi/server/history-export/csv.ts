/** An export of history as CSV: one line a point, or one line a step. */
import { isoUtc, type UtcMs } from '../../../plant/clock.ts';
import { csvText } from '../../../plant/csv.ts';
import type { HistoryQueries } from '../../../plant/ports/history.ts';
import { alignedRows, exportedRows, type ExportedTag } from './exported.ts';

export async function* csvOfPoints(
  history: HistoryQueries,
  tags: readonly ExportedTag[],
  from: UtcMs,
  to: UtcMs,
): AsyncGenerator<string> {
  yield csvText([['time', 'tag', 'value', 'unit', 'quality', 'status', 'server time', 'note']]);
  for await (const rows of exportedRows(history, tags, from, to)) {
    yield csvText(
      rows.map(({ time, tag, value, unit, quality, status, serverTime, note }) => [
        isoUtc(time),
        tag,
        value,
        unit,
        quality,
        hexOf(status),
        serverTime === null ? null : isoUtc(serverTime),
        note,
      ]),
    );
  }
}

/** Each tag has two columns: the value in force, and its status where that is not plain Good. */
export async function* csvOfSteps(
  history: HistoryQueries,
  tags: readonly ExportedTag[],
  from: UtcMs,
  to: UtcMs,
  stepMs: number,
): AsyncGenerator<string> {
  const heads = tags.flatMap(({ tag, unit }) => [unit === null ? tag : `${tag} [${unit}]`, `${tag} status`]);
  yield csvText([['time', ...heads]]);
  for await (const rows of alignedRows(history, tags, from, to, stepMs)) {
    yield csvText(
      rows.map(({ time, values }) => [
        isoUtc(time),
        ...values.flatMap(([value, status]) => [value, (status & 0xffff_0000) === 0 ? '' : hexOf(status)]),
      ]),
    );
  }
}

const hexOf = (status: number): string => `0x${(status >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
