/** What whoever owns the files can do to a whole ledger behind the service's back, with the source code in hand. */
import Database from 'better-sqlite3';
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { genesis } from '../../../control/records/format/chain.ts';
import {
  checkpointDigest,
  readCheckpoint,
  signCheckpoint,
  type CheckpointContent,
} from '../../../control/records/format/checkpoint.ts';
import { keyRecordOf } from '../../../control/records/format/key.ts';
import { omit } from '../../../control/records/format/omit.ts';
import { readSignature, signedEvent } from '../../../control/records/format/signature.ts';
import type { Report } from '../../../control/records/verify/report.ts';
import { verifyLedger } from '../../../control/records/verify/verify-ledger.ts';
import { ledgerFile, later, openQuickly, tamper, temporaryFolder } from '../../control/records/support.ts';
import { anEntry, chainAnew, contentAttacks, cutTail } from './content-attacks.ts';
import type { Draw, MadeLedger } from './made-ledger.ts';

const checkpointsFile = (folder: string): string => join(folder, 'checkpoints', 'checkpoints.jsonl');

/** Each changes a copy of the data folder; what the draw decides is which row it hits. */
export const ledgerAttacks: Readonly<Record<string, (folder: string, draw: Draw) => void>> = {
  ...Object.fromEntries(
    Object.entries(contentAttacks).map(([name, attack]) => [
      name,
      (folder: string, draw: Draw) => tampered(folder, (database) => attack(database, draw)),
    ]),
  ),
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
  'a rule dropped': (folder, draw) => {
    const database = new Database(ledgerFile(folder));
    database.exec(`DROP TRIGGER ${aRule(database, draw)}`);
    database.close();
  },
  'a rule emptied': (folder, draw) => {
    const database = new Database(ledgerFile(folder));
    const name = aRule(database, draw);
    const sql =
      database.prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(name) ?? '';
    database.exec(`DROP TRIGGER ${name}; ${sql.replace(/BEGIN.*END/su, 'BEGIN SELECT 1; END')}`);
    database.close();
  },
};

/** By somebody who has the service's key as well: nothing in the data folder shows it, only what was kept elsewhere. */
export const insidersLedgerAttacks: Readonly<Record<string, (folder: string, draw: Draw) => void>> = {
  'everything chained and signed anew with the own key': (folder) => {
    signAnew(folder, createPrivateKey(readFileSync(join(folder, 'keys', 'service-ed25519.pem'))));
  },
  'the tail cut off with every checkpoint that covers it': (folder, draw) => {
    tampered(folder, (database) => cutTail(database, 1 + draw(10)));
    cutCheckpoints(folder);
  },
  'an old backup put back': (folder, draw) => {
    tampered(folder, (database) => {
      const counts = database.prepare<[], number>('SELECT site_count FROM checkpoint ORDER BY number').pluck().all();
      const [count, all] = [counts[1 + draw(counts.length - 2)] ?? 1, counts.at(-1) ?? 1];
      cutTail(database, all - count);
    });
    cutCheckpoints(folder);
  },
};

function cutCheckpoints(folder: string): void {
  tampered(folder, (database) => {
    database.exec('DELETE FROM checkpoint WHERE site_count > (SELECT max(seq) FROM site)');
    const lines = database.prepare<[], string>('SELECT line FROM checkpoint ORDER BY number').pluck().all();
    writeFileSync(checkpointsFile(folder), lines.map((line) => `${line}\n`).join(''));
  });
}

function aRule(database: Database.Database, draw: Draw): string {
  const rules = database.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all();
  return rules[draw(rules.length)] ?? '';
}

export type Attacked = Readonly<{ report: Report; startRefusedBy: string | null }>;

/**
 * The verifier's report after an attack on a copy, and how the service refuses to start on it.
 * @param kept whether checkpoints were kept elsewhere: the verifier is given them, the service has them as its second place
 */
export async function afterAttack(made: MadeLedger, attack: string, draw: Draw, kept = false): Promise<Attacked> {
  const copy = temporaryFolder();
  const elsewhere = temporaryFolder();
  try {
    cpSync(made.folder, copy.path, { recursive: true });
    ({ ...ledgerAttacks, ...insidersLedgerAttacks })[attack]?.(copy.path, draw);
    const witness = kept ? made.checkpoints.toString('utf8') : null;
    const report = verifyLedger({ path: ledgerFile(copy.path), trusted: made.trusted, witness });
    writeFileSync(join(elsewhere.path, 'checkpoints.jsonl'), made.checkpoints);
    const places = { ledgerUrl: null, checkpointCopy: kept ? elsewhere.path : null };
    const startRefusedBy = await openQuickly(copy.path, later(0), [], places).then(
      (records) => records.close(later(86_400)).then(() => null),
      (thrown: unknown) => (thrown as { code?: string }).code ?? String(thrown),
    );
    return { report, startRefusedBy };
  } finally {
    copy.remove();
    elsewhere.remove();
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

/** The whole ledger made anew under a key of the forger's, or the service's own: key record, signatures, chains, checkpoints. @returns its fingerprint. */
function signAnew(folder: string, secret: KeyObject = generateKeyPairSync('ed25519').privateKey): string {
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
        const made = signCheckpoint(content as CheckpointContent, secret);
        previous = checkpointDigest(made);
        database.prepare('UPDATE checkpoint SET line = ? WHERE number = ?').run(made, said.number);
        return `${made}\n`;
      });
    writeFileSync(checkpointsFile(folder), lines.join(''));
  });
  return key.fingerprint;
}
