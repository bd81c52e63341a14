import { describe, expect, it } from 'vitest';
import { utcMs } from '../../../plant/clock.ts';
import type { FilterResult } from '../../../plant/exposure.ts';
import type { DoseLine } from '../../../plant/ports/exposure-desk.ts';
import { actor, begin, hall, rosa } from './support/hall.ts';

const minute = 60_000;
type Hall = ReturnType<typeof hall>;
const result = (more: Partial<FilterResult> = {}): Omit<FilterResult, 'id'> => ({
  personId: rosa.id,
  agent: 'Cd',
  fraction: 'total',
  from: utcMs(begin - 60 * minute),
  to: utcMs(begin),
  concentration: 1.6,
  unit: 'µg/m³',
  laboratory: 'North',
  method: 'NIOSH 7048',
  ...more,
});
const lineOf = async (
  { room }: Hall,
  jurisdiction: string,
  agent = 'Cd',
  kind = 'TWA',
): Promise<DoseLine | undefined> =>
  (await room.desk.people())[0]?.lines.find(
    (line) => line.jurisdiction === jurisdiction && line.agent === agent && line.kind === kind,
  );

describe('a badge', () => {
  it('logs the person it was given to last, and nobody where nobody has it', async () => {
    const here = hall();
    await here.room.start();
    expect(await here.room.desk.presence({ badge: '17', zone: 'hall' }, actor)).toEqual({
      done: false,
      reason: 'Nobody has the badge 17.',
    });
    expect(await here.room.desk.giveBadge({ personId: rosa.id, badge: '17' }, actor)).toEqual({ done: true });
    expect(await here.room.desk.presence({ badge: '17', zone: 'hall' }, actor)).toEqual({ done: true });
    expect((await here.room.desk.zones())[0]?.people.map(({ personId }) => personId)).toEqual([rosa.id]);
    await here.room.stop();
  });
  it('is given to nobody who is not known, and has a number', async () => {
    const { room, stored } = hall();
    await room.start();
    expect(await room.desk.giveBadge({ personId: 'P-nobody', badge: '17' }, actor)).toMatchObject({ done: false });
    expect(await room.desk.giveBadge({ personId: rosa.id, badge: ' ' }, actor)).toMatchObject({ done: false });
    expect(stored).toEqual([]);
    await room.stop();
  });
});

describe('a result of a personal sample', () => {
  it('is the cadmium dose of its time, whatever the photometer said, and a later one corrects it', async () => {
    const here = hall();
    await here.room.start();
    await here.enter('hall');
    here.pass(60, 0, 0.1);
    expect((await lineOf(here, 'OSHA'))?.basis).toBe('indicative');
    const worn = { from: utcMs(begin), to: utcMs(begin + 60 * minute) };
    expect(await here.room.desk.addFilterResult(result(worn), actor)).toEqual({ done: true });
    const first = await lineOf(here, 'OSHA');
    expect(first).toMatchObject({ basis: 'personal sample', soFar: { lower: expect.closeTo(0.2, 6) } });
    expect(first?.soFar.upper).toBeCloseTo(0.2, 6);
    expect(await here.room.desk.addFilterResult(result({ ...worn, concentration: 0.8 }), actor)).toEqual({
      done: true,
    });
    expect((await lineOf(here, 'OSHA'))?.soFar.upper).toBeCloseTo(0.1, 6);
    expect(await here.room.desk.filterResults()).toHaveLength(1);
    expect(here.stored.filter(({ event }) => event.action === 'filter-result-entered')).toHaveLength(2);
    await here.room.stop();
  });
  it.each<[string, Partial<FilterResult>, RegExp]>([
    ['that ends before it begins', { to: utcMs(begin - 61 * minute) }, /ends before it begins/u],
    ['that has not ended', { to: utcMs(begin + 120 * minute) }, /not ended yet/u],
    ['of more than a day', { from: utcMs(begin - 1500 * minute) }, /more than 24 h/u],
    ['of cadmium in ppm', { unit: 'ppm' }, /not given in ppm/u],
    ['of a gas with a fraction of dust', { agent: 'H2S', unit: 'ppm' }, /no fraction "total"/u],
    ['of somebody unknown', { personId: 'P-nobody' }, /no person P-nobody/u],
    ['that overlaps another', { from: utcMs(begin - minute) }, /overlaps another result/u],
  ])('%s is refused, and nothing is recorded', async (_, more, said) => {
    const here = hall();
    await here.room.start();
    await here.room.desk.addFilterResult(result(), actor);
    const before = here.stored.length;
    const answer = await here.room.desk.addFilterResult(result(more), actor);
    expect(answer).toMatchObject({ done: false, reason: expect.stringMatching(said) });
    expect(here.stored).toHaveLength(before);
    await here.room.stop();
  });
  it('above the limit calls its wearer out of the zone; who has left is kept out, and nobody is called any more', async () => {
    const here = hall();
    await here.room.start();
    await here.enter('hall');
    here.pass(0.5, 0);
    await here.room.desk.addFilterResult(result({ concentration: 48 }), actor);
    here.pass(0.5, 0);
    expect((await lineOf(here, 'OSHA'))?.state).toBe('limit');
    expect(here.alarms.get('exposure.hall.Cd')).toMatchObject({ priority: 1 });
    await here.enter(null);
    here.pass(0.5, 0);
    const [zone] = await here.room.desk.zones();
    expect([zone?.evacuate, zone?.entryStopped]).toEqual([null, expect.stringContaining('Rosa Ortiz has reached')]);
    expect(here.alarms.get('exposure.hall.Cd')).toMatchObject({ priority: 2 });
    await here.room.stop();
  });
  it('comes back after a restart, with badges and where people are', async () => {
    const before = hall();
    await before.room.start();
    await before.room.desk.giveBadge({ personId: rosa.id, badge: '17' }, actor);
    await before.enter('hall');
    before.pass(0.5, 0);
    await before.room.desk.addFilterResult(result(), actor);
    await before.room.stop();
    const after = hall(before.stored, before.now());
    await after.room.start();
    expect(await after.room.desk.filterResults()).toMatchObject([
      { personId: rosa.id, concentration: 1.6, from: begin - 60 * minute },
    ]);
    expect((await lineOf(after, 'OSHA'))?.soFar.lower).toBeCloseTo(0.2, 6);
    expect((await after.room.desk.zones())[0]?.people).toMatchObject([{ personId: rosa.id, since: begin }]);
    expect(await after.room.desk.presence({ badge: '17', zone: null }, actor)).toEqual({ done: true });
    await after.room.stop();
  });
});

