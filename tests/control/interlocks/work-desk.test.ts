import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { admissionRecord, type Admission, type WorkedGuard } from '../../../control/interlocks/guard-work.ts';
import { createWorkDesk } from '../../../control/interlocks/work-desk.ts';
import { isoUtc, monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import { actorName, type Actor, type Role } from '../../../plant/people.ts';
import type { Authority } from '../../../plant/ports/access.ts';
import type { InterlockWork, TwoPeople } from '../../../plant/ports/interlock-work.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { localTag, skidName } from '../../../plant/sample.ts';
import { quiet } from '../../alarms/support/ledger.ts';
import { cdse } from './support/plant.ts';

const skid = skidName('QD-1');
const someone = (id: string, ...roles: Role[]): TwoPeople['by'] => ({
  kind: 'person',
  id,
  userName: id,
  printedName: `Person ${id}`,
  roles,
  terminal: 'test',
});
const engineer = someone('eva', 'process engineer');
const fitter = someone('max', 'maintenance');
const other = someone('ida', 'maintenance');
const observer = someone('otto', 'observer');

/** As the table of permissions: an observer may do nothing here; with roles, one of them is asked for too. */
const authority: Authority = {
  decide: (actor: Actor, permission, roles) =>
    actor.kind === 'person' &&
    !actor.roles.includes('observer') &&
    (roles === undefined || roles.some((role) => actor.roles.includes(role)))
      ? { allowed: true }
      : { allowed: false, reason: `${actorName(actor)} may not ${permission}.` },
};

const bypass = { row: 12, channel: 1, minutes: 30, reason: 'TT-202 is replaced', meanwhile: 'TT-201B watched' };
const force = { tag: localTag('R201/TT-202'), value: 160, minutes: 10, reason: 'loop check' };
const proof = { row: 12, channel: 0, asFound: 'clean', asLeft: 'clean' };
const both: TwoPeople = { by: engineer, second: fitter };

const now = 0;
const clock: Clock = {
  timeScale: 1,
  utc: () => utcMs(1_790_000_000_000 + now),
  monotonic: () => monotonic(now),
  process: () => processTime(now),
};

describe('the desk of work on the interlocks', () => {
  let order: string[];
  let written: RecordEvent[];
  let posted: RecordEvent[];
  let append: RecordKeeper['append'];
  let refusals: string[];
  let lateRefusals: string[];
  let desk: InterlockWork;

  const guard: WorkedGuard = {
    skid,
    rows: cdse.interlocks,
    refusals: () => refusals,
    admit: ({ kind }) => {
      order.push(`${kind} takes effect`);
      return lateRefusals;
    },
    end: ({ kind }) => {
      order.push(kind);
      return refusals;
    },
  };

  beforeEach(() => {
    [order, written, posted, refusals, lateRefusals] = [[], [], [], [], []];
    append = (event) => {
      order.push(`${event.action} on disk`);
      written.push(event);
      return Promise.resolve({ scope: event.scope, seq: written.length, hash: '', utc: clock.utc() });
    };
    desk = createWorkDesk({
      clock,
      log: quiet,
      authority,
      records: { append: (event) => append(event), read: () => Promise.resolve([]), scopes: () => Promise.resolve([]) },
      guardOf: () => guard,
      post: (_, event) => void posted.push(event),
      recorded: () => undefined,
      proofTests: () => [],
      responses: () => [],
    });
  });
  afterEach(() => vi.useRealTimers());

  it('has a bypass on disk before it takes effect, with both people, the reason and what is done meanwhile', async () => {
    expect(await desk.bypass(skid, bypass, both)).toEqual({ done: true });
    expect(order).toEqual(['interlock-bypassed on disk', 'bypass takes effect']);
    expect(written[0]).toMatchObject({
      scope: 'skid/QD-1',
      object: 'interlock 12',
      actor: { userName: 'eva' },
      reason: 'TT-202 is replaced',
      data: { row: '12', channel: '1', secondUser: 'max', meanwhile: 'TT-201B watched', minutes: '30' },
    });
    expect(written[0]?.data?.['until']).toBe(isoUtc(utcMs(clock.utc() + 30 * 60_000)));
  });

  it.each([
    ['a force', () => desk.force(skid, force, both), 'interlock-forced on disk', 'force takes effect'],
    [
      'a proof test',
      () => desk.proofTest(skid, proof, both),
      'interlock-proof-test-begun on disk',
      'proof test takes effect',
    ],
    [
      'changeover',
      () => desk.changeover(skid, 'enter', engineer),
      'changeover-entered on disk',
      'changeover takes effect',
    ],
  ])('has %s on disk before it takes effect', async (_, ask, recorded, effect) => {
    expect(await ask()).toEqual({ done: true });
    expect(order).toEqual([recorded, effect]);
  });

  it.each<[string, TwoPeople, string]>([
    ['the same person twice', { by: fitter, second: { ...fitter, terminal: 'other' } }, 'two different people'],
    ['a second who may not', { by: engineer, second: observer }, 'Person otto may not bypass interlock.'],
    ['a first who may not', { by: observer, second: engineer }, 'Person otto may not bypass interlock.'],
  ])('refuses %s, and records who asked', async (_, people, why) => {
    const answer = await desk.bypass(skid, bypass, people);
    expect(answer).toEqual({ done: false, refusedBy: [expect.stringContaining(why)] });
    expect(order).toEqual([]);
    expect(posted).toMatchObject([
      { action: 'interlock-work-refused', actor: people.by, object: 'interlock 12', data: { asked: 'bypass' } },
    ]);
  });

  it('asks one of the two for a role that the row names', async () => {
    const rule = cdse.interlocks.find(({ row }) => row === 12)?.bypass;
    const named = rule === undefined || rule === 'never' ? [] : rule.by;
    const outside = someone('ulf', 'checker');
    const inside = someone('ina', ...named);
    expect(await desk.bypass(skid, bypass, { by: outside, second: { ...outside, id: 'uwe' } })).toEqual({
      done: false,
      refusedBy: [`For this row one of the two must be ${named.join(' or ')}.`],
    });
    expect(await desk.bypass(skid, bypass, { by: outside, second: inside })).toEqual({ done: true });
  });

  it.each([
    ['no reason', { ...bypass, reason: ' ' }, 'Say the reason'],
    ['no measure meanwhile', { ...bypass, meanwhile: '' }, 'Say the measure meanwhile'],
    ['a reason longer than a page', { ...bypass, reason: 'x'.repeat(1001) }, '1001 characters'],
    ['no time', { ...bypass, minutes: 0 }, '0 minutes'],
    ['a time that is no number', { ...bypass, minutes: Number.NaN }, 'NaN minutes'],
    ['a month', { ...bypass, minutes: 43_200 }, '43200 minutes'],
  ])('refuses %s', async (_, request, why) => {
    expect(await desk.bypass(skid, request, both)).toEqual({ done: false, refusedBy: [expect.stringContaining(why)] });
    expect(order).toEqual([]);
  });

  it('refuses a value that is none', async () => {
    expect(await desk.force(skid, { ...force, value: Infinity }, both)).toMatchObject({ done: false });
  });

  it('does nothing and records the refusal where the guard refuses', async () => {
    refusals = ['Row 9 is never bypassed.'];
    expect(await desk.bypass(skid, bypass, both)).toEqual({ done: false, refusedBy: refusals });
    expect(order).toEqual([]);
    expect(posted).toMatchObject([{ action: 'interlock-work-refused', reason: 'Row 9 is never bypassed.' }]);
  });

  it('does nothing where it cannot be recorded', async () => {
    append = () => Promise.reject(new Error('the disk is full'));
    expect(await desk.bypass(skid, bypass, both)).toEqual({
      done: false,
      refusedBy: [expect.stringContaining('the disk is full')],
    });
    expect(order).toEqual([]);
  });

  it('waits 5 s for the record, and says of one that comes later that it did not take effect', async () => {
    vi.useFakeTimers();
    let land = (): void => undefined;
    append = (event) =>
      new Promise((resolve) => (land = () => resolve({ scope: event.scope, seq: 1, hash: '', utc: clock.utc() })));
    const answer = desk.bypass(skid, bypass, both);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await answer).toEqual({ done: false, refusedBy: [expect.stringContaining('5 s')] });
    expect(posted).toEqual([]);
    land();
    await vi.advanceTimersByTimeAsync(0);
    expect(order).toEqual([]);
    expect(posted).toMatchObject([{ action: 'interlock-bypass-ended', object: 'interlock 12', data: { row: '12' } }]);
  });

  it('takes back in the record what the guard refused once that was written', async () => {
    lateRefusals = ['The other channel is no longer Good.'];
    expect(await desk.bypass(skid, bypass, both)).toEqual({ done: false, refusedBy: lateRefusals });
    expect(posted).toMatchObject([
      { action: 'interlock-bypass-ended', reason: expect.stringContaining('no longer Good') },
    ]);
  });

  it('takes one after another, so that two cannot slip in together', async () => {
    const first = desk.bypass(skid, bypass, both);
    const second = desk.force(skid, force, { by: engineer, second: other });
    await Promise.all([first, second]);
    expect(order).toEqual([
      'interlock-bypassed on disk',
      'bypass takes effect',
      'interlock-forced on disk',
      'force takes effect',
    ]);
  });

  it('ends a bypass, a force and changeover at once, by one person and without waiting for the record', async () => {
    append = () => new Promise(() => undefined);
    expect(await desk.endBypass(skid, 12, fitter)).toEqual({ done: true });
    expect(await desk.endForce(skid, force.tag, fitter)).toEqual({ done: true });
    expect(await desk.changeover(skid, 'leave', fitter)).toEqual({ done: true });
    expect(order).toEqual(['end bypass', 'end force', 'leave changeover']);
  });

  it('refuses the end to who may not, and where there is nothing to end', async () => {
    expect(await desk.endBypass(skid, 12, observer)).toMatchObject({ done: false });
    expect(order).toEqual([]);
    refusals = ['Row 12 has no bypass.'];
    expect(await desk.endBypass(skid, 12, fitter)).toEqual({ done: false, refusedBy: refusals });
    expect(posted).toHaveLength(2);
  });

  it('says of every admission what it was, so that a reader needs nothing else', () => {
    const works: Admission[] = [
      { kind: 'bypass', request: bypass, people: both },
      { kind: 'force', request: force, people: both },
      { kind: 'proof test', request: proof, people: both },
      { kind: 'changeover', actor: engineer },
    ];
    const records = works.map((work) => admissionRecord(guard, work, clock.utc()));
    expect(records.map(({ object }) => object)).toEqual(['interlock 12', 'R201/TT-202', 'interlock 12', 'changeover']);
    expect(records[1]).toMatchObject({ new: '160', data: { secondId: 'max' } });
    expect(records[2]).toMatchObject({ data: { asFound: 'clean', asLeft: 'clean', second: 'Person max' } });
  });
});
