import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildShim, shimEnvironment, throwUnsyncedAway } from './support/unsynced.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesoline-unsynced-'));
const [watched, log] = [join(folder, 'data'), join(folder, 'log')];
let shim = '';

beforeAll(() => {
  mkdirSync(watched);
  mkdirSync(log);
  shim = buildShim(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a script in a Node of its own until it says `done`, kills it, and takes back what it had not synced. */
async function killed(script: string): Promise<void> {
  const child = spawn(process.execPath, ['-e', script], {
    env: { ...process.env, ...shimEnvironment(shim, watched, log) },
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: watched,
  });
  await new Promise((settle) => child.stdout.once('data', settle));
  const gone = new Promise((settle) => child.once('exit', settle));
  child.kill('SIGKILL');
  await gone;
  throwUnsyncedAway(log);
}

const wait = "process.stdout.write('done'); setInterval(() => {}, 1000);";

describe('a kill with unsynced writes thrown away', () => {
  it('takes back what was written after the last sync, and leaves what was synced', async () => {
    await killed(`const fs = require('fs'); const f = fs.openSync('a', 'w');
      fs.writeSync(f, 'kept'); fs.fdatasyncSync(f); fs.writeSync(f, ' lost'); fs.writeSync(f, 'K', 0); ${wait}`);
    expect(readFileSync(join(watched, 'a'), 'utf8')).toBe('kept');
  });

  it('takes back a commit of a database that does not sync, and not one of a database that does', async () => {
    const sqlite = JSON.stringify(join(process.cwd(), 'node_modules/better-sqlite3'));
    const rows = (name: string, synchronous: string): string => `{ const db = new (require(${sqlite}))('${name}');
      db.pragma('journal_mode=WAL'); db.pragma('synchronous=FULL'); db.exec('create table t (x)'); db.pragma('wal_checkpoint(TRUNCATE)');
      db.pragma('synchronous=${synchronous}'); db.exec('insert into t values (1)'); }`;
    await killed(`${rows('off.db', 'OFF')} ${rows('full.db', 'FULL')} ${wait}`);
    const { default: Database } = await import('better-sqlite3');
    const count = (name: string): unknown =>
      new Database(join(watched, name)).prepare('select count(*) n from t').pluck().get();
    expect(count('off.db')).toBe(0);
    expect(count('full.db')).toBe(1);
  });
});
