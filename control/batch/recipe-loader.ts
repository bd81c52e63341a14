/** Reads and checks the master recipes of a folder. What a recipe makes of a skid is checked apart, in recipe-fit.ts. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RecipeParameterView } from '../../plant/batch-view.ts';
import { MesolineError, mesolineError, messageOf, type Fault } from '../../plant/errors.ts';
import { parseQuantity, parseRange, type Quantity } from '../../plant/quantity.ts';
import { readForm } from '../../plant/skid/form.ts';
import { Source, type Path } from '../../plant/skid/source.ts';
import { didYouMean } from '../../plant/suggest.ts';
import { convert } from '../../plant/units.ts';
import type { Formula, MasterRecipe } from './recipe.ts';
import { checkOrder, readSteps } from './recipe-procedure.ts';
import { recipeSchema, type RecipeFile } from './recipe-schema.ts';

const code = 'recipe-file-invalid';

/** @throws MesolineError `recipe-file-invalid` with every fault of every file of the folder, each at `file:line` */
export function loadRecipes(folder: string): readonly MasterRecipe[] {
  const faults: Fault[] = [];
  const recipes: MasterRecipe[] = [];
  for (const file of recipeFiles(folder)) {
    try {
      const recipe = loadRecipe(file);
      const same = recipes.find(({ name }) => name === recipe.name);
      if (same === undefined) recipes.push(recipe);
      else
        faults.push({
          where: `${file}:1`,
          problem: `The recipe "${recipe.name}" also stands in ${same.file}.`,
          remedy: 'Rename one of them.',
        });
    } catch (thrown) {
      if (!(thrown instanceof MesolineError)) throw thrown;
      faults.push(...thrown.faults);
    }
  }
  if (faults.length > 0) throw new MesolineError(code, faults);
  return recipes;
}

function recipeFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/u.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch (thrown) {
    throw mesolineError(
      code,
      folder,
      `The folder of recipes cannot be read: ${messageOf(thrown)}.`,
      'Check "recipes" in the site file.',
      thrown,
    );
  }
}

/** @throws MesolineError `recipe-file-invalid` with every fault of the file, each at `file:line` */
export function loadRecipe(file: string): MasterRecipe {
  const source = new Source(file, code);
  const form = readForm(source, recipeSchema);
  const recipe = form === null ? null : readRecipe(source, form);
  source.throwFaults(code);
  if (recipe === null) throw new RangeError('a recipe without faults was not read');
  return recipe;
}

function readRecipe(source: Source, form: RecipeFile): MasterRecipe | null {
  const parameters = readParameters(source, form);
  const formula = readFormula(source, parameters);
  const used = new Set<string>(Object.values(formulaNames).map(({ name }) => name));
  const steps = readSteps(source, form, parameters, used);
  for (const name of parameters.keys()) {
    if (!used.has(name))
      source.fault(
        ['formula', name],
        `The parameter "${name}" is used nowhere.`,
        didYouMean(
          name,
          Object.values(formulaNames).map((known) => known.name),
          `Refer to it in the procedure by $${name}, or leave it out.`,
        ),
      );
  }
  checkOrder(source, steps);
  const targetMl = source.attempt(['batch', 'target'], (where) =>
    converted(parseQuantity(form.batch.target, where), 'mL', where),
  );
  const bounds = source.attempt(['batch', 'bounds'], (where) => readRange(form.batch.bounds, 'mL', where));
  if (targetMl !== null && bounds !== null && (targetMl < bounds.low || targetMl > bounds.high)) {
    source.fault(
      ['batch', 'target'],
      `The target ${form.batch.target} lies outside its bounds ${form.batch.bounds}.`,
      'Move one of them.',
    );
  }
  const materials = readMaterials(source, form);
  if (formula === null || targetMl === null || bounds === null || materials === null) return null;
  return {
    file: source.file,
    name: form.recipe,
    title: form.title,
    status: form.status,
    needs: form.needs,
    targetMl,
    bounds: { lowMl: bounds.low, highMl: bounds.high },
    parameters: [...parameters.values()].flatMap((parameter) => (parameter === null ? [] : [parameter.view])),
    formula,
    materials,
    steps: steps.map(({ step }) => step),
    startSignatures: form.signatures['start batch'],
    digest: source.digest,
  };
}

type Parameter = Readonly<{ quantity: Quantity; view: RecipeParameterView; path: Path }>;
/** Null for one whose value cannot be read: it is not missing as well. */
type Parameters = ReadonlyMap<string, Parameter | null>;

