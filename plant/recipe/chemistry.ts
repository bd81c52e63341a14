/** What the liquids of a recipe bring with them: which capability the skid needs, and what the formula has to say of them. */
import type { Path, Source } from '../skid/source.ts';
import { convert } from '../units.ts';
import { positive, type ReadFormula } from './formula.ts';
import type { FeedName, Procedure } from './recipe.ts';
import type { RecipeFile } from './recipe-schema.ts';
import { chemistries, chemistryNames, chemistryOf, type Chemistry } from './roles.ts';

/** A value that flows and set points follow from. */
export type FormulaUse = Readonly<{ name: string; unit: string | null; isNeeded: boolean }>;

export type FormulaUses = Readonly<{
  temperature: FormulaUse;
  residenceTime: FormulaUse;
  /** Moles of cadmium for one of chalcogen. */
  cadmium: FormulaUse;
  /** Moles of ligand for one of cadmium. */
  ligand: FormulaUse;
  /** Moles of chalcogen for one of phosphine; where it is not told, the skid's own setting stands. */
  excess: FormulaUse;
  /** Moles of zinc for one of cadmium, of a recipe with a shell. */
  shell: FormulaUse;
}>;

/** `cdToSe`, `seToTcep`: the names say the element that they are about. */
export function usesOf(chemistry: Chemistry, hasShell: boolean): FormulaUses {
  const { element } = chemistries[chemistry];
  return {
    temperature: { name: 'temperature', unit: '°C', isNeeded: true },
    residenceTime: { name: 'residenceTime', unit: 's', isNeeded: true },
    cadmium: { name: `cdTo${element}`, unit: null, isNeeded: true },
    ligand: { name: 'mpaToCd', unit: null, isNeeded: true },
    excess: { name: `${element.toLowerCase()}ToTcep`, unit: null, isNeeded: false },
    shell: { name: 'znToCd', unit: null, isNeeded: hasShell },
  };
}

/** Names that the house knows in formulas without a step that refers to them. */
export const formulaUses: readonly string[] = [
  ...new Set(chemistryNames.flatMap((name) => Object.values(usesOf(name, true)).map((use) => use.name))),
];

export const hasShellStep = ({ steps }: Procedure): boolean => steps.some(({ phase }) => phase === 'shell');

/**
 * Notes what is missing or does not agree.
 * @returns the parameters that flows and set points follow from
 */
export function checkChemistry(
  source: Source,
  form: RecipeFile,
  formula: ReadFormula,
  procedure: Procedure,
): readonly string[] {
  const feedstocks = form.feedstocks ?? {};
  if (form.kind === 'cleaning') {
    if (Object.keys(feedstocks).length > 0)
      source.fault(['feedstocks'], 'A cleaning feeds nothing but its flush.', 'Leave "feedstocks" out.');
    return [];
  }
  const hasShell = hasShellStep(procedure);
  const asked: readonly FeedName[] = ['chalcogen', 'cadmium', 'ligand', ...(hasShell ? (['shell'] as const) : [])];
  for (const feed of asked) {
    if (feedstocks[feed] === undefined)
      source.fault(
        ['feedstocks'],
        `The recipe does not say what the ${feed} pump feeds.`,
        `Add "${feed}", such as { name: …, concentration: 10 mM }, under "feedstocks".`,
      );
  }
  if (!hasShell && feedstocks.shell !== undefined)
    source.fault(
      ['feedstocks', 'shell'],
      'A shell is fed, and no step makes one.',
      'Add the phase shell, or leave it out.',
    );
  const name = feedstocks.chalcogen?.name;
  if (name === undefined) return [];
  const chemistry = chemistryOf(name);
  if (chemistry === null) {
    const ends = chemistryNames.map((each) => `=${chemistries[each].element}`).join(', ');
    const problem = `The chalcogen feed "${name}" does not say which chalcogen it brings.`;
    source.fault(['feedstocks', 'chalcogen', 'name'], problem, `End its name with ${ends}, such as "TCEP=Se".`);
    return [];
  }
  checkNeeds(source, form, chemistry);
  return Object.values(usesOf(chemistry, hasShell)).flatMap((use) => checkUse(source, formula, use));
}

function checkNeeds(source: Source, { needs }: RecipeFile, chemistry: Chemistry): void {
  const { gas } = chemistries[chemistry];
  if (!needs.includes(chemistry))
    source.fault(
      ['needs'],
      `The recipe feeds ${chemistry} and does not need it of its skid.`,
      `Add ${chemistry}: only such a skid is watched for ${gas}.`,
    );
  for (const other of chemistryNames) {
    if (other === chemistry || !needs.includes(other)) continue;
    source.fault(
      ['needs', needs.indexOf(other)],
      `The recipe needs ${other}, and feeds ${chemistry}.`,
      `Leave ${other} out.`,
    );
  }
}

function checkUse(source: Source, formula: ReadFormula, { name, unit, isNeeded }: FormulaUse): readonly string[] {
  const parameter = formula.get(name);
  const path: Path = ['formula', name];
  if (parameter === undefined) {
    if (isNeeded)
      source.fault(['formula'], `The formula has no "${name}".`, `Add ${name}${unit === null ? '' : ` in ${unit}`}.`);
    return [];
  }
  if (parameter === null) return [name];
  if (parameter.kind === 'limit') {
    source.fault(path, `${name} is a limit, and flows follow from its value.`, 'Write "value" without "by".');
    return [name];
  }
  const { range, proven } = parameter;
  const isAbove0 = (key: string, what: string, value: number): void => {
    source.attempt([...path, key], (where) => positive(convert(value, parameter.unit, unit, where), what, where));
  };
  isAbove0('value', name, parameter.value);
  // A batch may take whatever lies in the range.
  if (range !== null) isAbove0('range', `The low end of the range of ${name}`, range.low);
  if (proven !== null) isAbove0('proven', `The low end of the proven range of ${name}`, proven.low);
  return [name];
}
