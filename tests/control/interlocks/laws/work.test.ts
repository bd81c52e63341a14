/** Bypasses, forces and changeover at their edges: what of the skid they ask for, and what they leave as it was. */
import { describe, expect, it } from 'vitest';
import { admitBypass, endBypass } from '../../../../control/interlocks/bypass.ts';
import { admitChangeover } from '../../../../control/interlocks/changeover.ts';
import { isJudgedBy, channelsTouched } from '../../../../control/interlocks/force-reach.ts';
import { admitForce, forcesOf } from '../../../../control/interlocks/force.ts';
import type { Bypass } from '../../../../control/interlocks/state.ts';
import { noWork } from '../../../../control/interlocks/step-row.ts';
import { marksOf, withVotes, workOn, type WorkStep } from '../../../../control/interlocks/work.ts';
import { monotonic, utcMs } from '../../../../plant/clock.ts';
import { localTag } from '../../../../plant/sample.ts';
import { person, type Plant } from '../support/plant.ts';
import { coldWhole, hotWhole, twoPeople } from '../support/whole.ts';

function take(plant: Plant, { state, events, refusedBy }: WorkStep): readonly string[] {
  plant.state = state;
  plant.events.push(...events);
  return refusedBy;
}

const bypass = (plant: Plant, row: number, channel = 0, minutes = 10): readonly string[] => {
  const request = { row, channel, minutes, reason: 'Calibration.', meanwhile: 'Watched.' };
  return take(plant, admitBypass(plant.skid, plant.state, plant.scan(), request, twoPeople, monotonic(plant.wall)));
};
const force = (plant: Plant, tag: string, value: number | boolean, minutes = 10): readonly string[] => {
  const request = { tag: localTag(tag), value, minutes, reason: 'Loop check.' };
  return take(plant, admitForce(plant.skid, plant.state, plant.scan(), request, twoPeople, monotonic(plant.wall)));
};
const enter = (plant: Plant, skid = plant.skid): readonly string[] =>
  take(plant, admitChangeover(skid, plant.state, plant.scan(), 'enter', person));

/** A bypass as one was given before the skid file lost its row or channel. */
const orphan = (row: number, channel: number): Bypass => ({
  row,
  channel,
  people: twoPeople,
  reason: 'Calibration.',
  meanwhile: 'Watched.',
  since: utcMs(0),
  expiresAt: utcMs(600_000),
  until: monotonic(600_000),
  votes: false,
});

describe('a bypass', () => {
  it('is refused in words of its own for a row that is never bypassed', () => {
    const plant = hotWhole();
    const title = plant.skid.rows.find(({ definition }) => definition.row === 9)?.definition.title;
    expect(bypass(plant, 9)).toEqual([`${title} is never bypassed.`]);
  });

  it('is given while an input of another row is held, and an input is held while another row is bypassed', () => {
    const plant = hotWhole();
    expect(force(plant, 'G900/AT-903A', 0)).toEqual([]);
    expect(bypass(plant, 4, 1)).toEqual([]);
    const other = hotWhole();
    expect(bypass(other, 4, 1)).toEqual([]);
    expect(force(other, 'G900/AT-903A', 0)).toEqual([]);
  });

  it('leaves its own channel to be held', () => {
    const plant = hotWhole();
    expect(bypass(plant, 7)).toEqual([]);
    expect(force(plant, 'G900/AT-903A', 0)).toEqual([]);
  });

  it('of a row or a channel that is no more is ended, runs out and is shown by its number', () => {
    for (const [row, channel] of [
      [99, 3],
      [4, 3],
    ] as const) {
      const plant = hotWhole();
      const [mark] = marksOf(plant.skid, { ...plant.state, bypasses: [orphan(row, channel)] });
      const title = row === 4 ? 'Aerosol high-high' : '';
      expect(mark?.message).toMatch(new RegExp(`^${title}:  does not vote; .*Olga.* and .*Pia.*Watched\\.$`, 'u'));
      plant.state = { ...plant.state, bypasses: [orphan(row, channel)] };
      expect(withVotes(plant.skid, plant.state.bypasses, plant.state.rows)).toBe(plant.state.bypasses);
      const ended = endBypass(plant.skid, plant.state, row, person);
      expect(ended.events).toMatchObject([{ message: `channel ${channel} votes again.` }]);
      plant.wall = 600_000;
      plant.step();
      expect(plant.told('interlock-bypass-ended')).toMatchObject([
        { message: `The bypass of channel ${channel} has run out; it votes again.` },
      ]);
    }
  });

  it('and a force run out by themselves and take no other with them', () => {
    const plant = hotWhole();
    bypass(plant, 2, 0, 1);
    bypass(plant, 1, 0, 2);
    force(plant, 'G900/AT-903A', 0, 1);
    force(plant, 'G900/AT-905B', 0, 2);
    for (const end = plant.wall + 60_000; plant.wall <= end;) plant.step();
    expect(plant.told('interlock-bypass-ended')).toMatchObject([{ row: 2 }]);
    expect(plant.told('interlock-force-ended')).toMatchObject([{ title: 'G900/AT-903A' }]);
    expect(plant.state.bypasses).toMatchObject([{ row: 1 }]);
    expect(plant.state.forces).toMatchObject([{ tag: 'G900/AT-905B' }]);
  });
});

