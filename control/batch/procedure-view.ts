/** The procedure of a unit as the page draws it: its steps, what joins them, and where it stands. */
import type { ProcedureView, StepView } from '../../plant/batch-view.ts';
import { phaseNamed } from '../../plant/recipe/phases.ts';
import { sayArguments } from '../../plant/recipe/say.ts';
import type { TreeNode } from './procedure/tree.ts';
import type { UnitLasting } from './unit/unit-lasting.ts';
import type { UnitPassing, UnitRecipe } from './unit/unit-turn.ts';

/** What waits now, and for what, by element; what is being proven anew first. */
export type Waits = ReadonlyMap<number, string>;

export function waitsOf(unit: UnitLasting, passing: UnitPassing | undefined): Waits {
  const waits = new Map<number, string>();
  if (passing === undefined) return waits;
  if (unit.state === 'Restarting' && passing.leaving !== null)
    waits.set(unit.restart[0] ?? 0, 'the field controller, which leaves its safe state');
  if (passing.withheldBy !== null)
    for (const node of passing.steps.keys()) waits.set(node, `withheld: ${passing.withheldBy}`);
  for (const [node, { waitsFor }] of passing.steps)
    if (waitsFor !== null && !waits.has(node)) waits.set(node, waitsFor);
  for (const [node, { waitsFor }] of passing.waits) if (!waits.has(node)) waits.set(node, waitsFor);
  return waits;
}

export function stepsView({ tree, steps }: UnitRecipe, unit: UnitLasting, waits: Waits): readonly StepView[] {
  return tree.flatMap((node): readonly StepView[] => {
    if (node.kind !== 'step') return [];
    const step = steps[node.step];
    if (step === undefined) return [];
    const run = unit.runs.get(node.id);
    return [
      {
        path: node.path,
        operation: step.operation,
        phase: step.phase,
        title: phaseNamed(step.phase).title,
        state: stateOf(node, unit),
        startedAt: run?.startedAt ?? null,
        endedAt: run?.endedAt ?? null,
        waitsFor: waits.get(node.id) ?? null,
        runs: run?.runs ?? 0,
        values: sayArguments(step),
      },
    ];
  });
}

function stateOf({ id }: TreeNode, unit: UnitLasting): StepView['state'] {
  if (unit.restart[0] === id) return 'active';
  const state = unit.marks[id]?.state ?? 'waiting';
  const isOver = ['Stopped', 'Aborted'].includes(unit.outcome ?? unit.state);
  if (state === 'finished') return isOver ? 'skipped' : 'ended';
  if (state === 'active' || state === 'running') return isOver ? 'skipped' : 'active';
  if (state === 'withdrawn') return 'skipped';
  return state;
}

export function procedureView(recipe: UnitRecipe, unit: UnitLasting, waits: Waits): ProcedureView {
  const indexes = new Map<number, number>();
  for (const node of recipe.tree) if (node.kind === 'step') indexes.set(node.id, indexes.size);
  const view = (id: number): ProcedureView => {
    const node = recipe.tree[id];
    if (node === undefined) throw new RangeError(`the procedure has no element ${id}`);
    const mark = unit.marks[id];
    const { path } = node;
    switch (node.kind) {
      case 'step':
        return { kind: 'step', step: indexes.get(id) ?? 0 };
      case 'sequence':
        return { kind: 'sequence', path, of: node.parts.map(view) };
      case 'parallel':
        return {
          kind: 'parallel',
          path,
          branches: node.parts.map(view),
          main: node.main === null ? null : node.parts.indexOf(node.main),
        };
      case 'repeat':
        return {
          kind: 'repeat',
          path,
          body: view(node.body),
          until: node.until?.text ?? null,
          most: node.most,
          turn: unit.marks[node.body]?.turn ?? 0,
        };
      case 'choose':
        return {
          kind: 'choose',
          path,
          branches: node.parts.map((part, i) => ({ when: node.when[i]?.text ?? null, body: view(part) })),
          taken: mark?.taken ?? null,
        };
      case 'wait':
        return {
          kind: 'wait',
          path,
          until: node.until.text,
          state: stateOf(node, unit),
          waitsFor: waits.get(id) ?? null,
        };
      case 'with':
        return {
          kind: 'with',
          path,
          equipment: node.equipment,
          body: view(node.body),
          held: mark?.taken === 1 && mark.state === 'active' ? node.equipment : null,
        };
    }
  };
  return view(0);
}
