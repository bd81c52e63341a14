/** How near a run comes to limits, and to boiling. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { limitKAt, MarginWatch, saturationTemperatureC } from '../../../deploy/dry-run/boiling-margin.ts';
import { stepAt } from '../../../deploy/dry-run/dry-run-result.ts';
import { limitsOf, LimitWatch } from '../../../deploy/dry-run/limit-watch.ts';
import { saturationPressureBar } from '../../../plant/expression/water.ts';
import { permissiveBarG } from '../../../plant/recipe/boiling.ts';
import { readRecipeFile } from '../../../plant/recipe/read-recipe.ts';

const recipe = readRecipeFile('control/recipes/shipped/cdse.yaml');
const bears = { totalFlowMlPerMin: 80, pressureBarG: 16, automaticTemperatureC: null };
const values = (read: Readonly<Record<string, number>>) => (name: string) => read[name] ?? null;
const watched = (seen: readonly Readonly<Record<string, number>>[], isProduct = true) => {
  const watch = new LimitWatch(limitsOf(recipe, bears));
  seen.forEach((each, atS) => watch.look(values(each), isProduct, atS, 1));
  return watch.found('DRY-1', () => 'produce/collect');
};

describe('limits', () => {
  it('of the skid are broken by what lies beyond noise, and there are none where it has none', () => {
    const broken = (flow: number) => watched([{ totalFlow: flow, reactorTemperature: 400 }], false);
    expect(broken(81.5).map(({ name, isBroken }) => [name, isBroken])).toEqual([['totalFlow', false]]);
    expect(broken(82).map(({ name, isBroken }) => [name, isBroken])).toEqual([['totalFlow', true]]);
  });

  it('that are proven are broken by what lasts, not by a look, and only while product is collected', () => {
    const hot = Array.from({ length: 12 }, () => ({ reactorTemperature: 176 }));
    const temperature = (seen: typeof hot, isProduct = true) =>
      watched(seen, isProduct).find(({ name }) => name === 'temperature');
    expect(temperature(hot)).toMatchObject({ kind: 'proven', low: 145, high: 175, room: -1, isBroken: true });
    expect(temperature(hot.slice(0, 9))?.isBroken).toBe(false);
    expect(temperature(hot, false)).toBeUndefined();
  });

  it('are told the nearest first, with when that was', () => {
    const found = watched([
      { reactorTemperature: 160, residenceTime: 50, diameter: 3.6 },
      { reactorTemperature: 172, residenceTime: 50, diameter: 3.6 },
      { reactorTemperature: 150, residenceTime: 46, diameter: 3.6 },
    ]);
    expect(found.map(({ name, atS, room }) => [name, atS, Number(room.toFixed(2))])).toEqual([
      ['residenceTime', 2, 1],
      ['temperature', 1, 3],
      ['diameter', 0, 0.29],
    ]);
    expect(found[0]?.step).toBe('produce/collect');
  });
});

describe('the margin to boiling', () => {
  it('goes by the temperature at which water boils (IAPWS-IF97, table 36: 1, 10 and 100 bar)', () => {
    const found = [1, 10, 100].map((bar) => saturationTemperatureC(bar) + 273.15);
    expect(found[0]).toBeCloseTo(372.755919, 5);
    expect(found[1]).toBeCloseTo(453.035632, 5);
    expect(found[2]).toBeCloseTo(584.149488, 5);
  });

  it('is the other way round of the pressure of saturation', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 350, noNaN: true }), (celsius) => {
        expect(saturationTemperatureC(saturationPressureBar(celsius))).toBeCloseTo(celsius, 5);
      }),
    );
  });

  it('asks what the start permissive asks: at its pressure nothing is left', () => {
    fc.assert(
      fc.property(fc.double({ min: 95, max: 185, noNaN: true }), (celsius) => {
        const barG = permissiveBarG(celsius);
        expect(saturationTemperatureC(barG + 1.013) - celsius).toBeCloseTo(limitKAt(barG), 5);
      }),
    );
  });

  it('is the smallest that was, and under the limit for as long as it was hot there', () => {
    const watch = new MarginWatch();
    const barG = permissiveBarG(160);
    watch.look('R201/TT-202', 80, 0, 1, 1);
    watch.look('R201/TT-202', 159, barG, 2, 1);
    watch.look('R201/TT-202', 162, barG, 3, 1);
    watch.look('R201/TT-202', 161, barG, 4, 1);
    watch.look('R101/TT-101', 60, 0, 4, 1);
    const [reactor, stage1] = watch.found('DRY-1', (atS) => `step at ${atS}`);
    expect(reactor).toMatchObject({
      celsius: 162,
      atS: 3,
      step: 'step at 3',
      underLimitS: 2,
      firstUnderS: 3,
      isUnderLimit: true,
    });
    expect(reactor?.smallestK).toBeCloseTo((reactor?.limitK ?? NaN) - 2, 5);
    expect(stage1).toMatchObject({ limitK: null, underLimitS: 0, isUnderLimit: false });
    expect(stage1?.smallestK).toBeCloseTo(39.97, 1);
  });
});

it('the step of a moment is the line’s own rather than one alongside, and none between two', () => {
  const steps = [
    { skid: 'DRY-1', path: 'a/one', fromS: 0, toS: 10 },
    { skid: 'DRY-1', path: 'a/two', fromS: 12, toS: null },
    { skid: 'DRY-1', path: 'a/two/alongside/sample', fromS: 13, toS: 20 },
    { skid: 'DRY-2', path: 'a/one', fromS: 0, toS: null },
  ];
  expect([5, 11, 14].map((atS) => stepAt(steps, 'DRY-1', atS))).toEqual(['a/one', null, 'a/two']);
});
