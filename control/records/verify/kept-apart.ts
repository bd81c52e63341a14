/** The file of checkpoints that a person brings: a plain one, and none that came with what it is to prove. */
import { existsSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { mesolineError } from '../../../plant/errors.ts';
import { readPlain } from './plain-files.ts';

const largestFile = 512 * 1024 * 1024;

/**
 * @param folder of the export, or null where it is held against a ledger
 * @throws MesolineError `checkpoint-refused`
 */
export function readKeptApart(file: string, folder: string | null): string {
  const real = existsSync(file) ? realpathSync(file) : null;
  const bytes = real === null ? null : readPlain(real, largestFile);
  if (real === null || bytes === null)
    throw refused(file, 'There is no such file, or it is no plain one.', 'Name a file of checkpoints.');
  if (folder !== null && real.startsWith(realpathSync(folder) + sep))
    throw refused(file, 'It came with the export and proves nothing.', 'Bring a checkpoint that was kept apart.');
  return bytes.toString('utf8');
}

const refused = (file: string, problem: string, remedy: string) =>
  mesolineError('checkpoint-refused', file, problem, remedy);
