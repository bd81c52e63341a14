/** How two procedures differ: steps that came, went, changed or moved, and what stands between them. */
import type { RecipeDifference } from '../recipe-view.ts';
import type { MasterRecipe, Procedure, RecipeNode, RecipeStep } from './recipe.ts';
import { sayArguments, sayTime } from './say.ts';

type Pair = Readonly<{ old: RecipeStep; now: RecipeStep }>;

export function procedureDifferences(from: MasterRecipe, to: MasterRecipe): readonly RecipeDifference[] {
  const [olds, nows] = [from.procedure.steps, to.procedure.steps];
  const same = pairsByPath(olds, nows);
  const gone = olds.filter(({ path }) => !nows.some((now) => now.path === path));
  const come = nows.filter(({ path }) => !olds.some((old) => old.path === path));
  const carried = pairsByLikeness(gone, come);
  const stayed = inOrder(same.map(({ old, now }) => [olds.indexOf(old), nows.indexOf(now)]));
  return [
    ...gone.filter((old) => !carried.some((pair) => pair.old === old)).map((old) => wholeStep(old, 'removed', from)),
    ...come.filter((now) => !carried.some((pair) => pair.now === now)).map((now) => wholeStep(now, 'added', to)),
    ...carried.map(({ old, now }) => movedStep(old.path, now.path, `The step ${old.path} has moved to ${now.path}.`)),
    ...same
      .filter((_, i) => !stayed.has(i))
      .map(({ now }) => movedStep(now.path, now.path, `The step ${now.path} has moved ${placeOf(nows, now)}.`)),
    ...[...same, ...carried].flatMap((pair) => argumentDifferences(pair, from, to)),
    ...elementDifferences(from.procedure, to.procedure),
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

/** Which of the pairs keep their order, the most of them that can (longest increasing subsequence): the others have moved. */
function inOrder(pairs: readonly (readonly [number, number])[]): ReadonlySet<number> {
  const sorted = pairs.map(([old, now], i) => ({ old, now, i })).sort((one, other) => one.old - other.old);
  const tails: number[] = [];
  const before: number[] = [];
  sorted.forEach(({ now }, at) => {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[tails[middle] ?? 0]?.now ?? 0) < now) low = middle + 1;
      else high = middle;
    }
    before[at] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = at;
  });
  const kept = new Set<number>();
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) kept.add(sorted[at]?.i ?? -1);
  return kept;
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

function elementDifferences(from: Procedure, to: Procedure): readonly RecipeDifference[] {
  const [olds, nows] = [elementsOf(from.tree), elementsOf(to.tree)];
  return [...new Set([...olds.keys(), ...nows.keys()])].flatMap((path) => {
    const [old, now] = [olds.get(path) ?? null, nows.get(path) ?? null];
    if (old === now) return [];
    const kind = old === null ? ('added' as const) : now === null ? ('removed' as const) : ('changed' as const);
    const text =
      old === null
        ? `At ${path} is new: ${now ?? ''}.`
        : now === null
          ? `At ${path} is gone: ${old}.`
          : `At ${path}, "${old}" becomes "${now}".`;
    return [{ area: 'procedure' as const, place: path, kind, old, new: now, critical: false, text }];
  });
}

/** What stands between the steps, in words by path. */
function elementsOf(node: RecipeNode, found = new Map<string, string>()): ReadonlyMap<string, string> {
  switch (node.kind) {
    case 'step':
      break;
    case 'sequence':
      for (const each of node.of) elementsOf(each, found);
      break;
    case 'parallel':
      found.set(node.path, node.main === null ? `${node.branches.length} branches beside each other` : 'beside it');
      for (const each of node.branches) elementsOf(each, found);
      break;
    case 'repeat': {
      const until = node.until === null ? [] : [`until ${node.until.text}`];
      const most = node.most === null ? [] : [`${node.most} times at most`];
      const every = node.everyS === null ? [] : [`every ${sayTime(node.everyS)}`];
      found.set(node.path, ['repeat', ...until, ...most, ...every].join(' '));
      elementsOf(node.body, found);
      break;
    }
    case 'choose':
      found.set(node.path, `choose by ${node.branches.map(({ when }) => when?.text ?? 'else').join('; ')}`);
      for (const { body } of node.branches) elementsOf(body, found);
      break;
    case 'wait':
      found.set(node.path, `wait until ${node.until.text}, ${sayTime(node.mostS)} at most, else ${node.otherwise}`);
      break;
    case 'with':
      found.set(node.path, `with ${node.equipment}, waited for ${sayTime(node.mostS)} at most, else ${node.otherwise}`);
      elementsOf(node.body, found);
  }
  return found;
}
