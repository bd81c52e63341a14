/** A batch as people and records see it (ISA-88). The table of states and commands lives in control/batch. */
import type { UtcMs } from './clock.ts';
import type { FailureRule } from './recipe/recipe.ts';
import type { Role } from './people.ts';
import type { SkidName } from './sample.ts';

export const batchStates = [
  'Idle',
  'Running',
  'Complete',
  'Pausing',
  'Paused',
  'Holding',
  'Held',
  'Restarting',
  'Stopping',
  'Stopped',
  'Aborting',
  'Aborted',
] as const;
export type BatchState = (typeof batchStates)[number];

export const batchCommands = ['Start', 'Pause', 'Resume', 'Hold', 'Restart', 'Stop', 'Abort', 'Reset'] as const;
export type BatchCommand = (typeof batchCommands)[number];

/** In semi-automatic a step that has ended waits for a person; in manual the engine sets nothing. */
export const unitModes = ['automatic', 'semi-automatic', 'manual'] as const;
export type UnitMode = (typeof unitModes)[number];

/** Production makes product by an effective recipe; a rehearsal runs on twins only, by any version. */
export type BatchPurpose = 'production' | 'rehearsal';

export type CommandView = Readonly<{ command: BatchCommand; legal: boolean; refusedBy: string | null }>;

export type RecipeParameterView = Readonly<{
  name: string;
  value: string;
  unit: string | null;
  range: string | null;
  proven: string | null;
  critical: boolean;
}>;

export type StepView = Readonly<{
  /** `produce/collect/alongside/sample` */
  path: string;
  operation: string;
  phase: string;
  title: string;
  /** `ended`: done, and waiting for a person to let it go on (semi-automatic, manual). */
  state: 'waiting' | 'active' | 'ended' | 'done' | 'skipped';
  startedAt: UtcMs | null;
  endedAt: UtcMs | null;
  /** What it waits for, with live values: `R201/T.max 143.2 °C, waiting for 158 °C`. */
  waitsFor: string | null;
  /** How often it was begun; more than once in a loop, or where a restart proved it anew. */
  runs: number;
  /** Arguments as people read them. */
  values: Readonly<Record<string, string>>;
}>;

/** The procedure as the page draws it: indexes of `steps`, and what joins them. */
export type ProcedureView =
  | Readonly<{ kind: 'step'; step: number }>
  | Readonly<{ kind: 'sequence'; path: string; of: readonly ProcedureView[] }>
  | Readonly<{ kind: 'parallel'; path: string; branches: readonly ProcedureView[]; main: number | null }>
  | Readonly<{
      kind: 'repeat';
      path: string;
      body: ProcedureView;
      until: string | null;
      most: number | null;
      turn: number;
    }>
  | Readonly<{
      kind: 'choose';
      path: string;
      branches: readonly Readonly<{ when: string | null; body: ProcedureView }>[];
      taken: number | null;
    }>
  | Readonly<{ kind: 'wait'; path: string; until: string; state: StepView['state']; waitsFor: string | null }>
  | Readonly<{ kind: 'with'; path: string; equipment: string; body: ProcedureView; held: string | null }>;

/** What a phase asks of people. */
export type PromptView = Readonly<{
  id: string;
  skid: SkidName;
  path: string;
  title: string;
  kind: 'confirm' | 'number' | 'text';
  unit: string | null;
  low: number | null;
  high: number | null;
  /** Who answers, and who checks it; different people. */
  done: Role;
  checked: Role | null;
  askedAt: UtcMs;
  /** Every answer, the first one first: it stays, whatever comes after. */
  answers: readonly PromptAnswerView[];
  /** Why nobody has to answer it any more; null while it stands or is answered. */
  withdrawn: string | null;
}>;
export type PromptAnswerView = Readonly<{
  value: string;
  by: string;
  checkedBy: string | null;
  at: UtcMs;
  reason: string | null;
  outside: boolean;
}>;

/** One thing that the record and the field both say, after a restart of the service. */
export type ReconcileLine = Readonly<{
  what: string;
  record: string;
  field: string;
  verdict: 'agrees' | 'differs' | 'unknown';
}>;

/** The batch on one skid: a unit procedure. */
export type UnitView = Readonly<{
  skid: SkidName;
  state: BatchState;
  mode: UnitMode;
  /** Out of the batch for good: aborted, or replaced by another. */
  givenUp: boolean;
  steps: readonly StepView[];
  procedure: ProcedureView;
  /** What comes next, and what it waits for. */
  next: Readonly<{ path: string; waitsFor: string | null }> | null;
  /** A step has ended and a person has to let it go on. */
  proceed: Readonly<{ path: string; refusedBy: string | null }> | null;
  prompts: readonly PromptView[];
  /** Shared equipment: held, and waited for with the place in the queue. */
  equipment: readonly Readonly<{ name: string; title: string; place: number | null }>[];
  collectedMl: number;
  startedAt: UtcMs | null;
  endedAt: UtcMs | null;
  /** Why it is held or failed; null while nothing is wrong. */
  message: string | null;
  /** The steps that go on after a restart has proven what they stand on. */
  resumesAt: readonly string[];
  /** Set after a restart of the service until people have signed what they found. */
  reconcile: readonly ReconcileLine[] | null;
  commands: readonly CommandView[];
}>;

export type BatchView = Readonly<{
  id: string;
  scope: string;
  recipe: string;
  recipeTitle: string;
  recipeVersion: number;
  recipeDigest: string;
  purpose: BatchPurpose;
  /** A Reset does not undo it: an archived batch keeps the state it ended in. */
  state: BatchState;
  /** Set after a Reset: the equipment is free, and no command is taken any more. */
  archived: boolean;
  units: readonly UnitView[];
  /** Twins or skids that stand by to take the place of one that fails. */
  spares: readonly SkidName[];
  whenSkidFails: FailureRule;
  startedAt: UtcMs | null;
  endedAt: UtcMs | null;
  collectedMl: number;
  targetMl: number;
  /** Of the whole batch; a unit has its own. */
  commands: readonly CommandView[];
  signed: boolean;
  message: string | null;
  timeScale: number;
}>;
