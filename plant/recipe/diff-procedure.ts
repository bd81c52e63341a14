/** How two procedures differ: steps that came, went, changed or moved, and what stands between them. */
import type { RecipeDifference } from '../recipe-view.ts';
import { elementDifferences } from './diff-elements.ts';
import { longestInOrder } from './in-order.ts';
import type { MasterRecipe, RecipeStep } from './recipe.ts';
import { sayArguments } from './say.ts';

type Pair = Readonly<{ old: RecipeStep; now: RecipeStep }>;

export function procedureDifferences(from: MasterRecipe, to: MasterRecipe): readonly RecipeDifference[] {
  const [olds, nows] = [from.procedure.steps, to.procedure.steps];
  const same = pairsByPath(olds, nows);
  const gone = olds.filter(({ path }) => !nows.some((now) => now.path === path));
  const come = nows.filter(({ path }) => !olds.some((old) => old.path === path));
  const carried = pairsByLikeness(gone, come);
  const stayed = longestInOrder(same.map(({ old, now }) => [olds.indexOf(old), nows.indexOf(now)]));
  return [
    ...gone.filter((old) => !carried.some((pair) => pair.old === old)).map((old) => wholeStep(old, 'removed', from)),
    ...come.filter((now) => !carried.some((pair) => pair.now === now)).map((now) => wholeStep(now, 'added', to)),
    ...carried.map(({ old, now }) => movedStep(old.path, now.path, `The step ${old.path} has moved to ${now.path}.`)),
    ...same
      .filter((_, i) => !stayed.has(i))
      .map(({ now }) => movedStep(now.path, now.path, `The step ${now.path} has moved ${placeOf(nows, now)}.`)),
    ...[...same, ...carried].flatMap((pair) => argumentDifferences(pair, from, to)),
    ...elementDifferences(
      from,
      to,
      same.filter((_, i) => stayed.has(i)).map(({ now }) => now.path),
    ),
  ];
}

function pairsByPath(olds: readonly RecipeStep[], nows: readonly RecipeStep[]): readonly Pair[] {
  const byPath = new Map(nows.map((now) => [now.path, now]));
  return olds.flatMap((old) => {
    const now = byPath.get(old.path);
    return now === undefined ? [] : [{ old, now }];
  });
}

/** A step that went here and came there: first those that are the same but for their place, then the only ones of their phase. */
function pairsByLikeness(gone: readonly RecipeStep[], come: readonly RecipeStep[]): readonly Pair[] {
  const free = new Set(come);
  const pairs: Pair[] = [];
  const take = (old: RecipeStep, now: RecipeStep | undefined): void => {
    if (now === undefined) return;
    free.delete(now);
    pairs.push({ old, now });
  };
  const likeness = ({ phase, values, refers = {} }: RecipeStep): string => JSON.stringify([phase, values, refers]);
  for (const old of gone)
    take(
      old,
      [...free].find((now) => likeness(now) === likeness(old)),
    );
  for (const old of gone) {
    if (pairs.some((pair) => pair.old === old)) continue;
    const [only, ...others] = [...free].filter(({ phase }) => phase === old.phase);
    const rivals = gone.filter(({ phase }) => phase === old.phase);
    if (others.length === 0 && rivals.length === 1) take(old, only);
  }
  return pairs;
}

function placeOf(steps: readonly RecipeStep[], step: RecipeStep): string {
  const before = steps[steps.indexOf(step) - 1];
  return before === undefined ? 'to the start' : `behind ${before.path}`;
}

const movedStep = (old: string, now: string, text: string): RecipeDifference => ({
  area: 'procedure',
  place: now,
  kind: 'moved',
  old,
  new: now,
  critical: false,
  text,
});

function wholeStep(step: RecipeStep, kind: 'added' | 'removed', recipe: MasterRecipe): RecipeDifference {
  const values = Object.entries(sayArguments(step)).map(([name, value]) => `${name} ${value}`);
  const said = values.length === 0 ? step.phase : `${step.phase} (${values.join(', ')})`;
  return {
    area: 'procedure',
    place: step.path,
    kind,
    old: kind === 'removed' ? said : null,
    new: kind === 'added' ? said : null,
    critical: Object.keys(step.values).some((name) => isCritical(step, name, recipe)),
    text:
      kind === 'added' ? `The step ${step.path} is new: ${said}.` : `The step ${step.path} is gone; it was ${said}.`,
  };
}

function argumentDifferences({ old, now }: Pair, from: MasterRecipe, to: MasterRecipe): readonly RecipeDifference[] {
  const [before, after] = [sayArguments(old), sayArguments(now)];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [one, other] = [before[name] ?? null, after[name] ?? null];
    // The parameter itself tells what has become of its value.
    const follows = old.refers?.[name] !== undefined && old.refers[name] === now.refers?.[name];
    if (one === other || follows) return [];
    const what = `${name} of ${now.path}`;
    return [
      {
        area: 'procedure' as const,
        place: now.path,
        kind: one === null ? ('added' as const) : other === null ? ('removed' as const) : ('changed' as const),
        old: one,
        new: other,
        critical: isCritical(old, name, from) || isCritical(now, name, to),
        text:
          one === null
            ? `${what} is new: ${other ?? ''}.`
            : other === null
              ? `${what} is gone; it was ${one}.`
              : `${what} goes from ${one} to ${other}.`,
      },
    ];
  });
}

/** Whether an argument follows a critical parameter or names limits. */
function isCritical({ values, refers = {} }: RecipeStep, name: string, { formula }: MasterRecipe): boolean {
  const value = values[name];
  const named = [refers[name], ...(typeof value === 'object' ? value : [])];
  return named.some((each) => {
    const parameter = each === undefined ? undefined : formula.get(each);
    return parameter !== undefined && (parameter.critical || parameter.kind === 'limit');
  });
}
