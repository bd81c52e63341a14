/** What a guard says after a scan: the first row behind the demand, what is asked beside it, and nothing anew while nothing changes. */
import { describe, expect, it } from 'vitest';
import { initialGuardState } from '../../../../control/interlocks/state.ts';
import { step } from '../../../../control/interlocks/step.ts';
import { milliseconds } from '../../../../plant/clock.ts';
import { badNotConnected, badWaitingForInitialData, good } from '../../../../plant/quality.ts';
import type { SkidType } from '../../../../plant/skid/definition.ts';
import { cold, person, Plant, running } from '../support/plant.ts';
import { coldWhole, hotWhole, shipped } from '../support/whole.ts';

describe('a verdict', () => {
  it('names the first row behind what is asked of the field, and no row where none is', () => {
    const plant = coldWhole().set({ 'X300/AT-305A': 9 });
    expect(plant.run(11_000)).toMatchObject({ demand: 'B', measures: ['block acid', 'divert waste'] });
    expect(plant.verdict).not.toHaveProperty('row');
    plant.fieldDemand = 'H';
    expect(plant.step().demand).toBe('H');
    expect(plant.verdict).not.toHaveProperty('row');
    plant.set({ 'G900/LSH-908A': true }).run(2200);
    expect(plant.verdict).toMatchObject({ demand: 'S', row: 8 });
    plant.set({ 'G900/PSL-911': true }).step();
    expect(plant.verdict).toMatchObject({ demand: 'S', row: 8 });
    expect(plant.causes()).toEqual(['Waste pH low', 'Field controller', 'Drip tray wet', 'Air or power lost']);
  });

  it('of a skid that is well says nothing else', () => {
    expect(coldWhole().run(1000)).toEqual({ demand: 'none', causes: [], releasing: false });
    const blocked = coldWhole().lose('G900/FT-906A').step();
    expect(Object.keys(blocked).sort()).toEqual(['causes', 'demand', 'releasing']);
  });

  it('calls for a flush while the row that does warns, and no longer', () => {
    const plant = hotWhole().set({ 'F100/PT-110': 15 });
    expect(plant.run(59_000)).not.toHaveProperty('flushCalled');
    expect(plant.run(2000)).toMatchObject({ demand: 'none', flushCalled: true, warnings: [{ row: 10 }] });
    expect(plant.set({ 'F100/PT-110': 13 }).run(11_000)).not.toHaveProperty('flushCalled');
    const other = hotWhole().set({ 'G900/AT-903A': 15 });
    expect(other.run(6000)).toMatchObject({ warnings: [{ row: 7 }] });
    expect(other.verdict).not.toHaveProperty('flushCalled');
  });

  it('says at once what is asked for beside a demand that stays as it was', () => {
    const widening: SkidType = {
      ...shipped,
      interlocks: shipped.interlocks.map((row) => {
        const [first] = row.trip;
        if (row.row !== 19 || first === undefined) return row;
        const later = { ...first, for: milliseconds(20_000), measures: ['block acid'] } as const;
        return { ...row, warn: null, latch: false, trip: [{ ...first, measures: ['divert waste'] }, later] };
      }),
    };
    const plant = new Plant(cold, widening).released().set({ 'X300/AT-305A': 9 });
    expect(plant.run(10_200).measures).toEqual(['divert waste']);
    expect(plant.run(10_000).measures).toEqual(['block acid', 'divert waste']);
    expect(plant.set(cold).step()).not.toHaveProperty('measures');
  });

  it('is the very same while nothing changes, and so is all that stands behind it', () => {
    for (const plant of [coldWhole(), coldWhole().lose('G900/FT-906A'), hotWhole().set({ 'G900/AT-903A': 15 })]) {
      plant.run(12_000);
      const { verdict, state } = plant;
      plant.step();
      expect(plant.verdict).toBe(verdict);
      const quiet = plant.state.warnings.length + plant.state.losses.length === 0;
      if (quiet)
        expect([plant.state.rows === state.rows, plant.state.impairments === state.impairments]).toEqual([true, true]);
      expect(plant.state.pending).toBe(state.pending);
      expect(plant.state.scans).toBe(state.scans + 1);
    }
  });

  it('blocks a start in changeover, as a mode that people chose', () => {
    const plant = coldWhole();
    plant.state = { ...plant.state, changeover: true };
    expect(plant.step().causes).toEqual([
      { row: null, title: 'Changeover', message: 'The skid is in changeover; nothing is started.', mode: true },
    ]);
  });
});

