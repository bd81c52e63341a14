import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { equipmentOf } from '../../../control/batch/equipment.ts';
import type { MasterRecipe } from '../../../control/batch/recipe.ts';
import { fitFaults, lacking } from '../../../control/batch/recipe-fit.ts';
import { loadRecipe, loadRecipes } from '../../../control/batch/recipe-loader.ts';
import { planOf } from '../../../control/batch/recipe-plan.ts';
import { MesolineError } from '../../../plant/errors.ts';
import { cdse, shippedRecipes, shortRecipes } from './fake-skid.ts';

const folder = mkdtempSync(join(tmpdir(), 'recipes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const text = readFileSync(join(shippedRecipes, 'cdse.yaml'), 'utf8');
const file = join(folder, 'changed.yaml');

/** The shipped recipe with one piece of its text replaced. */
function changed(from: string, to: string): string {
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
  return file;
}

const lineOf = (piece: string): number => text.slice(0, text.indexOf(piece)).split('\n').length;

function faultsOf(load: () => unknown): MesolineError['faults'] {
  try {
    load();
  } catch (thrown) {
    if (thrown instanceof MesolineError) return thrown.faults;
    throw thrown;
  }
  return [];
}

const equipment = equipmentOf(cdse);
const fit = (recipe: MasterRecipe) => fitFaults(recipe, cdse, equipment);

describe('the recipes that ship', () => {
  it('load without a fault and fit the skid', () => {
    const recipes = [...loadRecipes(shippedRecipes), ...loadRecipes(shortRecipes)];
    expect(recipes.map(({ name }) => name)).toEqual(['CdSe-3.6', 'CdSe-short']);
    for (const recipe of recipes) {
      expect(lacking(recipe, cdse)).toEqual([]);
      expect(fit(recipe)).toEqual([]);
    }
  });

  it('make flows of residence time, hot density and molar ratios', () => {
    if ('lacks' in equipment) throw new Error(equipment.lacks.join());
    const recipe = loadRecipe(join(shippedRecipes, 'cdse.yaml'));
    const plan = planOf(recipe, equipment);
    // 60 mL · 907.4 / 997.0 kg/m³ / 50 s, by hand
    expect(plan.totalMlPerMin).toBeCloseTo(65.5, 1);
    const { chalcogen, cadmium, ligand } = recipe.materials;
    const moles = (flow: number, { concentrationMm }: typeof cadmium): number => flow * concentrationMm;
    const cd = moles(plan.cadmiumMlPerMin, cadmium);
    expect(cd / moles(plan.chalcogenMlPerMin, chalcogen)).toBeCloseTo(1, 3);
    expect(moles(plan.ligandMlPerMin, ligand) / cd).toBeCloseTo(2.4, 2);
  });
});

describe('a recipe file', () => {
  it.each([
    ['title: CdSe', 'titel: CdSe', 'title: CdSe', /"titel" is not known here.*Did you mean "title"/],
    ['- prime: { for: 1 min }', '- primed: { for: 1 min }', '- prime:', /phase "primed" is not known.*"prime"/],
    ['$temperature, ramp', '$temprature, ramp', '- heat-up', /no parameter "temprature".*"temperature"/],
    ['ramp: $ramp', 'rampe: $ramp', '- heat-up', /takes no "rampe".*"ramp"/],
    ['drop: 0.5 bar', 'drop: 0.5 mL', '- leak-test', /mL does not measure/],
    ['drop: 0.5 bar', 'drop: 0.5 bar(g)', '- leak-test', /counts from a zero point/],
    ['hold: 5 tau', 'hold: 5 min', '- steady-state', /no number of residence times/],
    ['value: 160 °C', 'value: 172 °C', 'temperature:', /temperature is 172 °C, outside its range 150..170/],
    ['range: 150..170 °C', 'range: 140..170 °C', 'temperature:', /leaves the proven one/],
    [
      'value: 160 °C, range: 150..170 °C, proven: 145..175 °C',
      'value: 160 s, range: 150..170',
      'temperature:',
      /does not measure/,
    ],
    ['value: 160 °C', 'value: 0160 °C', 'temperature:', /"160 °C" is not known|cannot be read/],
    [
      '{ value: 1.0, range: 0.95..1.05, critical: true }',
      '{ value: 1.0, critical: true }',
      'cdToSe',
      /critical and has no range/,
    ],
    ['mpaToCd: {', 'mpaCd: {', 'formula:', /no "mpaToCd"/],
    ['target: 1 L', 'target: 2 L', 'batch:', /outside its bounds/],
    ['concentration: 24 mM', 'concentration: 24 mL', 'ligand:', /does not measure/],
    ['flush: { volume: 240 mL }', 'flush', '- flush', /has no "volume"/],
    ['[operator, checker]', '[operator, cheker]', 'start batch', /"cheker"/],
    ['status: draft', 'status: finished', 'status:', /"finished"/],
  ])('with %s made %s names its line and the remedy', (from, to, at, says) => {
    const faults = faultsOf(() => loadRecipe(changed(from, to)));
    const fault = faults.find(({ problem, remedy }) => says.test(`${problem} ${remedy}`));
    expect(faults).toContainEqual(fault);
    expect(fault?.where).toMatch(new RegExp(`^${file}:${lineOf(at)}\\b`));
  });

  it('whose step can never be reached is refused', () => {
    const steps = /- steady-state: .*\n/.exec(text)?.[0] ?? '';
    expect(faultsOf(() => loadRecipe(changed(steps, '\n')))[0]?.problem).toMatch(
      /collect can never be reached: .* the line is hot/,
    );
    const late = 'cool-down: { below: 60 °C }\n      - flush: { volume: 1 mL }';
    const faults = faultsOf(() => loadRecipe(changed('cool-down: { below: 60 °C }', late)));
    expect(faults.map(({ problem }) => problem).join('\n')).toMatch(
      /flush can never be reached: after cool-down the line is ended/,
    );
  });

  it('gives all of its faults at once, in the order of its lines', () => {
    writeFileSync(
      file,
      text.replace('value: 160 °C', 'value: 172 °C').replace('drop: 0.5 bar', 'drop: 0.5 mL').replace('$ramp', '$rump'),
    );
    const faults = faultsOf(() => loadRecipe(file));
    expect(faults.map(({ where }) => Number(where.slice(file.length + 1).split(' ')[0]))).toEqual(
      [lineOf('temperature:'), lineOf('ramp: {'), lineOf('- leak-test'), lineOf('- heat-up')].sort((a, b) => a - b),
    );
  });

  it('that cannot be read, and a folder that is not there, are faults with their path', () => {
    expect(faultsOf(() => loadRecipe(join(folder, 'none.yaml')))[0]?.where).toContain('none.yaml');
    expect(faultsOf(() => loadRecipes(join(folder, 'none')))[0]?.where).toContain('none');
  });

  it('may not share its name with another', () => {
    const twice = mkdtempSync(join(folder, 'twice-'));
    for (const name of ['a.yaml', 'b.yaml']) writeFileSync(join(twice, name), text);
    expect(faultsOf(() => loadRecipes(twice))[0]?.problem).toContain('also stands in');
  });
});

describe('a recipe that the skid cannot run', () => {
  const faults = (from: string, to: string): string =>
    fit(loadRecipe(changed(from, to)))
      .map(({ problem }) => problem)
      .join('\n');

  it('is refused below the start permissive', () => {
    expect(faults('{ value: 12 bar(g), range: 10..14 bar(g), critical: true }', '{ value: 7.8 bar(g) }')).toContain(
      'margin to boiling',
    );
    expect(faults('{ value: 12 bar(g), range: 10..14 bar(g), critical: true }', '{ value: 8 bar(g) }')).toBe('');
  });

  it('is refused above the total flow, the pressure or the temperature of the skid', () => {
    expect(faults('{ value: 50 s, range: 45..60 s, proven: 45..60 s, critical: true }', '{ value: 40 s }')).toContain(
      'total flow would be 81.9 mL/min',
    );
    expect(faults('{ value: 12 bar(g), range: 10..14 bar(g), critical: true }', '{ value: 18.5 bar(g) }')).toContain(
      'back pressure',
    );
    expect(
      faults('{ value: 160 °C, range: 150..170 °C, proven: 145..175 °C, critical: true }', '{ value: 190 °C }'),
    ).toContain('limit of 185.0 °C');
  });

  it('is refused where an interlock would trip at its own set points', () => {
    expect(faults('concentration: 24 mM', 'concentration: 30 mM')).toContain('interlock 17');
  });

  it('is named with what the type lacks', () => {
    const bare = { ...cdse, tags: cdse.tags.filter(({ name }) => name !== 'X300/FQ-301') };
    const recipe = loadRecipe(join(shippedRecipes, 'cdse.yaml'));
    expect(fitFaults(recipe, bare, equipmentOf(bare))[0]?.problem).toContain('collectedVolume');
    expect(lacking({ ...recipe, needs: ['three-stage'] }, cdse)).toEqual(['three-stage']);
  });
});
