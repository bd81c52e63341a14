/** What whoever owns the tables can do to what they hold, in SQLite as in PostgreSQL. */
import type Database from 'better-sqlite3';
import { canonicalText } from '../../../control/records/format/canonical.ts';
import { chainHash, genesis, siteText } from '../../../control/records/format/chain.ts';
import type { ChainHead } from '../../../control/records/format/checkpoint.ts';
import type { EventBody } from '../../../control/records/format/event-body.ts';
import type { Draw } from './made-ledger.ts';

export type SiteRow = { seq: number; scope: string; event_seq: number };

/** On a database without rules; what the draw decides is which row it hits. */
export const contentAttacks: Readonly<Record<string, (database: Database.Database, draw: Draw) => void>> = {
  'an event removed': (database, draw) => {
    const { scope, event_seq } = anEntry(database, draw);
    database.prepare('DELETE FROM event WHERE scope = ? AND seq = ?').run(scope, event_seq);
  },
  'an event removed with its entry in the site chain': (database, draw) => {
    const { seq, scope, event_seq } = anEntry(database, draw);
    database.prepare('DELETE FROM event WHERE scope = ? AND seq = ?').run(scope, event_seq);
    database.prepare('DELETE FROM site WHERE seq = ?').run(seq);
  },
  'an event removed and everything chained anew': (database, draw) => {
    const { scope, event_seq } = anEntry(database, draw);
    database.prepare('DELETE FROM event WHERE scope = ? AND seq = ?').run(scope, event_seq);
    database.prepare('DELETE FROM site WHERE scope = ? AND event_seq = ?').run(scope, event_seq);
    database.prepare('UPDATE event SET seq = -seq + 1 WHERE scope = ? AND seq > ?').run(scope, event_seq);
    database.prepare('UPDATE event SET seq = -seq WHERE scope = ? AND seq < 0').run(scope);
    renumber(database);
    chainAnew(database);
  },
  'two events swapped': (database, draw) => {
    const one = anEntry(database, draw);
    const swapped = one.event_seq === 1 ? 2 : one.event_seq - 1;
    const move = database.prepare('UPDATE event SET seq = ? WHERE scope = ? AND seq = ?');
    move.run(-1, one.scope, one.event_seq);
    move.run(one.event_seq, one.scope, swapped);
    move.run(swapped, one.scope, -1);
  },
  'the contents of two events swapped': (database, draw) => {
    const one = anEntry(database, draw);
    const other = anotherThan(database, one, draw);
    const read = database.prepare<[string, number], { body: string; hash: string }>(
      'SELECT body, hash FROM event WHERE scope = ? AND seq = ?',
    );
    const [first, second] = [read.get(one.scope, one.event_seq), read.get(other.scope, other.event_seq)];
    const write = database.prepare('UPDATE event SET body = ?, hash = ? WHERE scope = ? AND seq = ?');
    write.run(second?.body, second?.hash, one.scope, one.event_seq);
    write.run(first?.body, first?.hash, other.scope, other.event_seq);
  },
  'the tail cut off': (database, draw) => cutTail(database, 1 + draw(10)),
  'the tail cut off with the checkpoints that cover it, in the database only': (database, draw) => {
    cutTail(database, 1 + draw(10));
    database.exec('DELETE FROM checkpoint WHERE site_count > (SELECT max(seq) FROM site)');
  },
  'a whole scope removed': (database, draw) => {
    const { scope } = anEntry(database, draw);
    database.prepare('DELETE FROM event WHERE scope = ?').run(scope);
    database.prepare('DELETE FROM site WHERE scope = ?').run(scope);
    renumber(database);
    chainAnew(database);
  },
  'a signature moved to another record': (database, draw) => {
    const bodies = database
      .prepare<[], string>(`SELECT body FROM event WHERE body LIKE '%"action":"signed"%'`)
      .pluck()
      .all();
    const from = JSON.parse(bodies[draw(bodies.length)] ?? '{}') as EventBody;
    const scope = from.scope === 'batch/B-2026-0001' ? 'batch/B-2026-0002' : 'batch/B-2026-0001';
    const seq =
      database.prepare<[string], number>('SELECT max(seq) FROM event WHERE scope = ?').pluck().get(scope) ?? 1;
    const moved = canonicalText({ ...from, scope, seq });
    database.prepare('UPDATE event SET body = ? WHERE scope = ? AND seq = ?').run(moved, scope, seq);
    chainAnew(database);
  },
  'a word changed and everything chained anew': (database) => {
    database.exec(`UPDATE event SET body = replace(body, '"105"', '"106"') WHERE scope = 'batch/B-2026-0002'`);
    chainAnew(database);
  },
};

