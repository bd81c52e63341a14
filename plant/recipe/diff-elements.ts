/** How what stands between the steps of two procedures differs: loops, branches, transitions, shared equipment. */
import type { Expression } from '../expression.ts';
import type { RecipeDifference } from '../recipe-view.ts';
import { namesOf } from './conditions.ts';
import { longestInOrder } from './in-order.ts';
import type { MasterRecipe, RecipeNode } from './recipe.ts';
import { sayTime } from './say.ts';

/** `behind`: how many of the steps that have kept their order come before it. */
type Element = Readonly<{ said: string; names: readonly string[]; behind: number; after: string | null }>;

/** @param stayed paths of steps that both have, in an order that both have */
export function elementDifferences(
  from: MasterRecipe,
  to: MasterRecipe,
  stayed: readonly string[],
): readonly RecipeDifference[] {
  const kept = new Set(stayed);
  const [olds, nows] = [elementsOf(from, kept), elementsOf(to, kept)];
  const moved = movedOf(olds, nows);
  return [...new Set([...olds.keys(), ...nows.keys()])].flatMap((path) => {
    const [old, now] = [olds.get(path), nows.get(path)];
    const critical = isCritical(old, from) || isCritical(now, to);
    return [
      ...changed(path, old, now, critical),
      ...(now !== undefined && moved.has(path) ? [move(path, now, critical)] : []),
    ];
  });
}

function changed(
  path: string,
  before: Element | undefined,
  after: Element | undefined,
  critical: boolean,
): readonly RecipeDifference[] {
  const [old, now] = [before?.said ?? null, after?.said ?? null];
  if (old === now) return [];
  const kind = old === null ? ('added' as const) : now === null ? ('removed' as const) : ('changed' as const);
  const text =
    old === null
      ? `At ${path} is new: ${now ?? ''}.`
      : now === null
        ? `At ${path} is gone: ${old}.`
        : `At ${path}, "${old}" becomes "${now}".`;
  return [{ area: 'procedure', place: path, kind, old, new: now, critical, text }];
}

const move = (path: string, { said, after }: Element, critical: boolean): RecipeDifference => ({
  area: 'procedure',
  place: path,
  kind: 'moved',
  old: path,
  new: path,
  critical,
  text: `"${said}" (${path}) has moved ${after === null ? 'to the start' : `behind ${after}`}.`,
});

/** Elements that stand between other steps than before, and those that have changed places among themselves. */
function movedOf(olds: ReadonlyMap<string, Element>, nows: ReadonlyMap<string, Element>): ReadonlySet<string> {
  const both = [...olds.keys()].filter((path) => nows.has(path));
  const across = both.filter((path) => olds.get(path)?.behind !== nows.get(path)?.behind);
  const among = both.filter((path) => !across.includes(path));
  const now = [...nows.keys()];
  const kept = longestInOrder(among.map((path, i) => [i, now.indexOf(path)]));
  return new Set([...across, ...among.filter((_, i) => !kept.has(i))]);
}

/** Whether it is decided by a critical parameter, or by what a limit is judged by. */
function isCritical(element: Element | undefined, { formula }: MasterRecipe): boolean {
  return (element?.names ?? []).some((name) => {
    if (name.startsWith('$')) return formula.get(name.slice(1))?.critical === true;
    return [...formula.values()].some((each) => each.kind === 'limit' && each.reading === name);
  });
}

/** In words by path, in their order. */
function elementsOf(
  { procedure: { tree, steps } }: MasterRecipe,
  kept: ReadonlySet<string>,
): ReadonlyMap<string, Element> {
  const found = new Map<string, Element>();
  let behind = 0;
  let after: string | null = null;
  const note = (path: string, said: string, ...read: readonly (Expression | null | undefined)[]): void => {
    const names = read.flatMap((each) => (each == null ? [] : namesOf(each)));
    found.set(path, { said, names, behind, after });
    after = path;
  };
  const visit = (node: RecipeNode): void => {
    switch (node.kind) {
      case 'step': {
        const path = steps[node.step]?.path ?? '';
        if (kept.has(path)) behind += 1;
        after = path;
        return;
      }
      case 'sequence':
        node.of.forEach(visit);
        return;
      case 'parallel':
        note(node.path, node.main === null ? `${node.branches.length} branches beside each other` : 'beside it');
        node.branches.forEach(visit);
        return;
      case 'repeat': {
        const until = node.until === null ? [] : [`until ${node.until.text}`];
        const most = node.most === null ? [] : [`${node.most} times at most`];
        const every = node.everyS === null ? [] : [`every ${sayTime(node.everyS)}`];
        note(node.path, ['repeat', ...until, ...most, ...every].join(' '), node.until?.root);
        visit(node.body);
        return;
      }
      case 'choose': {
        const by = node.branches.map(({ when }) => when?.text ?? 'else').join('; ');
        note(node.path, `choose by ${by}`, ...node.branches.map(({ when }) => when?.root));
        for (const { body } of node.branches) visit(body);
        return;
      }
      case 'wait':
        note(
          node.path,
          `wait until ${node.until.text}, ${sayTime(node.mostS)} at most, else ${node.otherwise}`,
          node.until.root,
        );
        return;
      case 'with':
        note(node.path, `with ${node.equipment}, waited for ${sayTime(node.mostS)} at most, else ${node.otherwise}`);
        visit(node.body);
    }
  };
  visit(tree);
  return found;
}
