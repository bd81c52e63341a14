import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { badNotConnected, badSensorFailure } from '../../../plant/quality.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { Plant, cold, running } from './support/plant.ts';

const hot = (): Plant => new Plant(running).released();

const tripped = (): Plant => {
  const plant = hot().set({ 'R201/TT-202': 171 });
  plant.run(1100);
  plant.fieldDemand = 'S';
  return plant;
};

const healthy = (): Plant => {
  const plant = tripped().set({ 'R201/TT-202': 160 });
  plant.run(61_000);
  return plant;
};

describe('boot', () => {
  it('asks nothing of the field and refuses everything before the skid was seen whole', () => {
    const plant = new Plant().forget();
    plant.fieldDemand = null;
    expect(plant.step()).toMatchObject({ demand: 'B', causes: [{ row: null, title: 'Start of the service' }] });
    plant.set({ 'R201/TT-201A': 200 });
    expect(plant.run(10_000).demand).toBe('B');
    expect(plant.reset().join(' ')).toContain('Waiting for');
  });

  it('does not wait longer than 10 s for a device that is silent beside a field controller that speaks', () => {
    const plant = new Plant().set({ 'R201/TT-202': null }, badNotConnected);
    expect(plant.run(9000).demand).toBe('B');
    expect(plant.verdict.unseen).toBe(true);
    expect(plant.run(2000)).toMatchObject({ demand: 'H' });
    expect(plant.verdict.unseen).toBeUndefined();
  });

  it('blocks a start where the skid is cold', () => {
    const plant = new Plant(cold);
    expect(plant.step()).toMatchObject({ demand: 'B', causes: [{ row: null, latched: true }] });
  });

  it('runs HOT-HOLD where it is hot, or a temperature is Bad', () => {
    expect(new Plant({ ...cold, 'R201/TT-202': 90 }).step().demand).toBe('H');
    expect(new Plant().lose('R201/TT-201B').step().demand).toBe('H');
  });

  it('judges a sensor that says it has failed, and waits for one that has said nothing', () => {
    expect(new Plant().set({ 'R201/TT-202': null }, badSensorFailure).step().demand).toBe('H');
    expect(new Plant().set({ 'R201/TT-202': null }, badNotConnected).step().demand).toBe('B');
  });

  it('does not run HOT-HOLD below 90 °C', () => {
    expect(new Plant({ ...cold, 'R201/TT-202': 89.9 }).step().demand).toBe('B');
  });

  it('runs HOT-HOLD when the skid becomes hot before the reset, on what was set before the start', () => {
    const plant = new Plant({ ...running, 'R201/TT-201A': 60, 'R201/TT-201B': 60, 'R201/TT-202': 60 });
    expect(plant.run(70_000).demand).toBe('B');
    expect(plant.set({ 'R201/TT-201A': 90 }).step().demand).toBe('H');
    plant.set({ 'R201/TT-201A': 60 });
    expect(plant.run(1000).demand).toBe('H');
    expect(plant.reset()[0]).toContain('away for');
    plant.run(60_000);
    expect(plant.reset()).toEqual([]);
    expect(plant.letGo().demand).toBe('none');
  });

  it('is left by a reset only, after 60 s', () => {
    const plant = new Plant(cold);
    plant.run(59_000);
    expect(plant.reset()).toEqual([expect.stringContaining('away for 59 s of 60 s, 1 s to go')]);
    plant.run(1100);
    expect(plant.reset()).toEqual([]);
    expect(plant.letGo().demand).toBe('none');
  });

  it('adopts a field controller that is found in a safe state', () => {
    const plant = new Plant({ ...cold, 'PLC/safeState': 13, 'PLC/firstOut': 2 });
    plant.fieldDemand = 'H';
    expect(plant.step().demand).toBe('H');
    expect(plant.causes()).toEqual(['Start of the service', 'Field controller']);
    expect(plant.verdict.causes[1]?.message).toBe(
      'It says "HOT-HOLD, flushing with water under pressure"; its first-out: service silent.',
    );
  });

  it('names the field controller that is found in HOT-HOLD beside a boot that demands as much', () => {
    const plant = new Plant({ ...running, 'PLC/safeState': 13, 'PLC/firstOut': 2 });
    plant.fieldDemand = 'H';
    expect(plant.step().demand).toBe('H');
    expect(plant.causes()).toEqual(['Start of the service', 'Field controller']);
    expect(plant.verdict.causes[1]?.message).toContain('service silent');
  });

  it('takes a field controller that waits for its reset after power-up for no news', () => {
    const plant = new Plant(cold);
    plant.fieldDemand = 'B';
    plant.step();
    expect(plant.causes()).toEqual(['Start of the service']);
  });
});

