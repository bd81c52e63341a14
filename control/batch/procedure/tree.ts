/** A procedure's tree as the engine walks it: every element by its number in the order of reading, with its parent and parts. */
import type { CheckedExpression } from '../../../plant/expression.ts';
import type { Procedure, RecipeNode } from '../../../plant/recipe/recipe.ts';

type Place = Readonly<{ id: number; parent: number | null; path: string }>;

export type TreeNode = Place &
  (
    | Readonly<{ kind: 'step'; step: number }>
    | Readonly<{ kind: 'sequence'; parts: readonly number[] }>
    | Readonly<{ kind: 'parallel'; parts: readonly number[]; main: number | null }>
    | Readonly<{
        kind: 'repeat';
        body: number;
        until: CheckedExpression | null;
        most: number | null;
        everyS: number | null;
      }>
    | Readonly<{ kind: 'choose'; parts: readonly number[]; when: readonly (CheckedExpression | null)[] }>
    | Readonly<{ kind: 'wait'; until: CheckedExpression; mostS: number; otherwise: 'hold' | 'go on' }>
    | Readonly<{ kind: 'with'; body: number; equipment: string; mostS: number; otherwise: 'hold' | 'go on' }>
  );

export type Tree = readonly TreeNode[];

/** The root is the first. */
export function treeOf({ tree, steps }: Pick<Procedure, 'tree' | 'steps'>): Tree {
  const nodes: TreeNode[] = [];
  const place = (node: RecipeNode, parent: number | null): number => {
    const id = nodes.length;
    const at: Place = { id, parent, path: node.kind === 'step' ? (steps[node.step]?.path ?? '') : node.path };
    // Taken now, filled below: the parts come after it in the order of reading.
    nodes.push({ ...at, kind: 'sequence', parts: [] });
    nodes[id] = placed(node, at, (part) => place(part, id));
    return id;
  };
  place(tree, null);
  return nodes;
}

function placed(node: RecipeNode, at: Place, place: (part: RecipeNode) => number): TreeNode {
  switch (node.kind) {
    case 'step':
      return { ...at, kind: 'step', step: node.step };
    case 'sequence':
      return { ...at, kind: 'sequence', parts: node.of.map(place) };
    case 'parallel': {
      const parts = node.branches.map(place);
      return { ...at, kind: 'parallel', parts, main: node.main === null ? null : (parts[node.main] ?? null) };
    }
    case 'repeat': {
      const { until, most, everyS } = node;
      return { ...at, kind: 'repeat', until, most, everyS, body: place(node.body) };
    }
    case 'choose': {
      const when = node.branches.map((branch) => branch.when);
      return { ...at, kind: 'choose', when, parts: node.branches.map(({ body }) => place(body)) };
    }
    case 'wait': {
      const { until, mostS, otherwise } = node;
      return { ...at, kind: 'wait', until, mostS, otherwise };
    }
    case 'with': {
      const { equipment, mostS, otherwise } = node;
      return { ...at, kind: 'with', equipment, mostS, otherwise, body: place(node.body) };
    }
  }
}