describe('work that is not there', () => {
  it('is the very nothing, scan after scan', () => {
    const plant = hotWhole();
    for (const row of plant.skid.rows) expect(workOn(row, plant.state)).toBe(noWork);
    const none = forcesOf(plant.state, monotonic(0));
    expect(none.size).toBe(0);
    expect(forcesOf(plant.state, monotonic(5000))).toBe(none);
  });
});

describe('a held input', () => {
  it('is not what another row is judged by', () => {
    const plant = hotWhole();
    const title = plant.skid.rows.find(({ definition }) => definition.row === 12)?.definition.title;
    expect(force(plant, 'R201/TIC-201.WSP', 160)).toContain(`R201/TIC-201.WSP is what row 12, ${title}, is judged by.`);
  });

  it('is judged by through the conditions, the arming, the reference and the warning of a row', () => {
    const { skid } = hotWhole();
    const row = (number: number): (typeof skid.rows)[number] =>
      skid.rows.find(({ definition }) => definition.row === number)!;
    expect(isJudgedBy(skid, row(11), localTag('R201/TT-201A'))).toBe(true);
    expect(isJudgedBy(skid, row(14), localTag('R201/heater.run'))).toBe(true);
    expect(isJudgedBy(skid, row(12), localTag('R201/TIC-201.SP'))).toBe(true);
    expect(isJudgedBy(skid, row(7), localTag('G900/AT-903A'))).toBe(false);
    expect(channelsTouched(skid, row(7), localTag('G900/AT-903B'))).toEqual(new Set([1]));
  });

  it('is judged by wherever a row names it beside its channels, and nowhere else', () => {
    const { skid } = hotWhole();
    const row = (number: number): (typeof skid.rows)[number] =>
      skid.rows.find(({ definition }) => definition.row === number)!;
    const tag = localTag('G900/HS-910');
    const seven = row(7);
    const { definition } = seven;
    const [trip] = definition.trip;
    const named = { ...trip!.when, tags: [tag] };
    const reference = row(12).definition.reference!;
    const places: Partial<typeof definition>[] = [
      { armed: named },
      { warn: { ...definition.warn!, when: named } },
      { trip: [{ ...trip!, when: named }] },
      { trip: [{ ...trip!, armed: named }] },
      { trip: [trip!, { ...trip!, armed: named }] },
      { stale: [tag] },
      ...(['target', 'ramped', 'value', 'heating'] as const).map((part) => ({
        reference: { ...reference, [part]: named },
      })),
    ];
    const judged = (change: Partial<typeof definition>): boolean =>
      isJudgedBy(skid, { ...seven, definition: { ...definition, ...change } }, tag);
    for (const [i, change] of places.entries()) expect(judged(change), `place ${i}`).toBe(true);
    for (const change of [{}, { reference }, { warn: null }, { channels: [named] }]) expect(judged(change)).toBe(false);
  });

  it('is one of a skid without a field controller as well', () => {
    const plant = coldWhole();
    const skid = { ...plant.skid, field: null };
    const request = { tag: localTag('G900/AT-903A'), value: 0, minutes: 1, reason: 'Loop check.' };
    const { refusedBy } = admitForce(skid, plant.state, plant.scan(), request, twoPeople, monotonic(plant.wall));
    expect(refusedBy).toEqual([]);
  });
});

describe('changeover', () => {
  it('is refused beside a number or a switch that is Good and says nothing', () => {
    expect(enter(coldWhole().set({ 'F100/FT-103': null }))).toEqual(['F100/FT-103 is not known.']);
    expect(enter(coldWhole().set({ 'F100/P101.run': null }))).toEqual(['Whether F100/P101.run is on is not known.']);
  });

  it('asks for no feed, not for a set point of none', () => {
    expect(enter(coldWhole().set({ 'F100/FIC-101.SP': 24 }))).toEqual([]);
  });

  it('knows a pump by its whole name', () => {
    const plant = coldWhole();
    const pump = plant.skid.tags.get(localTag('F100/P101.run'))!;
    const name = localTag('F100/P101.runtime');
    const tags = new Map([...plant.skid.tags, [name, { ...pump, name }]]);
    expect(enter(plant, { ...plant.skid, tags })).toEqual([]);
  });

  it('is refused under a demand, whatever is said of its cause', () => {
    const plant = coldWhole();
    plant.state = { ...plant.state, verdict: { ...plant.state.verdict, demand: 'H', causes: [] } };
    expect(enter(plant)).toEqual(['The interlocks demand H: ']);
  });
});