describe('a field controller that goes to a safe state by itself', () => {
  it('is mirrored and latched', () => {
    const plant = hot();
    plant.fieldDemand = 'H';
    expect(plant.step().demand).toBe('H');
    plant.fieldDemand = 'none';
    expect(plant.run(5000).demand).toBe('H');
    expect(plant.causes()).toEqual(['Field controller']);
  });

  it('is no news where a command asked for that step, and is where the step is higher', () => {
    const plant = hot();
    plant.asked = 'H';
    plant.fieldDemand = 'H';
    expect(plant.run(1000).demand).toBe('none');
    plant.fieldDemand = 'S';
    expect(plant.step().demand).toBe('S');
  });

  it('is no news where our own demand explains it, cadmium first or not', () => {
    const plant = hot().set({ 'F100/FT-103': 5 });
    plant.run(2100);
    plant.fieldDemand = 'H';
    plant.run(1000);
    expect(plant.causes()).toEqual(['Cadmium without ligand or chalcogen']);
  });

  it('is no news while a safe state is being left', () => {
    const plant = hot();
    plant.leaving = true;
    plant.fieldDemand = 'H';
    expect(plant.run(1000).demand).toBe('none');
  });

  it('is no news while it does not answer', () => {
    const plant = hot();
    plant.fieldDemand = null;
    expect(plant.run(1000).demand).toBe('none');
  });
});

describe('what a trip holds', () => {
  it('is held after the cause has gone', () => {
    const plant = healthy();
    expect(plant.verdict.demand).toBe('S');
    expect(plant.told('interlock-cleared')).toHaveLength(1);
  });

  it('names the first-out first, and causes of one scan together', () => {
    const plant = hot().set({ 'R201/PT-201A': 17, 'R201/PT-201B': 17, 'R201/TT-202': 171 });
    plant.run(600);
    expect(plant.causes()).toEqual(['Pressure high-high']);
    plant.run(600);
    expect(plant.causes()).toEqual(['Pressure high-high', 'Temperature high']);
    const [first, second] = plant.state.latches;
    expect(first?.scan).not.toBe(second?.scan);
    const together = hot().loseAll();
    together.step();
    expect(new Set(together.state.latches.map(({ scan }) => scan)).size).toBe(1);
  });
});

describe('a cause that comes back before a reset', () => {
  it('is told again', () => {
    const plant = healthy().set({ 'R201/TT-202': 171 });
    plant.run(1200);
    expect(plant.told('interlock-tripped')).toHaveLength(2);
    plant.set({ 'R201/TT-202': 160 }).run(61_000);
    expect(plant.told('interlock-cleared')).toHaveLength(2);
  });

  it('as a mere doubt does not lower what is held', () => {
    const plant = healthy().lose('R201/TT-202', 'R201/TT-201A');
    plant.fieldDemand = null;
    expect(plant.run(1000).demand).toBe('S');
    expect(plant.set(running).run(1000).demand).toBe('S');
  });
});

