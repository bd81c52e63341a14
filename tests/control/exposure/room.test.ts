import { describe, expect, it } from 'vitest';
import { createExposure } from '../../../control/exposure/index.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import type { Log } from '../../../plant/log.ts';
import { personActor, type Person } from '../../../plant/people.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { StandingAlarm } from '../../../plant/ports/standing-alarms.ts';
import { bad, good } from '../../../plant/quality.ts';
import type { StoredEvent } from '../../../plant/record-event.ts';
import { skidName, type TagName } from '../../../plant/sample.ts';
import type { SiteExposure } from '../../../plant/skid/site-exposure.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const type = loadSkidType('plant/skids/cdse.yaml');
const skid = { name: skidName('QD-1'), title: 'Line 1', type, links: [], twin: true };
const tag = 'QD-1/G900/AT-901A' as TagName;
const definition: SiteExposure = {
  timeZone: 'Europe/Berlin',
  jurisdictions: ['OSHA', 'EU'],
  shifts: ['06:00', '14:00', '22:00'],
  zones: [
    {
      name: 'hall',
      title: 'Line hall',
      skids: [skid.name],
      readings: [{ agent: 'H2S', tag, surrogate: false, cdShare: null }],
    },
  ],
};
const rosa: Person = {
  id: 'P-rosa',
  userName: 'rosa',
  printedName: 'Rosa Ortiz',
  roles: ['operator'],
  mustChangePassword: false,
};
const actor = personActor(rosa, 'here');
const begin = Date.UTC(2026, 9, 2, 8);

/** A hall in which time passes as told, and the ledger outlives the room. */
function hall(stored: StoredEvent[] = [], startAt = begin) {
  let now = startAt;
  const clock: Clock = {
    timeScale: 1,
    utc: () => utcMs(now),
    monotonic: () => monotonic(now),
    process: () => processTime(now),
  };
  const keeper: { full: boolean } = { full: false };
  const records: RecordKeeper = {
    append: (event) => {
      if (keeper.full) return Promise.reject(new Error('the disk is full'));
      const kept = { scope: event.scope, seq: stored.length + 1, hash: '', utc: clock.utc(), event };
      stored.push(kept);
      return Promise.resolve(kept);
    },
    read: (_, from, limit) => Promise.resolve(stored.filter(({ seq }) => seq >= from).slice(0, limit)),
    scopes: () => Promise.resolve([]),
  };
  const alarms = new Map<string, StandingAlarm>();
  const room = createExposure({
    site: 'demo',
    definition,
    skids: [skid],
    clock,
    log,
    authority: { decide: () => ({ allowed: true }) },
    records,
    people: () => Promise.resolve([rosa]),
    history: { raw: () => Promise.resolve([]), trend: () => Promise.resolve([]) },
    standing: {
      stand: (alarm) => void alarms.set(alarm.id, alarm),
      gone: (id) => void alarms.delete(id),
    },
  });
  /** Scans twice a second for so long. */
  const pass = (minutes: number, ppm: number | null): void => {
    for (const end = now + minutes * 60_000; now < end;) {
      now += 500;
      room.accept({
        batch: {
          skid: skid.name,
          scan: 1,
          utc: clock.utc(),
          monotonic: clock.monotonic(),
          process: clock.process(),
          samples: [
            {
              tag,
              value: ppm,
              quality: ppm === null ? bad : good,
              sourceTime: clock.utc(),
              serverTime: clock.utc(),
            },
          ],
        },
        verdict: { demand: 'none', causes: [], releasing: false },
        fieldDemand: 'none',
        blocks: [],
      } as unknown as Parameters<typeof room.accept>[0]);
    }
  };
  const enter = (zone: string | null, at?: number) =>
    room.desk.presence({ personId: rosa.id, zone, ...(at === undefined ? {} : { at: utcMs(at) }) }, actor);
  return { room, pass, enter, alarms, stored, keeper, now: () => now };
}

describe('a person in a zone', () => {
  it('has the dose of the time inside, and keeps it over a restart by the record', async () => {
    const before = hall();
    await before.room.start();
    before.pass(1, 2);
    expect(await before.enter('hall')).toEqual({ done: true });
    before.pass(60, 2);
    const [person] = await before.room.desk.people();
    const eu = person?.lines.find(({ jurisdiction, kind }) => jurisdiction === 'EU' && kind === 'TWA');
    expect(eu).toMatchObject({ basis: 'indicative', state: 'below', soFar: { lower: expect.closeTo(0.25, 3) } });
    await before.room.stop();

    const after = hall(before.stored, before.now());
    await after.room.start();
    after.pass(1, 2);
    const [again] = await after.room.desk.people();
    const later = again?.lines.find(({ jurisdiction, kind }) => jurisdiction === 'EU' && kind === 'TWA');
    expect(again?.zone).toBe('hall');
    // History had nothing: the hour is between nothing and the trip of the interlock.
    expect(later?.soFar.lower).toBeLessThan(0.01);
    expect(later?.soFar.upper).toBeGreaterThan(0.25);
    await after.room.stop();
  });
  it('is not inside where the record did not take it', async () => {
    const { room, enter, keeper } = hall();
    await room.start();
    keeper.full = true;
    await expect(enter('hall')).rejects.toThrow('full');
    expect((await room.desk.zones())[0]?.people).toEqual([]);
    await room.stop();
  });
  it('cannot be logged for a time to come, but for one that has passed', async () => {
    const { room, enter, now } = hall();
    await room.start();
    expect(await enter('hall', now() + 1000)).toMatchObject({ done: false });
    expect(await enter('hall', now() - 600_000)).toEqual({ done: true });
    await room.stop();
  });
});

describe('above a ceiling', () => {
  it('everyone is called out and nobody let in; leaving is never refused, and it ends when the air is clean', async () => {
    const { room, pass, enter, alarms } = hall();
    await room.start();
    await enter('hall');
    pass(2, 20);
    expect(alarms.get('exposure.hall.H2S')).toMatchObject({ priority: 1, title: 'Leave Line hall: H2S' });
    expect((await room.desk.zones())[0]?.evacuate).toContain('ceiling 20 ppm');
    expect(await enter(null)).toEqual({ done: true });
    expect(await enter('hall')).toMatchObject({ done: false, reason: expect.stringContaining('Nobody may go in') });
    pass(20, 0);
    expect((await room.desk.zones())[0]?.evacuate).toBeNull();
    await room.stop();
  });
});

describe('a shift report', () => {
  it('is made as CSV and as PDF', async () => {
    const { room, pass, enter, now } = hall();
    await room.start();
    await enter('hall');
    pass(5, 1);
    const csv = await room.desk.report(utcMs(now()), 'csv');
    expect(new TextDecoder().decode(csv.bytes)).toMatch(/P-rosa,Rosa Ortiz,H2S,gas,OSHA,ceiling,20,ppm,1,/u);
    const pdf = await room.desk.report(utcMs(now()), 'pdf');
    expect(new TextDecoder('latin1').decode(pdf.bytes.slice(0, 5))).toBe('%PDF-');
    expect(pdf.fileName).toBe('exposure-2026-10-02T0600.pdf');
    await room.stop();
  });
});
