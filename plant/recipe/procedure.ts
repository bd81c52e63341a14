/** Compiles the procedure of a recipe's file into its steps and the tree over them, each with a path of its own. */
import { parseDuration } from '../quantity.ts';
import { readForm } from '../skid/form.ts';
import type { Path, Source } from '../skid/source.ts';
import { didYouMean } from '../suggest.ts';
import { readArguments } from './arguments.ts';
import { readCondition, type ConditionUse } from './conditions.ts';
import type { ReadFormula } from './formula.ts';
import type { PhaseForm } from './phase-form.ts';
import { phases } from './phases.ts';
import type { Procedure, RecipeNode, RecipeStep } from './recipe.ts';
import { argumentsSchema, elementKinds, elementSchemas, type ElementKind, type RecipeFile } from './recipe-schema.ts';

/** Where each step and element stands in the file, by its path. */
export type Places = ReadonlyMap<string, Path>;

export type Compiled = Readonly<{ procedure: Procedure; places: Places }>;

/** Elements within elements; whoever nests deeper is not read by people any more. */
const deepest = 20;

/**
 * The procedure as far as it could be read, its faults noted.
 * @param used gathers the parameters that are named
 */
export function compileProcedure(source: Source, form: RecipeFile, formula: ReadFormula, used: Set<string>): Compiled {
  const compiler = new Compiler(source, formula, used);
  const [unit] = form.procedure;
  const operations: RecipeNode[] = [];
  const seen = new Set<string>();
  (unit?.operations ?? []).forEach((written, i) => {
    for (const [operation, list] of Object.entries(written)) {
      const path = ['procedure', 0, 'operations', i, operation];
      if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/u.test(operation))
        source.fault(
          path,
          `"${operation}" is no name of an operation.`,
          'Use small letters and hyphens, such as "start-up".',
        );
      if (seen.has(operation))
        source.fault(
          path,
          `The operation "${operation}" stands twice.`,
          'Rename one of them: records name steps by it.',
        );
      seen.add(operation);
      operations.push(compiler.sequence(list, { yaml: path, path: operation, operation, depth: 1 }));
    }
  });
  const tree: RecipeNode = { kind: 'sequence', path: '', of: operations };
  return { procedure: { unit: unit?.unit ?? '', steps: compiler.steps, tree }, places: compiler.places };
}

type At = Readonly<{ yaml: Path; path: string; operation: string; depth: number }>;
type Keys = Readonly<Record<string, unknown>>;

class Compiler {
  readonly steps: RecipeStep[] = [];
  readonly places = new Map<string, Path>();
  readonly #source: Source;
  readonly #formula: ReadFormula;
  readonly #used: Set<string>;

  constructor(source: Source, formula: ReadFormula, used: Set<string>) {
    this.#source = source;
    this.#formula = formula;
    this.#used = used;
  }

