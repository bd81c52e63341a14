/** Verifies a record as an export would hold it, in a thread of its own, against the checkpoints that lie beside or apart from the ledger. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import { OneTaskThread } from '../../plant/one-task-thread.ts';
import type { ExportedRecord } from '../../plant/ports/record-export.ts';
import { checkpointFileName } from './format/checkpoint.ts';
import type { ExportQuestion } from './verify/verify-export.ts';
import type { Report } from './verify/report.ts';

/** The export's own checkpoint is the newest; those before it in its stretch are not needed for it to be covered. */
const newestLines = 200;

/** @throws from `run`: MesolineError `not-verified` where it could not be done at all. */
export class VerifyThread extends OneTaskThread<ExportQuestion, Report> {
  constructor() {
    super({
      entry: new URL('./verify.worker.ts', import.meta.url),
      name: 'record-verify',
      deadlineMs: 60_000,
      heapMb: 1024,
      refusal: (why) =>
        mesolineError(
          'not-verified',
          'record',
          `It could not be verified: ${why}.`,
          'Ask again; verify an export of it.',
        ),
    });
  }

  async verify({ text, checkpoint }: ExportedRecord, trusted: string, checkpoints: string): Promise<Report> {
    let witness: string;
    try {
      witness = upTo(checkpoint, await readFile(checkpoints, 'utf8'));
    } catch (error) {
      throw mesolineError(
        'not-verified',
        checkpoints,
        `The checkpoints cannot be read: ${messageOf(error)}`,
        'Put the place back.',
        error,
      );
    }
    return this.run({ bytes: new TextEncoder().encode(text), trusted, witness });
  }
}

/** Lines that came after the export's own speak of events that came after it. */
function upTo(own: string, text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const end = lines.lastIndexOf(own) + 1;
  return `${lines
    .slice(0, end === 0 ? lines.length : end)
    .slice(-newestLines)
    .join('\n')}\n`;
}

/** Where the checkpoints lie: in the second place where there is one, in the data folder otherwise. */
export const checkpointsAt = (dataFolder: string, copy: string | null): string =>
  join(copy ?? join(dataFolder, 'checkpoints'), checkpointFileName);
