import { describe, expect, it } from 'vitest';
import type { Reliable, SetPointName, SkidReading } from '../../../control/batch/equipment.ts';
import { feeds, setPointNames } from '../../../control/batch/equipment.ts';
import type { PhaseOutcome, Plan } from '../../../control/batch/phases/phase.ts';
import { phaseNamed, phases } from '../../../control/batch/phases/phases.ts';
import { orderedWrites } from '../../../control/batch/set-point-order.ts';
import { equipmentOf } from '../../../control/batch/equipment.ts';
import { permissiveBarG } from '../../../control/batch/boiling.ts';
import { cdse } from './fake-skid.ts';

const plan: Plan = {
  temperatureC: 160, residenceTimeS: 50, backPressureBarG: 12, chalcogenMlPerMin: 22, cadmiumMlPerMin: 22, ligandMlPerMin: 22,
  totalMlPerMin: 66, targetMl: 1000, lowestMl: 950, highestMl: 1100,
}; // prettier-ignore

const values: Readonly<Record<string, number>> = {
  pressure: 12, for: 60, drop: 0.5, flow: 20, flowBand: 5, to: 160, ramp: 10, band: 2, hold: 5, temperatureBand: 2, pressureBand: 1,
  resumeAfter: 2, volume: 240, below: 60,
}; // prettier-ignore

const inBand = {
  chalcogen: 22, cadmium: 22, ligand: 22, flush: 0, temperatureA: 160, temperatureB: 160, independent: 160, outlet: 30, pressureA: 12,
  pressureB: 12, diverter: 0, collected: 0, heater: 1,
}; // prettier-ignore

const reading = (changes: Partial<Record<keyof typeof inBand, Reliable>> = {}): SkidReading => ({
  readings: { ...inBand, ...changes },
  setPoints: Object.fromEntries(setPointNames.map((name) => [name, 1])) as Record<SetPointName, number>,
});

/** Steps a phase through readings, one a second; the last outcome. */
function run(
  name: string,
  readings: readonly SkidReading[],
  { collectedMl = 0, each = 1, stage1 = 0 } = {},
): PhaseOutcome {
  const first: PhaseOutcome = { wanted: {}, memory: {}, waitsFor: '' };
  return readings.reduce(
    ({ memory }, skid, i) =>
      phaseNamed(name).step({
        timeS: i * each,
        dtS: i === 0 ? 0 : each,
        plan,
        values: { ...values, stage1 },
        skid,
        collectedMl,
        memory,
      }),
    first,
  );
}

const times = (n: number, skid: SkidReading): SkidReading[] => Array.from({ length: n }, () => skid);

describe('every phase', () => {
  it.each([...phases.keys()])(
    '%s says what it waits for, with a value, and wants no flow above the skid’s total',
    (name) => {
      const { waitsFor, wanted } = run(name, [reading()]);
      expect(waitsFor).toMatch(/\d/);
      const total = feeds.reduce((sum, feed) => sum + (wanted[feed] ?? 0), 0);
      expect(total).toBeLessThanOrEqual(66.01);
    },
  );

  it.each([...phases.keys()].filter((name) => name !== 'collect'))('%s keeps the outlet at waste', (name) => {
    expect(run(name, times(100, reading())).wanted.diverter).toBe(0);
  });

  it.each([...phases.keys()])('%s is not done on values that are not Good', (name) => {
    const nothing = reading(Object.fromEntries(Object.keys(inBand).map((key) => [key, null])));
    expect(run(name, times(2000, nothing), { collectedMl: 2000 }).done).toBeUndefined();
  });
});

describe('the leak test', () => {
  it('builds pressure with water, stops the pumps and lets the line stand', () => {
    const cold = { chalcogen: 0, cadmium: 0, ligand: 0, temperatureA: 22, temperatureB: 22 };
    const filling = reading({ ...cold, flush: 20, pressureA: 6, pressureB: 6 });
    const full = reading({ ...cold, flush: 20 });
    const still = reading({ ...cold, flush: 0, pressureA: 11.8, pressureB: 11.8 });
    expect(run('leak-test', times(5, filling)).wanted).toMatchObject({ flush: 20, backPressure: 12 });
    expect(run('leak-test', [filling, full, still]).wanted.flush).toBe(0);
    expect(run('leak-test', [filling, full, ...times(60, still)]).done).toBeUndefined();
    expect(run('leak-test', [filling, full, ...times(80, still)]).done).toBe(true);
  });
});

