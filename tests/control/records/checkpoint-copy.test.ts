import { appendFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecords } from '../../../control/records/index.ts';
import { CheckpointCopy } from '../../../control/records/ledger/checkpoint-copy.ts';
import { Ledger } from '../../../control/records/ledger/ledger.ts';
import { SqliteStore } from '../../../control/records/ledger/sqlite-store.ts';
import { event, later, movableClock, silentLog, stamp, temporaryFolder } from './support.ts';

let folder: ReturnType<typeof temporaryFolder>;
let data: string;
let second: string;
let faults: (string | null)[];
let open: Ledger | null = null;

const draft = { scope: 'batch/B-1', stamp, make: () => event('batch/B-1') };
const linesIn = (place: string): string => readFileSync(join(place, 'checkpoints.jsonl'), 'utf8');
const own = (): string => linesIn(join(data, 'checkpoints'));

async function opened(): Promise<Ledger> {
  const copy = new CheckpointCopy(second, (fault) => faults.push(fault));
  open = new Ledger(data, '0.1.0-test', new SqliteStore(data), copy);
  await open.open(stamp);
  return open;
}

/** Opens it, appends `count` events with a checkpoint after each, and closes it. */
async function grown(count: number): Promise<void> {
  const ledger = await opened();
  for (let done = 1; done <= count; done += 1) {
    await ledger.append([draft]);
    await ledger.checkpoint(later(done));
  }
  await ledger.close();
}

beforeEach(() => {
  folder = temporaryFolder();
  [data, second, faults] = [join(folder.path, 'data'), join(folder.path, 'second'), []];
  mkdirSync(second);
});

afterEach(async () => {
  await open?.close();
  open = null;
  folder.remove();
});

describe('the second place of the checkpoints', () => {
  it('holds what the data folder holds, line by line', async () => {
    await grown(3);
    expect(linesIn(second)).toBe(own());
    expect(own().trimEnd().split('\n')).toHaveLength(4);
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
  });

  it('shows that an old backup was put back, naming both counts', async () => {
    await grown(1);
    cpSync(data, join(folder.path, 'backup'), { recursive: true });
    await grown(3);
    rmSync(data, { recursive: true });
    renameSync(join(folder.path, 'backup'), data);
    const before = own();
    await expect(opened()).rejects.toMatchObject({
      code: 'ledger-damaged',
      message: expect.stringMatching(/holds 5 checkpoints, the data folder only 2/),
    });
    expect(own()).toBe(before);
  });

  it('shows that the whole data folder was begun anew', async () => {
    await grown(2);
    rmSync(data, { recursive: true });
    await expect(opened()).rejects.toMatchObject({ code: 'ledger-damaged' });
  });

  it('shows that checkpoints were made anew', async () => {
    await grown(2);
    writeFileSync(join(second, 'checkpoints.jsonl'), linesIn(second).replace('"number":2', '"number":9'));
    await expect(opened()).rejects.toThrow(/checkpoint 2 is not the one in the data folder/);
  });

  it('is caught up when it is back, and holds nobody up while it is away', async () => {
    await grown(1);
    renameSync(second, `${second}-away`);
    const ledger = await opened();
    expect(faults.at(-1)).toContain('is not there');
    await ledger.append([draft]);
    await ledger.checkpoint(later(5));
    renameSync(`${second}-away`, second);
    await ledger.checkpoint(later(300));
    expect(faults.at(-1)).toBeNull();
    expect(linesIn(second)).toBe(own());
  });

  it('is mended where a kill cut its last line short', async () => {
    await grown(2);
    appendFileSync(join(second, 'checkpoints.jsonl'), '{"build":"0.1.0-te');
    await grown(1);
    expect(linesIn(second)).toBe(own());
  });

  it('makes the room say that it is degraded while it is away', async () => {
    rmSync(second, { recursive: true });
    const records = createRecords({
      dataFolder: data,
      clock: movableClock(),
      log: silentLog,
      build: 'test',
      checkpointCopy: second,
    });
    await records.start();
    expect(records.health()).toMatchObject({ state: 'degraded', detail: expect.stringContaining('is not there') });
    await records.stop();
  });
});
