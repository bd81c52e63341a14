import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isDone,
  mark,
  noMarks,
  partsOf,
  type Marks,
  type ProcedureEvent,
} from '../../../../control/batch/procedure/marks.ts';
import { treeOf, type Tree } from '../../../../control/batch/procedure/tree.ts';
import type { CheckedExpression } from '../../../../plant/expression.ts';
import type { RecipeNode, RecipeStep } from '../../../../plant/recipe/recipe.ts';

const condition: CheckedExpression = { text: 'true', unit: 'bool', root: { kind: 'number', value: 1 }, tags: [] };

/** A procedure of named steps, written short. */
function procedure(make: (step: (name: string) => RecipeNode) => RecipeNode): Tree {
  const steps: RecipeStep[] = [];
  const tree = make((name) => {
    steps.push({ path: name, operation: 'all', phase: 'instruct', values: {}, refers: {} });
    return { kind: 'step', step: steps.length - 1 };
  });
  return treeOf({ steps, tree });
}

const sequence = (...of: RecipeNode[]): RecipeNode => ({ kind: 'sequence', path: '', of });
const parallel = (main: number | null, ...branches: RecipeNode[]): RecipeNode => ({
  kind: 'parallel', path: '', branches, main,
}); // prettier-ignore
const repeat = (body: RecipeNode): RecipeNode => ({
  kind: 'repeat', path: '', body, until: condition, most: 3, everyS: null,
}); // prettier-ignore
const choose = (...bodies: RecipeNode[]): RecipeNode => ({
  kind: 'choose', path: '', branches: bodies.map((body) => ({ when: condition, body })),
}); // prettier-ignore
const waits: RecipeNode = { kind: 'wait', path: 'wait', until: condition, mostS: 60, otherwise: 'hold' };
const held = (body: RecipeNode): RecipeNode => ({
  kind: 'with', path: 'with', equipment: 'nmr-31p', mostS: 60, otherwise: 'hold', body,
}); // prettier-ignore

const all = (tree: Tree, events: readonly ProcedureEvent[]): Marks =>
  events.reduce((marks, event) => mark(tree, marks, event), noMarks(tree));
const nodeOf = (tree: Tree, path: string): number => tree.findIndex((node) => node.path === path);
const inState = (tree: Tree, marks: Marks, state: string): string[] =>
  tree.flatMap((node, id) =>
    (node.kind === 'step' || node.kind === 'wait') && marks[id]!.state === state ? [node.path] : [],
  );
const ends = (tree: Tree, path: string): ProcedureEvent[] => [
  { kind: 'step-started', node: nodeOf(tree, path) },
  { kind: 'step-ended', node: nodeOf(tree, path) },
];

describe('a procedure', () => {
  it('goes through a sequence one step after the other', () => {
    const tree = procedure((step) => sequence(step('a'), step('b')));
    expect(inState(tree, all(tree, [{ kind: 'begun' }]), 'active')).toEqual(['a']);
    expect(inState(tree, all(tree, [{ kind: 'begun' }, ...ends(tree, 'a')]), 'active')).toEqual(['b']);
    expect(isDone(all(tree, [{ kind: 'begun' }, ...ends(tree, 'a'), ...ends(tree, 'b')]))).toBe(true);
  });

  it('ends a parallel with its last branch', () => {
    const tree = procedure((step) => sequence(parallel(null, step('a'), step('b')), step('c')));
    const half = [{ kind: 'begun' } as const, ...ends(tree, 'b')];
    expect(inState(tree, all(tree, half), 'active')).toEqual(['a']);
    expect(inState(tree, all(tree, [...half, ...ends(tree, 'a')]), 'active')).toEqual(['c']);
  });

  it('withdraws what runs beside a main branch that has ended, with everything under it', () => {
    const tree = procedure((step) => sequence(parallel(0, step('collect'), repeat(step('sample'))), step('flush')));
    const events: ProcedureEvent[] = [
      { kind: 'begun' },
      { kind: 'step-started', node: nodeOf(tree, 'sample') },
      ...ends(tree, 'collect'),
    ];
    expect(inState(tree, all(tree, events), 'withdrawn')).toEqual(['sample']);
    expect(inState(tree, all(tree, events), 'active')).toEqual(['flush']);
    expect(() => all(tree, [...events, { kind: 'step-ended', node: nodeOf(tree, 'sample') }])).toThrow(/does not fit/);
  });

  it('turns a repeat as often as it is told, and counts the turns of what stands in it', () => {
    const tree = procedure((step) => repeat(sequence(step('a'), waits)));
    const turn: ProcedureEvent[] = [...ends(tree, 'a'), { kind: 'wait-ended', node: nodeOf(tree, 'wait') }];
    const once = all(tree, [{ kind: 'begun' }, ...turn]);
    expect(once[0]).toMatchObject({ state: 'active', between: true });
    const again = all(tree, [{ kind: 'begun' }, ...turn, { kind: 'turn-ended', node: 0, again: true }]);
    expect(again[nodeOf(tree, 'a')]).toMatchObject({ state: 'active', turn: 2 });
    expect(isDone(mark(tree, once, { kind: 'turn-ended', node: 0, again: false }))).toBe(true);
  });

  it('takes one branch of a choice, and the others never', () => {
    const tree = procedure((step) => choose(step('a'), step('b')));
    const chosen = all(tree, [{ kind: 'begun' }, { kind: 'branch-chosen', node: 0, part: 1 }]);
    expect([inState(tree, chosen, 'active'), inState(tree, chosen, 'waiting')]).toEqual([['b'], ['a']]);
    expect(() => mark(tree, chosen, { kind: 'branch-chosen', node: 0, part: 0 })).toThrow(/does not fit/);
    expect(
      isDone(all(tree, [{ kind: 'begun' }, { kind: 'branch-chosen', node: 0, part: 1 }, ...ends(tree, 'b')])),
    ).toBe(true);
  });

  it('begins what needs shared equipment once that was granted, or once it is said to go without', () => {
    const tree = procedure((step) => held(step('measure')));
    expect(inState(tree, all(tree, [{ kind: 'begun' }]), 'active')).toEqual([]);
    for (const kind of ['granted', 'not granted'] as const) {
      expect(inState(tree, all(tree, [{ kind: 'begun' }, { kind, node: 0 }]), 'active')).toEqual(['measure']);
    }
  });

  it('refuses a step that is not its turn, and one that has ended', () => {
    const tree = procedure((step) => sequence(step('a'), step('b')));
    const begun = all(tree, [{ kind: 'begun' }]);
    expect(() => mark(tree, begun, { kind: 'step-started', node: nodeOf(tree, 'b') })).toThrow(/does not fit/);
    expect(() => mark(tree, begun, { kind: 'step-ended', node: nodeOf(tree, 'a') })).toThrow(/does not fit/);
    const past = all(tree, [{ kind: 'begun' }, ...ends(tree, 'a')]);
    expect(() => mark(tree, past, { kind: 'step-started', node: nodeOf(tree, 'a') })).toThrow(/does not fit/);
  });
});

