/** What stands goes on as it is: the same objects where nothing has changed, exact moments where a time is over. */
import { describe, expect, it } from 'vitest';
import { stepDelay } from '../../../../control/interlocks/delay.ts';
import { pendingOf, stepPending } from '../../../../control/interlocks/response.ts';
import { resetRefusals, stepReset } from '../../../../control/interlocks/reset.ts';
import { milliseconds, monotonic, processTime } from '../../../../plant/clock.ts';
import { fileURLToPath } from 'node:url';
import { loadSkidType } from '../../../../plant/skid/skid-loader.ts';
import { cold, person, Plant } from '../support/plant.ts';
import { coldWhole, shipped } from '../support/whole.ts';

describe('a delay', () => {
  it('is the very same at a second look at the same moment', () => {
    const delays = { for: milliseconds(1000), off: milliseconds(0) };
    const standing = stepDelay(null, true, false, delays, processTime(700));
    expect(stepDelay(standing, false, true, delays, processTime(700))).toBe(standing);
  });
});

describe('the response of a trip', () => {
  const timed = (): Readonly<{ plant: Plant; one: ReturnType<typeof pendingOf> }> => {
    const plant = coldWhole();
    const at = plant.skid.rows.findIndex(({ definition }) => definition.row === 7);
    const [row, state] = [plant.skid.rows[at]!, plant.state.rows[at]!];
    return { plant, one: pendingOf(row.definition, state, 'S', plant.scan(), false) };
  };

  it('is timed by the very same note while nothing comes of it, and by none where none is timed', () => {
    const { plant, one } = timed();
    plant.wall += 100;
    expect(stepPending([one], plant.scan(), [])[0]).toBe(one);
    const none: readonly (typeof one)[] = [];
    expect(stepPending(none, plant.scan(), [])).toBe(none);
  });

  it('takes a command that was acknowledged in the moment of the trip', () => {
    const { plant, one } = timed();
    plant.commanded = { demand: 'S', at: plant.utc(), monotonic: monotonic(plant.wall) };
    expect(stepPending([one], plant.scan(), [])).toMatchObject([{ response: { commandedAt: plant.utc() } }]);
  });
});

describe('a reset', () => {
  const tripped = (): Plant => {
    const plant = coldWhole().set({ 'G900/LSH-908A': true });
    plant.run(2200);
    return plant;
  };

  it('is refused by a cause that is present with that alone, soon after the process clock began', () => {
    const plant = tripped();
    const scan = { ...plant.scan(), process: processTime(1000) };
    expect(resetRefusals(plant.skid, plant.state, scan)).toEqual([
      expect.stringMatching(/^Drip tray wet: the cause is present\. Now: /u),
    ]);
  });

  it('is taken in the very moment when the 60 s are over', () => {
    const plant = tripped().set({ 'G900/LSH-908A': false });
    plant.step();
    const away = plant.state.latches[0]!.awaySince!;
    const at = (ms: number): readonly string[] =>
      resetRefusals(plant.skid, plant.state, { ...plant.scan(), process: processTime(away + ms) });
    expect(at(59_999)).toHaveLength(1);
    expect(at(60_000)).toEqual([]);
  });

  it('says of boot how long it has been away, and nothing of channels that it does not have', () => {
    const plant = new Plant(cold, shipped);
    plant.step();
    plant.now = 30_000;
    expect(plant.reset()).toEqual(['Start of the service: away for 30 s of 60 s, 30 s to go.']);
  });

  it('names no channels of a row that has none', () => {
    const plant = new Plant(cold, shipped);
    plant.fieldDemand = 'H';
    plant.firstOutRow = 22;
    plant.step();
    plant.now = 30_000;
    expect(plant.reset()).toContain('Stale data: away for 30 s of 60 s, 30 s to go.');
  });

  it('that finds nothing latched does nothing', () => {
    const plant = coldWhole();
    const { state, verdict } = plant.state.verdict === plant.verdict ? plant : coldWhole();
    const done = stepReset(plant.skid, state, plant.scan(), person, 'c-1');
    expect(done).toEqual({ state, verdict, events: [], refusedBy: [] });
    expect(done.state).toBe(state);
  });

  it('that was accepted names what was latched, and is refused to another command in words', () => {
    const plant = tripped().set({ 'G900/PSL-911': true });
    plant.step();
    plant.set({ 'G900/LSH-908A': false, 'G900/PSL-911': false });
    plant.run(61_000);
    expect(plant.reset('one')).toEqual([]);
    const titles = plant.state.latches.map(({ title }) => title);
    expect(titles).toHaveLength(2);
    expect(plant.told('interlock-reset-accepted')).toMatchObject([
      { message: `Every cause is away: ${titles.join(', ')}.`, demand: 'S', row: null, title: 'Reset' },
    ]);
    const again = stepReset(plant.skid, plant.state, plant.scan(), person, 'one');
    expect(again).toEqual({ state: plant.state, verdict: plant.verdict, events: [], refusedBy: [] });
    const said = 'Reset: an earlier one is being carried out; wait until the field has left its safe state.';
    expect(plant.reset('two')).toEqual([said]);
    plant.letGo();
    expect(plant.told('interlock-reset')).toMatchObject([
      { message: `Cleared: ${titles.join(', ')}.`, demand: 'none', title: 'Reset', commandId: 'one' },
    ]);
  });

  it('of a skid without a field controller is told at once', () => {
    const rig = loadSkidType(fileURLToPath(new URL('../../../../plant/skids/rig.yaml', import.meta.url)));
    const values = rig.tags.map(({ name, valueType }) => [name, valueType === 'number' ? 32 : false] as const);
    const plant = new Plant(Object.fromEntries(values), rig);
    plant.fieldDemand = null;
    plant.run(61_000);
    expect(plant.reset('one')).toEqual([]);
    expect(plant.told('interlock-reset')).toMatchObject([
      { message: 'Cleared: Start of the service.', demand: 'none', row: null, actor: person, commandId: 'one' },
    ]);
  });

  it('that comes to nothing says which of the two it was', () => {
    const late = tripped().set({ 'G900/LSH-908A': false });
    late.run(61_000);
    late.reset('one');
    late.run(3200);
    expect(late.told('interlock-reset-void')).toMatchObject([
      { message: 'The field did not leave its safe state within 3 s.', demand: 'S', title: 'Reset' },
    ]);
    const anew = tripped().set({ 'G900/LSH-908A': false });
    anew.run(61_000);
    anew.reset('one');
    expect(anew.state.releasing).not.toBeNull();
    anew.set({ 'G900/PSL-911': true }).step();
    expect(anew.told('interlock-reset-void')).toMatchObject([
      { message: 'A new cause came before the field had left its safe state.', demand: 'S' },
    ]);
    expect(anew.state.releasing).toBeNull();
  });
});
