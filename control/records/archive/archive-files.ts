/** Files of an archive: copied with their digests, and on disk before they are relied on. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ArchivedFile } from './archive-list.ts';

/** Plain files below `folder`, by their paths from `base`. */
export function filesIn(folder: string, base: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => relative(base, join(each.parentPath, each.name)))
    .sort();
}

const atOnce = 1024 * 1024;

/** The digest is of what was written: a file that grows meanwhile is archived as far as it was read. */
export function copyFile(from: string, to: string): ArchivedFile {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(atOnce);
  const source = openSync(from, 'r');
  const target = openSync(to, 'wx', 0o600);
  let bytes = 0;
  try {
    for (let read = readSync(source, chunk); read > 0; read = readSync(source, chunk)) {
      bytes += read;
      for (let at = 0; at < read;) at += writeSync(target, chunk, at, read - at);
      hash.update(chunk.subarray(0, read));
    }
    fsyncSync(target);
  } finally {
    closeSync(source);
    closeSync(target);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** In parts, whatever the size. */
export function digestOf(path: string): ArchivedFile {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(atOnce);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) hash.update(chunk.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return { bytes: statSync(path).size, sha256: hash.digest('hex') };
}

export function writeSynced(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    const bytes = Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