describe('heat-up', () => {
  const cold = { chalcogen: 0, cadmium: 0, ligand: 0, flush: 66, temperatureA: 25, temperatureB: 25 };

  it('asks no heat before the start permissive and the flow are there', () => {
    expect(permissiveBarG(160)).toBeCloseTo(7.91, 1);
    expect(run('heat-up', [reading({ ...cold, pressureA: 7.8 })]).wanted.temperature).toBeUndefined();
    expect(run('heat-up', [reading({ ...cold, pressureB: null })]).wanted.temperature).toBeUndefined();
    expect(run('heat-up', [reading({ ...cold, flush: 50 })]).wanted.temperature).toBeUndefined();
    expect(run('heat-up', [reading(cold)]).wanted).toMatchObject({ temperature: 160, ramp: 10, flush: 66, cadmium: 0 });
  });

  it('heats the first stage with the reactor where the recipe says how far, and leaves it cold where it does not', () => {
    expect(run('heat-up', [reading(cold)]).wanted.stage1).toBe(0);
    expect(run('heat-up', [reading(cold)], { stage1: 60 }).wanted.stage1).toBe(60);
    expect(run('cool-down', [reading(cold)]).wanted.stage1).toBe(0);
  });

  it('is done when both temperatures have settled', () => {
    const hot = { ...cold, temperatureA: 159, temperatureB: 161 };
    expect(run('heat-up', times(20, reading({ ...hot, temperatureB: 163 }))).done).toBeUndefined();
    expect(run('heat-up', times(20, reading(hot))).done).toBe(true);
  });
});

describe('steady state', () => {
  it('turns cadmium on last, with ligand and chalcogen proven, and the total unchanged', () => {
    const before = run('steady-state', times(3, reading({ cadmium: 0, flush: 22 })));
    expect(before.wanted).toMatchObject({ ligand: 22, chalcogen: 22, cadmium: 0, flush: 22 });
    const weak = run('steady-state', times(60, reading({ ligand: 20, cadmium: 0, flush: 22 })));
    expect(weak.wanted.cadmium).toBe(0);
    expect(weak.waitsFor).toContain('ligand flow 20.0 mL/min');
    expect(run('steady-state', times(8, reading())).wanted).toMatchObject({ cadmium: 22, flush: 0 });
  });

  it('is done after five residence times in band', () => {
    expect(run('steady-state', times(250, reading())).done).toBeUndefined();
    expect(run('steady-state', times(262, reading())).done).toBe(true);
  });

  it('is not put back by one noisy sample, and is by a real excursion', () => {
    const noisy = reading({ temperatureA: 165 });
    const once = [...times(150, reading()), noisy, ...times(110, reading())];
    expect(run('steady-state', once).done).toBe(true);
    const excursion = [...times(150, reading()), ...times(10, noisy), ...times(110, reading())];
    expect(run('steady-state', excursion).done).toBeUndefined();
    expect(run('steady-state', [...excursion, ...times(150, reading())]).done).toBe(true);
  });
});

describe('collecting', () => {
  const product = reading({ diverter: 1 });

  it('sends product to its vessel, and to waste again at the target', () => {
    expect(run('collect', times(5, product), { collectedMl: 500 }).wanted.diverter).toBe(1);
    const full = run('collect', times(5, product), { collectedMl: 1000 });
    expect(full.wanted.diverter).toBe(0);
    expect(full.done).toBeUndefined();
    expect(run('collect', [product, reading()], { collectedMl: 1000 }).done).toBe(true);
  });

  it('diverts what is out of band, and takes it back after two residence times in band', () => {
    const off = reading({ diverter: 1, pressureA: 9 });
    expect(run('collect', [...times(50, product), off]).wanted.diverter).toBe(1);
    const diverted = [...times(50, product), ...times(5, off)];
    expect(run('collect', diverted).wanted.diverter).toBe(0);
    expect(run('collect', diverted).waitsFor).toContain('reactor pressure 9.0 bar(g)');
    expect(run('collect', [...diverted, ...times(95, reading())]).wanted.diverter).toBe(0);
    expect(run('collect', [...diverted, ...times(110, reading())]).wanted.diverter).toBe(1);
  });

  it('fails where the diverter does not say it is where it was sent', () => {
    expect(run('collect', times(10, reading())).failure).toBeUndefined();
    expect(run('collect', times(20, reading())).failure).toContain('product');
  });
});

