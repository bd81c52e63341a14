/** What is told of rows that stand on less than all, that warn, or that block a start while it lasts: once, and in words. */
import { describe, expect, it } from 'vitest';
import { badSensorFailure } from '../../../../plant/quality.ts';
import type { SkidType } from '../../../../plant/skid/definition.ts';
import { cold, Plant } from '../support/plant.ts';
import { coldWhole, hotWhole, shipped } from '../support/whole.ts';

const lossesOf = (plant: Plant, row: number): Plant['state']['losses'][number] | undefined =>
  plant.state.losses.find((loss) => loss.row === row);

/** The shipped line, its waste pH a row that blocks a start only while it is low. */
const unlatched: SkidType = {
  ...shipped,
  interlocks: shipped.interlocks.map((row) => (row.row === 19 ? { ...row, latch: false } : row)),
};

describe('a row that blocks a start and is not latched', () => {
  it('is a loss with what it tripped on, the very same while it lasts, and goes by itself', () => {
    const plant = new Plant(cold, unlatched).released().set({ 'X300/AT-305A': 9.1 });
    expect(plant.run(11_000).demand).toBe('B');
    const loss = lossesOf(plant, 19);
    expect(loss).toMatchObject({ row: 19, title: 'Waste pH low' });
    expect(loss?.message).toMatch(/^X300\/AT-305A 9\.1.*1oo2: value < 9\.5/u);
    const { losses } = plant.state;
    plant.set({ 'X300/AT-305A': 9, 'X300/AT-305B': 9.2 }).step();
    expect(lossesOf(plant, 19)).toBe(loss);
    expect(plant.state.losses).toBe(losses);
    expect(plant.state.latches).toEqual([]);
    expect(plant.verdict.measures).toEqual(['block acid', 'divert waste']);
    plant.set({ 'X300/AT-305A': 10.5, 'X300/AT-305B': 10.5 }).run(11_000);
    expect(plant.verdict.demand).toBe('none');
    expect(plant.verdict.measures).toBeUndefined();
  });

  it('says what it tripped on itself, beside the loss of another row', () => {
    const plant = new Plant(cold, unlatched).released().lose('G900/FT-906A').set({ 'X300/AT-305A': 9.1 });
    plant.run(11_000);
    expect(lossesOf(plant, 1)?.message).toMatch(/^It stands on 1 of 2/u);
    expect(lossesOf(plant, 19)?.message).toMatch(/^X300\/AT-305A 9\.1/u);
  });

  it('and stands on nothing any more says that', () => {
    const plant = coldWhole().lose('G900/AT-905A');
    plant.step();
    expect(lossesOf(plant, 3)?.message).toMatch(/^No Good channel is left: G900\/AT-905A BadNoCommunication/u);
    expect(plant.told('interlock-degraded').filter(({ row }) => row === 3)).toMatchObject([
      { message: expect.stringMatching(/^No Good channel is left/u) as string },
    ]);
  });
});

describe('a row that lost all its channels', () => {
  it('says so by what it latches, and by nothing else', () => {
    for (const [plant, row, channels] of [
      [coldWhole(), 7, ['G900/AT-903A', 'G900/AT-903B']],
      [hotWhole(), 7, ['G900/AT-903A', 'G900/AT-903B']],
      [hotWhole(), 3, ['G900/AT-905A']],
    ] as const) {
      plant.lose(...channels).step();
      expect(plant.told('interlock-tripped').filter((event) => event.row === row)).toMatchObject([
        { message: expect.stringMatching(/^No Good channel is left/u) as string },
      ]);
      expect(plant.told('interlock-degraded').filter((event) => event.row === row)).toEqual([]);
    }
  });
});

