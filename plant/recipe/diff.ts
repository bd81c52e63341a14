/** How two versions of a recipe differ, in what they mean: comments, order of keys and ways of writing a quantity are none. */
import type { RecipeDifference } from '../recipe-view.ts';
import { procedureDifferences } from './diff-procedure.ts';
import type { FormulaLimit, FormulaValue, MasterRecipe } from './recipe.ts';
import { signedActs } from './recipe.ts';
import type { Range } from '../skid/definition.ts';
import { convert, parseUnit, sameDimension } from '../units.ts';
import { sayRange, sayValue } from './say.ts';

export function recipeDifferences(from: MasterRecipe, to: MasterRecipe): readonly RecipeDifference[] {
  return [
    ...headerDifferences(from, to),
    ...formulaDifferences(from, to),
    ...materialDifferences(from, to),
    ...procedureDifferences(from, to),
    ...signatureDifferences(from, to),
  ];
}

type Area = RecipeDifference['area'];

/** One thing that both may have, in words; null where one has it not. */
function compared(
  area: Area,
  place: string,
  what: string,
  [old, now]: readonly [string | null, string | null],
  critical = false,
): readonly RecipeDifference[] {
  if (old === now) return [];
  const kind = old === null ? 'added' : now === null ? 'removed' : 'changed';
  const text =
    old === null
      ? `${what} is new: ${now ?? ''}.`
      : now === null
        ? `${what} is gone; it was ${old}.`
        : `${what} goes from ${old} to ${now}.`;
  return [{ area, place, kind, old, new: now, critical, text }];
}

function headerDifferences(from: MasterRecipe, to: MasterRecipe): readonly RecipeDifference[] {
  const lists = (recipe: MasterRecipe): string => [...recipe.needs].sort().join(', ');
  const batch = ({ batch: rule }: MasterRecipe): string | null => {
    if (rule === null) return null;
    const unit = { 'collected volume': 'mL', 'collected mass': 'g', 'run time': 's' }[rule.by];
    return `${rule.by} of ${sayValue(rule.target, unit)} within ${sayRange(rule.bounds, unit)}`;
  };
  return [
    ...compared('header', 'recipe', 'The name', [from.name, to.name]),
    ...compared('header', 'title', 'The title', [from.title, to.title]),
    ...compared('header', 'kind', 'The kind', [from.kind, to.kind], true),
    ...compared('header', 'needs', 'What it needs of a skid', [lists(from), lists(to)]),
    ...compared('header', 'batch', 'What a batch is', [batch(from), batch(to)], true),
    ...compared('header', 'when a skid fails', 'What becomes of the others when a skid fails', [
      from.whenSkidFails,
      to.whenSkidFails,
    ]),
    ...compared('header', 'a hold reaches', 'How far a hold reaches', [from.holdReaches, to.holdReaches]),
    ...compared('header', 'unit', 'The unit procedure', [from.procedure.unit, to.procedure.unit]),
  ];
}

function formulaDifferences(from: MasterRecipe, to: MasterRecipe): readonly RecipeDifference[] {
  const names = new Set([...from.formula.keys(), ...to.formula.keys()]);
  return [...names].flatMap((name) => {
    const [old, now] = [from.formula.get(name), to.formula.get(name)];
    const critical = old?.critical === true || now?.critical === true;
    const isLimit = old?.kind === 'limit' || now?.kind === 'limit';
    if (old === undefined || now === undefined || old.kind !== now.kind) {
      const both = [old === undefined ? null : said(old), now === undefined ? null : said(now)] as const;
      return compared('formula', name, name, both, critical || isLimit);
    }
    const parts = partsOf(old);
    return Object.entries(partsOf(old.kind === 'value' && now.kind === 'value' ? inUnitOf(old, now) : now)).flatMap(
      ([part, value]) =>
        compared(
          'formula',
          name,
          part === '' ? name : `${part} of ${name}`,
          [parts[part] ?? null, value],
          critical || isLimit,
        ),
    );
  });
}

/** The same quantities as another writes them: how they are written is no difference. */
function inUnitOf({ unit }: FormulaValue, now: FormulaValue): FormulaValue {
  if (unit === null || now.unit === null || !sameDimension(parseUnit(unit), parseUnit(now.unit))) return now;
  const to = (value: number): number => convert(value, now.unit, unit);
  const both = (range: Range | null): Range | null =>
    range === null ? null : { low: to(range.low), high: to(range.high) };
  return { ...now, unit, value: to(now.value), range: both(now.range), proven: both(now.proven) };
}

/** What a parameter says, part by part; null for what it does not. */
function partsOf(parameter: FormulaValue | FormulaLimit): Readonly<Record<string, string | null>> {
  const critical = { 'Whether it is critical,': parameter.critical ? 'critical' : 'not critical' };
  if (parameter.kind === 'limit') return { '': limitSaid(parameter), 'The reading': parameter.reading, ...critical };
  const { value, unit, range, proven } = parameter;
  return {
    'The value': sayValue(value, unit),
    'The range': range === null ? null : sayRange(range, unit),
    'The proven range': proven === null ? null : sayRange(proven, unit),
    ...critical,
  };
}

const limitSaid = ({ low, high, unit }: FormulaLimit): string =>
  [low === null ? null : `at least ${sayValue(low, unit)}`, high === null ? null : `at most ${sayValue(high, unit)}`]
    .filter((each) => each !== null)
    .join(' and ');

const said = (parameter: FormulaValue | FormulaLimit): string =>
  parameter.kind === 'limit'
    ? `${limitSaid(parameter)} by ${parameter.reading}`
    : `${sayValue(parameter.value, parameter.unit)}${parameter.range === null ? '' : ` within ${sayRange(parameter.range, parameter.unit)}`}`;

function materialDifferences(from: MasterRecipe, to: MasterRecipe): readonly RecipeDifference[] {
  const feeds = ({ feedstocks }: MasterRecipe): ReadonlyMap<string, string> =>
    new Map(feedstocks.map(({ feed, name, concentrationMm }) => [feed, `${name}, ${sayValue(concentrationMm, 'mM')}`]));
  const units = new Map(from.materials.map(({ name, unit }) => [name, unit]));
  const materials = (recipe: MasterRecipe): ReadonlyMap<string, string> =>
    new Map(
      recipe.materials.map(({ name, amount, unit, checked }) => {
        const as = units.get(name) ?? unit;
        const isSame = as === unit || as === 'g' || unit === 'g' || !sameDimension(parseUnit(as), parseUnit(unit));
        const said = isSame ? sayValue(amount, unit) : sayValue(convert(amount, unit, as), as);
        return [name, `${said}${checked ? ', checked by a second person' : ''}`];
      }),
    );
  const all = (
    [old, now]: readonly [ReadonlyMap<string, string>, ReadonlyMap<string, string>],
    what: (name: string) => string,
    critical: boolean,
  ): readonly RecipeDifference[] =>
    [...new Set([...old.keys(), ...now.keys()])].flatMap((name) =>
      compared('materials', name, what(name), [old.get(name) ?? null, now.get(name) ?? null], critical),
    );
  return [
    // Flows follow from concentrations as they do from the formula.
    ...all([feeds(from), feeds(to)], (feed) => `The ${feed} feed`, true),
    ...all([materials(from), materials(to)], (name) => `The amount of ${name}`, false),
  ];
}

const signatureDifferences = (from: MasterRecipe, to: MasterRecipe): readonly RecipeDifference[] =>
  signedActs.flatMap((act) =>
    compared('signatures', act, `Who signs "${act}"`, [from.signatures[act].join(', '), to.signatures[act].join(', ')]),
  );
