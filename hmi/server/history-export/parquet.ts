/** An export of history as Parquet: a row group for each page of points, so that no more than a page is in memory. */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { UtcMs } from '../../../plant/clock.ts';
import type { HistoryQueries } from '../../../plant/ports/history.ts';
import { exportedRows, type ExportedRow, type ExportedTag } from './exported.ts';

type Column = Readonly<{ name: string; data: readonly unknown[] }>;

const time = (name: string, optional: boolean) => ({
  name,
  type: 'INT64' as const,
  converted_type: 'TIMESTAMP_MILLIS' as const,
  logical_type: { type: 'TIMESTAMP' as const, isAdjustedToUTC: true, unit: 'MILLIS' as const },
  repetition_type: optional ? ('OPTIONAL' as const) : ('REQUIRED' as const),
});
const text = (name: string, optional: boolean) => ({
  name,
  type: 'BYTE_ARRAY' as const,
  converted_type: 'UTF8' as const,
  repetition_type: optional ? ('OPTIONAL' as const) : ('REQUIRED' as const),
});

/** A number stands in `value`, a boolean as 0 or 1; a text in `text`. */
const schema = [
  { name: 'root', num_children: 9 },
  time('time', false),
  text('tag', false),
  { name: 'value', type: 'DOUBLE' as const, repetition_type: 'OPTIONAL' as const },
  text('text', true),
  text('unit', true),
  text('quality', false),
  { name: 'status', type: 'INT64' as const, repetition_type: 'REQUIRED' as const },
  time('serverTime', true),
  text('note', true),
];

export async function* parquetOfPoints(
  history: HistoryQueries,
  tags: readonly ExportedTag[],
  from: UtcMs,
  to: UtcMs,
): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema, createdBy: 'mesoline' });
  /** What was written since, which the writer needs no more: it goes on counting. */
  const taken = (): Uint8Array => {
    const part = Uint8Array.from(bytes.getBytes());
    bytes.index = 0;
    return part;
  };
  for await (const rows of exportedRows(history, tags, from, to)) {
    await writer.write({ columnData: columnsOf(rows), rowGroupSize: rows.length });
    yield taken();
  }
  await writer.finish();
  yield taken();
}

function columnsOf(rows: readonly ExportedRow[]): { name: string; data: unknown[] }[] {
  const columns: Column[] = [
    { name: 'time', data: rows.map((row) => new Date(row.time)) },
    { name: 'tag', data: rows.map(({ tag }) => tag) },
    {
      name: 'value',
      data: rows.map(({ value }) => (typeof value === 'string' || value === null ? null : Number(value))),
    },
    { name: 'text', data: rows.map(({ value }) => (typeof value === 'string' ? value : null)) },
    { name: 'unit', data: rows.map(({ unit }) => unit) },
    { name: 'quality', data: rows.map(({ quality }) => quality) },
    { name: 'status', data: rows.map(({ status }) => BigInt(status)) },
    { name: 'serverTime', data: rows.map(({ serverTime }) => (serverTime === null ? null : new Date(serverTime))) },
    { name: 'note', data: rows.map(({ note }) => note) },
  ];
  return columns.map(({ name, data }) => ({ name, data: [...data] }));
}
