/** Builds the shim that remembers unsynced writes, and takes them back after a kill, as a power cut would. */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const headerLength = 32;

/** Compiles the shim into `folder`. @returns the path for LD_PRELOAD. */
export function buildShim(folder: string): string {
  const shim = join(folder, 'lose-unsynced.so');
  execFileSync('cc', [
    '-O1',
    '-shared',
    '-fPIC',
    '-o',
    shim,
    join(import.meta.dirname, 'lose-unsynced.c'),
    '-ldl',
    '-lpthread',
  ]);
  return shim;
}

export const shimEnvironment = (shim: string, watched: string, log: string): Record<string, string> => ({
  LD_PRELOAD: shim,
  LOSE_UNSYNCED_DIR: watched,
  LOSE_UNSYNCED_LOG: log,
});

type Undo = { path: string; offset: number; oldSize: number; old: Buffer; at: number };

/** Takes back every write that was not synced, newest first. @returns how many writes and bytes were taken back. */
export function throwUnsyncedAway(logFolder: string): { writes: number; bytes: number } {
  let writes = 0;
  let bytes = 0;
  for (const name of readdirSync(logFolder).filter((file) => file.endsWith('.undo'))) {
    const log = join(logFolder, name);
    for (const undo of unsynced(readFileSync(log)).reverse()) {
      if (!existsSync(undo.path)) continue;
      const file = openSync(undo.path, 'r+');
      if (undo.old.length > 0) writeSync(file, undo.old, 0, undo.old.length, undo.offset);
      ftruncateSync(file, undo.oldSize);
      closeSync(file);
      writes += 1;
      bytes += undo.old.length;
    }
    rmSync(log);
  }
  return { writes, bytes };
}

function unsynced(log: Buffer): Undo[] {
  let pending: Undo[] = [];
  let at = 0;
  while (at + headerLength <= log.length) {
    const kind = log.readUInt32LE(at);
    const pathLength = log.readUInt32LE(at + 4);
    const oldLength = Number(log.readBigUInt64LE(at + 8));
    const offset = Number(log.readBigUInt64LE(at + 16));
    const oldSize = Number(log.readBigUInt64LE(at + 24));
    const end = at + headerLength + pathLength + (kind === 1 ? oldLength : 0);
    // A record cut by the kill itself had not yet been followed by its write.
    if (end > log.length) break;
    const path = log.toString('utf8', at + headerLength, at + headerLength + pathLength);
    if (kind === 1) pending.push({ path, offset, oldSize, old: log.subarray(end - oldLength, end), at });
    else pending = pending.filter((undo) => undo.path !== path || undo.at >= offset);
    at = end;
  }
  return pending;
}
