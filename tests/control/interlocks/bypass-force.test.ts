/** Bypasses and forces: who gets one, what it takes from a vote, what it says of itself, and when it is over. */
import { describe, expect, it } from 'vitest';
import { admitBypass, endBypass } from '../../../control/interlocks/bypass.ts';
import { admitForce, endForce, forcesOf } from '../../../control/interlocks/force.ts';
import { recordOf } from '../../../control/interlocks/record.ts';
import type { WorkStep } from '../../../control/interlocks/work.ts';
import { monotonic, utcMs } from '../../../plant/clock.ts';
import type { TwoPeople } from '../../../plant/ports/interlock-work.ts';
import { localTag, skidName } from '../../../plant/sample.ts';
import { fieldsLost } from '../../support/on-record.ts';
import { person, type Plant } from './support/plant.ts';
import { coldWhole, hotWhole, shipped, twoPeople } from './support/whole.ts';

type Asked = Partial<Parameters<typeof admitBypass>[3]>;
const alone: TwoPeople = { by: twoPeople.by, second: twoPeople.by };

function take(plant: Plant, { state, events, refusedBy }: WorkStep): readonly string[] {
  plant.state = state;
  plant.events.push(...events);
  return refusedBy;
}

const bypass = (plant: Plant, asked: Asked = {}, people = twoPeople): readonly string[] => {
  const request = { row: 4, channel: 0, minutes: 10, reason: 'Calibration.', meanwhile: 'Watched.', ...asked };
  return take(plant, admitBypass(plant.skid, plant.state, plant.scan(), request, people, monotonic(plant.wall)));
};

const force = (
  plant: Plant,
  tag: string,
  value: number | boolean,
  minutes = 10,
  people = twoPeople,
): readonly string[] => {
  const request = { tag: localTag(tag), value, minutes, reason: 'Loop check.' };
  return take(plant, admitForce(plant.skid, plant.state, plant.scan(), request, people, monotonic(plant.wall)));
};