  sequence(list: readonly unknown[], at: At): RecipeNode {
    this.places.set(at.path, at.yaml);
    const of: RecipeNode[] = [];
    if (at.depth > deepest) {
      this.#source.fault(at.yaml, `Elements stand deeper than ${deepest} levels.`, 'Part it into operations.');
      return { kind: 'sequence', path: at.path, of };
    }
    const segment = counted();
    list.forEach((written, i) => {
      const element = this.#keyOf(written, [...at.yaml, i]);
      if (element === null) return;
      const [key, content] = element;
      const yaml = typeof written === 'string' ? [...at.yaml, i] : [...at.yaml, i, key];
      if (key === 'alongside') {
        const main = of.pop();
        if (main === undefined)
          this.#source.fault(
            yaml,
            '"alongside" stands first: there is nothing that it could run beside.',
            'Put it behind a phase.',
          );
        else of.push(this.#alongside(main, content, { ...at, yaml }));
        return;
      }
      const node = this.#element(key, content, {
        ...at,
        yaml,
        path: `${at.path}/${segment(key)}`,
        depth: at.depth + 1,
      });
      if (node !== null) of.push(node);
    });
    return { kind: 'sequence', path: at.path, of };
  }

  #keyOf(written: unknown, yaml: Path): readonly [string, unknown] | null {
    if (typeof written === 'string') return [written, null];
    const entries = isKeys(written) ? Object.entries(written) : [];
    const [first] = entries;
    if (first !== undefined && entries.length === 1) return first;
    this.#source.fault(
      yaml,
      entries.length > 1
        ? `Several elements stand in one: ${entries.map(([key]) => key).join(', ')}.`
        : 'No phase stands here.',
      'Write one phase, or one element, behind each hyphen.',
    );
    return null;
  }

  #element(key: string, content: unknown, at: At): RecipeNode | null {
    const form = phases.get(key);
    if (form !== undefined) return this.#step(form, content, at);
    if (isKind(key)) {
      this.places.set(at.path, at.yaml);
      return this.#branching(key, content, at);
    }
    const known = [...phases.keys(), ...elementKinds];
    this.#source.fault(at.yaml, `The phase "${key}" is not known.`, didYouMean(key, known, `Use ${known.join(', ')}.`));
    return null;
  }

  #step(phase: PhaseForm, content: unknown, at: At): RecipeNode | null {
    this.places.set(at.path, at.yaml);
    const given = readForm(this.#source, argumentsSchema, at.yaml, content ?? {});
    if (given === null) return null;
    const read = readArguments(this.#source, at.yaml, phase, given, this.#formula, this.#used);
    return this.#push({ path: at.path, operation: at.operation, phase: phase.name, ...read });
  }

  #push(step: RecipeStep): RecipeNode {
    this.steps.push(step);
    return { kind: 'step', step: this.steps.length - 1 };
  }

  #branching(kind: ElementKind, content: unknown, at: At): RecipeNode | null {
    switch (kind) {
      case 'parallel':
        return this.#parallel(content, at);
      case 'repeat':
        return this.#repeat(content, at);
      case 'choose':
        return this.#choose(content, at);
      case 'wait':
        return this.#wait(content, at);
      case 'with':
        return this.#with(content, at);
      default:
        throw new RangeError(`${kind} belongs to what stands before it`);
    }
  }

  #parallel(content: unknown, at: At): RecipeNode | null {
    const form = readForm(this.#source, elementSchemas.parallel, at.yaml, content);
    if (form === null) return null;
    const branches = form.map((list, i) =>
      this.sequence(list, { ...at, yaml: [...at.yaml, i], path: `${at.path}/${i + 1}` }),
    );
    return { kind: 'parallel', path: at.path, branches, main: null };
  }

  #repeat(content: unknown, at: At): RecipeNode | null {
    const form = readForm(this.#source, elementSchemas.repeat, at.yaml, content);
    if (form === null) return null;
    const until = form.until === undefined ? null : this.#condition(form.until, [...at.yaml, 'until'], 'repeat');
    const everyS = form.every === undefined ? null : this.#seconds(form.every, [...at.yaml, 'every']);
    const body = this.sequence(form.do, { ...at, yaml: [...at.yaml, 'do'], path: `${at.path}/do` });
    return { kind: 'repeat', path: at.path, body, until, most: form.most, everyS };
  }

  #choose(content: unknown, at: At): RecipeNode | null {
    const form = readForm(this.#source, elementSchemas.choose, at.yaml, content);
    if (form === null) return null;
    const branches = form.flatMap((branch, i) => {
      const yaml = [...at.yaml, i];
      const isLast = i === form.length - 1;
      const list = isLast ? branch.else : branch.do;
      if (
        list === undefined ||
        (isLast
          ? branch.if !== undefined || branch.do !== undefined
          : branch.if === undefined || branch.else !== undefined)
      ) {
        this.#source.fault(
          yaml,
          isLast
            ? 'The last branch is not the one for all other cases.'
            : `Branch ${i + 1} has no condition with what to do.`,
          isLast ? 'End with { else: [...] }, so that no case is left without a way.' : 'Write { if: …, do: [...] }.',
        );
        return [];
      }
      const when = branch.if === undefined ? null : this.#condition(branch.if, [...yaml, 'if'], 'choose');
      const path = `${at.path}/${isLast ? 'else' : i + 1}`;
      return [{ when, body: this.sequence(list, { ...at, yaml: [...yaml, isLast ? 'else' : 'do'], path }) }];
    });
    return { kind: 'choose', path: at.path, branches };
  }

  #wait(content: unknown, at: At): RecipeNode | null {
    const form = readForm(this.#source, elementSchemas.wait, at.yaml, content);
    if (form === null) return null;
    const until = this.#condition(form.until, [...at.yaml, 'until'], 'wait');
    const mostS = this.#seconds(form.most, [...at.yaml, 'most']);
    if (until === null || mostS === null) return null;
    return { kind: 'wait', path: at.path, until, mostS, otherwise: form.else ?? 'hold' };
  }

  #with(content: unknown, at: At): RecipeNode | null {
    const form = readForm(this.#source, elementSchemas.with, at.yaml, content);
    if (form === null) return null;
    const mostS = this.#seconds(form.most, [...at.yaml, 'most']);
    const body = this.sequence(form.do, { ...at, yaml: [...at.yaml, 'do'], path: `${at.path}/do` });
    if (mostS === null) return null;
    const { equipment, else: otherwise = 'hold' } = form;
    return { kind: 'with', path: at.path, equipment, mostS, otherwise, body };
  }

  /** What runs beside `main` and ends with it: phases by name, each once or, with `every`, again and again. */
  #alongside(main: RecipeNode, content: unknown, at: At): RecipeNode {
    const form = readForm(this.#source, elementSchemas.alongside, at.yaml, content);
    const before = main.kind === 'parallel' && main.main === 0 ? main : null;
    const path = before?.path ?? `${this.#pathOf(main)}/alongside`;
    const branches = before === null ? [main] : [...before.branches];
    this.places.set(path, at.yaml);
    for (const [key, written] of Object.entries(form ?? {})) {
      const yaml = [...at.yaml, key];
      const phase = phases.get(key);
      if (phase === undefined) {
        const remedy = didYouMean(key, phases.keys(), 'Name phases there.');
        this.#source.fault(yaml, `The phase "${key}" is not known.`, remedy);
        continue;
      }
      const branch = this.#beside(phase, written, { ...at, yaml, path: unused(`${path}/${key}`, this.places) });
      if (branch !== null) branches.push(branch);
    }
    return { kind: 'parallel', path, branches, main: 0 };
  }

  #beside(phase: PhaseForm, written: unknown, at: At): RecipeNode | null {
    const { every, ...rest } = isKeys(written) ? written : {};
    const step = this.#step(phase, isKeys(written) ? rest : written, at);
    if (every === undefined || step === null) return step;
    const yaml = [...at.yaml, 'every'];
    if (typeof every !== 'string') {
      this.#source.fault(yaml, '"every" is no span of time.', 'Write one such as "30 min".');
      return null;
    }
    const everyS = this.#seconds(every, yaml);
    const path = `${at.path}/every`;
    this.places.set(path, at.yaml);
    return { kind: 'repeat', path, body: step, until: null, most: null, everyS };
  }

  #pathOf(node: RecipeNode): string {
    return node.kind === 'step' ? (this.steps[node.step]?.path ?? '') : node.path;
  }

  #condition(text: string, yaml: Path, use: ConditionUse): ReturnType<typeof readCondition> {
    return readCondition(this.#source, yaml, text, this.#formula, this.#used, use);
  }

  #seconds(text: string, yaml: Path): number | null {
    const seconds = this.#source.attempt(yaml, (where) => parseDuration(text, where) / 1000);
    if (seconds !== 0) return seconds;
    this.#source.fault(yaml, `The time is ${text}.`, 'Write a time above 0.');
    return null;
  }
}

/** The same phase twice in a row of elements is told apart by a number: `prime`, `prime.2`. */
function counted(): (key: string) => string {
  const seen = new Map<string, number>();
  return (key) => {
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? key : `${key}.${count}`;
  };
}

function unused(path: string, taken: Pick<Places, 'has'>): string {
  let [candidate, count] = [path, 1];
  while (taken.has(candidate)) candidate = `${path}.${(count += 1)}`;
  return candidate;
}

const isKind = (key: string): key is ElementKind => Object.hasOwn(elementSchemas, key);
const isKeys = (value: unknown): value is Keys => typeof value === 'object' && value !== null && !Array.isArray(value);
