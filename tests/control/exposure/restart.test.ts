import { describe, expect, it, vi } from 'vitest';
import type { HistoryQueries } from '../../../plant/ports/history.ts';
import type { Person } from '../../../plant/people.ts';
import { good } from '../../../plant/quality.ts';
import type { StoredEvent } from '../../../plant/record-event.ts';
import { utcMs } from '../../../plant/clock.ts';
import { actor, begin, definition, hall, rosa } from './support/hall.ts';
import { emptyHistory } from '../../support/history.ts';

const minute = 60_000;
const hour = 60 * minute;
const historyOf = (value: number | null, ready: Promise<void> = Promise.resolve()): HistoryQueries => ({
  ...emptyHistory,
  trend: async (tags, from, to, buckets) => {
    await ready;
    return tags.map((tag) => ({
      tag,
      buckets: Array.from({ length: buckets }, (_, i) => {
        const known = { count: 1, min: value, max: value, last: value, worst: value === null ? null : good };
        return { time: utcMs(from + (i * (to - from)) / buckets), ...known };
      }),
    }));
  },
});

async function calledOut(): Promise<StoredEvent[]> {
  const before = hall();
  await before.room.start();
  await before.enter('hall');
  before.pass(1, 25);
  expect((await before.room.desk.zones())[0]?.evacuate).toContain('ceiling 20 ppm');
  await before.room.stop();
  return before.stored;
}

describe('a restart while people are called out', () => {
  it('calls nobody back before the air of the time before is known', async () => {
    const stored = await calledOut();
    const events = stored.length;
    let tell = (): void => undefined;
    const history = historyOf(
      0,
      new Promise<void>((resolve) => {
        tell = resolve;
      }),
    );
    const after = hall(stored, begin + 2 * minute, { history });
    await after.room.start();
    after.pass(5, 0);
    expect((await after.room.desk.zones())[0]?.evacuate).toMatch(/^Before the restart: H2S ceiling 20 ppm/u);
    expect(after.alarms.get('exposure.hall.H2S')).toMatchObject({ priority: 1 });
    expect((await after.room.desk.zones())[0]?.people).toMatchObject([{ personId: rosa.id, since: begin }]);
    expect(stored).toHaveLength(events);
    tell();
    await vi.waitFor(async () => {
      after.pass(0.1, 0);
      expect((await after.room.desk.zones())[0]?.evacuate).toBeNull();
    });
    await after.room.stop();
    expect(stored.slice(events).map(({ event }) => event.action)).toEqual(['evacuation-over', 'entry-allowed']);
  });
  it('goes on calling for a quarter of an hour where history is away, and says that it is', async () => {
    const history = { ...historyOf(0), trend: () => Promise.reject(new Error('the disk is gone')) };
    const after = hall(await calledOut(), begin + 2 * minute, { history });
    await after.room.start();
    after.pass(14, 0);
    expect((await after.room.desk.zones())[0]?.evacuate).not.toBeNull();
    expect(after.room.health()).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining('the disk is gone'),
    });
    after.pass(2, 0);
    await vi.waitFor(async () => {
      after.pass(0.1, 0);
      expect((await after.room.desk.zones())[0]?.evacuate).toBeNull();
    });
    await after.room.stop();
  });
});

describe('a record that fails', () => {
  it('is said where it takes nothing more, and what was said meanwhile waits for it', async () => {
    const here = hall();
    await here.room.start();
    here.keeper.full = true;
    here.pass(1, 25);
    await vi.waitFor(() =>
      expect(here.room.health()).toMatchObject({
        state: 'degraded',
        detail: expect.stringContaining('The record has not taken 2 events'),
      }),
    );
    await expect(here.enter(null)).rejects.toThrow('the disk is full');
    expect(here.alarms.get('exposure.hall.H2S')).toMatchObject({ priority: 1 });
    here.keeper.full = false;
    await here.room.stop();
    expect(here.stored.map(({ event }) => event.action)).toEqual(['entry-stopped', 'evacuation-called']);
  });
  it('is said where an entry of it cannot be read, and the others count', async () => {
    const before = hall();
    await before.room.start();
    await before.enter('hall');
    await before.room.stop();
    const [entry] = before.stored;
    const broken = { ...entry!, seq: 2, event: { ...entry!.event, data: { printedName: 'Rosa Ortiz', at: 'noon' } } };
    const after = hall([...before.stored, broken], begin + minute);
    await after.room.start();
    expect(after.room.health()).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining('1 entries of the record of exposure cannot be read'),
    });
    expect((await after.room.desk.zones())[0]?.people).toHaveLength(1);
    await after.room.stop();
  });
});

const result = {
  personId: rosa.id,
  agent: 'Cd',
  fraction: 'total',
  from: utcMs(begin),
  to: utcMs(begin + hour),
  concentration: 48,
  unit: 'µg/m³',
  laboratory: 'North',
  method: 'NIOSH 7048',
} as const;

