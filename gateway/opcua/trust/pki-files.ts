/**
 * The server's key and certificate on disk. The stack writes them without syncing, so that a power cut may leave an empty
 * file; such a one is put aside and made anew, and what was made is synced.
 */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isoUtc, type UtcMs } from '../../../plant/clock.ts';

/** The folders of `pkiFolder` with an `own` key: the server's, and the one of user certificates. */
const holders = ['.', 'users'];

/** Renames what cannot be read, or does not belong together. @returns the paths as they were. */
export function putDamagedAside(pkiFolder: string, now: UtcMs): readonly string[] {
  const aside: string[] = [];
  const move = (path: string): void => {
    renameSync(path, `${path}.damaged-${isoUtc(now).replaceAll(':', '-')}`);
    aside.push(path);
  };
  for (const holder of holders) {
    const keyFile = join(pkiFolder, holder, 'own/private/private_key.pem');
    const key = existsSync(keyFile) ? privateKey(keyFile) : null;
    if (key === null && existsSync(keyFile)) move(keyFile);
    for (const file of pemFiles(join(pkiFolder, holder, 'own/certs'))) {
      if (key === null || !belongsTo(file, key)) move(file);
    }
    const settings = join(pkiFolder, holder, 'own/openssl.cnf');
    if (existsSync(settings) && statSync(settings).size === 0) move(settings);
  }
  return aside;
}

function privateKey(file: string): KeyObject | null {
  try {
    return createPrivateKey(readFileSync(file));
  } catch {
    return null;
  }
}

function belongsTo(file: string, key: KeyObject): boolean {
  try {
    return new X509Certificate(readFileSync(file)).checkPrivateKey(key);
  } catch {
    return false;
  }
}

const pemFiles = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.pem'))
        .map((name) => join(folder, name))
    : [];

/** Syncs every file and folder below, so that what is there now is there after a power cut. */
export function makeDurable(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) makeDurable(path);
    else if (entry.isFile()) syncPath(path);
  }
  syncPath(folder);
}

/** Syncs one file or folder. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
