/**
 * What the line is like at every step: each phase has to begin from what all ways to it leave, beside others runs only what
 * leaves the line alone, and no way ends with the line hot or unknown.
 */
import type { Path, Source } from '../skid/source.ts';
import type { LineState, PhaseForm, PhaseVariant } from './phase-form.ts';
import { phaseNamed } from './phases.ts';
import type { Procedure, RecipeKind, RecipeNode, RecipeStep } from './recipe.ts';
import type { Places } from './procedure.ts';

/** What a step asks of the line and leaves, its arguments counted in. */
export type StepLine = Readonly<{ begins: readonly LineState[] | 'any'; leaves: LineState | null }>;

const variantsOf = ({ variants = [] }: PhaseForm, values: RecipeStep['values']): readonly PhaseVariant[] =>
  variants.filter(({ argument, is }) => values[argument] === is);

export function stepLine({ phase, values }: Pick<RecipeStep, 'phase' | 'values'>, kind: RecipeKind): StepLine {
  const form = phaseNamed(phase);
  const [variant] = variantsOf(form, values);
  const leaves = variant?.leaves ?? form.leaves;
  if (variant?.begins !== undefined || form.begins === 'any') return { begins: variant?.begins ?? 'any', leaves };
  const more = kind === 'cleaning' ? (form.beginsInCleaning ?? []) : [];
  return { begins: [...form.begins, ...more], leaves };
}

/** Capabilities that a step needs, its arguments counted in. */
export function stepNeeds({ phase, values }: Pick<RecipeStep, 'phase' | 'values'>): readonly string[] {
  const form = phaseNamed(phase);
  return [...form.needs, ...variantsOf(form, values).flatMap(({ needs = [] }) => needs)];
}

/** Whether a step sets something or leaves the line otherwise than it found it. */
export function moves({ phase }: Pick<RecipeStep, 'phase'>): boolean {
  const form = phaseNamed(phase);
  return form.begins !== 'any' || form.leaves !== null || form.sets.length > 0;
}

/** The line as it may be, with the step that left it so. */
type Line = ReadonlyMap<LineState, string>;

/** Notes every fault of the line's states, at the step that meets it. */
export function checkLine(source: Source, { steps, tree }: Procedure, kind: RecipeKind, places: Places): void {
  const check = new LineCheck(source, steps, kind, places);
  const ends = check.walk(tree, new Map([['unknown', 'the start']]));
  if (steps.length === 0) return;
  for (const [state, by] of ends) {
    if (state === 'cold') continue;
    source.fault(
      ['procedure'],
      `After ${by} the procedure ends with the line ${state}.`,
      state === 'acid' ? 'End it with a fouling-flush with water.' : 'End it with shutdown.',
    );
  }
}

class LineCheck {
  readonly #source: Source;
  readonly #steps: readonly RecipeStep[];
  readonly #kind: RecipeKind;
  readonly #places: Places;
  /** Steps whose fault was told: a loop is walked more than once. */
  readonly #told = new Set<number>();

  constructor(source: Source, steps: readonly RecipeStep[], kind: RecipeKind, places: Places) {
    this.#source = source;
    this.#steps = steps;
    this.#kind = kind;
    this.#places = places;
  }

  walk(node: RecipeNode, line: Line): Line {
    switch (node.kind) {
      case 'step':
        return this.#step(node.step, line);
      case 'sequence':
        return node.of.reduce((before, each) => this.walk(each, before), line);
      case 'parallel':
        return this.#parallel(node, line);
      case 'repeat':
        return this.#repeat(node.body, line);
      case 'choose':
        return together(node.branches.map(({ body }) => this.walk(body, line)));
      case 'with':
        return this.walk(node.body, line);
      case 'wait':
        return line;
    }
  }

  #step(index: number, line: Line): Line {
    const step = this.#steps[index];
    if (step === undefined) return line;
    const { begins, leaves } = stepLine(step, this.#kind);
    if (begins !== 'any' && !this.#told.has(index)) {
      const from = [...line].find(([state]) => !begins.includes(state));
      if (from !== undefined) {
        this.#told.add(index);
        const [state, by] = from;
        this.#source.fault(
          this.#at(step.path),
          `The step ${step.path} can never be reached: after ${by} the line is ${state}, and it begins from ${begins.join(' or ')}.`,
          'Change the order, or add the phase between.',
        );
      }
    }
    return leaves === null ? line : new Map([[leaves, step.path]]);
  }

  /** A turn begins from what the one before it left: until nothing new comes of it. */
  #repeat(body: RecipeNode, line: Line): Line {
    let before = line;
    for (;;) {
      const after = this.walk(body, before);
      const all = together([before, after]);
      if (all.size === before.size) return after;
      before = all;
    }
  }

  #parallel({ branches, main, path }: Extract<RecipeNode, { kind: 'parallel' }>, line: Line): Line {
    const moving = branches.flatMap((branch, i) => {
      const step = stepsOf(branch).find((index) => moves(this.#steps[index] ?? never));
      return step === undefined ? [] : [{ i, step }];
    });
    const [first, second] = moving;
    const other = main === null ? second : moving.find(({ i }) => i !== main);
    if (other !== undefined) {
      const at = this.#steps[other.step]?.path ?? path;
      const beside = main === null ? (this.#steps[first?.step ?? 0]?.path ?? path) : path.replace(/\/alongside$/u, '');
      this.#source.fault(
        this.#at(at),
        `The step ${at} moves the line or sets something, and so does what runs beside it (${beside}).`,
        'Put one behind the other; beside others run samples, instructions and waits only.',
      );
    }
    const after = branches.map((branch, i) => {
      if (moving.some((each) => each.i === i && each !== first)) return line;
      return this.walk(branch, line);
    });
    return first === undefined ? line : (after[first.i] ?? line);
  }

  #at(path: string): Path {
    return this.#places.get(path) ?? ['procedure'];
  }
}

const never: Pick<RecipeStep, 'phase'> = { phase: 'instruct' };

const together = (lines: readonly Line[]): Line => new Map(lines.flatMap((line) => [...line]));

/** The steps within an element, in their order. */
export function stepsOf(node: RecipeNode): readonly number[] {
  switch (node.kind) {
    case 'step':
      return [node.step];
    case 'wait':
      return [];
    case 'sequence':
      return node.of.flatMap(stepsOf);
    case 'parallel':
      return node.branches.flatMap(stepsOf);
    case 'choose':
      return node.branches.flatMap(({ body }) => stepsOf(body));
    case 'repeat':
    case 'with':
      return stepsOf(node.body);
  }
}