describe('a bypass', () => {
  it('takes its channel out of the vote, and no other', () => {
    const plant = hotWhole();
    expect(bypass(plant)).toEqual([]);
    plant.scanMs = 1000;
    expect(plant.set({ 'G900/AT-905A': 5 }).run(20_000).demand).toBe('none');
    expect(plant.set({ 'G900/AT-905B': 5 }).run(17_000).demand).toBe('H');
  });

  it('makes a vote of three one of the two that are left', () => {
    const plant = hotWhole();
    plant.set({ 'R201/TT-202': 160 });
    expect(bypass(plant, { row: 13, channel: 2 })).toEqual([]);
    plant.scanMs = 600;
    expect(
      plant
        .set({ 'R201/TT-202': 100 })
        .run(1200)
        .causes.some(({ row }) => row === 13),
    ).toBe(false);
    expect(
      plant
        .set({ 'R201/TT-201A': 100 })
        .run(1200)
        .causes.some(({ row }) => row === 13),
    ).toBe(true);
  });

  it('is no loss: what it does not read blocks no start, and nothing is blind where it was the only one', () => {
    const plant = hotWhole();
    expect(bypass(plant, { row: 3 })).toEqual([]);
    const { causes } = plant.lose('G900/AT-905A').step();
    expect(causes.filter(({ row }) => row === 3)).toEqual([]);
    expect(causes.filter(({ row }) => row === 4)).toHaveLength(1);
  });

  it('is shown with who, and says so when its channel would vote trip', () => {
    const plant = hotWhole();
    bypass(plant);
    const [mark] = plant.step().marks ?? [];
    expect(mark).toMatchObject({ kind: 'bypass', row: 4, tag: null, expiresAt: plant.utc() - 100 + 600_000 });
    expect(mark?.message).toMatch(/AT-905A does not vote; .*Olga.* and .*Pia.*Meanwhile: Watched\.$/);
    const verdict = plant.set({ 'G900/AT-905A': 5 }).step();
    expect(verdict.marks?.[0]?.message).toMatch(/It would vote trip now\.$/);
    expect(plant.step()).toBe(verdict);
    expect(plant.set({ 'G900/AT-905A': 0 }).step().marks?.[0]?.message).toMatch(/Watched\.$/);
  });

  it('runs out by the monotonic clock, is told, and its channel votes again', () => {
    const plant = hotWhole();
    bypass(plant, { minutes: 1 });
    const until = plant.wall + 60_000;
    plant.set({ 'G900/AT-905A': 5 });
    plant.wallSetBy = 3_600_000;
    plant.scanMs = 100;
    while (plant.wall < until) plant.step();
    expect(plant.told('interlock-bypass-ended')).toEqual([]);
    expect(plant.state.bypasses).toHaveLength(1);
    plant.step();
    expect(plant.told('interlock-bypass-ended')).toMatchObject([{ row: 4, actor: null }]);
    expect(plant.told('interlock-bypass-ended')[0]?.message).toContain('G900/AT-905A has run out');
    expect(plant.state.bypasses).toEqual([]);
    expect(plant.verdict.marks).toBeUndefined();
    plant.scanMs = 1000;
    expect(plant.run(17_000).demand).toBe('H');
  });

  it('is ended by a person before, once, and of that row alone', () => {
    const plant = hotWhole();
    bypass(plant);
    bypass(plant, { row: 1 });
    expect(take(plant, endBypass(plant.skid, plant.state, 4, person))).toEqual([]);
    expect(plant.state.bypasses).toMatchObject([{ row: 1 }]);
    expect(plant.told('interlock-bypass-ended')).toMatchObject([
      { row: 4, title: 'Aerosol high-high', actor: person, message: 'G900/AT-905A votes again.' },
    ]);
    const events = plant.told('interlock-bypass-ended').map((event) => recordOf(skidName('QD-1'), event, utcMs(0)));
    const request = { ':skid': 'QD-1', row: 4 };
    expect(fieldsLost('/api/skids/:skid/interlocks/end-bypass', request, events)).toEqual([]);
    expect(take(plant, endBypass(plant.skid, plant.state, 4, person))).toEqual(['Row 4 is not bypassed.']);
  });

  it('is kept with what was said of it', () => {
    const plant = hotWhole();
    bypass(plant);
    const utc = plant.utc();
    expect(plant.state.bypasses).toEqual([
      {
        row: 4,
        channel: 0,
        people: twoPeople,
        reason: 'Calibration.',
        meanwhile: 'Watched.',
        since: utc,
        expiresAt: utc + 600_000,
        until: plant.wall + 600_000,
        votes: false,
      },
    ]);
    const [told] = plant.told('interlock-bypassed');
    expect(told).toMatchObject({ row: 4, title: 'Aerosol high-high', demand: 'none', actor: person });
    expect(told?.message).toMatch(
      /^G900\/AT-905A does not vote until .*: Calibration\. Meanwhile: Watched\. Agreed by .*Pia/,
    );
  });

  it.each(shipped.interlocks.filter(({ bypass: rule }) => rule === 'never').map(({ row }) => row))(
    'is refused for row %i, which is never bypassed',
    (row) => {
      const plant = coldWhole();
      expect(bypass(plant, { row })).toHaveLength(1);
      expect(plant.state.bypasses).toEqual([]);
    },
  );

  it.each<[why: string, asked: Asked, people: TwoPeople, said: string]>([
    ['one person asks', {}, alone, 'A bypass takes two different people.'],
    ['it is for longer than the row allows', { minutes: 240.1 }, twoPeople, 'for 14400 s at most, not for 240.1 min.'],
    ['it is for no time', { minutes: 0 }, twoPeople, 'not for 0 min.'],
    ['it is for no number of minutes', { minutes: NaN }, twoPeople, 'not for NaN min.'],
    ['the row is not there', { row: 99 }, twoPeople, 'There is no row 99 with a channel 0.'],
    ['the channel is not there', { channel: 2 }, twoPeople, 'There is no row 4 with a channel 2.'],
  ])('is refused where %s', (_, asked, people, said) => {
    const plant = hotWhole();
    const before = plant.state;
    const refusedBy = bypass(plant, asked, people);
    expect(refusedBy).toHaveLength(1);
    expect(refusedBy[0]).toContain(said);
    expect(plant.state).toBe(before);
    expect(plant.events).toEqual([]);
  });

  it('is taken for as long as the row allows, and not before the skid was seen', () => {
    const plant = hotWhole();
    expect(bypass(plant, { minutes: 240 })).toEqual([]);
    const other = hotWhole();
    other.state = { ...other.state, seen: false };
    expect(bypass(other)).toEqual(['The skid has not been seen yet.']);
  });

  it('is refused beside a second one of the row, a lost other channel, a held input of it and a proof test of it', () => {
    const plant = hotWhole();
    bypass(plant);
    expect(bypass(plant, { channel: 1 })).toEqual(['Aerosol high-high is bypassed already.']);
    expect(bypass(plant, { row: 1 })).toEqual([]);

    const lost = hotWhole().lose('G900/AT-905B');
    expect(bypass(lost)).toEqual([expect.stringContaining('G900/AT-905B, the other channel of Aerosol high-high')]);
    expect(bypass(lost, { channel: 1 })).toEqual([]);

    const held = hotWhole();
    expect(force(held, 'G900/AT-905B', 0.01)).toEqual([]);
    expect(bypass(held)).toEqual([expect.stringContaining('stands on G900/AT-905B, which is held')]);

    const proven = hotWhole();
    const proof = { row: 4 } as NonNullable<typeof proven.state.proof>;
    proven.state = { ...proven.state, proof };
    expect(bypass(proven)).toEqual(['Aerosol high-high is being proven.']);
  });
});

