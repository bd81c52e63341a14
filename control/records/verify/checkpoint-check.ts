/** The checkpoints: their signatures, that each names the one before, and that the file and the ledger's copy say the same. */
import { genesis } from '../format/chain.ts';
import { checkpointDigest, checkpointHolds, readCheckpoint, type Checkpoint } from '../format/checkpoint.ts';
import { schemaHash } from '../format/schema.ts';
import { trustedKey, untrusted, type Keys } from './event-check.ts';
import type { Findings } from './report.ts';
import type { StoredRows } from './stored-rows.ts';

/** The lines of a checkpoint file; the second part is what follows the last line end. */
export function linesOf(text: string): { lines: string[]; rest: string } {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  return { lines, rest };
}

/** Each line on its own: legible, in canonical form, of this schema. The signature is checked once the keys are known. */
export function readCheckpoints(lines: readonly string[], what: string, findings: Findings): (Checkpoint | null)[] {
  return lines.map((line, index) => {
    const checkpoint = readCheckpoint(line);
    if (checkpoint === null) findings.add(`${what}, line ${index + 1}`, 'It is not a checkpoint in canonical form.');
    return checkpoint;
  });
}

/** A file as the service keeps it: from the first checkpoint on, each naming the one before. */
export function checkSequence(
  lines: readonly string[],
  checkpoints: readonly (Checkpoint | null)[],
  findings: Findings,
): void {
  let previous = genesis;
  let events = 0;
  checkpoints.forEach((checkpoint, index) => {
    const line = lines[index] ?? '';
    if (checkpoint !== null) {
      const where = `checkpoint ${checkpoint.number}`;
      if (checkpoint.number !== index + 1) findings.add(where, `It stands as number ${index + 1} in the file.`);
      if (checkpoint.previous !== previous)
        findings.add(where, 'It names another checkpoint before it than the one that is there.');
      if (checkpoint.site.count <= events) findings.add(where, 'It covers no more events than the one before it.');
      events = checkpoint.site.count;
    }
    previous = checkpointDigest(line);
  });
}

export function checkCheckpointSignatures(
  checkpoints: readonly (Checkpoint | null)[],
  keys: Keys,
  findings: Findings,
): void {
  for (const checkpoint of checkpoints) {
    if (checkpoint === null) continue;
    const where = `checkpoint ${checkpoint.number}`;
    const key = trustedKey(checkpoint.key, keys);
    if (key === null) findings.add(where, untrusted('It', checkpoint.key, keys));
    else if (!checkpointHolds(checkpoint, key)) findings.add(where, 'Its signature does not hold for what it says.');
    if (checkpoint.schemaHash !== schemaHash)
      findings.add(where, 'It was made under another schema than this verifier knows.');
  }
}

/** The ledger's copies, each under its own number and count, against the lines of the same numbers that were kept elsewhere. */
export function copiedLines(rows: StoredRows, kept: readonly string[], findings: Findings): readonly string[] {
  const byNumber = new Map(kept.map((line) => [readCheckpoint(line)?.number, line]));
  const lines: string[] = [];
  for (const { number, siteCount, line } of rows.checkpoints()) {
    lines.push(line ?? '');
    const where = `checkpoint ${number}`;
    const said = readCheckpoint(line ?? '');
    if (number !== lines.length || said?.number !== number)
      findings.add(where, `The ledger keeps it as the copy number ${lines.length}.`);
    if (said?.site.count !== siteCount)
      findings.add(where, 'The count of events beside it is not the one it was signed for.');
    const elsewhere = byNumber.get(number);
    if (elsewhere !== undefined && elsewhere !== line)
      findings.add(where, 'The ledger and what was kept elsewhere say different things.');
  }
  return lines;
}

/**
 * The ledger's copies against the file. `before` are the lines read before the ledger was opened, `after` those read
 * afterwards: a running service may add some in between, and the file is one line ahead while a checkpoint is being made.
 */
export function compareCopies(
  rows: StoredRows,
  before: readonly string[],
  after: readonly string[],
  findings: Findings,
): void {
  let count = 0;
  for (const { number, siteCount, line } of rows.checkpoints()) {
    count += 1;
    const where = `checkpoint ${number}`;
    if (number !== count) findings.add(where, `The ledger keeps it as the copy number ${count}.`);
    if (line === null || line !== after[count - 1]) {
      findings.add(where, 'The ledger and the file outside it say different things.');
    }
    const said = line === null ? null : readCheckpoint(line);
    if (said?.site.count !== siteCount)
      findings.add(where, 'The count of events beside it is not the one it was signed for.');
  }
  if (before.length > count + 1) {
    findings.add(`checkpoint ${count + 1}`, 'It is in the file outside the ledger, but the ledger does not have it.');
  }
  before.forEach((line, index) => {
    if (line !== after[index]) findings.add(`checkpoint ${index + 1}`, 'It changed while it was being read.');
  });
}
