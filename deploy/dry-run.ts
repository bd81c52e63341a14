/**
 * `npm run recipe:dry-run -- RECIPE --skid SKID [--site FILE] [--skids N] [--draws N] [--seed S] [--value NAME=QUANTITY …] [--json]`:
 * a recipe through the twin of the skid's type, as fast as it goes. RECIPE is a file or the name of a shipped recipe; SKID a skid of the
 * site, which is the demo site where none is named, or a shipped skid type. Exit codes: 0 fit to run · 1 something would break · 2 bad input.
 */
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { didYouMean } from '../plant/suggest.ts';
import { describeFault, MesolineError, mesolineError, messageOf } from '../plant/errors.ts';
import { fitFaults, lacking } from '../plant/recipe/fit.ts';
import { withFormulaValues } from '../plant/recipe/formula-values.ts';
import type { MasterRecipe } from '../plant/recipe/recipe.ts';
import { readRecipeFile } from '../plant/recipe/read-recipe.ts';
import { shippedSkidFolder } from '../plant/skid/folders.ts';
import { loadSite } from '../plant/skid/site.ts';
import { loadSkidType } from '../plant/skid/skid-loader.ts';
import { drawMany, runDrawn, type DrawOrder } from './dry-run/draws.ts';
import { reportOf } from './dry-run/report.ts';
import { reportText } from './dry-run/report-text.ts';
import { loadWeighed } from './dry-run/substances.ts';

const called = process.env['INIT_CWD'] ?? '.';
const usage =
  'npm run recipe:dry-run -- RECIPE --skid SKID [--site FILE] [--skids N] [--draws N] [--seed S] [--value NAME=QUANTITY …] [--json]';
const shippedRecipes = fileURLToPath(new URL('../control/recipes/shipped', import.meta.url));

const demoSite = fileURLToPath(new URL('sites/demo.yaml', import.meta.url));

const options = {
  skid: { type: 'string' },
  site: { type: 'string' },
  skids: { type: 'string', default: '1' },
  draws: { type: 'string', default: '0' },
  seed: { type: 'string', default: '1' },
  value: { type: 'string', multiple: true, default: [] as string[] },
  'answers-after': { type: 'string', default: '60' },
  'most-hours': { type: 'string', default: '24' },
  json: { type: 'boolean', default: false },
} as const;

const bad = (what: string, problem: string, remedy: string): Error =>
  mesolineError('dry-run-refused', what, problem, remedy);

function count(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw bad(`--${name}`, `"${text}" is no whole number from ${low} to ${high}.`, `Write --${name} ${low}.`);
}

/** A file, or the recipe of that name or file name among the shipped ones. */
function recipeFileOf(named: string): string {
  const file = resolve(called, named);
  if (existsSync(file)) return file;
  const shipped = readdirSync(shippedRecipes).map((each) => join(shippedRecipes, each));
  const byName = new Map(shipped.map((each) => [readRecipeFile(each).name, each]));
  const found = byName.get(named);
  if (found !== undefined) return found;
  throw bad(
    named,
    'There is no such file, and no such shipped recipe.',
    didYouMean(named, byName.keys(), 'Name a file.'),
  );
}

function skidTypeFileOf(skid: string, site: string | undefined): string {
  if (site !== undefined) {
    const { skids } = loadSite(resolve(called, site));
    const found = skids.find(({ name }) => name === skid);
    if (found !== undefined) return found.typeFile;
    throw bad(
      skid,
      `${site} has no such skid.`,
      didYouMean(
        skid,
        skids.map(({ name }) => name),
        'Name one of the site.',
      ),
    );
  }
  const demo = loadSite(demoSite).skids.find(({ name }) => name === skid);
  if (demo !== undefined) return demo.typeFile;
  const shipped = readdirSync(shippedSkidFolder).filter((each) => each.endsWith('.yaml'));
  const byType = new Map(
    shipped.map((each) => [loadSkidType(join(shippedSkidFolder, each)).type, join(shippedSkidFolder, each)]),
  );
  const found = byType.get(skid);
  if (found !== undefined) return found;
  throw bad(skid, 'There is no such skid type.', didYouMean(skid, byType.keys(), 'Give --site with the skid’s site.'));
}

function valuesOf(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((each) => {
      const at = each.indexOf('=');
      if (at <= 0) throw bad('--value', `"${each}" names no value.`, 'Write --value temperature="165 °C".');
      return [each.slice(0, at), each.slice(at + 1)];
    }),
  );
}

/** @throws MesolineError for a recipe that these skids cannot run at all */
function check({ recipeFile, values, skidTypeFile }: DrawOrder): Readonly<{ recipe: MasterRecipe; skidType: string }> {
  const recipe = withFormulaValues(readRecipeFile(recipeFile), values);
  const type = loadSkidType(skidTypeFile);
  const lacks = lacking(recipe, type);
  if (lacks.length > 0)
    throw bad(recipe.name, `It needs ${lacks.join(', ')}, which ${type.type} has not.`, 'Take a skid that has it.');
  const faults = fitFaults(recipe, type);
  if (faults.length > 0) throw new MesolineError('dry-run-refused', faults);
  return { recipe, skidType: type.type };
}

async function main(): Promise<number> {
  const { values: given, positionals } = parseArgs({ options, allowPositionals: true });
  const [named] = positionals;
  if (named === undefined || positionals.length > 1 || given.skid === undefined) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const seed = count('seed', given.seed, 1, 1_000_000);
  const runs = count('draws', given.draws, 0, 10_000);
  const order: DrawOrder = {
    recipeFile: recipeFileOf(named),
    values: valuesOf(given.value),
    skidTypeFile: skidTypeFileOf(given.skid, given.site),
    skids: count('skids', given.skids, 1, 20),
    seeds: Array.from({ length: runs }, (_, i) => seed * 1_000_000 + i + 1),
    answersAfterS: count('answers-after', given['answers-after'], 0, 86_400),
    mostH: count('most-hours', given['most-hours'], 1, 720),
  };
  const of = check(order);
  const begun = performance.now();
  const nominal = runDrawn(order, null);
  const timesRealTime = (1000 * nominal.durationS) / (performance.now() - begun);
  const draws = await drawMany(order, Math.min(2, availableParallelism()), () => undefined);
  const report = reportOf({ ...of, skids: order.skids, timesRealTime }, nominal, loadWeighed(), draws);
  process.stdout.write(given.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  return report.isFit ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (thrown) {
  const lines = thrown instanceof MesolineError ? thrown.faults.map(describeFault) : [messageOf(thrown)];
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = 2;
}
