/** Files of an export as they lie on a disk: plain ones only, opened so that neither a link nor a pipe can stand in for one, never larger than said. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, opendirSync, openSync, readFileSync, readSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

function openPlain(path: string): number | null {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (fstatSync(file).isFile()) return file;
    closeSync(file);
    return null;
  } catch {
    return null;
  }
}

/** @returns null where it is not there, is not plain, or is larger than `most` bytes. */
export function readPlain(path: string, most: number): Buffer | null {
  const file = openPlain(path);
  if (file === null) return null;
  try {
    return fstatSync(file).size > most ? null : readFileSync(file);
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

const chunkBytes = 1024 * 1024;

/** Size and SHA-256 of a file of any size, read in pieces; null where it cannot be read or holds more than `most` bytes. */
export function digestPlain(path: string, most: number): Readonly<{ bytes: number; sha256: string }> | null {
  const file = openPlain(path);
  if (file === null) return null;
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.alloc(chunkBytes);
    let bytes = 0;
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      bytes += read;
      if (bytes > most) return null;
      hash.update(buffer.subarray(0, read));
    }
    return { bytes, sha256: hash.digest('hex') };
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

export type Listing = Readonly<{
  /** Paths within the folder, with slashes. */
  files: readonly string[];
  /** What is neither a file nor a folder. */
  others: readonly string[];
  /** Folders with nothing in them. */
  empty: readonly string[];
  /** Folders that cannot be read, one whose name is no UTF-8 among them. */
  closed: readonly string[];
  /** There are more than `most` names, folders among them; the rest was not looked at. */
  tooMany: boolean;
}>;

/** Reads a name at a time: a folder made to fill the memory is left at `most`. */
export function listFolder(path: string, most: number): Listing {
  const listing = { files: [] as string[], others: [] as string[], empty: [] as string[], closed: [] as string[] };
  const waiting = [''];
  let seen = 0;
  for (let prefix = waiting.pop(); prefix !== undefined; prefix = waiting.pop()) {
    const before = seen;
    const isRead = eachEntry(join(path, prefix), (entry) => {
      const name = `${prefix}${entry.name}`;
      if (entry.isDirectory()) waiting.push(`${name}/`);
      else if (entry.isFile()) listing.files.push(name);
      else listing.others.push(name);
      seen += 1;
      return seen <= most;
    });
    if (seen > most) return { ...listing, tooMany: true };
    if (!isRead) listing.closed.push(prefix);
    else if (seen === before) listing.empty.push(prefix);
  }
  return { ...listing, tooMany: false };
}

/** Until `take` says that it has enough. @returns false where the folder cannot be read. */
function eachEntry(path: string, take: (entry: Dirent) => boolean): boolean {
  try {
    const folder = opendirSync(path);
    try {
      for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) if (!take(entry)) break;
      return true;
    } finally {
      folder.closeSync();
    }
  } catch {
    return false;
  }
}
