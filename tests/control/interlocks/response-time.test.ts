/** How long a trip took, from the sample that voted to the field's word; the clock that jumps; what a first view waits for. */
import { describe, expect, it } from 'vitest';
import { monotonic } from '../../../plant/clock.ts';
import type { Demand } from '../../../plant/safe-state.ts';
import { Plant, running } from './support/plant.ts';
import { coldWhole, hotWhole, shipped } from './support/whole.ts';

function acknowledge(plant: Plant, demand: Demand): void {
  plant.commanded = { demand, at: plant.utc(), monotonic: monotonic(plant.wall) };
}

describe('the response of a trip', () => {
  it('is timed from the sample that voted to the command and to the word of the field, beside the delay of the row', () => {
    const plant = hotWhole();
    plant.ages.set('G900/AT-903A', 40);
    plant.ages.set('G900/AT-903B', 5);
    const votedAt = plant.utc();
    plant.set({ 'G900/AT-903A': 30 }).run(5000);
    const trippedAt = plant.utc();
    expect(plant.step().demand).toBe('S');
    expect(plant.told('interlock-response')).toEqual([]);
    acknowledge(plant, 'S');
    const commandedAt = plant.utc();
    plant.step();
    plant.fieldDemand = 'S';
    const confirmedAt = plant.utc();
    plant.step();
    const responseMs = 40 + (confirmedAt - trippedAt);
    expect(plant.told('interlock-response')).toMatchObject([
      {
        row: 7,
        title: 'Hydrogen',
        demand: 'S',
        actor: null,
        message: `The field was in its safe state ${responseMs} ms after the sample, beside the row's own delay; 15000 ms are allowed.`,
      },
    ]);
    expect(plant.told('interlock-response')[0]?.response).toEqual({
      row: 7,
      title: 'Hydrogen',
      demand: 'S',
      sourceAt: votedAt - 40,
      votedAt,
      trippedAt,
      commandedAt,
      confirmedAt,
      responseMs,
      budgetMs: 15_000,
      within: true,
      test: false,
    });
    plant.step();
    expect(plant.told('interlock-response')).toHaveLength(1);
    expect(plant.state.pending).toEqual([]);
  });

  it('goes by the newest sample of those that voted', () => {
    const plant = hotWhole();
    plant.ages.set('G900/AT-901A', 70);
    plant.ages.set('G900/AT-901B', 30);
    const votedAt = plant.utc();
    plant.set({ 'G900/AT-901A': 6, 'G900/AT-901B': 6 }).run(5200);
    expect(plant.state.pending[0]?.response).toMatchObject({ row: 5, sourceAt: votedAt - 30, votedAt });
  });

  it('takes no command from before the trip, and none of less than was asked', () => {
    const plant = hotWhole();
    acknowledge(plant, 'E');
    plant.set({ 'G900/AT-903A': 30 }).run(5100);
    acknowledge(plant, 'H');
    plant.step();
    expect(plant.state.pending[0]?.response.commandedAt).toBeNull();
    acknowledge(plant, 'E');
    const at = plant.utc();
    plant.step();
    acknowledge(plant, 'E');
    plant.step();
    expect(plant.state.pending[0]?.response.commandedAt).toBe(at);
  });

  it('is confirmed by no less than was asked', () => {
    const plant = hotWhole().set({ 'G900/AT-903A': 30 });
    plant.run(5100);
    plant.fieldDemand = 'H';
    plant.step();
    expect(plant.state.pending).toHaveLength(1);
    plant.fieldDemand = null;
    plant.step();
    expect(plant.state.pending).toHaveLength(1);
    plant.fieldDemand = 'E';
    plant.step();
    expect(plant.state.pending).toEqual([]);
  });

  it('beyond half of the process safety time is not within', () => {
    const plant = coldWhole().set({ 'G900/PSL-911': true });
    plant.step();
    plant.run(400);
    plant.fieldDemand = 'S';
    plant.step();
    expect(plant.told('interlock-response')[0]?.response).toMatchObject({
      responseMs: 500,
      budgetMs: 500,
      within: true,
    });
    const late = coldWhole().set({ 'G900/PSL-911': true });
    late.run(600);
    late.fieldDemand = 'S';
    late.step();
    expect(late.told('interlock-response')[0]?.response).toMatchObject({ responseMs: 600, within: false });
  });

  it('is told as it stands when the field has not confirmed after 30 s of the monotonic clock', () => {
    const plant = coldWhole().set({ 'G900/PSL-911': true });
    plant.step();
    plant.run(29_900);
    expect(plant.told('interlock-response')).toEqual([]);
    plant.step();
    expect(plant.told('interlock-response')).toMatchObject([
      {
        message: 'The field had not confirmed the safe state after 30 s.',
        response: { confirmedAt: null, responseMs: null, within: null },
      },
    ]);
  });

  it('is not asked of a blocked start, nor of a row that says the same again', () => {
    const blocked = coldWhole().set({ 'X300/AT-305A': 9 });
    blocked.run(10_200);
    expect(blocked.verdict.demand).toBe('B');
    expect(blocked.state.pending).toEqual([]);
    const plant = coldWhole().set({ 'G900/PSL-911': true });
    plant.run(500);
    expect(plant.state.pending).toHaveLength(1);
  });
});

describe('the wall clock', () => {
  it.each([
    [5000, 'The clock was set forward by 5.0 s; delays do not go by it.'],
    [-3600_000, 'The clock was set back by 3600.0 s; delays do not go by it.'],
  ])('set by %i ms is told, and moves no delay', (by, message) => {
    const plant = hotWhole().set({ 'G900/AT-903A': 30 });
    plant.run(2500);
    plant.wallSetBy = by;
    plant.run(2500);
    expect(plant.told('clock-jumped')).toMatchObject([
      { row: null, title: 'Clock', message, demand: 'none', actor: null },
    ]);
    expect(plant.verdict.demand).toBe('none');
    expect(plant.step().demand).toBe('S');
  });

  it('may run a second beside the monotonic one', () => {
    const plant = hotWhole();
    plant.step();
    plant.wallSetBy = 1000;
    plant.step();
    plant.wallSetBy = 0;
    plant.step();
    expect(plant.told('clock-jumped')).toEqual([]);
    plant.wallSetBy = 1001;
    plant.step();
    expect(plant.told('clock-jumped')).toHaveLength(1);
  });
});

const withoutHydrogen = Object.fromEntries(Object.entries(running).filter(([tag]) => tag !== 'G900/AT-903A'));

describe('the first view', () => {
  it('of a skid whose tag never speaks is judged after 10 s, what is missing as Bad', () => {
    const plant = new Plant(withoutHydrogen, shipped);
    expect(plant.step()).toMatchObject({ demand: 'B', unseen: true });
    expect(plant.verdict.causes[0]?.message).toBe(
      'Waiting for 1 tags that were not seen yet, G900/AT-903A the first of them.',
    );
    plant.run(9900);
    expect(plant.state.seen).toBe(false);
    plant.step();
    expect(plant.state.seen).toBe(true);
    expect(plant.verdict.unseen).toBeUndefined();
    expect(plant.verdict.causes).toContainEqual(expect.objectContaining({ row: 7 }));
  });

  it('is waited for however long the field controller is silent', () => {
    const plant = new Plant(withoutHydrogen, shipped);
    plant.fieldDemand = null;
    plant.run(30_000);
    expect(plant.state.seen).toBe(false);
    plant.fieldDemand = 'none';
    plant.step();
    expect(plant.state.seen).toBe(true);
  });
});
