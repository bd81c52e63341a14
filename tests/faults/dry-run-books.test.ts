/** What a dry run says of a whole run in this process: its books by hand, and the interlock that stands behind a hold. */
import { describe, expect, it } from 'vitest';
import { runDrawn, type DrawOrder } from '../../deploy/dry-run/draws.ts';
import type { DryRun } from '../../deploy/dry-run/dry-run-result.ts';
import { runOnce } from '../../deploy/dry-run/run-once.ts';
import { readRecipeFile } from '../../plant/recipe/read-recipe.ts';
import { loadSkidType } from '../../plant/skid/skid-loader.ts';
import { loadTwinOf, type TwinParameters } from '../../twin/virtual/index.ts';

const recipeFile = 'tests/e2e/recipes/short.yaml';
const skidTypeFile = 'plant/skids/cdse.yaml';
const order: DrawOrder = { recipeFile, values: {}, skidTypeFile, skids: 1, seeds: [], answersAfterS: 1, mostH: 2 };

const secondsOf = ({ steps }: DryRun, ...paths: readonly string[]): number =>
  steps.filter(({ path }) => paths.includes(path)).reduce((sum, { fromS, toS }) => sum + (toS ?? NaN) - fromS, 0);

describe('the books of a dry run', () => {
  it('agree with flow times time of the formula, worked out by hand', () => {
    const run = runDrawn(order, null);
    expect([run.state, run.trips]).toEqual(['Complete', []]);
    // 60 mL · (954.7 / 997.0 kg/m³, water at 105 °C and at 25 °C) · 60 / 48 s = 71.8 mL/min in all; equal feeds carry the ratios.
    const eachMlPerMin = 71.8 / 3;
    const feedingS = secondsOf(run, 'start-up/stage-2', 'start-up/steady-state', 'produce/collect');
    const primingS = secondsOf(run, 'prepare/prime');
    const stage1S = secondsOf(run, 'start-up/stage-1');
    const [{ feeds, balance, isClosed } = { feeds: [], balance: [], isClosed: false }] = run.consumption;
    const [chalcogen, cadmium, ligand] = feeds;
    const cadmiumMl = (eachMlPerMin * feedingS) / 60;
    // A pump needs a moment to begin and to end, and a step a scan: within 2 %.
    expect(Math.abs((cadmium?.ml ?? NaN) / cadmiumMl - 1)).toBeLessThan(0.02);
    expect(cadmium?.substances[0]?.mmol).toBeCloseTo((cadmium?.ml ?? NaN) * 0.01, 9);
    expect(cadmium?.substances[0]?.g).toBeCloseTo((cadmium?.ml ?? NaN) * 0.01 * 0.266532, 9);
    // Chalcogen and ligand flow in prime, and from stage 1 on, too.
    const longerMl = (eachMlPerMin * (feedingS + stage1S + primingS)) / 60;
    for (const feed of [chalcogen, ligand]) expect(Math.abs((feed?.ml ?? NaN) / longerMl - 1)).toBeLessThan(0.02);
    // 10 mM of TCEP and 12 mM of selenium where the two heads meet.
    const [tcep, selenium] = chalcogen?.substances ?? [];
    expect((tcep?.mmol ?? NaN) / (chalcogen?.ml ?? NaN)).toBeCloseTo(0.01, 4);
    expect((selenium?.mmol ?? NaN) / (tcep?.mmol ?? NaN)).toBeCloseTo(1.2, 2);
    // What was fed is found again.
    expect(isClosed).toBe(true);
    expect(balance.map(({ of }) => of)).toEqual(['liquid', 'phosphorus', 'chalcogen', 'cadmium', 'ligand']);
    const liquid = balance[0];
    expect((liquid?.product ?? NaN) / run.collectedMl).toBeCloseTo(1, 2);
    expect(run.boilingMargins.map(({ part }) => part)).toEqual([
      'R101/TT-101',
      'R201/TT-201A',
      'R201/TT-201B',
      'R201/TT-202',
      'R201/TT-205',
    ]);
    expect(run.boilingMargins.filter(({ isUnderLimit }) => isUnderLimit)).toEqual([]);
  }, 60_000);
});

describe('a dry run that an interlock ends', () => {
  it('names the row, what it read, when and in which step', () => {
    const twin = loadTwinOf(skidTypeFile);
    const { feeds } = twin.parameters;
    // A cadmium pump that gives a quarter too much: ligand and chalcogen are 80 % of what it asks for, and the row trips below 85 %.
    const rich: TwinParameters = { ...twin.parameters, feeds: { ...feeds, gain: { ...feeds.gain, cadmium: 1.25 } } };
    const run = runOnce({
      type: loadSkidType(skidTypeFile),
      twin,
      parameters: [rich],
      recipe: readRecipeFile(recipeFile),
      seed: 1,
      answersAfterS: 1,
      mostH: 2,
    });
    expect(run.state).toBe('Held');
    expect(run.why).toContain('Row 17, Cadmium without ligand or chalcogen');
    const [trip] = run.trips;
    expect(Object.keys(trip ?? {}).toSorted()).toEqual(
      ['atS', 'channels', 'demand', 'message', 'row', 'skid', 'step', 'title'], // as others read them
    );
    expect(trip).toMatchObject({ row: 17, demand: 'Hcd', skid: 'DRY-1', step: 'start-up/stage-2' });
    expect(trip?.message).toContain('value < 85 % for 2 s');
    expect(trip?.channels.map(({ channel, unit }) => [channel, unit])).toEqual([
      ['F100/ratio.ligand', '%'],
      ['F100/ratio.chalcogen', '%'],
    ]);
    const read = trip?.channels.map(({ value }) => value) ?? [];
    expect(Math.min(...read.map(Number))).toBeLessThan(85);
    expect(Math.min(...read.map(Number))).toBeGreaterThan(75);
    const stage2 = run.steps.find(({ path }) => path === 'start-up/stage-2');
    expect(trip?.atS).toBeGreaterThan(stage2?.fromS ?? NaN);
    expect(trip?.atS).toBeLessThan((stage2?.fromS ?? NaN) + 10);
    const tally = ['atS', 'count', 'id', 'priority', 'skid', 'step', 'title'];
    expect(run.alarms.map((alarm) => Object.keys(alarm).toSorted())).toContainEqual(tally);
    expect(run.alarms.map(({ id, count, step }) => [id.includes('17'), count, step])).toContainEqual([
      true,
      1,
      trip?.step,
    ]);
  }, 60_000);
});
