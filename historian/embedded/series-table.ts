/** The series of `history.db` and their ids, kept in memory; and up to which row of `hot` each is sealed. */
import type Database from 'better-sqlite3';
import { skidName } from '../../plant/sample.ts';
import type { Series, ValueType } from '../point.ts';

export class SeriesTable {
  readonly #database: Database.Database;
  readonly #find: Database.Statement<[string, string], { id: number; sealed: number }>;
  readonly #add: Database.Statement<[string, string, string, string | null, string | null, string]>;
  readonly #mark: Database.Statement<[number, number]>;
  readonly #ids = new Map<string, number>();
  readonly #bySeries = new WeakMap<Series, number>();
  readonly #sealed = new Map<number, number>();
  #stale = new Set<number>();

  constructor(database: Database.Database) {
    this.#database = database;
    this.#find = database.prepare('SELECT id, sealed FROM series WHERE skid = ? AND tag = ?');
    this.#add = database.prepare(
      'INSERT INTO series (skid, tag, measurement, device, field, type) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#mark = database.prepare('UPDATE series SET sealed = ? WHERE id = ?');
    this.#load();
  }

  newestSealed(): number {
    return [...this.#sealed.values()].reduce((most, seq) => Math.max(most, seq), 0);
  }

  sealedOf(id: number): number {
    return this.#sealed.get(id) ?? 0;
  }

  isSealed(id: number): boolean {
    return this.sealedOf(id) > 0;
  }

  find(series: Series): number | null {
    const known = this.#bySeries.get(series);
    if (known !== undefined && !this.#stale.has(known)) return known;
    const id = this.#ids.get(keyOf(series)) ?? this.#find.get(series.skid, series.tag)?.id ?? null;
    if (id !== null) this.#remember(series, id);
    return id;
  }

  /** Every series, as it was when it was first written. */
  all(): readonly Series[] {
    type Row = Readonly<{
      skid: string;
      tag: string;
      measurement: string;
      device: string | null;
      field: string | null;
      type: string;
    }>;
    const rows = this.#database.prepare<[], Row>('SELECT skid, tag, measurement, device, field, type FROM series');
    return rows.all().map(({ skid, tag, measurement, device, field, type }) => {
      const named = { measurement, skid: skidName(skid), device, tag, valueType: type as ValueType };
      return field === null ? named : { ...named, field };
    });
  }

  /** Made where it is not there; within a transaction of the caller's. */
  idOf(series: Series): number {
    const known = this.find(series);
    if (known !== null) return known;
    const { skid, tag, measurement, device, field, valueType } = series;
    const id = Number(this.#add.run(skid, tag, measurement, device, field ?? null, valueType).lastInsertRowid);
    this.#remember(series, id);
    return id;
  }

  /** Within a transaction of the caller's. */
  mark(id: number, seq: number): void {
    this.#mark.run(seq, id);
  }

  /** Once that transaction has ended well. */
  marked(id: number, seq: number): void {
    this.#sealed.set(id, seq);
  }

  /** After a transaction that was rolled back: what was made in it is not there. */
  forget(): void {
    this.#stale = new Set(this.#ids.values());
    this.#ids.clear();
    this.#load();
    for (const id of this.#ids.values()) this.#stale.delete(id);
  }

  #remember(series: Series, id: number): void {
    this.#ids.set(keyOf(series), id);
    this.#bySeries.set(series, id);
    this.#stale.delete(id);
  }

  #load(): void {
    const rows = this.#database.prepare<[], { id: number; skid: string; tag: string; sealed: number }>(
      'SELECT * FROM series',
    );
    this.#sealed.clear();
    for (const { id, skid, tag, sealed } of rows.iterate()) {
      this.#ids.set(`${skid}\n${tag}`, id);
      this.#sealed.set(id, sealed);
    }
  }
}

const keyOf = ({ skid, tag }: Series): string => `${skid}\n${tag}`;
