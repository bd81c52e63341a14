/** What of the batch on one skid outlives a restart of the service: the fold of its events, and nothing else. */
import type { BatchState, UnitMode } from '../../../plant/batch-view.ts';
import type { UtcMs } from '../../../plant/clock.ts';
import type { SetPoints } from '../../../plant/recipe/roles.ts';
import type { SkidName } from '../../../plant/sample.ts';
import { isDone, mark, noMarks, type Marks } from '../procedure/marks.ts';
import type { Tree } from '../procedure/tree.ts';
import type { CollectedVolume, PromptAnswer, PromptForm, UnitEvent } from './unit-events.ts';

export type StepRun = Readonly<{ runs: number; startedAt: UtcMs | null; endedAt: UtcMs | null }>;

export type Prompt = Readonly<{
  id: string;
  node: number;
  turn: number;
  form: PromptForm;
  askedAt: UtcMs;
  /** The first one first; it stays. */
  answers: readonly PromptAnswer[];
  withdrawn: string | null;
}>;

export type UnitLasting = Readonly<{
  skid: SkidName;
  state: BatchState;
  /** How it ended, once a Reset has freed the skid; null before. */
  outcome: BatchState | null;
  /** A Stop or an Abort that was taken: the unit comes there, whatever happens meanwhile. */
  ending: 'Stopped' | 'Aborted' | null;
  mode: UnitMode;
  marks: Marks;
  /** By the number of the step's element. */
  runs: ReadonlyMap<number, StepRun>;
  /** Steps that are proven anew before the held ones go on; the first is the one that runs or comes next. */
  restart: readonly number[];
  /** What stands until a step changes it; empty after a safe state, in which the field takes all of it back. */
  standing: SetPoints;
  prompts: readonly Prompt[];
  volume: CollectedVolume;
  /** Acid has been let in and not rinsed out. */
  acid: boolean;
  /** The service was started anew, and nobody has signed yet what was found. */
  reconcile: boolean;
  givenUp: boolean;
  message: string | null;
  startedAt: UtcMs | null;
  endedAt: UtcMs | null;
}>;

export const newUnit = (skid: SkidName, tree: Tree): UnitLasting => ({
  skid,
  state: 'Idle',
  outcome: null,
  ending: null,
  mode: 'automatic',
  marks: noMarks(tree),
  runs: new Map(),
  restart: [],
  standing: {},
  prompts: [],
  volume: { closedMl: 0, open: null },
  acid: false,
  reconcile: false,
  givenUp: false,
  message: null,
  startedAt: null,
  endedAt: null,
});

const inSafeState: ReadonlySet<BatchState> = new Set(['Holding', 'Held', 'Stopping', 'Stopped', 'Aborting', 'Aborted']);
const wentWell: ReadonlySet<BatchState> = new Set(['Running', 'Restarting', 'Complete', 'Idle']);
const over: ReadonlySet<BatchState> = new Set(['Complete', 'Stopped', 'Aborted']);

/** @throws RangeError where the event does not fit: a record that contradicts itself */
export function evolve(tree: Tree, unit: UnitLasting, event: UnitEvent): UnitLasting {
  switch (event.kind) {
    case 'state-changed':
      return stateChanged(unit, event);
    case 'step-started':
      return started(tree, unit, event);
    case 'step-finished':
      return { ...unit, marks: mark(tree, unit.marks, event) };
    case 'step-ended':
      return ended(tree, unit, event);
    case 'procedure':
      return { ...unit, marks: mark(tree, unit.marks, event.event) };
    case 'restart-planned':
      return { ...unit, restart: event.nodes };
    case 'ending':
      return { ...unit, ending: event.to };
    case 'set-points-asked':
      return { ...unit, standing: { ...unit.standing, ...event.writes } };
    case 'mode-changed':
      return { ...unit, mode: event.to };
    case 'prompt-asked': {
      const { id, node, turn, form, at } = event;
      return {
        ...unit,
        prompts: [...unit.prompts, { id, node, turn, form, askedAt: at, answers: [], withdrawn: null }],
      };
    }
    case 'prompt-answered':
      return withPrompt(unit, event.id, ({ answers }) => ({ answers: [...answers, event.answer] }));
    case 'prompt-withdrawn':
      return withPrompt(unit, event.id, () => ({ withdrawn: event.reason }));
    case 'volume':
      return { ...unit, volume: event.volume };
    case 'flush-liquid':
      // Oil does not wash acid out.
      return { ...unit, acid: event.liquid === 'acid' || (unit.acid && event.liquid !== 'water') };
    case 'exception-raised':
      return unit;
    case 'service-restarted':
      return { ...unit, reconcile: true };
    case 'reconciled':
      return { ...unit, reconcile: false };
    case 'given-up':
      return { ...unit, givenUp: true, message: event.reason };
    case 'archived':
      return { ...unit, outcome: event.outcome };
  }
}

