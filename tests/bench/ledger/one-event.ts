/** What one event costs whoever waits for it, from a bare row to the room of records: each stage does what the one before does, and more. */
import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { GroupCommit } from '../../../control/records/ledger/group-commit.ts';
import { Ledger } from '../../../control/records/ledger/ledger.ts';
import { stamp } from '../../control/records/support.ts';
import { median } from '../support/pairs.ts';
import { durably } from './durably.ts';
import { eventOf } from './large-ledger.ts';

export type Stage = Readonly<{ name: string; microseconds: number }>;

/** @param rounds of every stage in turn, of which the middle one counts */
export async function oneEvent(folder: string, rounds: number, forMs: number): Promise<readonly Stage[]> {
  const sides = await durably(join(folder, 'room'), 1);
  const pair = twoRows(join(folder, 'two.db'));
  const data = join(folder, 'ledger');
  mkdirSync(data, { recursive: true });
  const ledger = new Ledger(data, 'bench');
  await ledger.open(stamp);
  const commits = new GroupCommit(ledger);
  const echo = new Worker('require("node:worker_threads").parentPort.on("message", (m) => require("node:worker_threads").parentPort.postMessage(m))', { eval: true }); // prettier-ignore
  let made = 0;
  const event = () => eventOf((made += 1));

  const stages: readonly (readonly [string, (forMs: number) => Promise<number>])[] = [
    ['a bare row', sides.bare],
    ['a row for the event and one for the chain of the site, bare', (ms) => perSecond(ms, () => pair.insert())],
    [
      'the same in the ledger, with rules, hashes and canonical text',
      (ms) =>
        perSecond(ms, () => {
          const one = event();
          return ledger.append([{ scope: one.scope, stamp, make: () => one }]);
        }),
    ],
    [
      'the same by group commit',
      (ms) =>
        perSecond(ms, () => {
          const one = event();
          return commits.add({ scope: one.scope, stamp, make: () => one });
        }),
    ],
    ['the same in the room, whose ledger is a thread of its own', sides.ours],
    [
      'a message to a thread and back, alone',
      (ms) =>
        perSecond(ms, () => {
          const back = new Promise((resolve) => echo.once('message', resolve));
          echo.postMessage({ id: 1, name: 'append', parts: [event(), stamp] });
          return back;
        }),
    ],
  ];
  const measured = stages.map(() => [] as number[]);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, [, run]] of stages.entries()) measured[index]?.push(1e6 / (await run(forMs)));
  await echo.terminate();
  await ledger.close();
  pair.close();
  await sides.end();
  return stages.map(([name], index) => ({ name, microseconds: Math.round(median(measured[index] ?? [])) }));
}

async function perSecond(forMs: number, one: () => Promise<unknown> | undefined): Promise<number> {
  const began = performance.now();
  let done = 0;
  while (performance.now() - began < forMs) {
    await one();
    done += 1;
  }
  return (1000 * done) / (performance.now() - began);
}

/** The two rows of an event, without a rule and without a hash that is made. */
function twoRows(path: string): Readonly<{ insert: () => undefined; close: () => void }> {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('journal_size_limit = 16777216');
  database.exec(`CREATE TABLE event (scope TEXT, seq INTEGER, body TEXT, hash TEXT, PRIMARY KEY (scope, seq)) WITHOUT ROWID;
    CREATE TABLE site (seq INTEGER PRIMARY KEY, scope TEXT, event_seq INTEGER, event_hash TEXT, hash TEXT);
    CREATE UNIQUE INDEX site_event ON site (scope, event_seq);`);
  const event = database.prepare('INSERT INTO event VALUES (?, ?, ?, ?)');
  const site = database.prepare('INSERT INTO site VALUES (?, ?, ?, ?, ?)');
  const [body, hash] = ['x'.repeat(400), '0'.repeat(64)];
  let count = 0;
  const both = database.transaction(() => {
    count += 1;
    event.run('batch/B-2026-0001', count, body, hash);
    site.run(count, 'batch/B-2026-0001', count, hash, hash);
  });
  return {
    insert: () => {
      both();
      return undefined;
    },
    close: () => {
      database.close();
    },
  };
}
