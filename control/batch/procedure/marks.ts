/**
 * Where a procedure stands: a mark for each element of its tree. What follows from the tree alone (a sequence goes to its next
 * part, a parallel ends with its last) is done here; what has to be decided (a branch, another turn, a grant, that a step has
 * ended) is an event, told to `mark`. So the same events give the same marks, whenever they are told.
 */
import type { Tree, TreeNode } from './tree.ts';

export type MarkState =
  | 'waiting'
  /** It may run; a step: it may be begun. */
  | 'active'
  | 'running'
  /** A step that has done its work and waits for a person to let it go on. */
  | 'finished'
  | 'done'
  /** Beside a main branch that has ended. */
  | 'withdrawn';

export type Mark = Readonly<{
  state: MarkState;
  /** How often it was entered: the turn of the innermost repeat for what stands in one. */
  turn: number;
  /** Of a repeat: its body has ended, and whether it turns again is to be decided. */
  between: boolean;
  /** Of a choose: the part that was taken. Of a with: whether it was granted. */
  taken: number | null;
}>;

export type Marks = readonly Mark[];

export type ProcedureEvent =
  | Readonly<{ kind: 'begun' }>
  | Readonly<{ kind: 'step-started' | 'step-finished' | 'step-ended'; node: number }>
  | Readonly<{ kind: 'wait-ended' | 'granted' | 'not granted'; node: number }>
  | Readonly<{ kind: 'branch-chosen'; node: number; part: number }>
  | Readonly<{ kind: 'turn-ended'; node: number; again: boolean }>;

const fresh: Mark = { state: 'waiting', turn: 0, between: false, taken: null };

export const noMarks = (tree: Tree): Marks => tree.map(() => fresh);

/** The procedure has come to its end. */
export const isDone = (marks: Marks): boolean => marks[0]?.state === 'done';

/** @throws RangeError where the event does not fit where the procedure stands: a record that contradicts itself */
export function mark(tree: Tree, marks: Marks, event: ProcedureEvent): Marks {
  const walk = new Walk(tree, marks);
  walk.take(event);
  return walk.marks;
}

class Walk {
  readonly #tree: Tree;
  readonly #marks: Mark[];

  constructor(tree: Tree, marks: Marks) {
    this.#tree = tree;
    this.#marks = [...marks];
  }

  get marks(): Marks {
    return this.#marks;
  }

  take(event: ProcedureEvent): void {
    switch (event.kind) {
      case 'begun':
        this.#expect(0, ['waiting'], event.kind);
        this.#enter(0);
        return;
      case 'step-started':
        this.#expect(event.node, ['active', 'running', 'finished'], event.kind, 'step');
        this.#set(event.node, { state: 'running' });
        return;
      case 'step-finished':
        this.#expect(event.node, ['running'], event.kind, 'step');
        this.#set(event.node, { state: 'finished' });
        return;
      case 'step-ended':
        this.#expect(event.node, ['running', 'finished'], event.kind, 'step');
        this.#end(event.node);
        return;
      case 'wait-ended':
        this.#expect(event.node, ['active'], event.kind, 'wait');
        this.#end(event.node);
        return;
      case 'branch-chosen':
        this.#choose(event.node, event.part);
        return;
      case 'granted':
      case 'not granted':
        this.#grant(event.node, event.kind === 'granted');
        return;
      case 'turn-ended':
        this.#turn(event.node, event.again);
    }
  }

  #choose(id: number, part: number): void {
    const node = this.#expect(id, ['active'], 'branch-chosen', 'choose');
    const chosen = node.kind === 'choose' ? node.parts[part] : undefined;
    if (chosen === undefined || this.#of(id).taken !== null) throw misfit(node, `branch ${part}`);
    this.#set(id, { taken: part });
    this.#enter(chosen);
  }

  #grant(id: number, granted: boolean): void {
    const node = this.#expect(id, ['active'], 'granted', 'with');
    if (node.kind !== 'with' || this.#of(id).taken !== null) throw misfit(node, 'granted');
    this.#set(id, { taken: granted ? 1 : 0 });
    this.#enter(node.body);
  }

  #turn(id: number, again: boolean): void {
    const node = this.#expect(id, ['active'], 'turn-ended', 'repeat');
    if (node.kind !== 'repeat' || !this.#of(id).between) throw misfit(node, 'turn-ended');
    this.#set(id, { between: false });
    if (!again) {
      this.#end(id);
      return;
    }
    this.#clear(node.body);
    this.#enter(node.body);
  }

  #enter(id: number): void {
    const node = this.#node(id);
    const { turn } = this.#of(id);
    this.#marks[id] = { ...fresh, state: 'active', turn: turn + 1 };
    if (node.kind === 'sequence') {
      const [first] = node.parts;
      if (first === undefined) this.#end(id);
      else this.#enter(first);
    } else if (node.kind === 'parallel') {
      // A part that is empty ends at once, and may be the last: none is entered after that.
      for (const part of node.parts) if (this.#of(id).state === 'active') this.#enter(part);
      if (node.parts.length === 0) this.#end(id);
    } else if (node.kind === 'repeat') this.#enter(node.body);
  }

  #end(id: number): void {
    this.#set(id, { state: 'done' });
    const { parent } = this.#node(id);
    if (parent === null) return;
    const above = this.#node(parent);
    switch (above.kind) {
      case 'sequence': {
        const next = above.parts[above.parts.indexOf(id) + 1];
        if (next === undefined) this.#end(parent);
        else this.#enter(next);
        return;
      }
      case 'parallel':
        if (above.main === id) {
          for (const part of above.parts) if (part !== id) this.#withdraw(part);
          this.#end(parent);
        } else if (above.main === null && above.parts.every((part) => this.#of(part).state === 'done'))
          this.#end(parent);
        return;
      case 'repeat':
        this.#set(parent, { between: true });
        return;
      case 'choose':
      case 'with':
        this.#end(parent);
        return;
      case 'step':
      case 'wait':
        throw misfit(above, 'has parts');
    }
  }

  /** What runs under it ends with it, and is not done. */
  #withdraw(id: number): void {
    const { state } = this.#of(id);
    if (state !== 'done') this.#set(id, { state: 'withdrawn', between: false });
    for (const part of partsOf(this.#node(id))) this.#withdraw(part);
  }

  /** For another turn: as if it had not been, but for how often it was. */
  #clear(id: number): void {
    this.#marks[id] = { ...fresh, turn: this.#of(id).turn };
    for (const part of partsOf(this.#node(id))) this.#clear(part);
  }

  #expect(id: number, states: readonly MarkState[], what: string, kind?: TreeNode['kind']): TreeNode {
    const node = this.#node(id);
    if ((kind !== undefined && node.kind !== kind) || !states.includes(this.#of(id).state)) throw misfit(node, what);
    return node;
  }

  #set(id: number, change: Partial<Mark>): void {
    this.#marks[id] = { ...this.#of(id), ...change };
  }

  #of(id: number): Mark {
    return this.#marks[id] ?? fresh;
  }

  #node(id: number): TreeNode {
    const node = this.#tree[id];
    if (node === undefined) throw new RangeError(`the procedure has no element ${id}`);
    return node;
  }
}

export function partsOf(node: TreeNode): readonly number[] {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
    case 'choose':
      return node.parts;
    case 'repeat':
    case 'with':
      return [node.body];
    case 'step':
    case 'wait':
      return [];
  }
}

const misfit = ({ kind, path }: TreeNode, what: string): RangeError =>
  new RangeError(`"${what}" does not fit the ${kind} ${path} where the procedure stands`);