describe('air that is not known', () => {
  it('counts by its upper bound after a quarter of an hour, and not before', async () => {
    const here = hall();
    await here.room.start();
    here.pass(1, 0);
    here.pass(14, null);
    expect((await here.room.desk.zones())[0]?.entryStopped).toBeNull();
    here.pass(2, null);
    const [zone] = await here.room.desk.zones();
    // 5 ppm, at which the interlock trips, is the 8-h limit in the EU; no ceiling is reached by it.
    expect(zone?.entryStopped).toContain('H2S TWA 5 ppm (EU, not approved): 5.00 ppm in the air');
    expect(zone?.entryStopped).toContain('counted by its upper bound');
    expect(zone?.evacuate).toBeNull();
    await here.room.stop();
  });
  it('of cadmium is bounded by the share of what the interlock acts at', async () => {
    const here = hall();
    await here.room.start();
    await here.enter('hall');
    here.pass(10, 0, null);
    // 1 mg/m³ on the photometer, of which 5 % is cadmium, for ten minutes.
    expect((await lineOf(here, 'OSHA'))?.soFar).toEqual({ lower: 0, upper: expect.closeTo((50 * 10) / 60 / 8, 1) });
    await here.room.stop();
  });
  it('in the shift before does not lessen what was measured of this one', async () => {
    // Ten minutes before 14:00 in Berlin.
    const here = hall([], begin + 230 * minute);
    await here.room.start();
    await here.enter('hall');
    here.pass(10, null, null);
    here.pass(20, 0.1);
    expect((await lineOf(here, 'EU', 'H2S'))?.measuredShare).toBeCloseTo(1, 3);
    await here.room.stop();
  });
});

describe('the record', () => {
  it('has each call to leave and its end, with the reason', async () => {
    const here = hall();
    await here.room.start();
    here.pass(1, 25);
    here.pass(40, 0);
    await here.room.stop();
    const said = here.stored.map(({ event }) => [event.action, event.object]);
    expect(said).toEqual([
      ['entry-stopped', 'hall'],
      ['evacuation-called', 'hall'],
      ['evacuation-over', 'hall'],
      ['entry-allowed', 'hall'],
    ]);
    expect(here.stored[1]?.event.reason).toContain('H2S ceiling 20 ppm (OSHA): 25.0 ppm in the air');
  });
});
