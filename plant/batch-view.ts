/** A batch as people and records see it (ISA-88). The table of states and commands lives in control/batch. */
import type { UtcMs } from './clock.ts';
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

export type RecipeParameterView = Readonly<{
  name: string;
  value: string;
  unit: string | null;
  range: string | null;
  critical: boolean;
}>;

export type RecipeView = Readonly<{
  name: string;
  title: string;
  status: 'draft' | 'review' | 'approved' | 'effective' | 'retired';
  digest: string;
  parameters: readonly RecipeParameterView[];
  phases: readonly string[];
  /** Roles that sign the start, in order; two where two people are asked. */
  startSignatures: readonly string[];
  /** Set where this recipe may run only as a rehearsal on twins. */
  rehearsalOnly: boolean;
}>;

export type PhaseView = Readonly<{
  name: string;
  title: string;
  state: 'waiting' | 'active' | 'done' | 'skipped';
  startedAt: UtcMs | null;
  endedAt: UtcMs | null;
  /** What it waits for, with live values: `R201/T.max 143.2 °C, waiting for 158 °C`. */
  waitsFor: string | null;
  /** How often it was begun; more than once where a restart proved it anew. */
  runs?: number;
}>;

export type BatchView = Readonly<{
  id: string;
  scope: string;
  skid: SkidName;
  recipe: string;
  recipeTitle: string;
  recipeDigest: string;
  rehearsal: boolean;
  /** A Reset does not undo it: an archived batch keeps the state it ended in. */
  state: BatchState;
  /** Set after a Reset: the equipment is free, and no command is taken any more. */
  archived?: boolean;
  phase: string | null;
  phases: readonly PhaseView[];
  startedAt: UtcMs | null;
  endedAt: UtcMs | null;
  collectedMl: number;
  targetMl: number;
  /** Commands the table takes in this state, with why one is refused now where it is. */
  commands: readonly Readonly<{ command: BatchCommand; legal: boolean; refusedBy: string | null }>[];
  signed: boolean;
  /** Why it is held or failed; null while nothing is wrong. */
  message: string | null;
  timeScale: number;
  /** The phase that goes on after a restart has proven what it stands on; null while nothing is held. */
  resumesAt?: string | null;
}>;

/** In semi-automatic a step that has ended waits for a person; in manual the engine sets nothing. */
export const unitModes = ['automatic', 'semi-automatic', 'manual'] as const;
export type UnitMode = (typeof unitModes)[number];

/** Production makes product by an effective recipe; a rehearsal runs on twins only, by any version. */
export type BatchPurpose = 'production' | 'rehearsal';
