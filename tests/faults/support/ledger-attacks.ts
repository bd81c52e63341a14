/** What whoever owns the files can do to a whole ledger behind the service's back, with the source code in hand. */
import Database from 'better-sqlite3';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chainHash, genesis, siteText } from '../../../control/records/format/chain.ts';
import { canonicalText } from '../../../control/records/format/canonical.ts';
import {
  checkpointDigest,
  readCheckpoint,
  signCheckpoint,
  type ChainHead,
} from '../../../control/records/format/checkpoint.ts';
import type { EventBody } from '../../../control/records/format/event-body.ts';
import { keyRecordOf } from '../../../control/records/format/key.ts';
import { omit } from '../../../control/records/format/omit.ts';
import { readSignature, signedEvent } from '../../../control/records/format/signature.ts';
import type { Report } from '../../../control/records/verify/report.ts';
import { verifyLedger } from '../../../control/records/verify/verify-ledger.ts';
import { ledgerFile, later, openQuickly, tamper, temporaryFolder } from '../../control/records/support.ts';
import type { Draw, MadeLedger } from './made-ledger.ts';

type SiteRow = { seq: number; scope: string; event_seq: number };

const checkpointsFile = (folder: string): string => join(folder, 'checkpoints', 'checkpoints.jsonl');

/** Each changes a copy of the data folder; what the draw decides is which row it hits. */
export const ledgerAttacks: Readonly<Record<string, (folder: string, draw: Draw) => void>> = {
  'an event removed': (folder, draw) =>
    tampered(folder, (database) => {
      const { scope, event_seq } = anEntry(database, draw);
      database.prepare('DELETE FROM event WHERE scope = ? AND seq = ?').run(scope, event_seq);
    }),
  'an event removed with its entry in the site chain': (folder, draw) =>
    tampered(folder, (database) => {
      const { seq, scope, event_seq } = anEntry(database, draw);
      database.prepare('DELETE FROM event WHERE scope = ? AND seq = ?').run(scope, event_seq);
      database.prepare('DELETE FROM site WHERE seq = ?').run(seq);
    }),
  'an event removed and everything chained anew': (folder, draw) => {
    tampered(folder, (database) => {
      const { scope, event_seq } = anEntry(database, draw);
      database.prepare('DELETE FROM event WHERE scope = ? AND seq = ?').run(scope, event_seq);
      database.prepare('DELETE FROM site WHERE scope = ? AND event_seq = ?').run(scope, event_seq);
      database.prepare('UPDATE event SET seq = -seq + 1 WHERE scope = ? AND seq > ?').run(scope, event_seq);
      database.prepare('UPDATE event SET seq = -seq WHERE scope = ? AND seq < 0').run(scope);
      renumber(database);
      chainAnew(database);
    });
  },
  'two events swapped': (folder, draw) =>
    tampered(folder, (database) => {
      const one = anEntry(database, draw);
      const swapped = one.event_seq === 1 ? 2 : one.event_seq - 1;
      const move = database.prepare('UPDATE event SET seq = ? WHERE scope = ? AND seq = ?');
      move.run(-1, one.scope, one.event_seq);
      move.run(one.event_seq, one.scope, swapped);
      move.run(swapped, one.scope, -1);
    }),
  'the contents of two events swapped': (folder, draw) =>
    tampered(folder, (database) => {
      const one = anEntry(database, draw);
      const other = anotherThan(database, one, draw);
      const read = database.prepare<[string, number], { body: string; hash: string }>(
        'SELECT body, hash FROM event WHERE scope = ? AND seq = ?',
      );
      const [first, second] = [read.get(one.scope, one.event_seq), read.get(other.scope, other.event_seq)];
      const write = database.prepare('UPDATE event SET body = ?, hash = ? WHERE scope = ? AND seq = ?');
      write.run(second?.body, second?.hash, one.scope, one.event_seq);
      write.run(first?.body, first?.hash, other.scope, other.event_seq);
    }),
  'the tail cut off': (folder, draw) => tampered(folder, (database) => cutTail(database, 1 + draw(10))),
  'the tail cut off with the checkpoints that cover it, in the database only': (folder, draw) =>
    tampered(folder, (database) => {
      cutTail(database, 1 + draw(10));
      database.exec('DELETE FROM checkpoint WHERE site_count > (SELECT max(seq) FROM site)');
    }),
  'a whole scope removed': (folder, draw) =>
    tampered(folder, (database) => {
      const { scope } = anEntry(database, draw);
      database.prepare('DELETE FROM event WHERE scope = ?').run(scope);
      database.prepare('DELETE FROM site WHERE scope = ?').run(scope);
      renumber(database);
      chainAnew(database);
    }),
  'a signature moved to another record': (folder, draw) =>
    tampered(folder, (database) => {
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
    }),
  'a word changed and everything chained anew': (folder) =>
    tampered(folder, (database) => {
      database.exec(`UPDATE event SET body = replace(body, '"105"', '"106"') WHERE scope = 'batch/B-2026-0002'`);
      chainAnew(database);
    }),
  'everything signed anew with another key': (folder) => void signAnew(folder),
  'a checkpoint taken out of the file': (folder, draw) => {
    const lines = readFileSync(checkpointsFile(folder), 'utf8').split('\n');
    lines.splice(draw(lines.length - 1), 1);
    writeFileSync(checkpointsFile(folder), lines.join('\n'));
  },
  'an entry of the site chain replaced by INSERT OR REPLACE': (folder, draw) => {
    const database = new Database(ledgerFile(folder));
    const { scope, event_seq } = anEntry(database, draw);
    database
      .prepare('INSERT OR REPLACE INTO site SELECT max(seq) + 1, ?, ?, hash, hash FROM site')
      .run(scope, event_seq);
    database.close();
  },
  'a rule dropped': (folder) => {
    const database = new Database(ledgerFile(folder));
    database.exec('DROP TRIGGER event_no_update');
    database.close();
  },
};