describe('a reset', () => {
  it('is refused while the cause is present, with its live value', () => {
    expect(tripped().reset()).toEqual([
      expect.stringMatching(/^Temperature high: the cause is present\. Now: R201\/TT-202 171\.0+ °C/u),
    ]);
  });

  it('is refused until the cause has been away for 60 s, saying for how long it has', () => {
    const plant = tripped().set({ 'R201/TT-202': 160 });
    plant.run(30_100);
    expect(plant.reset()[0]).toContain('Temperature high: away for 30 s of 60 s, 30 s to go');
    plant.run(29_800);
    expect(plant.reset()).toHaveLength(1);
    plant.run(300);
    expect(plant.reset()).toEqual([]);
  });

  it('counts the 60 s anew when the cause comes back', () => {
    const plant = tripped().set({ 'R201/TT-202': 160 });
    plant.run(50_000);
    plant.set({ 'R201/TT-202': 171 }).step();
    plant.set({ 'R201/TT-202': 160 }).run(50_000);
    expect(plant.reset()[0]).toContain('to go');
  });

  it('counts the 60 s in process time', () => {
    const plant = tripped().set({ 'R201/TT-202': 160 });
    plant.scanMs = 2000;
    plant.run(62_000);
    expect(plant.reset()).toEqual([]);
  });

  it('clears the latches only in the scan that sees the field in no safe state', () => {
    const plant = healthy();
    expect(plant.reset()).toEqual([]);
    expect(plant.verdict).toMatchObject({ demand: 'S', releasing: true });
    plant.leaving = true;
    expect(plant.run(1000)).toMatchObject({ demand: 'S', releasing: true });
    plant.fieldDemand = 'none';
    expect(plant.step()).toEqual({ demand: 'none', causes: [], releasing: false });
    expect(plant.told('interlock-reset')).toMatchObject([{ actor: { userName: 'olga' }, commandId: 'reset-1' }]);
  });

  it('clears nothing of a field that nobody lets go: the reset may have come to nothing before it was recorded', () => {
    const plant = healthy();
    plant.fieldDemand = 'none';
    plant.reset();
    expect(plant.run(2900)).toMatchObject({ demand: 'S', releasing: true });
    expect(plant.run(300)).toMatchObject({ demand: 'S', releasing: false });
    expect(plant.told('interlock-reset')).toHaveLength(0);
  });

  it('is void when the field does not leave its safe state within 3 s of wall time', () => {
    const plant = healthy();
    plant.scanMs = 2000;
    plant.reset();
    plant.run(58_000);
    expect(plant.verdict.releasing).toBe(true);
    plant.run(4000);
    expect(plant.verdict).toMatchObject({ demand: 'S', releasing: false });
    expect(plant.told('interlock-reset-void')).toHaveLength(1);
  });

  it('is void when a new cause comes before the field has left', () => {
    const plant = healthy();
    plant.reset();
    plant.set({ 'R201/PT-201A': 17, 'R201/PT-201B': 17 }).run(600);
    plant.fieldDemand = 'none';
    expect(plant.step()).toMatchObject({ demand: 'S', releasing: false });
    expect(plant.causes()).toEqual(['Temperature high', 'Pressure high-high']);
  });

  it('is void when a channel is lost, or the field goes higher by itself, before it has left', () => {
    const lossy = healthy();
    lossy.reset();
    lossy.lose('R201/PT-201C').step();
    expect(lossy.verdict).toMatchObject({ demand: 'S', releasing: false });
    const higher = healthy();
    higher.reset();
    higher.fieldDemand = 'E';
    expect(higher.step()).toMatchObject({ demand: 'E', releasing: false });
  });

  it('is one edge: the same command again is the same reset, another is refused while it lasts', () => {
    const plant = healthy();
    plant.reset('one');
    expect(plant.reset('one')).toEqual([]);
    expect(plant.reset('two')).toHaveLength(1);
    expect(plant.told('interlock-reset-accepted')).toHaveLength(1);
  });

  it('is recorded where it is refused', () => {
    const plant = tripped();
    plant.reset();
    expect(plant.told('interlock-reset-refused')).toMatchObject([{ actor: { userName: 'olga' } }]);
  });

  it('is refused where the field controller does not say its step', () => {
    const plant = healthy();
    plant.fieldDemand = null;
    expect(plant.reset()).toEqual(['Field controller: it does not say in which step it is.']);
  });

  it('leaves nothing behind: the same trip comes again as new', () => {
    const plant = healthy();
    plant.reset();
    plant.letGo();
    plant.set({ 'R201/TT-202': 171 }).run(1200);
    expect(plant.verdict.demand).toBe('S');
    expect(plant.told('interlock-tripped')).toHaveLength(2);
  });
});

describe('a skid without a field controller', () => {
  const rig = loadSkidType(fileURLToPath(new URL('../../../plant/skids/rig.yaml', import.meta.url)));
  const values = Object.fromEntries(rig.tags.map(({ name, valueType }) => [name, valueType === 'number' ? 32 : false]));
  const plantOf = (): Plant => {
    const plant = new Plant(values, rig);
    plant.fieldDemand = null;
    return plant;
  };

  it('is reset at once', () => {
    const plant = plantOf();
    expect(plant.run(61_000).demand).toBe('B');
    expect(plant.reset()).toEqual([]);
    expect(plant.verdict).toEqual({ demand: 'none', causes: [], releasing: false });
  });

  it('waits for nobody where no row watches it', () => {
    const balance = loadSkidType(fileURLToPath(new URL('../../../plant/skids/balance.yaml', import.meta.url)));
    const plant = new Plant({ 'BAL/WT-1': 0 }, balance);
    plant.fieldDemand = null;
    expect(plant.run(1000)).toEqual({ demand: 'none', causes: [], releasing: false });
  });

  it('is never asked for more than a blocked start by a doubt', () => {
    const plant = plantOf();
    plant.step();
    plant.loseAll();
    expect(plant.run(1000).demand).toBe('B');
  });

  it('starts its delays anew when a recording begins anew and its time goes back', () => {
    const plant = plantOf();
    plant.run(61_000);
    plant.now = 0;
    plant.step();
    expect(plant.reset()[0]).toContain('away for 0 s');
  });
});
