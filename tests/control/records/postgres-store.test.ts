/** The ledger on a real PostgreSQL: what it keeps, what it refuses, and what is known after a lost connection. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRecords } from '../../../control/records/index.ts';
import { auditPage } from '../../../control/records/ledger/audit-walk.ts';
import { GroupCommit } from '../../../control/records/ledger/group-commit.ts';
import { Ledger } from '../../../control/records/ledger/ledger.ts';
import { PostgresStore } from '../../../control/records/ledger/postgres-store.ts';
import { preparePostgres } from '../../../control/records/ledger/prepare-postgres.ts';
import { verifyPostgres } from '../../../control/records/verify/postgres-ledger.ts';
import { verifyExport } from '../../../control/records/verify/verify-export.ts';
import type { AuditPage } from '../../../plant/ports/audit-trail.ts';
import { Postgres } from '../../support/postgres.ts';
import { Proxy } from '../../support/proxy.ts';
import { until } from '../../support/waiting.ts';
import {
  event,
  firstPasswords,
  firstUse,
  later,
  movableClock,
  ownCheckpoint,
  silentLog,
  stamp,
  temporaryFolder,
  trustOf,
} from './support.ts';

let server: Postgres;
let database = '';
let made = 0;
let folder: ReturnType<typeof temporaryFolder>;
const open: Ledger[] = [];

const draft = (scope: string, object = 'heat up') => ({
  scope,
  stamp,
  make: () => event(scope, 'phase-started', { object }),
});

async function opened(role = 'writer'): Promise<Ledger> {
  const ledger = new Ledger(folder.path, '0.1.0-test', new PostgresStore(server.url(database, role), 'mesoline test'));
  open.push(ledger);
  await ledger.open(stamp);
  return ledger;
}

async function leftBehind(): Promise<void> {
  const ledger = await opened();
  await ledger.append(['a', 'b', 'c'].map((object) => draft('batch/B-1', object)));
  await ledger.checkpoint(later(1));
  await ledger.close();
}

beforeAll(async () => {
  server = await Postgres.launch();
  await server.asAdmin('postgres', 'CREATE ROLE owner LOGIN', 'CREATE ROLE writer LOGIN');
});
afterAll(async () => {
  await server.remove();
});
beforeEach(async () => {
  folder = temporaryFolder();
  database = `ledger${(made += 1)}`;
  await server.asAdmin('postgres', `CREATE DATABASE ${database} OWNER owner`);
  await preparePostgres(server.url(database, 'owner'), 'writer');
});
afterEach(async () => {
  for (const ledger of open.splice(0)) await ledger.close();
  folder.remove();
});

describe('a ledger in PostgreSQL', () => {
  it('goes on where it was after it was closed', async () => {
    await leftBehind();
    const ledger = await opened();
    expect((await ledger.append([draft('batch/B-1', 'd')]))[0]!.seq).toBe(4);
    const read = await ledger.read('batch/B-1', 1, 10);
    expect(read.map(({ seq, event: said }) => [seq, said.object])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
      [4, 'd'],
    ]);
  });

  it('gives its audit trail by number from the newest, whole and of one scope, page by page', async () => {
    const ledger = await opened();
    const names = Array.from({ length: 150 }, (_, index) => `step ${index}`);
    await ledger.append(names.flatMap((name) => [draft('skid/QD-1', name), draft('skid/QD-2', name)]));
    for (const filter of [{ scope: 'skid/QD-2' }, { object: 'step' }]) {
      const seen: string[] = [];
      for (let before: number | null = null; ;) {
        const page: AuditPage = await auditPage(ledger.store, filter, before);
        seen.push(...page.entries.filter(({ scope }) => scope === 'skid/QD-2').map(({ event: { object } }) => object));
        if (page.next === null) break;
        before = page.next;
      }
      expect(seen).toEqual(names.toReversed());
    }
  });

  it('answers many who append at once in the order they came', async () => {
    const ledger = await opened();
    const commits = new GroupCommit(ledger);
    const names = Array.from({ length: 1200 }, (_, index) => `step ${index}`);
    const receipts = await Promise.all(names.map((name) => commits.add(draft('skid/QD-1', name))));
    expect(receipts.map(({ seq }) => seq)).toEqual(names.map((_, index) => index + 1));
    expect((await ledger.read('skid/QD-1', 1, 2000)).map((stored) => stored.event.object)).toEqual(names);
  });

  it.each([
    ['owner', 'UPDATE mesoline.event SET body = body', /append-only/],
    ['owner', 'DELETE FROM mesoline.site', /append-only/],
    ['owner', 'TRUNCATE mesoline.event', /append-only/],
    ['writer', 'UPDATE mesoline.event SET body = body', /permission denied/],
    ['writer', 'DELETE FROM mesoline.checkpoint', /permission denied/],
    ['writer', 'TRUNCATE mesoline.site', /permission denied/],
    ['writer', `INSERT INTO mesoline.event VALUES ('batch/B-1', 9, '{}', '')`, /next number/],
    [
      'owner',
      `INSERT INTO mesoline.event VALUES ('batch/B-1', 2, '{}', '') ON CONFLICT (scope, seq) DO UPDATE SET body = '{}'`,
      /next number/,
    ],
  ])('refuses %s "%s"', async (role, sql, problem) => {
    await leftBehind();
    await expect(server.run(database, role, sql)).rejects.toThrow(problem);
  });

  it.each([
    ['a rule dropped', 'DROP TRIGGER event_no_update ON mesoline.event', 'event_no_update'],
    ['a rule disabled', 'ALTER TABLE mesoline.site DISABLE TRIGGER site_next', 'site_next'],
    ['a rule made lesser', 'ALTER TABLE mesoline.site ENABLE TRIGGER site_no_delete', 'site_no_delete'],
    [
      'a rule emptied',
      'CREATE OR REPLACE FUNCTION mesoline.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN OLD; END$$',
      'refuse_change',
    ],
    ['a table that no power cut spares', 'ALTER TABLE mesoline.event SET UNLOGGED', 'table event'],
    ['a column more', 'ALTER TABLE mesoline.event ADD COLUMN note text', 'note'],
    ['a constraint dropped', 'ALTER TABLE mesoline.site DROP CONSTRAINT site_event', 'site_event'],
  ])('is not started on: %s', async (_, sql, named) => {
    await leftBehind();
    await server.run(database, 'owner', sql);
    await expect(opened()).rejects.toMatchObject({ code: 'ledger-damaged', message: expect.stringContaining(named) });
  });

  it('is not started on where an event was changed behind the rules', async () => {
    await leftBehind();
    await server.asAdmin(
      database,
      'ALTER TABLE mesoline.event DISABLE TRIGGER USER',
      `UPDATE mesoline.event SET body = replace(body, '"b"', '"B"') WHERE scope = 'batch/B-1' AND seq = 2`,
      'ALTER TABLE mesoline.event ENABLE ALWAYS TRIGGER event_next',
      'ALTER TABLE mesoline.event ENABLE ALWAYS TRIGGER event_no_update',
      'ALTER TABLE mesoline.event ENABLE ALWAYS TRIGGER event_no_delete',
      'ALTER TABLE mesoline.event ENABLE ALWAYS TRIGGER event_no_truncate',
    );
    await expect(opened()).rejects.toMatchObject({
      code: 'ledger-damaged',
      message: expect.stringContaining('batch/B-1 #2'),
    });
  });

  it.each([
    ['the owner', 'owner', ''],
    ['a superuser', 'admin', ''],
    ['a writer who may delete', 'writer', 'GRANT DELETE ON mesoline.event TO writer'],
    ['a writer who may update a column', 'writer', 'GRANT UPDATE (body) ON mesoline.event TO writer'],
  ])('is not written by %s', async (_, role, grant) => {
    if (grant !== '') await server.run(database, 'owner', grant);
    await expect(opened(role)).rejects.toMatchObject({ code: 'ledger-unsafe' });
  });

  it('is not written by two services at once, and says by whom it is', async () => {
    await opened();
    await expect(opened()).rejects.toMatchObject({
      code: 'ledger-in-use',
      message: expect.stringContaining('mesoline test'),
    });
  });
});

describe('the room on PostgreSQL', () => {
  it('records, signs and exports, and goes on after a stop', async () => {
    const ledger = server.url(database, 'writer');
    const start = async () => {
      const room = createRecords({
        dataFolder: folder.path,
        clock: movableClock(),
        log: silentLog,
        build: 'test',
        ledger,
      });
      await room.start();
      return room;
    };
    const first = await start();
    const userName = 'operator';
    const password = firstPasswords(folder.path).get(userName)!;
    await firstUse(first.access, userName, password);
    await first.keeper.append(event('batch/B-1', 'batch-prepared'));
    const subject = 'start of batch B-1';
    const role = { role: 'operator', meaning: 'performed', subject, notPersons: [] };
    const signer = { userName, password: `${password} of my own`, terminal: 'page' };
    await first.desk.sign({ ...signer, ...role, scope: 'batch/B-1' });
    const { text } = await first.desk.export('batch/B-1');
    await first.stop();

    const report = verifyExport({
      bytes: Buffer.from(text),
      trusted: trustOf(folder.path),
      witness: ownCheckpoint(text),
    });
    expect(report.findings).toEqual([]);
    const second = await start();
    expect((await second.desk.signatures('batch/B-1')).map((signature) => signature.subject)).toEqual([subject]);
    await second.stop();
  });
});

describe('the verifier on PostgreSQL', () => {
  const asked = (witness: string | null) =>
    verifyPostgres({ url: server.url(database, 'writer'), trusted: trustOf(folder.path), witness });
  const kept = (): string => readFileSync(join(folder.path, 'checkpoints', 'checkpoints.jsonl'), 'utf8');

  it('holds what is sound, and nothing without checkpoints kept apart', async () => {
    await leftBehind();
    expect((await asked(kept())).findings).toEqual([]);
    expect((await asked(null)).holds).toBe(false);
  });

  it.each([
    ['a rule dropped', 'DROP TRIGGER event_no_update ON mesoline.event', /event_no_update/],
    ['a rule disabled', 'ALTER TABLE mesoline.event DISABLE TRIGGER event_no_update', /event_no_update/],
    ['an event changed', `UPDATE mesoline.event SET body = replace(body, '"b"', '"B"') WHERE seq = 2`, /batch\/B-1 #2/],
    ['the tail cut off', `DELETE FROM mesoline.site WHERE seq = 4`, /end was cut off|binds 2/],
    ['a scope removed', `DELETE FROM mesoline.event WHERE scope = 'batch/B-1'`, /removed or renamed/],
  ])('finds %s by whom no rule stops', async (_, sql, problem) => {
    await leftBehind();
    const tables = ['event', 'site', 'checkpoint'];
    await server.asAdmin(
      database,
      ...tables.map((table) => `ALTER TABLE mesoline.${table} DISABLE TRIGGER USER`),
      ...(sql.includes('TRIGGER') ? [] : [sql]),
      ...tables.flatMap((table) =>
        ['next', 'no_update', 'no_delete', 'no_truncate'].map(
          (rule) => `ALTER TABLE mesoline.${table} ENABLE ALWAYS TRIGGER ${table}_${rule}`,
        ),
      ),
      ...(sql.includes('TRIGGER') ? [sql] : []),
    );
    const report = await asked(kept());
    expect(report.holds).toBe(false);
    expect(report.findings.map((finding) => `${finding.where}: ${finding.problem}`).join('\n')).toMatch(problem);
    await expect(opened()).rejects.toMatchObject({ code: 'ledger-damaged' });
  });
});

describe('a connection that is lost', () => {
  const cut = (): Promise<unknown> =>
    server.asAdmin(
      database,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mesoline test' AND datname = '${database}'`,
    );

  it('is made anew by itself, and no number is given twice', async () => {
    const ledger = await opened();
    const commits = new GroupCommit(ledger);
    const asked: Promise<PromiseSettledResult<unknown>[]>[] = [];
    for (let round = 0; round < 5; round += 1) {
      asked.push(
        Promise.allSettled(
          Array.from({ length: 50 }, (_, index) => commits.add(draft('batch/B-1', `${round} ${index}`))),
        ),
      );
      await cut();
    }
    const settled = (await Promise.all(asked)).flat();
    const acknowledged = settled.filter(({ status }) => status === 'fulfilled').length;
    await commits.add(draft('batch/B-1', 'last'));
    const stored = await ledger.read('batch/B-1', 1, 1000);
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
    expect(stored.length).toBe(acknowledged + 1);
    await ledger.checkpoint(later(60));
    await ledger.close();
    await opened();
  });

  it('whose answer never came is asked anew whether it was recorded: what was is acknowledged, once', async () => {
    const proxy = new Proxy(server.port);
    const url = new URL(server.url(database, 'writer'));
    url.port = String(await proxy.start());
    try {
      const ledger = new Ledger(folder.path, '0.1.0-test', new PostgresStore(url.href, 'mesoline test'));
      open.push(ledger);
      await ledger.open(stamp);
      proxy.onRequest = () => proxy.unplug();
      const asked = ledger.append([draft('alarms')]);
      const kept = () =>
        server.asAdmin(database, `SELECT count(*)::int AS n FROM mesoline.event WHERE scope = 'alarms'`);
      await until(async () => (await kept())[0]?.n === 1, { what: 'the event to be recorded', everyMs: 20 });
      proxy.onRequest = null;
      proxy.plug();
      expect((await asked)[0]!.seq).toBe(1);
      proxy.unplug();
      const lost = ledger.append([draft('alarms')]);
      proxy.plug();
      await expect(lost).rejects.toMatchObject({ code: 'record-refused', message: expect.stringContaining('nothing was recorded') as string }); // prettier-ignore
      expect((await ledger.append([draft('alarms')]))[0]!.seq).toBe(2);
      expect((await kept())[0]?.n).toBe(2);
      await ledger.close();
    } finally {
      await proxy.stop();
    }
  });

  it('refuses while the server is away, and goes on when it is back', async () => {
    const ledger = await opened();
    await server.stop();
    await expect(ledger.append([draft('alarms')])).rejects.toMatchObject({ code: 'record-refused' });
    await server.start();
    expect((await ledger.append([draft('alarms')]))[0]!.seq).toBe(1);
    // A server that shuts down writes everything out first; how long that takes is the disk's affair.
  }, 60_000);

  it('is not written to where somebody else wrote meanwhile', async () => {
    const ledger = await opened();
    await cut();
    await server.asAdmin(database, `SELECT pg_advisory_lock(hashtextextended('mesoline ledger', 0))`);
    await server.run(
      database,
      'writer',
      `INSERT INTO mesoline.site SELECT max(seq) + 1, 'alarms', 1, '', '' FROM mesoline.site`,
    );
    await expect(ledger.append([draft('alarms')])).rejects.toMatchObject({ code: 'ledger-damaged' });
    await expect(ledger.append([draft('alarms')])).rejects.toMatchObject({ code: 'ledger-damaged' });
  });
});
