/** Reads a master recipe from its text: every fault at its place, with what to do about it. */
import { readFileSync } from 'node:fs';
import { mesolineError, messageOf } from '../errors.ts';
import { parseQuantity } from '../quantity.ts';
import { readForm } from '../skid/form.ts';
import { Source } from '../skid/source.ts';
import { didYouMean } from '../suggest.ts';
import { parseUnit, sameDimension } from '../units.ts';
import { checkChemistry, formulaUses } from './chemistry.ts';
import { gramsOf, positive, quantityIn, rangeIn, readFormula, type ReadFormula } from './formula.ts';
import { checkLine, stepNeeds } from './line.ts';
import { compileProcedure, type Compiled, type Places } from './procedure.ts';
import {
  failureRules,
  feedNames,
  signedActs,
  type BatchRule,
  type FailureRule,
  type Feedstock,
  type Formula,
  type MasterRecipe,
  type RecipeMaterial,
  type SignaturePolicy,
} from './recipe.ts';
import { recipeSchema, releaseAct, type RecipeFile } from './recipe-schema.ts';
import { capabilities } from './roles.ts';
import { checkSharing } from './sharing.ts';

export const recipeFault = 'recipe-invalid';

/** More than this is no recipe, and reading it would keep everybody waiting. */
const longestText = 1_000_000;

/** A recipe with where its parts stand: `where(path)` of a step or of `formula/NAME`, as `source:line`. */
export type PlacedRecipe = Readonly<{ recipe: MasterRecipe; where: (path: string) => string }>;

/**
 * @param source how faults name the text: a file, or `CdSe-3.6 v2`
 * @throws MesolineError `recipe-invalid` with every fault, each at `source:line`
 */
export const readRecipe = (text: string, source: string): MasterRecipe => readPlacedRecipe(text, source).recipe;

/** @throws MesolineError as `readRecipe` does, and where the file cannot be read */
export function readRecipeFile(file: string): MasterRecipe {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (thrown) {
    const problem = `The recipe cannot be read: ${messageOf(thrown)}.`;
    throw mesolineError(recipeFault, file, problem, 'Check the path and the rights.', thrown);
  }
  return readRecipe(text, file);
}

/** @throws MesolineError as `readRecipe` does */
export function readPlacedRecipe(text: string, file: string): PlacedRecipe {
  if (text.length > longestText) {
    const problem = `The text has ${text.length} characters, more than ${longestText}.`;
    throw mesolineError(recipeFault, file, problem, 'Part the recipe.');
  }
  const source = new Source(file, recipeFault, text);
  const form = readForm(source, recipeSchema);
  const read = form === null ? null : readParts(source, form, text);
  source.throwFaults(recipeFault);
  if (read === null) throw new RangeError('a recipe without faults was not read');
  const { places } = read;
  const where = (path: string): string =>
    source.where(places.get(path) ?? (path.startsWith('formula/') ? path.split('/') : ['procedure']));
  return { recipe: read.recipe, where };
}

function readParts(
  source: Source,
  form: RecipeFile,
  text: string,
): Readonly<{ recipe: MasterRecipe; places: Places }> | null {
  const kind = form.kind ?? 'production';
  if (form.status !== undefined && form.status !== 'draft') {
    source.fault(
      ['status'],
      `The file calls itself ${form.status}.`,
      'Leave "status" out: it is moved by signatures, never by the file.',
    );
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9.+-]{0,63}$/u.test(form.recipe)) {
    source.fault(
      ['recipe'],
      `"${form.recipe}" is no name of a recipe.`,
      'Use letters, digits, dots, plus and hyphens, such as "CdSe-3.6".',
    );
  }
  checkNeeds(source, form);
  const read = readFormula(source, form);
  const used = new Set<string>();
  const compiled = compileProcedure(source, form, read, used);
  const feedstocks = readFeedstocks(source, form);
  const batch = readBatch(source, form);
  const materials = readMaterials(source, form);
  const signatures = readSignatures(form);
  const whenSkidFails = readFailureRule(source, form);
  checkProcedure(source, form, compiled);
  for (const name of checkChemistry(source, form, read, compiled.procedure)) used.add(name);
  checkUsed(source, read, used);
  const formula = wholeFormula(read);
  if (formula === null || batch === undefined || feedstocks === null || materials === null || whenSkidFails === null)
    return null;
  const { procedure, places } = compiled;
  const recipe: MasterRecipe = {
    source: source.file,
    name: form.recipe,
    title: form.title,
    kind,
    needs: form.needs,
    batch,
    formula,
    feedstocks,
    materials,
    procedure,
    signatures,
    whenSkidFails,
    holdReaches: form['a hold reaches'] ?? 'skid',
    digest: source.digest,
    text,
  };
  return { recipe, places };
}

