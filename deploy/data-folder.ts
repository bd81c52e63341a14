/** The data folder: made where it is missing, and held by one service at a time. */
import { mkdirSync, accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { mesolineError, messageOf } from '../plant/errors.ts';

export interface DataFolder {
  release(): void;
}

/**
 * Takes the folder for this process. The lock is the kernel's, on a SQLite file, so that it goes with the process however
 * that ends.
 * @throws MesolineError `data-folder-unusable` or `data-folder-in-use`.
 */
export function takeDataFolder(folder: string): DataFolder {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (thrown) {
    throw mesolineError(
      'data-folder-unusable',
      folder,
      `The data folder cannot be used: ${messageOf(thrown)}.`,
      'Give --data a folder that this user can read and write, or mend its rights.',
      thrown,
    );
  }
  let lock: Database.Database | null = null;
  try {
    lock = new Database(join(folder, 'lock'), { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    lock?.close();
    const busy = thrown instanceof Database.SqliteError && thrown.code.startsWith('SQLITE_BUSY');
    throw busy
      ? mesolineError(
          'data-folder-in-use',
          folder,
          'Another Mesoline service holds this data folder.',
          'Stop that service, or give --data another folder.',
          thrown,
        )
      : mesolineError(
          'data-folder-unusable',
          folder,
          `The data folder cannot be locked: ${messageOf(thrown)}.`,
          'Give --data a folder on a local disk with room on it.',
          thrown,
        );
  }
  const held = lock;
  return { release: () => held.close() };
}
