/** A `history.db` of before had a row for each point: they become chunks at the first start, a series at a time, each in one transaction. */
import type Database from 'better-sqlite3';
import { skidName } from '../../plant/sample.ts';
import { valueKinds } from '../point.ts';
import type { Chunks } from './chunks.ts';
import { addPoint, growing } from './course.ts';
import type { SeriesTable } from './series-table.ts';

type FormerSeries = Readonly<{ id: number; measurement: string; skid: string; tag: string }>;
type FormerPoint = Readonly<{
  time: number;
  v: number | null;
  b: number | null;
  s: string | null;
  q: number;
  st: number | null;
}>;

const has = (database: Database.Database, table: string): boolean =>
  database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table) !== undefined;

/** Before the tables are made: the series table of then would be taken for that of now. */
export function renameFormer(database: Database.Database): void {
  if (!has(database, 'gap') || !has(database, 'point')) return;
  database.transaction(() => {
    database.exec('ALTER TABLE series RENAME TO formerSeries; ALTER TABLE gap RENAME TO formerGap;');
  })();
}

export function convertRows(database: Database.Database, table: SeriesTable, chunks: Chunks): void {
  if (!has(database, 'formerSeries')) return;
  const points = database.prepare<[number], FormerPoint>(
    'SELECT time, v, b, s, q, st FROM point WHERE series = ? ORDER BY time',
  );
  for (const former of database.prepare<[], FormerSeries>('SELECT * FROM formerSeries').all()) {
    const { id, measurement, skid, tag } = former;
    database.transaction(() => {
      const course = growing();
      for (const { time, v, b, s, q, st } of points.iterate(id)) {
        const kind =
          typeof v === 'number'
            ? valueKinds.number
            : b !== null
              ? b === 1
                ? valueKinds.yes
                : valueKinds.no
              : s !== null
                ? valueKinds.text
                : valueKinds.nothing;
        addPoint(course, kind, v ?? 0, s ?? undefined, q, time, st ?? time);
      }
      const series = { measurement, skid: skidName(skid), device: null, tag, valueType: 'number' as const };
      if (course.count > 0) chunks.seal(table.idOf(series), course);
      database.prepare('DELETE FROM point WHERE series = ?').run(id);
      database.prepare('DELETE FROM formerSeries WHERE id = ?').run(id);
    })();
  }
  database.transaction(() => {
    database.exec(`
      INSERT OR REPLACE INTO missing SELECT skid, 'given-up', time, until, points, reason, NULL FROM formerGap;
      DROP TABLE formerGap; DROP TABLE formerSeries; DROP TABLE point;
    `);
  })();
}