describe('a row that lost a channel', () => {
  it('is told once with what it stands on, and the loss is the very same while other values move', () => {
    const plant = coldWhole().lose('G900/AT-903A');
    plant.step();
    expect(plant.told('interlock-degraded').filter(({ row }) => row === 7)).toMatchObject([
      {
        row: 7,
        title: 'Hydrogen',
        message: expect.stringMatching(/^It stands on 1 of 2 channels: G900\/AT-903A BadNoCommunication/u) as string,
        demand: 'none',
        actor: null,
        commandId: null,
      },
    ]);
    const loss = lossesOf(plant, 7);
    const { losses } = plant.state;
    plant.set({ 'G900/AT-903B': 3 }).step();
    expect(lossesOf(plant, 7)).toBe(loss);
    expect(plant.state.losses).toBe(losses);
    plant.run(30_000);
    expect(plant.told('interlock-degraded').filter(({ row }) => row === 7)).toHaveLength(1);
  });

  it('is told in new words when another channel is lost in its place', () => {
    const plant = coldWhole().lose('G900/AT-901A');
    plant.step();
    const loss = lossesOf(plant, 5);
    plant.lose('G900/AT-901B').step();
    expect(lossesOf(plant, 5)).not.toBe(loss);
    expect(lossesOf(plant, 5)?.message).toMatch(/^It stands on 1 of 3 channels/u);
    expect(plant.verdict.causes.find(({ row }) => row === 5)?.message).toMatch(/^It stands on 1 of 3/u);
  });

  it('is whole again when all are Good for 10 s, told once then, and degraded anew after', () => {
    const plant = coldWhole().lose('G900/AT-903A');
    plant.step();
    plant.set(cold);
    const since = plant.now;
    plant.step();
    while (plant.now < since + 10_000) plant.step();
    expect(plant.told('interlock-restored')).toEqual([]);
    plant.step();
    expect(plant.told('interlock-restored').filter(({ row }) => row === 7)).toMatchObject([
      { title: 'Hydrogen', message: 'Everything it goes by is Good again.', demand: 'none', actor: null },
    ]);
    plant.run(20_000);
    expect(plant.told('interlock-restored').filter(({ row }) => row === 7)).toHaveLength(1);
    plant.lose('G900/AT-903A').step();
    expect(plant.told('interlock-degraded').filter(({ row }) => row === 7)).toHaveLength(2);
  });

  it('and flickers begins its 10 s anew each time, and is told no more often', () => {
    const plant = coldWhole();
    for (let i = 0; i < 4; i++) {
      plant.lose('G900/AT-903A').run(500);
      plant.set(cold).run(9500);
    }
    expect(plant.told('interlock-degraded').filter(({ row }) => row === 7)).toHaveLength(1);
    expect(plant.told('interlock-restored').filter(({ row }) => row === 7)).toEqual([]);
    plant.run(1000);
    expect(plant.told('interlock-restored').filter(({ row }) => row === 7)).toHaveLength(1);
  });

  it('keeps the note of what it was told while nothing changes', () => {
    const plant = coldWhole().lose('G900/AT-903A');
    plant.step();
    const at = plant.skid.rows.findIndex(({ definition }) => definition.row === 7);
    const lost = plant.state.impairments[at];
    expect(lost).toEqual({ wholeSince: null });
    plant.set({ 'G900/AT-903B': 2 }).step();
    expect(plant.state.impairments[at]).toBe(lost);
    plant.set(cold).step();
    const whole = plant.state.impairments[at];
    expect(whole).toEqual({ wholeSince: plant.now - 100 });
    plant.set({ 'G900/AT-903B': 1 }).step();
    expect(plant.state.impairments[at]).toBe(whole);
  });

  it('counts the 10 s from where the process clock was set back to', () => {
    const plant = coldWhole().lose('G900/AT-903A');
    plant.step();
    plant.set(cold).run(1000);
    plant.now = 10;
    plant.step();
    const at = plant.skid.rows.findIndex(({ definition }) => definition.row === 7);
    expect(plant.state.impairments[at]).toEqual({ wholeSince: 10 });
  });

  it('keeps the list of notes itself while every row stands whole', () => {
    const plant = coldWhole();
    plant.run(500);
    const { impairments } = plant.state;
    plant.step();
    expect(plant.state.impairments).toBe(impairments);
  });
});

describe('the row that watches the data', () => {
  it('tells which tag is not Good, in new words when it becomes another, and when all is Good again', () => {
    const plant = coldWhole().set({ 'X300/FQ-301': 0 }, badSensorFailure);
    plant.step();
    expect(lossesOf(plant, 22)?.message).toBe('X300/FQ-301 BadSensorFailure.');
    expect(plant.told('interlock-degraded').filter(({ row }) => row === 22)).toMatchObject([
      { message: 'X300/FQ-301 BadSensorFailure.' },
    ]);
    const loss = lossesOf(plant, 22);
    plant.step();
    expect(lossesOf(plant, 22)).toBe(loss);
    plant.lose('R201/TT-202').step();
    expect(lossesOf(plant, 22)?.message).toContain('R201/TT-202 BadNoCommunication');
    expect(lossesOf(plant, 22)?.message).toContain('X300/FQ-301 BadSensorFailure');
    plant.set(cold).run(10_200);
    expect(plant.told('interlock-restored').filter(({ row }) => row === 22)).toHaveLength(1);
  });
});

describe('a warning', () => {
  it('is told once with what it stands on, beside another, and anew after it has gone', () => {
    const plant = coldWhole().set({ 'G900/AT-903A': 15 });
    plant.run(5200);
    expect(plant.told('interlock-warned')).toMatchObject([
      {
        row: 7,
        title: 'Hydrogen',
        message: expect.stringContaining('G900/AT-903A 15') as string,
        demand: 'none',
        actor: null,
        commandId: null,
      },
    ]);
    const [first] = plant.state.warnings;
    plant.set({ 'G900/FT-906A': 0.35 }).run(11_000);
    expect(plant.state.warnings.map(({ row }) => row)).toEqual([1, 7]);
    expect(plant.state.warnings[1]).toBe(first);
    expect(plant.told('interlock-warned')).toHaveLength(2);
    plant.set(cold).run(1000);
    expect(plant.state.warnings).toEqual([]);
    plant.set({ 'G900/AT-903A': 15 }).run(5200);
    expect(plant.told('interlock-warned')).toHaveLength(3);
  });

  it('goes where its row trips', () => {
    const plant = hotWhole().set({ 'G900/AT-903A': 30 });
    plant.run(4900);
    expect(plant.run(600).warnings).toBeUndefined();
    expect(plant.verdict.demand).toBe('S');
  });
});
