/** The audit trail: what a filter finds, page by page, on a ledger and on rows that are not whole; and who has read it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecords, type RecordsRoom } from '../../../control/records/index.ts';
import { auditCsvPart, auditPage, entriesAPage } from '../../../control/records/ledger/audit-walk.ts';
import { ReadLog } from '../../../control/records/read-log.ts';
import { Ledger } from '../../../control/records/ledger/ledger.ts';
import { SqliteStore } from '../../../control/records/ledger/sqlite-store.ts';
import type { TrailRow } from '../../../control/records/ledger/store.ts';
import { utcMs } from '../../../plant/clock.ts';
import { personActor, type Actor } from '../../../plant/people.ts';
import type { AuditFilter } from '../../../plant/ports/audit-trail.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { event, later, movableClock, silentLog, stamp, temporaryFolder } from './support.ts';

const rosa = personActor(
  { id: 'P-1', userName: 'rosa', printedName: 'Rosa Weber', roles: ['QA reviewer'], mustChangePassword: false },
  '10.0.0.7',
);
const service: Actor = { kind: 'service', part: 'scan' };

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe('the audit trail of a ledger', () => {
  let store: SqliteStore;
  let ledger: Ledger;
  beforeEach(async () => {
    store = new SqliteStore(folder.path);
    ledger = new Ledger(folder.path, '0.1.0-test', store);
    await ledger.open(stamp);
  });
  afterEach(() => ledger.close());

  const add = (seconds: number, scope: string, given: Partial<RecordEvent>) =>
    ledger.append([{ scope, stamp: later(seconds), make: () => ({ ...event(scope, 'phase-started'), ...given }) }]);
  const objects = async (filter: AuditFilter): Promise<string[]> =>
    (await auditPage(store, filter, null)).entries.map(({ event: { object } }) => object);

  it('finds by person, scope, action, object, reason, change and time, the newest first', async () => {
    const day = 86_400;
    await add(day, 'skid/QD-1', { actor: rosa, object: 'TIC-1', action: 'set-point-written', old: '1', new: '2' });
    await add(2 * day, 'batch/B-1', { actor: service, object: 'Heat up' });
    await add(3 * day, 'batch/B-1', { actor: rosa, object: 'Prompt', action: 'prompt-answered', reason: 'misread' });
    const at = (seconds: number) => later(seconds).utc;
    expect(await objects({ person: 'ROSA' })).toEqual(['Prompt', 'TIC-1']);
    expect(await objects({ person: 'weber', scope: 'skid/QD-1' })).toEqual(['TIC-1']);
    expect(await objects({ person: 'service', scope: 'batch/B-1' })).toEqual(['Heat up']);
    expect(await objects({ scope: 'batch/B-1' })).toEqual(['Prompt', 'Heat up']);
    expect(await objects({ action: 'prompt-answered' })).toEqual(['Prompt']);
    expect(await objects({ object: 'heat' })).toEqual(['Heat up']);
    expect(await objects({ withReason: true })).toEqual(['Prompt']);
    expect(await objects({ onlyChanges: true, scope: 'skid/QD-1' })).toEqual(['TIC-1']);
    expect(await objects({ from: at(2 * day) })).toEqual(['Prompt', 'Heat up']);
    expect(await objects({ from: at(day), until: at(2 * day) })).toEqual(['Heat up', 'TIC-1']);
    expect(await objects({ scope: 'batch/B-2' })).toEqual([]);
  });

  it('keeps to the numbers where the clock was set back, and hides nothing by it', async () => {
    await add(600, 'skid/QD-1', { object: 'first' });
    await add(0, 'skid/QD-1', { object: 'second' });
    await add(1200, 'skid/QD-1', { object: 'third' });
    expect(await objects({ scope: 'skid/QD-1' })).toEqual(['third', 'second', 'first']);
    expect(await objects({ scope: 'skid/QD-1', from: later(500).utc, until: later(700).utc })).toEqual(['first']);
  });

  it('gives every entry once, page by page, to its end', async () => {
    const many = Array.from({ length: 2 * entriesAPage + 50 }, (_, n) => ({
      scope: 'skid/QD-1',
      stamp,
      make: () => ({ ...event('skid/QD-1', 'phase-started'), object: `object ${n}` }),
    }));
    await ledger.append(many);
    for (const filter of [{}, { scope: 'skid/QD-1' }]) {
      const seen: string[] = [];
      for (let before: number | null = null; ;) {
        const { entries, next } = await auditPage(store, filter, before);
        expect(entries.length).toBeLessThanOrEqual(entriesAPage);
        seen.push(...entries.filter(({ scope }) => scope === 'skid/QD-1').map(({ seq }) => String(seq)));
        if (next === null) break;
        before = next;
      }
      expect(seen).toEqual(many.map((_, n) => String(many.length - n)));
    }
  });

  it('says the same in its lines for a spreadsheet', async () => {
    await add(1, 'skid/QD-1', { actor: rosa, object: 'TIC-1', old: '1', new: '2', unit: '°C', reason: 'asked for' });
    const { text, next } = await auditCsvPart(store, { person: 'rosa' }, null);
    expect(next).toBeNull();
    expect(text).toContain('Rosa Weber,rosa,QA reviewer,10.0.0.7,person,phase-started,TIC-1,1,2,°C,asked for');
    expect(text.trimEnd().split('\r\n')).toHaveLength(1);
  });
});

describe('a walk', () => {
  const rowsTo = (count: number, without = 0) => ({
    looked: 0,
    trailBefore(_: string | null, before: number, limit: number): Promise<readonly TrailRow[]> {
      const rows: TrailRow[] = [];
      for (let at = Math.min(before - 1, count); at >= 1 && rows.length < limit; at -= 1) {
        const body = JSON.stringify({ schema: 1, scope: 's', seq: at, utc: '2026-10-02T09:30:00.000Z', monotonic: '1',
          actor: service, action: 'a', object: at === 1 ? 'the first' : 'o' }); // prettier-ignore
        if (at !== without) rows.push({ at, body, hash: 'h' });
      }
      this.looked += rows.length;
      return Promise.resolve(rows);
    },
  });

  it('for something rare gives back where it came to, and finds it from there', async () => {
    const store = rowsTo(120_000);
    let { entries, next } = await auditPage(store, { object: 'the first' }, null);
    expect([entries, next]).toEqual([[], 70_001]);
    expect(store.looked).toBeLessThanOrEqual(50_001);
    for (let pages = 1; next !== null; pages += 1) {
      ({ entries, next } = await auditPage(store, { object: 'the first' }, next));
      expect(pages).toBeLessThan(4);
    }
    expect(entries.map(({ seq }) => seq)).toEqual([1]);
  });

  it.each([1000, 1500, 2000, 1])('says so where entry %d is missing, rather than pass over it', async (without) => {
    const walked = auditPage(rowsTo(2500, without), { object: 'nothing' }, null);
    await expect(walked).rejects.toMatchObject({ code: 'ledger-damaged' });
  });
});

describe('the log of readings', () => {
  const read = { record: 'batch/B-1', as: 'page', actor: rosa };

  it('takes what a person reads again within ten minutes for one reading, and nothing else', () => {
    const log = new ReadLog();
    expect(log.take(read, 0)).toEqual({
      scope: 'access', actor: rosa, action: 'record-read', object: 'batch/B-1', data: { as: 'page' },
    }); // prettier-ignore
    expect(log.take(read, 599_999)).toBeNull();
    expect(log.take({ ...read, as: 'pdf' }, 1)).not.toBeNull();
    expect(log.take({ ...read, record: 'batch/B-2' }, 1)).not.toBeNull();
    expect(log.take({ ...read, actor: { ...rosa, terminal: '10.0.0.8' } }, 1)).not.toBeNull();
    expect(log.take({ ...read, actor: { ...rosa, id: 'P-2' } }, 1)).not.toBeNull();
    expect(log.take(read, 1, { filter: { person: 'ann' } })).not.toBeNull();
    expect(log.take(read, 600_000)).not.toBeNull();
  });
});

describe('the room', () => {
  let room: RecordsRoom;
  beforeEach(async () => {
    room = createRecords({ dataFolder: folder.path, clock: movableClock(), log: silentLog, build: '0.1.0-test' });
    await room.start();
  });
  afterEach(() => room.stop());

  it('has who reads the audit trail in the audit trail, one event for all the pages', async () => {
    const filter = { person: 'rosa', from: utcMs(stamp.utc) };
    await room.audit.page(filter, null, rosa);
    const { entries } = await room.audit.page(filter, null, rosa);
    expect(entries.map(({ event: read }) => read)).toEqual([
      {
        scope: 'access', actor: rosa, action: 'record-read', object: 'audit trail',
        data: { as: 'page', filter: { person: 'rosa', from: '2026-10-02T09:30:00.000+00:00' } },
      },
    ]); // prettier-ignore
  });

  it('gives the file whole, with its head once, and notes who took it and what else was read', async () => {
    await room.audit.noteRead({ record: 'batch/B-1', as: 'pdf', actor: rosa });
    const { fileName, content } = await room.audit.csv({ action: 'record-read' }, rosa);
    let text = '';
    for await (const part of content) text += Buffer.from(part).toString();
    const lines = text.trimEnd().split('\r\n');
    expect(fileName).toBe('audit-trail.csv');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^scope,number,recorded_utc/u);
    expect(lines[1]).toContain('audit trail');
    expect(lines[2]).toContain('batch/B-1');
  });

  it('names the chains there are, and answers nothing about a name that cannot be one', async () => {
    expect(await room.audit.scopes()).toContain('access');
    await expect(room.audit.page({ scope: '' }, null, rosa)).rejects.toMatchObject({ code: 'record-refused' });
  });
});