describe('a held input', () => {
  it('is what the rows see in the place of the field, Good, and is shown', () => {
    const plant = hotWhole();
    expect(force(plant, 'G900/AT-903A', 0)).toEqual([]);
    plant.set({ 'G900/AT-903A': 40 });
    expect(plant.run(6000).demand).toBe('none');
    expect(plant.verdict.marks).toMatchObject([{ kind: 'force', row: null, tag: 'G900/AT-903A' }]);
    expect(plant.verdict.marks?.[0]?.message).toMatch(/is held at 0; .*Olga.* and .*Pia.*: Loop check\.$/);
    expect(forcesOf(plant.state, monotonic(plant.wall))).toEqual(new Map([['G900/AT-903A', 0]]));
    take(plant, endForce(plant.state, localTag('G900/AT-903A'), person));
    expect(forcesOf(plant.state, monotonic(plant.wall)).size).toBe(0);
    expect(plant.run(6000)).toMatchObject({ demand: 'S' });
    expect(plant.verdict.marks).toBeUndefined();
  });

  it('still votes at the value it is held at', () => {
    const plant = hotWhole();
    expect(force(plant, 'G900/AT-903A', 40)).toEqual([]);
    expect(plant.run(6000).demand).toBe('S');
  });

  it('runs out by the monotonic clock at the very moment, and is told', () => {
    const plant = hotWhole();
    force(plant, 'G900/AT-903A', 0, 1);
    force(plant, 'G900/AT-905B', 0, 2);
    const until = plant.wall + 60_000;
    expect([...forcesOf(plant.state, monotonic(until - 1)).keys()]).toEqual(['G900/AT-903A', 'G900/AT-905B']);
    expect([...forcesOf(plant.state, monotonic(until)).keys()]).toEqual(['G900/AT-905B']);
    while (plant.wall < until) plant.step();
    expect(plant.told('interlock-force-ended')).toEqual([]);
    plant.step();
    expect(plant.told('interlock-force-ended')).toMatchObject([
      { row: null, title: 'G900/AT-903A', message: 'The force has run out.', actor: null, demand: 'none' },
    ]);
    expect(plant.state.forces).toMatchObject([{ tag: 'G900/AT-905B' }]);
  });

  it('is kept with what was said of it, and ended by a person once', () => {
    const plant = hotWhole();
    force(plant, 'G900/AT-903A', 3);
    const utc = plant.utc();
    expect(plant.state.forces).toEqual([
      {
        tag: 'G900/AT-903A',
        value: 3,
        people: twoPeople,
        reason: 'Loop check.',
        since: utc,
        expiresAt: utc + 600_000,
        until: plant.wall + 600_000,
      },
    ]);
    const [told] = plant.told('interlock-forced');
    expect(told).toMatchObject({ row: null, title: 'G900/AT-903A', actor: person });
    expect(told?.message).toMatch(/^Held at 3 until .*: Loop check\. Agreed by .*Pia/);
    force(plant, 'G900/AT-905B', 0);
    expect(take(plant, endForce(plant.state, localTag('G900/AT-903A'), person))).toEqual([]);
    expect(plant.state.forces).toMatchObject([{ tag: 'G900/AT-905B' }]);
    expect(plant.told('interlock-force-ended')).toMatchObject([
      { title: 'G900/AT-903A', message: 'G900/AT-903A is what the field says again.', actor: person },
    ]);
    expect(take(plant, endForce(plant.state, localTag('G900/AT-903A'), person))).toEqual(['G900/AT-903A is not held.']);
  });

  it.each<[why: string, tag: string, value: number | boolean, minutes: number, people: TwoPeople, said: string]>([
    ['there is no such tag', 'G900/none', 0, 1, twoPeople, 'There is no tag G900/none.'],
    ['it is derived', 'R201/T.max', 25, 1, twoPeople, 'R201/T.max is no input'],
    ['it is an output', 'F100/FIC-101.SP', 1, 1, twoPeople, 'F100/FIC-101.SP is no input'],
    ['it is given', 'R201/R0', 0.02, 1, twoPeople, 'R201/R0 is no input'],
    ['one person asks', 'G900/AT-903A', 0, 1, alone, 'It takes two different people'],
    ['it is for longer than 15 min', 'G900/AT-903A', 0, 15.1, twoPeople, 'held for 15 min at most, not for 15.1.'],
    ['it is for no time', 'G900/AT-903A', 0, 0, twoPeople, 'not for 0.'],
    ['the value is below its range', 'G900/AT-903A', -1, 1, twoPeople, '-1 lies outside the range of G900/AT-903A'],
    ['the value is above its range', 'G900/AT-903A', 101, 1, twoPeople, '101 lies outside the range'],
    ['the value is no number', 'G900/AT-903A', NaN, 1, twoPeople, 'NaN lies outside the range'],
    ['a number is asked of a switch', 'G900/LSH-908A', 1, 1, twoPeople, '1 is no value of G900/LSH-908A.'],
    ['a switch is asked of a number', 'G900/AT-903A', true, 1, twoPeople, 'true is no value of G900/AT-903A.'],
    ['it is the step of the field', 'PLC/safeState', 0, 1, twoPeople, "is the field controller's own word"],
    ['it is the first-out of the field', 'PLC/firstOut', 0, 1, twoPeople, "is the field controller's own word"],
    ['a row that is never bypassed reads it', 'R201/PT-201C', 5, 1, twoPeople, 'row 9, Pressure high-high,'],
    ['a row that is never bypassed is armed by it', 'R201/heater.run', false, 1, twoPeople, 'row 14,'],
    ['row 22 watches it', 'X300/FQ-301', 0, 1, twoPeople, 'row 22, Stale data,'],
  ])('is refused where %s', (_, tag, value, minutes, people, said) => {
    const plant = hotWhole();
    const before = plant.state;
    const refusedBy = force(plant, tag, value, minutes, people);
    expect(refusedBy.join(' ')).toContain(said);
    expect(plant.state).toBe(before);
    expect(plant.events).toEqual([]);
  });

  it('is taken at the ends of its range and for 15 min', () => {
    for (const value of [0, 100]) expect(force(hotWhole(), 'G900/AT-903A', value, 15)).toEqual([]);
    expect(force(hotWhole(), 'G900/LSH-908A', false)).toEqual([]);
  });

  it('is refused twice, and beside what takes another channel of its row', () => {
    const plant = hotWhole();
    force(plant, 'G900/AT-903A', 0);
    expect(force(plant, 'G900/AT-903A', 1)[0]).toBe('G900/AT-903A is held already.');
    expect(force(plant, 'G900/AT-903B', 0)).toEqual([
      expect.stringContaining('would take a second channel from row 7'),
    ]);
    const bypassed = hotWhole();
    bypass(bypassed, { row: 7, channel: 0 });
    expect(force(bypassed, 'G900/AT-903B', 0)).toEqual([expect.stringContaining('a second channel from row 7')]);
    expect(force(bypassed, 'G900/AT-905A', 0)).toEqual([]);
  });

  it('is refused where another channel of its row is not Good, which it would leave with nothing to go by', () => {
    const plant = hotWhole().lose('G900/AT-903B');
    expect(force(plant, 'G900/AT-903A', 0)).toEqual([
      expect.stringContaining('G900/AT-903B, the other channel of row 7'),
    ]);
    expect(force(plant, 'G900/AT-903B', 0)).toEqual([]);
  });

  it('is never a critical one: each is read by a row that is never bypassed, or watched', () => {
    const plant = coldWhole();
    for (const { name, critical, source, range } of shipped.tags) {
      if (critical && source.kind === 'point') expect(force(plant, name, range?.low ?? 0), name).not.toEqual([]);
    }
  });
});
