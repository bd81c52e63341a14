import { describe, expect, it } from 'vitest';
import { ledgerAudit } from '../../../control/records/ledger/audit.ts';
import { GroupCommit } from '../../../control/records/ledger/group-commit.ts';
import { Ledger } from '../../../control/records/ledger/ledger.ts';
import { SqliteStore } from '../../../control/records/ledger/sqlite-store.ts';
import { Owed } from '../../../control/records/ledger/owed.ts';
import { event, later, stamp, temporaryFolder } from './support.ts';

describe('an event that may not wait for the disk', () => {
  it('is recorded as soon as there is room, with the time it happened', async () => {
    const folder = temporaryFolder();
    const store = new SqliteStore(folder.path);
    const ledger = new Ledger(folder.path, '0.1.0-test', store);
    await ledger.open(stamp);
    const owed = new Owed();
    const warnings: string[] = [];
    const audit = ledgerAudit(ledger, new GroupCommit(ledger), owed, (text) => warnings.push(text));

    const pages = store.database.pragma('page_count', { simple: true }) as number;
    store.database.pragma(`max_page_count = ${pages}`);
    const login = (object: string) => event('access', 'logged-in', { object, reason: 'x'.repeat(4000) });
    await audit.recordOrOwe(login('operator'), later(1));
    await audit.recordOrOwe(login('checker'), later(2));
    expect(owed.count).toBe(2);
    expect(warnings[0]).toContain('disk is full');

    store.database.pragma('max_page_count = 100000');
    for (const one of owed.take()) await audit.record(one, later(60));
    expect(
      (await ledger.read('access', 1, 10)).map((stored) => [stored.event.object, stored.event.happenedAt, stored.utc]),
    ).toEqual([
      ['operator', later(1).utc, later(60).utc],
      ['checker', later(2).utc, later(60).utc],
    ]);
    await ledger.close();
    folder.remove();
  });

  it('is counted where there are too many to keep, so that the gap is in the record', () => {
    const owed = new Owed();
    for (let index = 0; index < 1003; index += 1)
      owed.add(event('access', 'logged-in', { object: `person ${index}` }), stamp);
    expect(owed.count).toBe(1003);
    const events = owed.take();
    expect(events[0]).toMatchObject({ action: 'records-lost', data: { count: '3' } });
    expect(events[1]).toMatchObject({ object: 'person 3', happenedAt: stamp.utc });
    owed.putBack(events);
    expect(owed.take()).toEqual(events);
  });
});