function checkNeeds(source: Source, { needs }: RecipeFile): void {
  needs.forEach((need, i) => {
    if (capabilities.includes(need)) return;
    const remedy = didYouMean(need, capabilities, `Use ${capabilities.join(', ')}.`);
    source.fault(['needs', i], `"${need}" is no capability of a skid.`, remedy);
  });
}

function checkProcedure(source: Source, form: RecipeFile, { procedure, places }: Compiled): void {
  const kind = form.kind ?? 'production';
  const { steps } = procedure;
  const lacking = new Set<string>();
  for (const step of steps) {
    for (const need of stepNeeds(step)) {
      if (form.needs.includes(need) || lacking.has(need)) continue;
      lacking.add(need);
      const problem = `The step ${step.path} needs ${need}, which the recipe does not ask for.`;
      source.fault(places.get(step.path) ?? ['procedure'], problem, `Add ${need} to "needs".`);
    }
  }
  checkSharing(source, procedure, form.needs, places);
  checkLine(source, procedure, kind, places);
  const collect = steps.find(({ phase }) => phase === 'collect');
  if (kind === 'production' && collect === undefined)
    source.fault(
      ['procedure'],
      'The procedure collects nothing, so the batch can never reach its target.',
      'Add collect after steady-state, or write "kind: cleaning".',
    );
  if (kind === 'cleaning' && collect !== undefined)
    source.fault(places.get(collect.path) ?? ['procedure'], 'A cleaning collects no product.', 'Leave collect out.');
}

function checkUsed(source: Source, formula: ReadFormula, used: ReadonlySet<string>): void {
  for (const [name, parameter] of formula) {
    if (used.has(name) || parameter === null) continue;
    const remedy =
      parameter.kind === 'limit'
        ? `Name it in a step, such as collect: { while: ${name} in range }.`
        : `Refer to it in the procedure by $${name}, or leave it out.`;
    source.fault(
      ['formula', name],
      `The ${parameter.kind === 'limit' ? 'limit' : 'parameter'} "${name}" is used nowhere.`,
      parameter.kind === 'limit' ? remedy : didYouMean(name, formulaUses, remedy),
    );
  }
}

function wholeFormula(read: ReadFormula): Formula | null {
  const whole = [...read].flatMap(([name, parameter]) => (parameter === null ? [] : [[name, parameter] as const]));
  return whole.length === read.size ? new Map(whole) : null;
}

function readFeedstocks(source: Source, form: RecipeFile): readonly Feedstock[] | null {
  const read = feedNames.flatMap((feed) => {
    const written = form.feedstocks?.[feed];
    if (written === undefined) return [];
    const concentrationMm = source.attempt(['feedstocks', feed, 'concentration'], (where) =>
      positive(quantityIn(written.concentration, 'mM', where), 'The concentration', where),
    );
    return [concentrationMm === null ? null : { feed, name: written.name, concentrationMm }];
  });
  const whole = read.filter((each) => each !== null);
  return whole.length === read.length ? whole : null;
}

