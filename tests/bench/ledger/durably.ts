/** Two ways to keep an event so that it is on disk when the answer comes: ours, and a bare file of the same settings. */
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { createRecords } from '../../../control/records/index.ts';
import { canonicalText } from '../../../control/records/format/canonical.ts';
import { bodyOf } from '../../../control/records/format/event-body.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { silentLog, stamp } from '../../control/records/support.ts';
import { eventOf } from './large-ledger.ts';

export type Sides = Readonly<{
  /** Events a second over that many milliseconds. */
  ours: (forMs: number) => Promise<number>;
  bare: (forMs: number) => Promise<number>;
  end: () => Promise<void>;
}>;

/** @param callers who wait for their event before they record the next */
export async function durably(folder: string, callers: number): Promise<Sides> {
  const room = createRecords({
    dataFolder: join(folder, 'data'),
    clock: systemClock(1),
    log: silentLog,
    build: 'bench',
  });
  await room.start();
  const database = new Database(join(folder, 'bare.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('journal_size_limit = 16777216');
  database.exec(
    'CREATE TABLE event (scope TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (scope, seq)) STRICT',
  );
  const insert = database.prepare('INSERT INTO event VALUES (?, ?, ?, ?)');
  const [body, hash] = [canonicalText(bodyOf(eventOf(1), 1, stamp)), '0'.repeat(64)];
  let [kept, inserted] = [0, 0];

  const forAWhile = async (forMs: number, one: () => Promise<unknown> | undefined): Promise<number> => {
    const began = performance.now();
    let done = 0;
    while (performance.now() - began < forMs) {
      await one();
      done += 1;
    }
    return done;
  };
  const rate = (done: number, began: number): number => (1000 * done) / (performance.now() - began);

  return {
    ours: async (forMs) => {
      const began = performance.now();
      const each = await Promise.all(
        Array.from({ length: callers }, () => forAWhile(forMs, () => room.keeper.append(eventOf((kept += 1))))),
      );
      return rate(
        each.reduce((sum, done) => sum + done, 0),
        began,
      );
    },
    bare: async (forMs) => {
      const began = performance.now();
      const done = await forAWhile(forMs, () => {
        insert.run('batch/B-2026-0001', (inserted += 1), body, hash);
        return undefined;
      });
      return rate(done, began);
    },
    end: async () => {
      database.close();
      await room.stop();
    },
  };
}
