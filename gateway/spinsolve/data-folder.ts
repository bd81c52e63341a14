/** Where a folder that an instrument names lies as seen from here. Pure. */
import { join, normalize } from 'node:path';

/** Null where no entry fits, or the rest would lead out of it. */
export function folderHere(
  theirs: string,
  folders: readonly Readonly<{ theirs: string; ours: string }>[],
): string | null {
  const plain = plainOf(theirs);
  for (const folder of folders) {
    const root = plainOf(folder.theirs);
    const same = plain.toLowerCase() === root.toLowerCase();
    if (!same && !plain.toLowerCase().startsWith(`${root.toLowerCase()}/`)) continue;
    const rest = plain.slice(root.length);
    if (rest.split('/').includes('..') || rest.includes('\0')) return null;
    return normalize(join(folder.ours, rest));
  }
  return null;
}

/** Windows or not: with strokes of one kind and none at the end. */
const plainOf = (path: string): string => path.replaceAll('\\', '/').replace(/\/+$/u, '');
