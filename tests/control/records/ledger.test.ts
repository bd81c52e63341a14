import Database from 'better-sqlite3';
import { appendFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger } from '../../../control/records/ledger/ledger.ts';
import { SqliteStore } from '../../../control/records/ledger/sqlite-store.ts';
import { GroupCommit } from '../../../control/records/ledger/group-commit.ts';
import { event, later, ledgerFile, stamp, tamper, temporaryFolder } from './support.ts';

const draft = (scope: string, object = 'heat up') => ({
  scope,
  stamp,
  make: () => event(scope, 'phase-started', { object }),
});

let folder: ReturnType<typeof temporaryFolder>;
let open: Ledger | null = null;

let store: SqliteStore;

async function opened(): Promise<Ledger> {
  store = new SqliteStore(folder.path);
  open = new Ledger(folder.path, '0.1.0-test', store);
  await open.open(stamp);
  return open;
}

/** A ledger with five events of a batch and a checkpoint over them, closed. */
async function leftBehind(): Promise<void> {
  const ledger = await opened();
  await ledger.append(['a', 'b', 'c', 'd', 'e'].map((object) => draft('batch/B-1', object)));
  await ledger.checkpoint(later(1));
  await ledger.close();
}

const checkpoints = () => join(folder.path, 'checkpoints', 'checkpoints.jsonl');

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  await open?.close();
  open = null;
  folder.remove();
});