export type Attacked = Readonly<{ report: Report; startRefusedBy: string | null }>;

/** The verifier's report after an attack on a copy, and how the service refuses to start on it. */
export async function afterAttack(made: MadeLedger, attack: string, draw: Draw): Promise<Attacked> {
  const copy = temporaryFolder();
  try {
    cpSync(made.folder, copy.path, { recursive: true });
    ledgerAttacks[attack]?.(copy.path, draw);
    const report = verifyLedger({ path: ledgerFile(copy.path), trusted: made.trusted, witness: null });
    const startRefusedBy = await openQuickly(copy.path).then(
      (records) => records.close(later(86_400)).then(() => null),
      (thrown: unknown) => (thrown as { code?: string }).code ?? String(thrown),
    );
    return { report, startRefusedBy };
  } finally {
    copy.remove();
  }
}

/** The forgery of 'everything signed anew', judged by the forger's own fingerprint: nothing else gives it away. */
export function forgery(made: MadeLedger): Report {
  const copy = temporaryFolder();
  try {
    cpSync(made.folder, copy.path, { recursive: true });
    const trusted = signAnew(copy.path);
    return verifyLedger({ path: ledgerFile(copy.path), trusted, witness: null });
  } finally {
    copy.remove();
  }
}

/** Whether a connection with SQLite's own defaults can replace a stored event. */
export function replaceEvent(made: MadeLedger): string {
  const copy = temporaryFolder();
  cpSync(made.folder, copy.path, { recursive: true });
  const database = new Database(ledgerFile(copy.path));
  try {
    database.pragma('recursive_triggers = OFF');
    database.exec("INSERT OR REPLACE INTO event VALUES ('batch/B-2026-0001', 1, '{}', '')");
    return 'replaced';
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } finally {
    database.close();
    copy.remove();
  }
}

const tampered = (folder: string, change: (database: Database.Database) => void): void =>
  tamper(ledgerFile(folder), change);

function anEntry(database: Database.Database, draw: Draw): SiteRow {
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

function cutTail(database: Database.Database, count: number): void {
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
function chainAnew(
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

/** The whole ledger made anew under a key of the forger's: key record, signatures, chains, checkpoints. @returns its fingerprint. */
function signAnew(folder: string): string {
  const { privateKey: secret } = generateKeyPairSync('ed25519');
  const key = keyRecordOf(secret);
  tampered(folder, (database) => {
    const after = chainAnew(database, (body, before) => {
      if (body.action === 'key-recorded') return { ...body, object: key.fingerprint, data: key };
      const read = readSignature(body);
      if (read === null || body.action !== 'signed') return { ...body, ...(body.new === '105' ? { new: '106' } : {}) };
      const statement = { ...read.statement, signedHash: before.head };
      const { data } = signedEvent(statement, body.actor, secret, key.fingerprint);
      return { ...body, ...(data === undefined ? {} : { data }) };
    });
    let previous = genesis;
    const lines = readFileSync(checkpointsFile(folder), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => {
        const said = readCheckpoint(line);
        const now = after[(said?.site.count ?? 0) - 1];
        if (said === null || now === undefined) throw new Error(`This is no checkpoint: ${line}`);
        const heads = Object.fromEntries(
          Object.keys(said.heads).map((scope) => [scope, now.heads.get(scope) ?? now.site]),
        );
        const content = { ...omit(said, 'signature'), previous, site: now.site, heads, key: key.fingerprint };
        const made = signCheckpoint(content, secret);
        previous = checkpointDigest(made);
        database.prepare('UPDATE checkpoint SET line = ? WHERE number = ?').run(made, said.number);
        return `${made}\n`;
      });
    writeFileSync(checkpointsFile(folder), lines.join(''));
  });
  return key.fingerprint;
}