type Of<Kind extends UnitEvent['kind']> = Extract<UnitEvent, Readonly<{ kind: Kind }>>;

function stateChanged(unit: UnitLasting, { to, reason, at }: Of<'state-changed'>): UnitLasting {
  const changed: UnitLasting = {
    ...unit,
    state: to,
    // What held it is still what people have to know once it is held.
    message: wentWell.has(to) ? null : to === 'Held' || over.has(to) ? (unit.message ?? reason) : reason,
    startedAt: unit.startedAt ?? at,
    endedAt: over.has(to) ? at : unit.endedAt,
    ending: over.has(to) ? null : unit.ending,
  };
  if (!inSafeState.has(to)) return changed;
  return { ...changed, standing: {}, restart: [], mode: 'automatic' };
}

const neverRun: StepRun = { runs: 0, startedAt: null, endedAt: null };

function started(tree: Tree, unit: UnitLasting, { node, purpose, at }: Of<'step-started'>): UnitLasting {
  const { runs } = unit.runs.get(node) ?? neverRun;
  const known = new Map(unit.runs).set(node, { runs: runs + 1, startedAt: at, endedAt: null });
  if (purpose === 'procedure')
    return { ...unit, runs: known, marks: mark(tree, unit.marks, { kind: 'step-started', node }) };
  if (unit.restart[0] !== node) throw new RangeError(`element ${node} is not the next to be proven anew`);
  return { ...unit, runs: known };
}

function ended(tree: Tree, unit: UnitLasting, { node, purpose, at }: Of<'step-ended'>): UnitLasting {
  const run = unit.runs.get(node) ?? neverRun;
  const runs = new Map(unit.runs).set(node, { ...run, endedAt: at });
  if (purpose === 'procedure') return { ...unit, runs, marks: mark(tree, unit.marks, { kind: 'step-ended', node }) };
  if (unit.restart[0] !== node) throw new RangeError(`element ${node} is not what is being proven anew`);
  return { ...unit, runs, restart: unit.restart.slice(1) };
}

function withPrompt(unit: UnitLasting, id: string, change: (prompt: Prompt) => Partial<Prompt>): UnitLasting {
  if (!unit.prompts.some((prompt) => prompt.id === id)) throw new RangeError(`there is no prompt ${id}`);
  return {
    ...unit,
    prompts: unit.prompts.map((prompt) => (prompt.id === id ? { ...prompt, ...change(prompt) } : prompt)),
  };
}

/** Elements of the procedure that are steps and may run now, run, or wait for a person to let them go on. */
export const liveSteps = (tree: Tree, { marks }: Pick<UnitLasting, 'marks'>): readonly number[] =>
  tree.flatMap(({ kind, id }) => {
    const state = marks[id]?.state;
    return kind === 'step' && (state === 'active' || state === 'running' || state === 'finished') ? [id] : [];
  });

export const hasEnded = ({ marks }: Pick<UnitLasting, 'marks'>): boolean => isDone(marks);