export function anEntry(database: Database.Database, draw: Draw): SiteRow {
  const rows = database.prepare<[], SiteRow>("SELECT seq, scope, event_seq FROM site WHERE scope <> 'service'").all();
  const row = rows[draw(rows.length)];
  if (row === undefined) throw new Error('The ledger is empty.');
  return row;
}

function anotherThan(database: Database.Database, one: SiteRow, draw: Draw): SiteRow {
  for (;;) {
    const other = anEntry(database, draw);
    if (other.seq !== one.seq) return other;
  }
}

export function cutTail(database: Database.Database, count: number): void {
  const rows = database
    .prepare<[number], SiteRow>('SELECT seq, scope, event_seq FROM site ORDER BY seq DESC LIMIT ?')
    .all(count);
  for (const { seq, scope, event_seq } of rows) {
    database.prepare('DELETE FROM event WHERE scope = ? AND seq = ?').run(scope, event_seq);
    database.prepare('DELETE FROM site WHERE seq = ?').run(seq);
  }
}

/** Closes the gaps that removed entries have left in the numbers of the site chain and of the events it names. */
function renumber(database: Database.Database): void {
  const counts = new Map<string, number>();
  database
    .prepare<[], SiteRow>('SELECT seq, scope, event_seq FROM site ORDER BY seq')
    .all()
    .forEach((row, index) => {
      const count = (counts.get(row.scope) ?? 0) + 1;
      counts.set(row.scope, count);
      database.prepare('UPDATE site SET seq = ?, event_seq = ? WHERE seq = ?').run(index + 1, count, row.seq);
    });
}

/** Makes every body say its own number, and every hash after it. @returns the heads after each entry of the site chain. */
export function chainAnew(
  database: Database.Database,
  remake: (body: EventBody, before: ChainHead) => EventBody = (body) => body,
) {
  const heads = new Map<string, ChainHead>();
  const after: { site: ChainHead; heads: ReadonlyMap<string, ChainHead> }[] = [];
  let site: ChainHead = { count: 0, head: genesis };
  const read = database.prepare<[string, number], string>('SELECT body FROM event WHERE scope = ? AND seq = ?').pluck();
  for (const { seq, scope, event_seq } of database.prepare<[], SiteRow>('SELECT * FROM site ORDER BY seq').all()) {
    const before = heads.get(scope) ?? { count: 0, head: genesis };
    const body = { ...(JSON.parse(read.get(scope, event_seq) ?? '{}') as EventBody), seq: event_seq };
    const text = canonicalText(remake(body, before));
    const hash = chainHash(before.head, text);
    heads.set(scope, { count: event_seq, head: hash });
    site = { count: seq, head: chainHash(site.head, siteText(seq, { scope, seq: event_seq, hash })) };
    database
      .prepare('UPDATE event SET body = ?, hash = ? WHERE scope = ? AND seq = ?')
      .run(text, hash, scope, event_seq);
    database.prepare('UPDATE site SET event_hash = ?, hash = ? WHERE seq = ?').run(hash, site.head, seq);
    after.push({ site, heads: new Map(heads) });
  }
  return after;
}
