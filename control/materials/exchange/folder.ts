/** The folders that files are exchanged through: in, out, taken, refused. What is written appears whole, by a rename. */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileSight } from './settling.ts';

export interface ExchangeFolder {
  make(): Promise<void>;
  /** Plain files only: no link is followed. */
  list(): Promise<readonly FileSight[]>;
  read(name: string): Promise<Uint8Array>;
  /** Out of `in`, under a name that says the digest too. */
  keep(name: string, digest: string): Promise<void>;
  refuse(name: string, digest: string, reason: string): Promise<void>;
  send(name: string, text: string): Promise<void>;
}

const mostAtOnce = 200;
const safe = (name: string): string => name.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 100);

export function exchangeFolder(root: string): ExchangeFolder {
  const at = (...parts: readonly string[]): string => join(root, ...parts);
  const put = async (folder: string, name: string, text: string): Promise<void> => {
    const partial = at(folder, `.${randomUUID()}.tmp`);
    const file = await open(partial, 'wx', 0o640);
    try {
      await writeFile(file, text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, at(folder, name));
  };
  return {
    async make() {
      for (const folder of ['in', 'out', 'taken', 'refused']) await mkdir(at(folder), { recursive: true, mode: 0o750 });
    },
    async list() {
      const names = (await readdir(at('in'))).sort().slice(0, mostAtOnce);
      const files = await Promise.all(
        names.map(async (name) => {
          const found = await lstat(at('in', name)).catch(() => null);
          return found?.isFile() === true ? [{ name, size: found.size, modified: found.mtimeMs }] : [];
        }),
      );
      return files.flat();
    },
    read: (name) => readFile(at('in', name)),
    keep: (name, digest) => rename(at('in', name), at('taken', `${digest.slice(0, 12)}-${safe(name)}`)),
    async refuse(name, digest, reason) {
      const kept = `${digest.slice(0, 12)}-${safe(name)}`;
      await put('refused', `${kept}.reason.txt`, `${reason}\n`);
      await rename(at('in', name), at('refused', kept));
    },
    send: (name, text) => put('out', safe(name), text),
  };
}
