/**
 * The few things the spool asks of a disk. `fs` is called through its default export, so that a preload may stand between
 * the spool and the disk and throw away what was not synced.
 */
import fs from 'node:fs';
import { dirname, resolve } from 'node:path';

/** An open file. `write` returns when the bytes are handed over, `sync` when they are on the disk. */
export interface DiskFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface Disk {
  /** Makes a folder and those above it, and makes their names durable. */
  makeFolder(path: string): Promise<void>;
  /** Names in a folder, sorted. */
  list(folder: string): Promise<readonly string[]>;
  size(path: string): Promise<number>;
  /** The bytes of `path` from `from` up to `to`, or fewer where the file ends before. */
  read(path: string, from: number, to: number): Promise<Uint8Array>;
  /** Makes the file, empty; one that is there already is emptied. */
  create(path: string): Promise<DiskFile>;
  open(path: string): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
}

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

const ask = <T>(call: (done: Done<T>) => void): Promise<T> =>
  new Promise((answer, refuse) => {
    call((error, value) => {
      if (error === null) answer(value);
      else refuse(error);
    });
  });

const tell = (call: (done: (error: NodeJS.ErrnoException | null) => void) => void): Promise<void> =>
  ask<undefined>((done) => call((error) => done(error, undefined)));

function fileOf(descriptor: number): DiskFile {
  return {
    async write(bytes, position) {
      let written = 0;
      while (written < bytes.length) {
        const from = written;
        written += await ask<number>((done) =>
          fs.write(descriptor, bytes, from, bytes.length - from, position + from, done),
        );
      }
    },
    sync: () => tell((done) => fs.fdatasync(descriptor, done)),
    truncate: (length) => tell((done) => fs.ftruncate(descriptor, length, done)),
    close: () => tell((done) => fs.close(descriptor, done)),
  };
}

async function withDescriptor<T>(path: string, flags: string, use: (descriptor: number) => Promise<T>): Promise<T> {
  const descriptor = await ask<number>((done) => fs.open(path, flags, done));
  try {
    return await use(descriptor);
  } finally {
    await tell((done) => fs.close(descriptor, done));
  }
}

const syncFolder = (path: string): Promise<void> =>
  withDescriptor(path, 'r', (descriptor) => tell((done) => fs.fsync(descriptor, done)));

export const realDisk: Disk = {
  async makeFolder(path) {
    const made = await ask<string | undefined>((done) => fs.mkdir(path, { recursive: true }, done));
    if (made === undefined) return;
    // A new folder is lost with everything in it where its name is not synced.
    for (let folder = resolve(path); ; folder = dirname(folder)) {
      await syncFolder(dirname(folder));
      if (folder === resolve(made) || folder === dirname(folder)) return;
    }
  },
  list: async (folder) => (await ask<string[]>((done) => fs.readdir(folder, done))).sort(),
  size: async (path) => (await ask<fs.Stats>((done) => fs.stat(path, done))).size,
  read: (path, from, to) =>
    withDescriptor(path, 'r', async (descriptor) => {
      const bytes = Buffer.allocUnsafe(Math.max(0, to - from));
      let filled = 0;
      while (filled < bytes.length) {
        const at = filled;
        const count = await ask<number>((done) =>
          fs.read(descriptor, bytes, at, bytes.length - at, from + at, (error, read) => done(error, read)),
        );
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    }),
  create: async (path) => fileOf(await ask<number>((done) => fs.open(path, 'w', done))),
  open: async (path) => fileOf(await ask<number>((done) => fs.open(path, 'r+', done))),
  rename: (from, to) => tell((done) => fs.rename(from, to, done)),
  remove: (path) => tell((done) => fs.unlink(path, done)),
  syncFolder,
};

/** Puts a whole small file in place: it is there as it was or as it is now, never half. */
export async function replaceFile(disk: Disk, folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const path = `${folder}/${name}`;
  const file = await disk.create(`${path}.new`);
  try {
    await file.write(bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(`${path}.new`, path);
  await disk.syncFolder(folder);
}