describe('the ledger', () => {
  it('gives each event the next number of its scope and keeps them in order', async () => {
    const ledger = await opened();
    const receipts = await ledger.append([draft('batch/B-1'), draft('alarms'), draft('batch/B-1')]);
    expect(receipts.map(({ scope, seq }) => `${scope} ${seq}`)).toEqual(['batch/B-1 1', 'alarms 1', 'batch/B-1 2']);
    expect((await ledger.read('batch/B-1', 1, 10)).map(({ seq, hash }) => [seq, hash])).toEqual([
      [1, receipts[0]!.hash],
      [2, receipts[2]!.hash],
    ]);
    expect(ledger.scopes('batch/')).toEqual([{ scope: 'batch/B-1', count: 2, head: receipts[2]!.hash }]);
  });

  it('goes on where it was after it was closed', async () => {
    await leftBehind();
    const ledger = await opened();
    expect((await ledger.append([draft('batch/B-1')]))[0]!.seq).toBe(6);
    expect((await ledger.read('batch/B-1', 5, 1))[0]!.event.object).toBe('e');
  });

  it('answers many who append at once in the order they came', async () => {
    const ledger = await opened();
    const commits = new GroupCommit(ledger);
    const names = Array.from({ length: 300 }, (_, index) => `step ${index}`);
    const receipts = await Promise.all(names.map((name) => commits.add(draft('skid/QD-1', name))));
    expect(receipts.map(({ seq }) => seq)).toEqual(names.map((_, index) => index + 1));
    expect((await ledger.read('skid/QD-1', 1, 1000)).map((stored) => stored.event.object)).toEqual(names);
  });

  it('does not let one event that cannot be made take others with it', async () => {
    const commits = new GroupCommit(await opened());
    const broken = { scope: 'alarms', stamp, make: () => { throw new Error('cannot'); } }; // prettier-ignore
    const results = await Promise.allSettled([
      commits.add(draft('alarms')),
      commits.add(broken),
      commits.add(draft('alarms')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('records what belongs together whole or not at all, whatever is written beside it', async () => {
    const ledger = await opened();
    const commits = new GroupCommit(ledger);
    const broken = { scope: 'alarms', stamp, make: () => { throw new Error('cannot'); } }; // prettier-ignore
    const results = await Promise.allSettled([
      commits.addAll([draft('skid/QD-1', 'a'), draft('skid/QD-1', 'b')]),
      commits.addAll([draft('skid/QD-1', 'lost'), broken]),
      commits.add(draft('skid/QD-1', 'c')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await ledger.read('skid/QD-1', 1, 10)).map((stored) => stored.event.object)).toEqual(['a', 'b', 'c']);
    expect(results[0]).toMatchObject({ value: [{ seq: 1 }, { seq: 2 }] });
  });

  it.each([
    ['UPDATE event SET body = body'],
    ['DELETE FROM event'],
    ["INSERT OR REPLACE INTO event SELECT scope, seq, '{}', hash FROM event WHERE scope = 'batch/B-1' AND seq = 2"],
    ["INSERT INTO event VALUES ('batch/B-1', 9, '{}', '')"],
    ['UPDATE site SET hash = hash'],
    ['DELETE FROM site WHERE seq = 3'],
    ['INSERT OR REPLACE INTO site SELECT * FROM site WHERE seq = 2'],
    ['DELETE FROM checkpoint'],
    ['INSERT OR REPLACE INTO checkpoint SELECT * FROM checkpoint WHERE number = 1'],
  ])('refuses "%s"', async (sql) => {
    const ledger = await opened();
    await ledger.append([draft('batch/B-1'), draft('batch/B-1')]);
    expect(() => store.database.exec(sql)).toThrow(/append-only|next number/);
  });

  it('refuses to replace a row even on a connection that left recursive triggers off', async () => {
    await leftBehind();
    const other = new Database(ledgerFile(folder.path));
    const replace = "INSERT OR REPLACE INTO event SELECT scope, seq, '{}', hash FROM event WHERE seq = 2";
    expect(() => other.exec(replace)).toThrow(/next number/);
    other.close();
  });

  it('records nothing of what does not fit on a full disk, and goes on when there is room', async () => {
    const ledger = await opened();
    await ledger.append([draft('batch/B-1')]);
    const pages = store.database.pragma('page_count', { simple: true }) as number;
    store.database.pragma(`max_page_count = ${pages + 2}`);
    const many = Array.from({ length: 200 }, () => draft('batch/B-1', 'x'.repeat(150)));
    await expect(ledger.append(many)).rejects.toThrow(expect.objectContaining({ code: 'record-refused' }));
    await expect(ledger.append(many)).rejects.toThrow(/disk is full/);
    expect(ledger.scopes('batch/')[0]!.count).toBe(1);
    store.database.pragma('max_page_count = 100000');
    expect((await ledger.append([draft('batch/B-1')]))[0]!.seq).toBe(2);
    expect(store.database.prepare('SELECT count(*) FROM event').pluck().get()).toBe(ledger.eventCount);
  });

  it('signs no checkpoint where nothing was appended since the last one', async () => {
    const ledger = await opened();
    const { number } = ledger.lastCheckpoint;
    await ledger.checkpoint(later(300));
    expect(ledger.lastCheckpoint.number).toBe(number);
    await ledger.append([draft('alarms')]);
    await ledger.checkpoint(later(600));
    expect(ledger.lastCheckpoint.number).toBe(number + 1);
  });

  it('keeps its key to itself and writes the fingerprint down', async () => {
    const ledger = await opened();
    const keys = join(folder.path, 'keys');
    expect(readFileSync(join(keys, 'trust.txt'), 'utf8')).toBe(`${ledger.key.record.fingerprint}\n`);
    expect((await ledger.read('service', 1, 1))[0]!.event).toMatchObject({
      action: 'key-recorded',
      data: ledger.key.record,
    });
  });
});

describe('at its start', () => {
  const refusal = async (): Promise<{ code: string; message: string }> => {
    const bytes = readFileSync(ledgerFile(folder.path));
    try {
      await opened();
    } catch (error) {
      expect(readFileSync(ledgerFile(folder.path)).equals(bytes)).toBe(true);
      return error as { code: string; message: string };
    }
    throw new Error('it started');
  };

  it('refuses a ledger whose end was cut off, naming the event', async () => {
    await leftBehind();
    tamper(ledgerFile(folder.path), (database) => {
      database.exec("DELETE FROM event WHERE scope = 'batch/B-1' AND seq = 5");
      database.exec("DELETE FROM site WHERE scope = 'batch/B-1' AND event_seq = 5");
    });
    expect(await refusal()).toMatchObject({
      code: 'ledger-damaged',
      message: expect.stringContaining('event batch/B-1 #5'),
    });
  });

  it('refuses a ledger in which one event was changed, naming it', async () => {
    await leftBehind();
    tamper(ledgerFile(folder.path), (database) => {
      database.exec("UPDATE event SET body = replace(body, '\"c\"', '\"C\"') WHERE scope = 'batch/B-1' AND seq = 3");
    });
    expect(await refusal()).toMatchObject({
      code: 'ledger-damaged',
      message: expect.stringContaining('batch/B-1 #3 (phase-started)'),
    });
  });

  it('refuses a ledger from which a whole scope was removed', async () => {
    await leftBehind();
    tamper(ledgerFile(folder.path), (database) => database.exec("DELETE FROM event WHERE scope = 'batch/B-1'"));
    expect(await refusal()).toMatchObject({ code: 'ledger-damaged', message: expect.stringContaining('batch/B-1') });
  });

  it('refuses a ledger whose rules were dropped', async () => {
    await leftBehind();
    const database = new Database(ledgerFile(folder.path));
    database.exec('DROP TRIGGER event_no_delete');
    database.close();
    expect(await refusal()).toMatchObject({
      code: 'ledger-damaged',
      message: expect.stringContaining('event_no_delete'),
    });
  });

  it('refuses to begin anew where checkpoints speak of a ledger', async () => {
    await leftBehind();
    rmSync(join(folder.path, 'ledger'), { recursive: true });
    await expect(opened()).rejects.toThrow(/it was removed/);
  });

  it('refuses a ledger whose checkpoints were shortened', async () => {
    await leftBehind();
    writeFileSync(checkpoints(), `${readFileSync(checkpoints(), 'utf8').split('\n')[0]!}\n`);
    expect((await refusal()).code).toBe('ledger-damaged');
  });

  it('refuses to go on with another key', async () => {
    await leftBehind();
    rmSync(join(folder.path, 'keys'), { recursive: true });
    expect((await refusal()).code).toBe('key-missing');
  });

  it('mends a checkpoint whose write was cut short, keeps the rest and says so', async () => {
    await leftBehind();
    appendFileSync(checkpoints(), '{"build":"0.1.0-te');
    const ledger = await opened();
    expect((await ledger.read('service', 2, 1))[0]!.event).toMatchObject({
      action: 'checkpoint-torn',
      data: { left: '{"build":"0.1.0-te' },
    });
    expect(readFileSync(join(folder.path, 'checkpoints', 'torn-tails.txt'), 'utf8')).toBe('{"build":"0.1.0-te\n');
    await ledger.close();
    await opened();
  });

  it('takes a last checkpoint that only lacks its line end, or its copy in the ledger', async () => {
    await leftBehind();
    truncateSync(checkpoints(), readFileSync(checkpoints()).length - 1);
    tamper(ledgerFile(folder.path), (database) =>
      database.exec('DELETE FROM checkpoint WHERE number = (SELECT max(number) FROM checkpoint)'),
    );
    await opened();
    const lines = readFileSync(checkpoints(), 'utf8').trimEnd().split('\n');
    expect(store.database.prepare('SELECT line FROM checkpoint ORDER BY number').pluck().all()).toEqual(lines);
  });

  it('leaves a ledger that is not one alone', async () => {
    await leftBehind();
    writeFileSync(ledgerFile(folder.path), 'x'.repeat(5000));
    rmSync(`${ledgerFile(folder.path)}-wal`, { force: true });
    await expect(opened()).rejects.toThrow(/not a sound database|not the ledger/);
    expect(existsSync(ledgerFile(folder.path))).toBe(true);
  });
});
