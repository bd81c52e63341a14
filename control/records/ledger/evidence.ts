/** What is kept of a damaged ledger before anybody mends it: its files as they were found, and what the verifier says of them. */
import {
  closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync, statSync,
} from 'node:fs'; // prettier-ignore
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { isoUtc } from '../../../plant/clock.ts';
import { MesolineError, messageOf } from '../../../plant/errors.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { digestOf } from '../format/chain.ts';
import type { Stamp } from '../format/event-body.ts';
import { reportText } from '../verify/report.ts';
import { verifyLedger } from '../verify/verify-ledger.ts';
import { placeFile, syncFolder } from './durable-file.ts';
import { ledgerPath } from './ledger-database.ts';

const parts = ['ledger/ledger.db', 'ledger/ledger.db-wal', 'checkpoints/checkpoints.jsonl', 'keys/trust.txt'];
const recordedMark = 'recorded.txt';

const evidenceIn = (dataFolder: string): string => join(dataFolder, 'evidence');

/** The refusal of a start, with where the evidence is; a start that fails the same way again adds none. */
export function withEvidence(dataFolder: string, refusal: MesolineError, stamp: Stamp): MesolineError {
  let said: string;
  try {
    said = `What was found is kept in ${keepEvidence(dataFolder, refusal, stamp)}.`;
  } catch (error) {
    said = `What was found could not be copied aside (${messageOf(error)}).`;
  }
  const remedy = 'Copy the data folder elsewhere before anything in it is mended or put back.';
  return new MesolineError(refusal.code, [...refusal.faults, { where: 'evidence', problem: said, remedy }], {
    cause: refusal,
  });
}

function keepEvidence(dataFolder: string, refusal: MesolineError, stamp: Stamp): string {
  const found = parts.filter((part) => existsSync(join(dataFolder, part)));
  const files = found.map((part) => `${digestOfFile(join(dataFolder, part))}  ${part}\n`).join('');
  const all = evidenceIn(dataFolder);
  for (const name of namesIn(all)) {
    const list = join(all, name, 'files.txt');
    if (existsSync(list) && readFileSync(list, 'utf8') === files) return join(all, name);
  }
  const folder = join(all, isoUtc(stamp.utc).replaceAll(':', ''));
  const draft = `${folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  for (const part of found) {
    const copy = join(draft, part);
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
    copyFileSync(join(dataFolder, part), copy);
    syncFile(copy);
  }
  placeFile(join(draft, 'report.txt'), `${refusal.message}\n\n${reportOn(dataFolder)}`);
  placeFile(join(draft, 'files.txt'), files);
  renameSync(draft, folder);
  syncFolder(all);
  return folder;
}

function reportOn(dataFolder: string): string {
  const path = ledgerPath(dataFolder);
  const trust = join(dataFolder, 'keys', 'trust.txt');
  if (!existsSync(path)) return 'There is no ledger/ledger.db in the data folder.\n';
  try {
    const trusted = existsSync(trust) ? readFileSync(trust, 'utf8').trim() : null;
    return reportText(verifyLedger({ path, trusted, witness: null }));
  } catch (error) {
    return `The verifier cannot read it: ${messageOf(error)}\n`;
  }
}

/** Evidence that no record speaks of yet, as events; `told` is called once they are recorded. */
export function damageFound(dataFolder: string): { events: RecordEvent[]; told: () => void } {
  const all = evidenceIn(dataFolder);
  const untold = namesIn(all).filter((name) => !existsSync(join(all, name, recordedMark)));
  const events = untold.map((name): RecordEvent => ({
    scope: 'service',
    actor: { kind: 'service', part: 'records' },
    action: 'ledger-damage-found',
    object: `evidence/${name}`,
    reason: 'a start was refused: the ledger was not as it was left',
    data: { files: digestOf(readFileSync(join(all, name, 'files.txt'))) },
  }));
  return {
    events,
    told: () => {
      for (const name of untold)
        placeFile(join(all, name, recordedMark), 'The ledger that runs now names this folder.\n');
    },
  };
}

const namesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => !name.endsWith('.new') && statSync(join(folder, name)).isDirectory())
        .filter((name) => existsSync(join(folder, name, 'files.txt')))
        .sort()
    : [];

/** Piece by piece: a ledger may be larger than what fits in memory. */
function digestOfFile(path: string): string {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(1_048_576);
  const file = openSync(path, 'r');
  try {
    for (let length = readSync(file, piece); length > 0; length = readSync(file, piece))
      hash.update(piece.subarray(0, length));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
