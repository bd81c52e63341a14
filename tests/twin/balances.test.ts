import { describe, expect, it } from 'vitest';
import { balancesOf } from '../../twin/skid/balances.ts';
import { liquidPlanOf } from '../../twin/skid/liquid-plan.ts';
import { initialProcess } from '../../twin/skid/process.ts';
import { at } from '../../twin/skid/species.ts';
import { runSchedule } from './schedules.ts';
import { hotSkid, parameters } from './skid-in-hand.ts';

describe('the books of a line', () => {
  it('close to 1e-6 and far better, over random schedules of flow, heat, boiling, leaks and faults', () => {
    const outcomes = Array.from({ length: 200 }, (_, i) => runSchedule(1000 + i, 8));
    for (const [i, { worst }] of outcomes.entries()) {
      expect(worst.relative, `${worst.what} of seed ${1000 + i}`).toBeLessThan(1e-6);
    }
    // Schedules in which nothing happens would close as well.
    expect(Math.max(...outcomes.map(({ hottestC }) => hottestC))).toBeGreaterThan(150);
    expect(outcomes.filter(({ hottestC }) => hottestC > 100).length).toBeGreaterThan(20);
  });

  it('say what they are about: phosphorus, chalcogen, cadmium, ligand, zinc, water and heat', () => {
    const balances = balancesOf(parameters, hotSkid().line.process);
    const names = balances.map(({ what }) => what);
    for (const what of ['phosphorus in all', 'chalcogen in all', 'cadmium in all', 'ligand in all', 'liquid', 'heat'])
      expect(names).toContain(what);
    const cadmium = balances.find(({ what }) => what === 'cadmium in all');
    expect(cadmium?.fed).toBeGreaterThan(1e-3);
    expect(cadmium?.relative).toBeLessThan(1e-9);
  });

  it('do not close where a thousandth of what a tank holds is gone', () => {
    const { process } = hotSkid().line;
    const { trains } = liquidPlanOf(parameters);
    const liquid = process.liquid.slice();
    const cadmium = (trains.reactor.firstCell + 1) * 16 + at.core;
    liquid[cadmium] = 0.99 * (liquid[cadmium] ?? 0);
    const open = balancesOf(parameters, { ...process, liquid }).filter(({ relative }) => relative > 1e-6);
    expect(open.map(({ what }) => what)).toEqual(['core', 'chalcogen in all', 'cadmium in all']);
    const heated = { ...process, heat: { ...process.heat, fluidC: process.heat.fluidC + 0.1 } };
    expect(balancesOf(parameters, heated).find(({ what }) => what === 'heat')?.relative).toBeGreaterThan(1e-6);
  });

  it('are at zero in a line that has just been filled', () => {
    for (const { error, fed, left } of balancesOf(parameters, initialProcess(parameters))) {
      expect([error, fed, left]).toEqual([0, 0, 0]);
    }
  });
});
