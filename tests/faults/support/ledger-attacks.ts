/** What whoever owns the files can do to a whole ledger behind the service's back, with the source code in hand. */
import Database from 'better-sqlite3';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyRecordOf } from '../../../control/records/format/key.ts';
import type { Report } from '../../../control/records/verify/report.ts';
import { verifyLedger } from '../../../control/records/verify/verify-ledger.ts';
import { ledgerFile, later, openQuickly, tamper, temporaryFolder } from '../../control/records/support.ts';
import { anEntry, contentAttacks } from './content-attacks.ts';
import type { Draw, MadeLedger } from './made-ledger.ts';
import { insidersAttacks, signAnew, wholeAttacks, type WholeAttack } from './whole-attacks.ts';

const checkpointsFile = (folder: string): string => join(folder, 'checkpoints', 'checkpoints.jsonl');

/** Each changes a copy of the data folder; what the draw decides is which row it hits. */
export const ledgerAttacks: Readonly<Record<string, (folder: string, draw: Draw) => void>> = {
  ...Object.fromEntries(
    Object.entries(contentAttacks).map(([name, attack]) => [
      name,
      (folder: string, draw: Draw) => tampered(folder, (database) => attack(database, draw)),
    ]),
  ),
  ...onFolders(wholeAttacks),
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
export const insidersLedgerAttacks: Readonly<Record<string, (folder: string, draw: Draw) => void>> =
  onFolders(insidersAttacks);

function onFolders(
  attacks: Readonly<Record<string, WholeAttack>>,
): Record<string, (folder: string, draw: Draw) => void> {
  return Object.fromEntries(
    Object.entries(attacks).map(([name, attack]) => [
      name,
      (folder: string, draw: Draw) => onFolder(folder, draw, attack),
    ]),
  );
}

function onFolder(folder: string, draw: Draw, attack: WholeAttack): void {
  const own = createPrivateKey(readFileSync(join(folder, 'keys', 'service-ed25519.pem')));
  tampered(folder, (database) => {
    const lines = readFileSync(checkpointsFile(folder), 'utf8').trimEnd().split('\n');
    const made = attack(database, draw, lines, own);
    writeFileSync(checkpointsFile(folder), made.map((line) => `${line}\n`).join(''));
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
    const forger = generateKeyPairSync('ed25519').privateKey;
    const trusted = keyRecordOf(forger).fingerprint;
    onFolder(
      copy.path,
      () => 0,
      (database, _draw, lines) => signAnew(database, lines, forger),
    );
    return verifyLedger({ path: ledgerFile(copy.path), trusted, witness: null });
  } finally {
    copy.remove();
  }
}

const tampered = (folder: string, change: (database: Database.Database) => void): void =>
  tamper(ledgerFile(folder), change);