describe('a scan', () => {
  it('in which nothing happens tells nothing', () => {
    const plant = coldWhole();
    expect(step(plant.skid, plant.state, plant.scan()).events).toEqual([]);
    const waiting = new Plant(cold, shipped).set({ 'G900/FT-906A': null }, badNotConnected);
    expect(step(waiting.skid, waiting.state, waiting.scan()).events).toEqual([]);
  });

  it('sees a skid whose tags are all gone as one that is not known', () => {
    const plant = hotWhole().forget();
    plant.fieldDemand = null;
    expect(plant.step().demand).toBe('S');
    expect(plant.verdict.unseen).toBeUndefined();
  });

  it('judges a skid once seen, though a device is silent again', () => {
    const plant = coldWhole().set({ 'G900/FT-906A': null }, badWaitingForInitialData);
    plant.fieldDemand = null;
    expect(plant.step()).toMatchObject({ demand: 'B' });
    expect(plant.verdict.unseen).toBeUndefined();
    expect(plant.causes()).toContain('Air velocity low');
  });

  it('takes a temperature that is Good and says nothing for hot', () => {
    const plant = new Plant(cold, shipped).set({ 'R201/TT-202': null }, good);
    expect(plant.step().demand).toBe('H');
  });
});

describe('the first view', () => {
  const waiting = (): Plant => {
    const plant = new Plant(cold, shipped).set({ 'G900/FT-906A': null }, badNotConnected);
    plant.wall = 50_000;
    return plant;
  };

  it('is waited for from the first scan on, whatever the clock showed then, in the same words', () => {
    const plant = waiting();
    const verdict = plant.step();
    expect(verdict).toMatchObject({
      unseen: true,
      demand: 'B',
      causes: [{ message: 'Waiting for 1 tags that were not seen yet, G900/FT-906A the first of them.' }],
    });
    expect(plant.step()).toBe(verdict);
    expect(plant.state.scans).toBe(2);
    while (plant.wall < 60_000) expect(plant.step()).toBe(verdict);
    expect(plant.step().unseen).toBeUndefined();
  });

  it('says anew what it waits for when that is another', () => {
    const plant = waiting();
    plant.step();
    plant.set({ 'G900/FT-906B': null }, badNotConnected).step();
    expect(plant.verdict.causes[0]?.message).toMatch(/^Waiting for 2 tags/u);
  });

  it('tells of a clock that is set meanwhile', () => {
    const plant = waiting();
    plant.step();
    plant.wallSetBy = 3_600_000;
    plant.step();
    expect(plant.told('clock-jumped')).toMatchObject([{ title: 'Clock', row: null, actor: null }]);
  });

  it('of a skid without a field controller asks for no more than a blocked start, and times nothing', () => {
    const { skid: whole, ...plant } = { skid: hotWhole().skid, seen: new Plant(running, shipped) };
    const skid = { ...whole, field: null };
    const scan = { ...plant.seen.scan(), fieldDemand: null };
    const first = step(skid, initialGuardState(skid), scan);
    expect(first.verdict.demand).toBe('B');
    plant.seen.set({ 'G900/PSL-911': true });
    const tripped = step(skid, first.state, { ...plant.seen.scan(), fieldDemand: null });
    expect(tripped.verdict.demand).toBe('S');
    expect(tripped.state.pending).toEqual([]);
  });
});

describe('a reset that is being carried out', () => {
  const releasing = (plant: Plant): Plant => {
    plant.state = {
      ...plant.state,
      releasing: { actor: person, commandId: 'one', since: plant.scan().monotonic },
    };
    return plant;
  };

  it('is void beside a cause that is present, though it is latched already', () => {
    const plant = coldWhole().set({ 'G900/LSH-908A': true });
    plant.run(3000);
    releasing(plant).fieldDemand = 'S';
    plant.step();
    expect(plant.state.releasing).toBeNull();
    expect(plant.told('interlock-reset-void')).toMatchObject([{ demand: 'S', commandId: 'one' }]);
  });

  it('is not held up by the first-out, which the field keeps until then', () => {
    const plant = coldWhole().set({ 'PLC/firstOut': 2 });
    plant.run(1000);
    expect(plant.state.latches).toMatchObject([{ row: 23 }]);
    plant.set({ 'PLC/firstOut': 2 });
    releasing(plant).fieldDemand = 'H';
    plant.step();
    expect(plant.state.releasing).not.toBeNull();
    plant.letGo();
    expect(plant.state.releasing).toBeNull();
    expect(plant.told('interlock-reset')).toHaveLength(1);
  });

  it('keeps up its latches meanwhile', () => {
    const plant = coldWhole().set({ 'G900/LSH-908A': true });
    plant.run(3000);
    plant.set(cold).run(61_000);
    expect(plant.reset('one')).toEqual([]);
    plant.fieldDemand = 'S';
    plant.now = 10;
    plant.step();
    expect(plant.state.releasing).not.toBeNull();
    expect(plant.state.latches).toMatchObject([{ awaySince: 10 }]);
  });
});