function readParameters(source: Source, form: RecipeFile): Parameters {
  const parameters = new Map<string, Parameter | null>();
  for (const [name, written] of Object.entries(form.formula)) {
    const path = ['formula', name];
    const quantity = source.attempt([...path, 'value'], (where) => parseQuantity(written.value, where));
    if (quantity === null) {
      parameters.set(name, null);
      continue;
    }
    const range =
      written.range === undefined
        ? null
        : source.attempt([...path, 'range'], (where) => readRange(written.range ?? '', quantity.unit, where));
    const proven =
      written.proven === undefined
        ? null
        : source.attempt([...path, 'proven'], (where) => readRange(written.proven ?? '', quantity.unit, where));
    if (range !== null && (quantity.value < range.low || quantity.value > range.high)) {
      source.fault(
        [...path, 'value'],
        `${name} is ${written.value}, outside its range ${written.range ?? ''}.`,
        'Move the value into the range.',
      );
    }
    if (range !== null && proven !== null && (range.low < proven.low || range.high > proven.high)) {
      source.fault(
        [...path, 'range'],
        `The range ${written.range ?? ''} of ${name} leaves the proven one, ${written.proven ?? ''}.`,
        'Narrow the range, or prove the rest.',
      );
    }
    if (written.critical === true && range === null && written.range === undefined) {
      source.fault(path, `${name} is critical and has no range.`, 'Add the range within which it may be set.');
    }
    const view = {
      name,
      value: String(quantity.value),
      unit: quantity.unit,
      range: range === null ? null : `${range.low}..${range.high}`,
      critical: written.critical === true,
    };
    parameters.set(name, { quantity, view, path });
  }
  return parameters;
}

const formulaNames: Readonly<Record<keyof Formula, Readonly<{ name: string; unit: string | null }>>> = {
  temperatureC: { name: 'temperature', unit: '°C' },
  residenceTimeS: { name: 'residenceTime', unit: 's' },
  backPressureBarG: { name: 'backPressure', unit: 'bar(g)' },
  cdToSe: { name: 'cdToSe', unit: null },
  mpaToCd: { name: 'mpaToCd', unit: null },
};

function readFormula(source: Source, parameters: Parameters): Formula | null {
  const formula: Partial<Record<keyof Formula, number>> = {};
  for (const [key, { name, unit }] of Object.entries(formulaNames)) {
    const parameter = parameters.get(name);
    if (parameter === null) continue;
    if (parameter === undefined) {
      source.fault(['formula'], `The formula has no "${name}".`, `Add ${name}${unit === null ? '' : ` in ${unit}`}.`);
      continue;
    }
    const value = source.attempt([...parameter.path, 'value'], (where) =>
      positive(converted(parameter.quantity, unit, where), name, where),
    );
    if (value !== null) formula[key as keyof Formula] = value;
  }
  return isComplete(formula) ? formula : null;
}

const isComplete = (formula: Partial<Record<keyof Formula, number>>): formula is Formula =>
  Object.keys(formulaNames).every((key) => Object.hasOwn(formula, key));

function readMaterials(source: Source, form: RecipeFile): MasterRecipe['materials'] | null {
  const feedstock = (feed: 'chalcogen' | 'cadmium' | 'ligand') => {
    const { name, concentration } = form.materials[feed];
    const concentrationMm = source.attempt(['materials', feed, 'concentration'], (where) =>
      positive(converted(parseQuantity(concentration, where), 'mM', where), 'The concentration', where),
    );
    return concentrationMm === null ? null : { name, concentrationMm };
  };
  const [chalcogen, cadmium, ligand] = [feedstock('chalcogen'), feedstock('cadmium'), feedstock('ligand')];
  return chalcogen === null || cadmium === null || ligand === null ? null : { chalcogen, cadmium, ligand };
}

const converted = (quantity: Quantity, unit: string | null, where: string): number =>
  convert(quantity.value, quantity.unit, unit, where);

function positive(value: number, what: string, where: string): number {
  if (value > 0) return value;
  throw mesolineError(code, where, `${what} is ${value}.`, 'Write a number above 0.');
}

/** A range written without a unit has the value's. */
function readRange(written: string, unit: string | null, where: string): Readonly<{ low: number; high: number }> {
  const range = parseRange(written, where);
  if (range.unit === null) return range;
  return { low: convert(range.low, range.unit, unit, where), high: convert(range.high, range.unit, unit, where) };
}
