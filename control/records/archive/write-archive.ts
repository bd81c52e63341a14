/**
 * Writes an archive: what has to be kept of a data folder, as it is at one moment, while the service runs. The ledger is copied first, so
 * that every sealed file it names is there when the files are copied. Written under another name and renamed at the end: an archive is
 * whole or not there.
 */
import Database from 'better-sqlite3';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { isoUtc, type UtcMs } from '../../../plant/clock.ts';
import { MesolineError, mesolineError, messageOf } from '../../../plant/errors.ts';
import { checkpointFileName, readCheckpoint } from '../format/checkpoint.ts';
import { syncFolder } from '../ledger/durable-file.ts';
import { copyFile, digestOf, filesIn, syncFile, writeSynced } from './archive-files.ts';
import {
  archiveFormat,
  archiveListName,
  archiveListText,
  type ArchivedFile,
  type ArchiveList,
} from './archive-list.ts';
import { copyPostgres, copySqlite } from './ledger-snapshot.ts';

export type ArchiveQuestion = Readonly<{
  dataFolder: string;
  /** `postgres://…` where the ledger is there; null where it is in the data folder. */
  ledgerUrl: string | null;
  /** What is made; must not be there. */
  to: string;
  build: string;
  at: UtcMs;
}>;

/**
 * Kept as they are. Not kept: keys and certificates, which are kept apart from what they protect; history, which has its own backup; the
 * state of emulators.
 */
const kept = ['telemetry', 'evidence', 'configuration', 'exchange', 'interlocks', 'access'] as const;
const keptOfKeys = join('keys', 'trust.txt');

/** @throws MesolineError `archive-not-made`: nothing is left behind then. */
export async function writeArchive(question: ArchiveQuestion): Promise<ArchiveList> {
  const { dataFolder, to } = question;
  const draft = `${to}.partial`;
  if (existsSync(to) || existsSync(draft))
    throw mesolineError(
      'archive-not-made',
      existsSync(to) ? to : draft,
      'It is there already.',
      'Name a folder that is not.',
    );
  if (`${to}${sep}`.startsWith(`${dataFolder}${sep}`))
    throw mesolineError('archive-not-made', to, 'It lies in the data folder.', 'Name a folder on another disk.');
  try {
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    const list = await fill(draft, question);
    renameSync(draft, to);
    syncFolder(dirname(to));
    return list;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (error instanceof MesolineError) throw error;
    const remedy = 'Make room, or name a folder on another disk; nothing was left behind.';
    throw mesolineError('archive-not-made', to, `It could not be written (${messageOf(error)}).`, remedy, error);
  }
}

async function fill(draft: string, { dataFolder, ledgerUrl, build, at }: ArchiveQuestion): Promise<ArchiveList> {
  const from = (...parts: string[]): string => join(dataFolder, ...parts);
  const to = (...parts: string[]): string => join(draft, ...parts);
  mkdirSync(to('ledger'), { mode: 0o700 });
  if (ledgerUrl === null) await copySqlite(from('ledger', 'ledger.db'), to('ledger', 'ledger.db'));
  else await copyPostgres(ledgerUrl, to('ledger', 'ledger.db'));
  await copySqlite(from('ledger', 'people.db'), to('ledger', 'people.db'));
  const { events, checkpoint } = endOf(to('ledger', 'ledger.db'));
  mkdirSync(to('checkpoints'), { mode: 0o700 });
  writeSynced(to('checkpoints', checkpointFileName), checkpointsUpTo(from('checkpoints', checkpointFileName), checkpoint)); // prettier-ignore

  const files: Record<string, ArchivedFile> = {};
  for (const path of [
    join('ledger', 'ledger.db'),
    join('ledger', 'people.db'),
    join('checkpoints', checkpointFileName),
  ]) {
    syncFile(to(path));
    files[slashed(path)] = digestOf(to(path));
  }
  for (const path of [...kept.flatMap((folder) => filesIn(from(folder), dataFolder)), keptOfKeys]) {
    mkdirSync(dirname(to(path)), { recursive: true, mode: 0o700 });
    files[slashed(path)] = copyFile(from(path), to(path));
  }
  const store = ledgerUrl === null ? 'SQLite' : 'PostgreSQL';
  const list: ArchiveList = { format: archiveFormat, madeAt: isoUtc(at), build, ledger: { store, events, checkpoint }, files }; // prettier-ignore
  writeSynced(to(archiveListName), archiveListText(list));
  syncFolder(draft);
  return list;
}

const slashed = (path: string): string => path.split(sep).join('/');

/** How many events the copy has, and its last checkpoint. */
function endOf(path: string): Readonly<{ events: number; checkpoint: number | null }> {
  const database = new Database(path, { readonly: true });
  try {
    const number = (sql: string): number | null => database.prepare<[], number | null>(sql).pluck().get() ?? null;
    return {
      events: number('SELECT max(seq) FROM site') ?? 0,
      checkpoint: number('SELECT max(number) FROM checkpoint'),
    };
  } finally {
    database.close();
  }
}

/** The lines of the file outside the ledger as far as the copy knows of them; later ones speak of what it does not hold. */
function checkpointsUpTo(path: string, last: number | null): string {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const isKnown = (line: string): boolean => {
    const read = line === '' ? null : readCheckpoint(line);
    // What is no checkpoint is kept for the verifier to find.
    return line !== '' && (read === null || read.number <= (last ?? 0));
  };
  return whole
    .filter(isKnown)
    .map((line) => `${line}\n`)
    .join('');
}
