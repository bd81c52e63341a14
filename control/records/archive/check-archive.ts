/** Holds the files of an archive against its list. */
import { lstatSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { digestOf } from './archive-files.ts';
import { archiveListName, type ArchiveList } from './archive-list.ts';

/** What of an archive is not as its list has it, each file by its name; empty where all of it is. */
export function archiveFaults(folder: string, { files }: ArchiveList): readonly string[] {
  const faults: string[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
      .slice(folder.length + 1)
      .split(sep)
      .join('/');
    if (entry.isDirectory() || path === archiveListName || Object.hasOwn(files, path)) continue;
    faults.push(`${path} is in the archive and not in its list.`);
  }
  for (const [path, said] of Object.entries(files)) {
    const fault = isWithin(path)
      ? faultOf(join(folder, ...path.split('/')), said)
      : 'has a name that leaves the archive';
    if (fault !== null) faults.push(`${path} ${fault}.`);
  }
  return faults;
}

const isWithin = (path: string): boolean =>
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\\') && !part.includes('\0')); // prettier-ignore

function faultOf(path: string, said: ArchiveList['files'][string]): string | null {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'is missing';
  if (!found.isFile()) return 'is no plain file';
  if (found.size !== said.bytes) return `has ${found.size} bytes; ${said.bytes} were archived`;
  return digestOf(path).sha256 === said.sha256 ? null : 'is not what was archived: another digest';
}
