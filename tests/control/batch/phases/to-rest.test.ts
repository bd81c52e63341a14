import { describe, expect, it } from 'vitest';
import type { Aside, Line } from './support/line.ts';
import { drive } from './support/drive.ts';
import { coldLine, heldLine } from './support/line.ts';
import { cdse, cdseZns, cleaning, valuesOf } from './support/plans.ts';

const reacting = ['heat-up', 'stage-1', 'stage-2'].reduce((line, phase) => drive(cdse, phase, line).line, coldLine);
const shelled = ['heat-up', 'stage-1', 'stage-2', 'shell'].reduce(
  (line, phase) => drive(cdseZns, phase, line).line,
  coldLine,
);
const { plan } = cdse;

describe('shutdown', () => {
  it('takes cadmium off first, then chalcogen, then ligand, with water in their place', () => {
    const { ended, stood } = drive(cdse, 'shutdown', reacting);
    expect(ended).toBe('done');
    expect(stood[0]).toMatchObject({
      cadmium: 0,
      chalcogen: plan.chalcogenMlPerMin,
      ligand: plan.ligandMlPerMin,
      temperature: 0,
      stage1: 0,
    });
    const chalcogenOff = stood.findIndex(({ chalcogen }) => chalcogen === 0);
    const ligandOff = stood.findIndex(({ ligand }) => ligand === 0);
    expect(chalcogenOff).toBeGreaterThan(0);
    expect(ligandOff).toBeGreaterThan(chalcogenOff);
    const flowing = stood.filter(({ flush }) => flush > 0);
    for (const { chalcogen, ligand, flush } of flowing)
      expect(chalcogen + ligand + flush).toBeCloseTo(plan.totalMlPerMin, 1);
  });

  it('flushes four times all that was wetted, the shell reactor too, before it lets the pressure down', () => {
    const { stood } = drive(cdseZns, 'shutdown', shelled);
    const rinsing = stood.filter(({ ligand, backPressure }) => ligand === 0 && backPressure > 0).length;
    expect((rinsing * cdseZns.plan.totalMlPerMin) / 60).toBeGreaterThanOrEqual(4 * (60 + 40) - 2);
    expect(stood[0]).toMatchObject({ shell: 0, shellTemperature: 0 });
  });

  it('keeps pressure and flow while any wetted part is hot or not known', () => {
    for (const hottestC of [61, null]) {
      const { ended, stood } = drive(cdse, 'shutdown', reacting, { aside: () => ({ hottestC }) });
      expect(ended).toBe('time');
      expect(stood.every(({ backPressure }) => backPressure === 12)).toBe(true);
      expect(stood.at(-1)?.flush).toBe(plan.totalMlPerMin);
    }
  });

  it('lets down first and stops the pumps then', () => {
    const { stood } = drive(cdse, 'shutdown', reacting);
    const open = stood.findIndex(({ backPressure }) => backPressure === 0);
    const still = stood.findIndex(({ flush }) => flush === 0);
    expect(still).toBeGreaterThan(open);
  });

  it('goes back under pressure where a thermometer is lost as it lets down', () => {
    const open = drive(cdse, 'shutdown', reacting).stood.findIndex(({ backPressure }) => backPressure === 0);
    const aside = (timeS: number): Aside => (timeS === open + 2 ? { hottestC: null } : {});
    const { stood, ended } = drive(cdse, 'shutdown', reacting, { aside });
    expect(stood[open + 2]).toMatchObject({ backPressure: 12, flush: plan.totalMlPerMin });
    expect(ended).toBe('done');
  });

  it('is not done while pressure is left, or may be', () => {
    const open = drive(cdse, 'shutdown', reacting).stood.findIndex(({ flush }) => flush === 0);
    for (const reactorPressure of [1.5, null]) {
      const aside = (timeS: number): Aside => (timeS > open ? { readings: { reactorPressure } } : {});
      expect(drive(cdse, 'shutdown', reacting, { aside }).ended).toBe('time');
    }
  });

  it('of a line that HOT-HOLD has emptied turns on nothing but water', () => {
    const { ended, stood } = drive(cdse, 'shutdown', heldLine(reacting));
    expect(ended).toBe('done');
    expect(stood.every(({ chalcogen, ligand, cadmium }) => chalcogen + ligand + cadmium === 0)).toBe(true);
    expect(stood[0]).toMatchObject({ flush: plan.totalMlPerMin, backPressure: 12 });
  });

  it('counts no water while a feed is not known to stand', () => {
    const { ended, last } = drive(cdse, 'shutdown', reacting, {
      aside: (timeS): Aside => (timeS > 30 ? { points: { ligand: null } } : {}),
    });
    expect(ended).toBe('time');
    expect(last.waitsFor).toContain('of water');
  });
});

