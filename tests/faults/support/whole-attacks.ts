/** What is done to a ledger as a whole, its checkpoints with it: in SQLite as in PostgreSQL. */
import type Database from 'better-sqlite3';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
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
import { chainAnew, cutTail } from './content-attacks.ts';
import type { Draw } from './made-ledger.ts';

/**
 * On a database without rules.
 * @param lines of the file of checkpoints beside it
 * @param own the service's key, which only an insider has
 * @returns what the file is made to say
 */
export type WholeAttack = (
  database: Database.Database,
  draw: Draw,
  lines: readonly string[],
  own: KeyObject,
) => readonly string[];

/** By whoever owns the files. */
export const wholeAttacks: Readonly<Record<string, WholeAttack>> = {
  'everything signed anew with another key': (database, _draw, lines) =>
    signAnew(database, lines, generateKeyPairSync('ed25519').privateKey),
};

/** By somebody who has the service's key as well: nothing beside the ledger shows it, only what was kept elsewhere. */
export const insidersAttacks: Readonly<Record<string, WholeAttack>> = {
  'everything chained and signed anew with the own key': (database, _draw, lines, own) =>
    signAnew(database, lines, own),
  'the tail cut off with every checkpoint that covers it': (database, draw) => {
    cutTail(database, 1 + draw(10));
    return cutCheckpoints(database);
  },
  'an old backup put back': (database, draw) => {
    const counts = database.prepare<[], number>('SELECT site_count FROM checkpoint ORDER BY number').pluck().all();
    const [count, all] = [counts[1 + draw(counts.length - 2)] ?? 1, counts.at(-1) ?? 1];
    cutTail(database, all - count);
    return cutCheckpoints(database);
  },
};

function cutCheckpoints(database: Database.Database): readonly string[] {
  database.exec('DELETE FROM checkpoint WHERE site_count > (SELECT max(seq) FROM site)');
  return database.prepare<[], string>('SELECT line FROM checkpoint ORDER BY number').pluck().all();
}

/** The whole ledger made anew under a key: key record, signatures, chains, checkpoints. */
export function signAnew(database: Database.Database, lines: readonly string[], secret: KeyObject): readonly string[] {
  const key = keyRecordOf(secret);
  const after = chainAnew(database, (body, before) => {
    if (body.action === 'key-recorded') return { ...body, object: key.fingerprint, data: key };
    const read = readSignature(body);
    if (read === null || body.action !== 'signed') return { ...body, ...(body.new === '105' ? { new: '106' } : {}) };
    const statement = { ...read.statement, signedHash: before.head };
    const { data } = signedEvent(statement, body.actor, secret, key.fingerprint);
    return { ...body, ...(data === undefined ? {} : { data }) };
  });
  let previous = genesis;
  return lines.map((line) => {
    const said = readCheckpoint(line);
    const now = after[(said?.site.count ?? 0) - 1];
    if (said === null || now === undefined) throw new Error(`This is no checkpoint: ${line}`);
    const heads = Object.fromEntries(Object.keys(said.heads).map((scope) => [scope, now.heads.get(scope) ?? now.site]));
    const content = { ...omit(said, 'signature'), previous, site: now.site, heads, key: key.fingerprint };
    const made = signCheckpoint(content as CheckpointContent, secret);
    previous = checkpointDigest(made);
    database.prepare('UPDATE checkpoint SET line = ? WHERE number = ?').run(made, said.number);
    return made;
  });
}
