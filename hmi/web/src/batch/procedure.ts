/** Where the elements of a procedure stand, from the steps in them, and what joins them in words. Pure. */
import type { ProcedureView, StepView } from '../../../../plant/batch-view.ts';

export type Standing = StepView['state'];

/** Indexes of the steps in an element. */
export function stepsIn(node: ProcedureView): readonly number[] {
  switch (node.kind) {
    case 'step':
      return [node.step];
    case 'sequence':
      return node.of.flatMap(stepsIn);
    case 'parallel':
      return node.branches.flatMap(stepsIn);
    case 'repeat':
    case 'with':
      return stepsIn(node.body);
    case 'choose':
      return node.branches.flatMap(({ body }) => stepsIn(body));
    case 'wait':
      return [];
  }
}

/** An element is active while one of its parts is, and done where nothing of it is left to do. */
export function standingOf(node: ProcedureView, steps: readonly StepView[]): Standing {
  const states = partsOf(node, steps);
  if (states.some((state) => state === 'active' || state === 'ended')) return 'active';
  const left = states.filter((state) => state !== 'skipped');
  if (left.length === 0) return states.length === 0 ? 'done' : 'skipped';
  if (left.every((state) => state === 'done')) return 'done';
  return left.some((state) => state === 'done') ? 'active' : 'waiting';
}

/** Of the steps and the waits in it; of a choice only those of the branch that was taken. */
function partsOf(node: ProcedureView, steps: readonly StepView[]): readonly Standing[] {
  switch (node.kind) {
    case 'step':
      return [steps[node.step]?.state ?? 'waiting'];
    case 'wait':
      return [node.state];
    case 'sequence':
      return node.of.flatMap((part) => partsOf(part, steps));
    case 'parallel':
      return node.branches.flatMap((part) => partsOf(part, steps));
    case 'repeat':
    case 'with':
      return partsOf(node.body, steps);
    case 'choose': {
      const { branches, taken } = node;
      const chosen = taken === null ? undefined : branches[taken];
      return chosen === undefined ? branches.flatMap(({ body }) => partsOf(body, steps)) : partsOf(chosen.body, steps);
    }
  }
}

/** `turn 2 of at most 3, until conversion ≥ 95 %` */
export function repeatText({ turn, most, until }: Extract<ProcedureView, { kind: 'repeat' }>): string {
  const begun = turn === 0 ? 'not begun' : `turn ${turn}`;
  const bound = most === null ? '' : ` of at most ${most}`;
  return `${begun}${bound}${until === null ? '' : `, until ${until}`}`;
}

/** `if fouling > 120 %: taken` */
export function branchText(
  { branches, taken }: Pick<Extract<ProcedureView, { kind: 'choose' }>, 'branches' | 'taken'>,
  index: number,
): string {
  const when = branches[index]?.when ?? null;
  const condition = when === null ? 'else' : `if ${when}`;
  if (taken === null) return condition;
  return `${condition}: ${taken === index ? 'taken' : 'not taken'}`;
}

/** What the unit comes to next: the first step in the procedure's order that waits and that no choice has shut. */
export function comesNext(node: ProcedureView, steps: readonly StepView[]): StepView | null {
  for (const index of reachable(node)) {
    const step = steps[index];
    if (step?.state === 'waiting') return step;
  }
  return null;
}

function reachable(node: ProcedureView): readonly number[] {
  switch (node.kind) {
    case 'sequence':
      return node.of.flatMap(reachable);
    case 'parallel':
      return node.branches.flatMap(reachable);
    case 'repeat':
    case 'with':
      return reachable(node.body);
    case 'choose': {
      const { branches, taken } = node;
      return taken === null
        ? branches.flatMap(({ body }) => reachable(body))
        : branches.slice(taken, taken + 1).flatMap(({ body }) => reachable(body));
    }
    case 'step':
    case 'wait':
      return stepsIn(node);
  }
}
