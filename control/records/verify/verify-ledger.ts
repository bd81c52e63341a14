/** Verifies a whole ledger: schema, both kinds of chain, signatures, key records, checkpoints inside and outside. Reads only. */
import type { Database } from 'better-sqlite3';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../../../plant/errors.ts';
import { strictText } from '../format/canonical.ts';
import { checkpointFileName, type Checkpoint } from '../format/checkpoint.ts';
import { schemaFault } from '../format/schema.ts';
import { checkUnbound, fromGenesis, walkChains } from './chain-walk.ts';
import {
  checkCheckpointSignatures,
  checkSequence,
  compareCopies,
  copiedLines,
  linesOf,
  readCheckpoints,
} from './checkpoint-check.ts';
import type { Keys } from './event-check.ts';
import { openForReading } from './open-ledger.ts';
import { Findings, type Report } from './report.ts';
import { storedRows } from './stored-rows.ts';

export type LedgerQuestion = Readonly<{
  /** Path of ledger.db. */
  path: string;
  /** Fingerprint as records write it, or null where the person named none. */
  trusted: string | null;
  /** Text of a checkpoint file that was kept elsewhere, or null. */
  witness: string | null;
}>;

/** @throws MesolineError `ledger-unreadable` where there is nothing to verify. */
export function verifyLedger({ path, trusted, witness }: LedgerQuestion): Report {
  const file = join(dirname(dirname(path)), 'checkpoints', checkpointFileName);
  const before = existsSync(file) ? readFileSync(file) : null;
  const { database, close } = openForReading(path);
  try {
    const after = existsSync(file) ? readFileSync(file) : null;
    return verifyOpened(database, { before, after, trusted, witness });
  } finally {
    close();
  }
}

export type OpenedQuestion = Readonly<{
  /** The checkpoint file outside the database, read before and after the database was opened; null where there is none. */
  before: Uint8Array | null;
  after: Uint8Array | null;
  trusted: string | null;
  witness: string | null;
}>;

/** The file as a whole, then what it holds. */
export function verifyOpened(database: Database, question: OpenedQuestion): Report {
  return reportOf((findings, held) => {
    const schema = schemaFault(database);
    if (schema !== null) {
      findings.add('the schema', schema);
      return;
    }
    const sound = database.pragma('integrity_check', { simple: true });
    if (sound !== 'ok') findings.add('the database file', `SQLite finds it damaged: ${String(sound).slice(0, 200)}`);
    verifyInto(database, question, findings, held);
  });
}

/** What the ledger's tables hold, whatever the rules around them. */
export const verifyContent = (database: Database, question: OpenedQuestion): Report =>
  reportOf((findings, held) => verifyInto(database, question, findings, held));

function reportOf(look: (findings: Findings, held: string[]) => void): Report {
  const findings = new Findings();
  const held: string[] = [];
  try {
    look(findings, held);
  } catch (error) {
    findings.add('the ledger', `It cannot be read to its end (${messageOf(error)}).`);
  }
  const holds = findings.count === 0 && held.length > 0;
  return { holds, held: holds ? held : [], findings: findings.kept };
}

function verifyInto(
  database: Database,
  { before, after, trusted, witness }: OpenedQuestion,
  findings: Findings,
  held: string[],
): void {
  const rows = storedRows(database);
  const keys: Keys = { trusted, known: new Map() };

  const outside = outsideLines(before, after, witness !== null, findings);
  // Without the file beside it, as in PostgreSQL, the ledger's own copies are all that there is of the sequence.
  const lines =
    after === null ? copiedLines(rows, witness === null ? [] : witnessLines(witness), findings) : outside.lines;
  const checkpoints = readCheckpoints(lines, after === null ? "the ledger's copies" : 'checkpoints file', findings);
  checkSequence(lines, checkpoints, findings);
  if (after !== null) compareCopies(rows, outside.lines, outside.later, findings);
  const witnessed =
    witness === null ? [] : readCheckpoints(witnessLines(witness), 'the checkpoint file given', findings);

  const all = [...checkpoints, ...witnessed].filter((checkpoint) => checkpoint !== null).sort(bySite);
  const { site, heads, signatures } = walkChains(rows, fromGenesis, all, keys, findings);
  checkUnbound(rows, heads, findings);
  checkCheckpointSignatures([...checkpoints, ...witnessed], keys, findings);
  if (trusted === null) findings.add('trust', 'No trusted fingerprint was given; without one nothing is proven.');
  else if (!keys.known.has(trusted)) findings.add('trust', `No record of the key ${trusted} is in this ledger.`);
  if (witness !== null && witnessed.length === 0) findings.add('the checkpoint file given', 'It is empty.');
  if (all.length === 0)
    findings.add('checkpoints', 'There is none, so nothing shows that the ledger was not made anew.');
  const covered = all.at(-1)?.site.count ?? 0;
  held.push(
    `${site.count} events in ${heads.size} scopes follow from one another and from the site chain.`,
    `${signatures} signatures hold for the records they were given to.`,
    `${checkpoints.length} checkpoints hold; the newest covers the first ${covered} events.`,
    ...(witness === null ? [] : [`${witnessed.length} checkpoints that were kept elsewhere agree with the ledger.`]),
    ...(covered < site.count ? [`The last ${site.count - covered} events are newer than every checkpoint.`] : []),
  );
}

const bySite = (one: Checkpoint, other: Checkpoint): number => one.site.count - other.site.count;

/** Lines read before the ledger was opened, and those read after it. */
function outsideLines(
  before: Uint8Array | null,
  after: Uint8Array | null,
  mayLack: boolean,
  findings: Findings,
): { lines: string[]; later: string[] } {
  if (before === null || after === null) {
    if (!mayLack) {
      findings.add(
        'checkpoints file',
        'It is not beside the ledger. Give the whole data folder, or a kept one with --checkpoint.',
      );
    }
    return { lines: [], later: [] };
  }
  const text = strictText(before);
  const laterText = strictText(after);
  if (text === null || laterText === null) {
    findings.add('checkpoints file', 'It is not text.');
    return { lines: [], later: [] };
  }
  const { lines, rest } = linesOf(text);
  const later = linesOf(laterText);
  // A running service finishes a line between the two readings; one that was killed leaves it torn until it starts again.
  if (rest !== '' && later.rest !== '')
    findings.add('checkpoints file', 'Its last line has no end: a write was cut short, or it was changed.');
  return { lines, later: later.lines };
}

const witnessLines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
