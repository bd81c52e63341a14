/** The folder itself: its names, its files' sizes and times, and their bytes. */
import { open, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mesolineError } from '../../plant/errors.ts';
import type { FileSeen } from './folder-files.ts';

/** A folder with more is no place into which an instrument writes: somebody has to move the old ones. */
export const mostFiles = 20_000;

/** Names of files with one of the endings, hidden ones left out. @throws where the folder cannot be read, or holds too many */
export async function namesOf(folder: string, endings: readonly string[]): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const entry of await opendir(folder)) {
    const { name } = entry;
    if (name.startsWith('.') || entry.isDirectory()) continue;
    if (!endings.some((ending) => name.toLowerCase().endsWith(ending))) continue;
    names.push(name);
    if (names.length > mostFiles)
      throw mesolineError(
        'folder-too-full',
        folder,
        `It holds more than ${mostFiles} spectra.`,
        'Move the old ones away.',
      );
  }
  return names;
}

/** Null where it has gone, or is no plain file. */
export async function lookAt(folder: string, name: string): Promise<FileSeen | null> {
  try {
    const found = await stat(join(folder, name));
    return found.isFile() ? { name, size: found.size, changedAt: found.mtimeMs } : null;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}

/** The bytes of a file of that size, or null where it has another by now. */
export async function bytesOf(folder: string, { name, size }: FileSeen): Promise<Uint8Array | null> {
  const file = await open(join(folder, name), 'r');
  try {
    // One more than it had: what has grown shows.
    const bytes = Buffer.alloc(size + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      length += bytesRead;
      if (bytesRead === 0 || length > size) break;
    }
    return length === size ? bytes.subarray(0, size) : null;
  } finally {
    await file.close();
  }
}

/**
 * Files that a spectrum cannot be read without, by their names; one that is not there, too large or being written is left
 * out, and the spectrum is not whole then.
 */
export async function companionsIn(
  folder: string,
  names: readonly string[],
  largestBytes: number,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const name of names) {
    const seen = await lookAt(folder, name);
    const bytes = seen === null || seen.size > largestBytes ? null : await bytesOf(folder, seen);
    const again = bytes === null ? null : await lookAt(folder, name);
    if (bytes !== null && again?.changedAt === seen?.changedAt) found.set(name, bytes);
  }
  return found;
}