const anyNode = (steps: RecipeStep[]) =>
  fc.letrec<{ node: RecipeNode }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constant(null).map((): RecipeNode => {
        steps.push({ path: `s${steps.length}`, operation: 'all', phase: 'instruct', values: {}, refers: {} });
        return { kind: 'step', step: steps.length - 1 };
      }),
      fc.constant(waits),
      fc.array(tie('node'), { maxLength: 3 }).map((of) => sequence(...of)),
      fc
        .tuple(fc.array(tie('node'), { minLength: 1, maxLength: 3 }), fc.boolean())
        .map(([of, main]) => parallel(main ? 0 : null, ...of)),
      tie('node').map(repeat),
      fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((of) => choose(...of)),
      tie('node').map(held),
    ),
  })).node;

/** Everything that may happen now. */
function possible(tree: Tree, marks: Marks): ProcedureEvent[] {
  return tree.flatMap((node, id): ProcedureEvent[] => {
    const { state, between, taken, turn } = marks[id]!;
    if (node.kind === 'step') {
      if (state === 'active') return [{ kind: 'step-started', node: id }];
      if (state === 'running')
        return [
          { kind: 'step-finished', node: id },
          { kind: 'step-ended', node: id },
        ];
      return state === 'finished' ? [{ kind: 'step-ended', node: id }] : [];
    }
    if (state !== 'active') return [];
    if (node.kind === 'wait') return [{ kind: 'wait-ended', node: id }];
    if (node.kind === 'choose' && taken === null)
      return node.parts.map((_, part) => ({ kind: 'branch-chosen', node: id, part }));
    if (node.kind === 'with' && taken === null)
      return [
        { kind: 'granted', node: id },
        { kind: 'not granted', node: id },
      ];
    if (node.kind === 'repeat' && between) {
      const more = turn + marks[node.body]!.turn < 4;
      return [
        ...(more ? [{ kind: 'turn-ended', node: id, again: true } as const] : []),
        { kind: 'turn-ended', node: id, again: false },
      ];
    }
    return [];
  });
}

describe('any procedure', () => {
  it('comes to its end by any way through it, with nothing left running and no step under what is not', () => {
    fc.assert(
      fc.property(fc.gen(), fc.infiniteStream(fc.nat()), (g, dice) => {
        const steps: RecipeStep[] = [];
        const tree = treeOf({ steps, tree: g(() => anyNode(steps)) });
        let marks = mark(tree, noMarks(tree), { kind: 'begun' });
        for (let turn = 0; !isDone(marks); turn += 1) {
          const ways = possible(tree, marks);
          expect(ways.length, 'it stands still').toBeGreaterThan(0);
          expect(turn, 'it goes on for ever').toBeLessThan(5000);
          marks = mark(tree, marks, ways[(dice.next().value ?? 0) % ways.length]!);
          for (const node of tree) {
            if (node.parent === null || !['active', 'running', 'finished'].includes(marks[node.id]!.state)) continue;
            expect(marks[node.parent]!.state, node.path).toBe('active');
          }
        }
        for (const { state } of marks) expect(['done', 'withdrawn', 'waiting']).toContain(state);
        for (const node of tree) {
          const { state } = marks[node.id]!;
          if (state === 'done' && node.kind === 'sequence')
            for (const part of partsOf(node)) expect(marks[part]!.state).toBe('done');
        }
      }),
      { numRuns: 300 },
    );
  });
});