describe('flush', () => {
  it('takes cadmium off first, then chalcogen, then ligand, with water in their place', () => {
    const first = run('flush', [reading()]);
    expect(first.wanted).toMatchObject({ cadmium: 0, chalcogen: 22, ligand: 22, flush: 22 });
    const second = run('flush', [reading(), reading({ cadmium: 0 }), reading({ cadmium: 0 })]);
    expect(second.wanted).toMatchObject({ cadmium: 0, chalcogen: 0, ligand: 22, flush: 44 });
    const off = reading({ cadmium: 0, chalcogen: 0, flush: 44 });
    expect(run('flush', [reading(), off, off, off]).wanted).toMatchObject({ ligand: 0, flush: 66 });
  });

  it('ends when its volume of water has passed', () => {
    const water = reading({ cadmium: 0, chalcogen: 0, ligand: 0, flush: 66 });
    const seconds = (240 / 66) * 60;
    expect(run('flush', times(Math.floor(seconds), water)).done).toBeUndefined();
    expect(run('flush', times(Math.ceil(seconds) + 5, water)).done).toBe(true);
  });
});

describe('cool-down', () => {
  it('keeps pressure and flow while any wetted temperature is high or not known', () => {
    const cool = { temperatureA: 50, temperatureB: 50, independent: 50, outlet: 30 };
    for (const hot of ['temperatureA', 'temperatureB', 'independent', 'outlet'] as const) {
      for (const value of [61, null]) {
        const { wanted } = run('cool-down', times(50, reading({ ...cool, [hot]: value })));
        expect(wanted).toMatchObject({ temperature: 0, backPressure: 12, flush: 66 });
      }
    }
    expect(run('cool-down', times(2, reading(cool))).wanted).toMatchObject({ backPressure: 0, flush: 66 });
    const open = reading({ ...cool, pressureA: 0.2, pressureB: 0.2 });
    expect(run('cool-down', times(3, open)).wanted).toMatchObject({ backPressure: 0, flush: 0 });
  });
});

describe('the set points of one command', () => {
  const equipment = equipmentOf(cdse);
  if ('lacks' in equipment) throw new Error(equipment.lacks.join());
  const order = (changes: Parameters<typeof orderedWrites>[0]): string[] =>
    orderedWrites(changes, equipment).map(({ tag }) => tag.split('/')[1] ?? '');

  it('turn ligand and chalcogen on before cadmium, and cadmium off before them', () => {
    expect(order({ cadmium: 22, ligand: 22, chalcogen: 22, flush: 0 })).toEqual([
      'FIC-103.SP', 'FIC-101.SP', 'FIC-102.SP', 'FIC-104.SP',
    ]); // prettier-ignore
    expect(order({ ligand: 0, chalcogen: 0, cadmium: 0, flush: 66, diverter: 0 })).toEqual([
      'XV-301.SP', 'FIC-102.SP', 'FIC-103.SP', 'FIC-101.SP', 'FIC-104.SP',
    ]); // prettier-ignore
  });

  it('raise pressure before heat, and let heat go before pressure', () => {
    expect(order({ temperature: 160, ramp: 10, backPressure: 12 })).toEqual([
      'PIC-203.SP',
      'TIC-201.ramp',
      'TIC-201.SP',
    ]);
    expect(order({ backPressure: 0, temperature: 0 })).toEqual(['TIC-201.SP', 'PIC-203.SP']);
  });
});