/** Undefined where it could not be read; null for a cleaning. */
function readBatch(source: Source, { kind = 'production', batch }: RecipeFile): BatchRule | null | undefined {
  if (kind === 'cleaning') {
    if (batch === undefined) return null;
    source.fault(['batch'], 'A cleaning makes no product, and has no target.', 'Leave "batch" out.');
    return undefined;
  }
  if (batch === undefined) {
    source.fault(
      [],
      'The recipe does not say when a batch is full.',
      'Add "batch", such as { by: collected volume, target: 4 L, bounds: 3.5..5 L }.',
    );
    return undefined;
  }
  const { by } = batch;
  const read = (text: string, where: string): number =>
    by === 'collected mass' ? gramsOf(text, where) : quantityIn(text, by === 'run time' ? 's' : 'mL', where);
  const target = source.attempt(['batch', 'target'], (where) =>
    positive(read(batch.target, where), 'The target', where),
  );
  const bounds = source.attempt(['batch', 'bounds'], (where) => {
    if (by !== 'collected mass') return rangeIn(batch.bounds, by === 'run time' ? 's' : 'mL', where, batch.target);
    const grams = /^(.*\d)\s*g$/u.exec(batch.bounds.trim())?.[1];
    if (grams !== undefined) return rangeIn(grams, null, where);
    const { low, high } = rangeIn(batch.bounds, 'kg', where);
    return { low: low * 1000, high: high * 1000 };
  });
  if (target === null || bounds === null) return undefined;
  source.attempt(['batch', 'bounds'], (where) => positive(bounds.low, 'The low end of the bounds', where));
  if (target < bounds.low || target > bounds.high)
    source.fault(
      ['batch', 'target'],
      `The target ${batch.target} lies outside its bounds ${batch.bounds}.`,
      'Move one of them.',
    );
  return { by, target, bounds };
}

function readMaterials(source: Source, form: RecipeFile): readonly RecipeMaterial[] | null {
  const read = Object.entries(form.materials ?? {}).map(([name, { amount, check }]) => {
    const quantity = source.attempt(['materials', name, 'amount'], (where) => {
      const isGrams = /\d\s*g$/u.test(amount.trim());
      const found = isGrams ? { value: gramsOf(amount, where), unit: 'g' } : parseQuantity(amount, where);
      positive(found.value, `The amount of ${name}`, where);
      if (found.unit !== null && (isGrams || isAmount(found.unit))) return { value: found.value, unit: found.unit };
      throw mesolineError(recipeFault, where, `${amount} is no amount.`, 'Write it in mol, g, kg, mL or L.');
    });
    return quantity === null
      ? null
      : { name, amount: quantity.value, unit: quantity.unit, checked: check !== undefined };
  });
  const whole = read.filter((each) => each !== null);
  return whole.length === read.length ? whole : null;
}

const isAmount = (unit: string): boolean =>
  ['mol', 'kg', 'mL'].some((kind) => sameDimension(parseUnit(unit), parseUnit(kind)));

/** Who signs where the recipe does not say. */
const usualSignatures: SignaturePolicy = {
  'start batch': ['operator', 'checker'],
  reconcile: ['operator', 'checker'],
  'change mode': ['operator', 'process engineer'],
  'replace a skid': ['process engineer'],
  'change of a critical parameter': ['operator', 'process engineer'],
  'answer outside limits': ['operator', 'checker'],
  'release shared equipment': ['operator'],
  pause: [],
  resume: [],
  restart: [],
  reset: [],
  'sign record': ['QA reviewer', 'QA releaser'],
};

function readSignatures({ signatures = {} }: RecipeFile): SignaturePolicy {
  const written = signedActs.flatMap((act) => {
    const signers = signatures[act] ?? (act === 'sign record' ? signatures[releaseAct] : undefined);
    return signers === undefined ? [] : [[act, signers] as const];
  });
  return { ...usualSignatures, ...Object.fromEntries(written) };
}

/** The rule, and behind it what people should know of it: `continue on the others, its segments undecided`. */
function readFailureRule(source: Source, form: RecipeFile): FailureRule | null {
  const text = form['when a skid fails'];
  if (text === undefined) return 'hold all';
  const rule = failureRules.find((each) => text === each || text.startsWith(`${each} `) || text.startsWith(`${each},`));
  if (rule !== undefined) return rule;
  source.fault(
    ['when a skid fails'],
    `"${text}" is no rule for the others when a skid fails.`,
    didYouMean(text, failureRules, `Begin with ${failureRules.join(', ')}.`),
  );
  return null;
}