describe('a result that comes days after its shift', () => {
  it('has the doses of the shift computed anew, with those before it beside them; a report of that shift has them', async () => {
    const before = hall();
    await before.room.start();
    await before.enter('hall');
    before.pass(1, 0);
    await before.enter(null);
    await before.room.stop();
    const here = hall(before.stored, begin + 72 * hour, { history: historyOf(0) });
    await here.room.start();
    expect(await here.room.desk.addFilterResult(result, actor)).toEqual({ done: true });
    const recomputed = (count: number) =>
      vi.waitFor(() => {
        const found = here.stored.filter(({ event }) => event.action === 'dose-recomputed');
        expect(found).toHaveLength(count);
        return found.at(-1)?.event;
      });
    const first = await recomputed(1);
    expect(first).toMatchObject({ object: rosa.id, data: { shiftFromUtc: '2026-10-02T04:00:00.000+00:00' } });
    expect(first?.old).toContainEqual(expect.objectContaining({ upper: '0', state: 'below', basis: 'indicative' }));
    const limit = 'OSHA Cd total TWA 5 µg/m³';
    expect(first?.new).toContainEqual({ limit, lower: '6', upper: '6', state: 'limit', basis: 'personal sample' });
    await here.room.desk.addFilterResult({ ...result, concentration: 8 }, actor);
    const second = await recomputed(2);
    expect(second?.old).toEqual(first?.new);
    expect(second?.new).toContainEqual(expect.objectContaining({ limit, lower: '1', state: 'below' }));
    const csv = await here.room.desk.report(utcMs(begin), 'csv');
    expect(new TextDecoder().decode(csv.bytes)).toMatch(/P-rosa,Rosa Ortiz,Cd,total,OSHA,TWA,5,µg\/m³,1,1,/u);
    await here.room.stop();
  });
  it('is made up for after a kill between the result and the doses', async () => {
    const before = hall([], begin + 72 * hour);
    await before.room.start();
    await before.room.desk.addFilterResult(result, actor);
    await before.room.stop();
    const stored = before.stored.filter(({ event }) => event.action === 'filter-result-entered');
    const after = hall(stored, begin + 73 * hour, { history: historyOf(0) });
    await after.room.start();
    await vi.waitFor(() => expect(stored.map(({ event }) => event.action)).toContain('dose-recomputed'));
    await after.room.stop();
  });
});

describe('a badge', () => {
  const omar: Person = { ...rosa, id: 'P-omar', userName: 'omar', printedName: 'Omar Haddad' };
  it('that was lost is nobody’s from the moment another is given; entries of before are still of who had it', async () => {
    const here = hall([], begin, { people: () => Promise.resolve([rosa, omar]) });
    await here.room.start();
    await here.room.desk.giveBadge({ personId: rosa.id, badge: '17' }, actor);
    here.pass(10, 0);
    await here.room.desk.giveBadge({ personId: rosa.id, badge: '18' }, actor);
    expect(here.stored.at(-1)?.event).toMatchObject({ old: '17', new: '18' });
    here.pass(10, 0);
    expect(await here.room.desk.presence({ badge: '17', zone: 'hall' }, actor)).toMatchObject({ done: false });
    await here.room.desk.giveBadge({ personId: omar.id, badge: '17' }, actor);
    const late = { badge: '17', zone: 'hall', at: utcMs(begin + 5 * minute) };
    expect(await here.room.desk.presence(late, actor)).toEqual({ done: true });
    expect((await here.room.desk.zones())[0]?.people.map(({ personId }) => personId)).toEqual([rosa.id]);
    await here.room.desk.presence({ badge: '17', zone: 'hall' }, actor);
    expect((await here.room.desk.zones())[0]?.people.map(({ personId }) => personId)).toEqual([rosa.id, omar.id]);
    await here.room.stop();
  });
});

describe('a clock that is set back', () => {
  it('loses nobody who is inside, and passes over no reading; the record says so', async () => {
    const here = hall();
    await here.room.start();
    await here.enter('hall');
    here.pass(2, 0);
    here.setClock(begin - hour);
    here.pass(2, 25);
    const [zone] = await here.room.desk.zones();
    expect(zone?.people.map(({ personId }) => personId)).toEqual([rosa.id]);
    expect(zone?.evacuate).toContain('ceiling 20 ppm');
    await here.room.stop();
    expect(here.stored.map(({ event }) => event.action)).toContain('clock-set-back');
  });
});

describe('two zones', () => {
  const store = { name: 'store', title: 'Store', skids: [], readings: [] };
  const both = { definition: { ...definition, zones: [...definition.zones, store] } };
  it('one of which has no instrument: what is breathed there is between nothing and the bound of the other, and nobody is called out for it', async () => {
    const here = hall([], begin, both);
    await here.room.start();
    await here.enter('store');
    here.pass(30, 0);
    const [person] = await here.room.desk.people();
    const line = person?.lines.find(({ agent, kind }) => agent === 'Cd' && kind === 'TWA');
    expect(line).toMatchObject({ soFar: { lower: 0, upper: expect.closeTo((50 * 0.5) / 8, 1) }, measuredShare: 0 });
    expect((await here.room.desk.zones())[1]?.evacuate).toBeNull();
    await here.room.stop();
  });
  it('keep out whoever has reached a limit in either', async () => {
    const here = hall([], begin, both);
    await here.room.start();
    await here.enter('hall', begin - 30 * minute);
    here.pass(1, 0);
    const worn = { from: utcMs(begin - hour), to: utcMs(begin) };
    await here.room.desk.addFilterResult({ ...result, ...worn }, actor);
    await here.enter(null);
    here.pass(1, 0);
    expect(await here.enter('store')).toMatchObject({
      done: false,
      reason: expect.stringContaining('Rosa Ortiz has reached the TWA limit of Cd'),
    });
    await here.room.stop();
  });
});

describe('an instrument that answers once in ten minutes', () => {
  it('does not make the air known', async () => {
    const here = hall();
    await here.room.start();
    here.pass(1, 0);
    for (let i = 0; i < 3; i++) {
      here.pass(9.9, 0, null);
      here.pass(0.1, 0);
    }
    expect((await here.room.desk.zones())[0]?.entryStopped).toContain('counted by its upper bound');
    await here.room.stop();
  });
});