describe('the fouling flush', () => {
  const fouled: Line = { ...coldLine, foulingPercent: 140 };
  const flush = (liquid: string, more = {}): ReturnType<typeof valuesOf> =>
    valuesOf('fouling-flush', { with: liquid, ...more });

  it('goes on beyond its volume until the resistance has come down', () => {
    const { ended, last, timeS } = drive(cdse, 'fouling-flush', fouled);
    expect(ended).toBe('done');
    expect(timeS).toBeGreaterThan((100 / 40) * 60);
    expect(last.figures?.['flow resistance']).toMatch(/^1[12]\d %$/u);
  });

  it('fails where it does not come down, and where nobody knows', () => {
    for (const fouling of [130, null]) {
      const { ended, last } = drive(cdse, 'fouling-flush', fouled, { aside: () => ({ readings: { fouling } }) });
      expect(ended).toBe('failed');
      expect(last.failure).toContain('not clean');
    }
  });

  it('counts what the pump says it draws, and leaves it at water', () => {
    const { ended, stood, timeS } = drive(cdse, 'fouling-flush', fouled, { values: flush('oil', { until: 250 }) });
    expect(ended).toBe('done');
    expect(timeS).toBeGreaterThanOrEqual((100 / 40) * 60);
    expect(stood.some(({ flushLiquid }) => flushLiquid === 1)).toBe(true);
    expect(stood.at(-1)).toMatchObject({ flushLiquid: 0, flush: 0 });
    const stuck = drive(cdse, 'fouling-flush', fouled, {
      values: flush('oil'),
      aside: () => ({ points: { flushLiquid: 0 } }),
    });
    expect(stuck.ended).toBe('time');
    expect(stuck.last.waitsFor).toContain('0 mL of oil');
  });

  it('brings acid only after a wetted volume of water', () => {
    const { ended, stood } = drive(cleaning, 'fouling-flush', fouled, { values: flush('dilute acid', { until: 250 }) });
    expect(ended).toBe('done');
    expect(stood.findIndex(({ flushLiquid }) => flushLiquid === 2)).toBeGreaterThanOrEqual((60 / 40) * 60);
  });

  it.each<[string, Aside]>([
    ['sour waste', { readings: { wastePh: 9.9 } }],
    ['waste of unknown pH', { readings: { wastePh: null } }],
    ['a hot line', { hottestC: 70 }],
    ['a line of unknown temperature', { hottestC: null }],
    ['a feed that runs', { points: { chalcogen: 3 } }],
    ['a feed that nobody knows of', { points: { chalcogen: null } }],
  ])('brings no acid to %s', (_, aside) => {
    const { ended, stood } = drive(cleaning, 'fouling-flush', fouled, {
      values: flush('dilute acid'),
      aside: () => aside,
    });
    expect(ended).toBe('time');
    expect(stood.every(({ flushLiquid }) => flushLiquid === 0)).toBe(true);
  });

  it('takes acid away when a feed comes', () => {
    const aside = (timeS: number): Aside => (timeS > 150 ? { points: { chalcogen: 3 } } : {});
    const values = flush('dilute acid', { until: 250 });
    const { stood } = drive(cleaning, 'fouling-flush', fouled, { values, aside, mostS: 160 });
    expect(stood[150]?.flushLiquid).toBe(2);
    expect(stood[151]?.flushLiquid).toBe(0);
  });

  it('takes acid away when the waste turns sour', () => {
    const aside = (timeS: number): Aside => (timeS > 150 ? { readings: { wastePh: 9.9 } } : {});
    const { stood } = drive(cleaning, 'fouling-flush', fouled, {
      values: flush('dilute acid', { until: 250 }),
      aside,
      mostS: 160,
    });
    expect(stood[150]?.flushLiquid).toBe(2);
    expect(stood[151]?.flushLiquid).toBe(0);
  });

  it('keeps the pressure of a line that was left hot until it is cold', () => {
    const hot = heldLine(reacting);
    const { ended, stood } = drive(cleaning, 'fouling-flush', hot, { values: flush('water', { until: 250 }) });
    expect(ended).toBe('done');
    expect(stood[0]?.backPressure).toBe(12);
    expect(stood.at(-1)?.backPressure).toBe(0);
  });
});
