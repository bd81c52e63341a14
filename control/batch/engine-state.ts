/** What the engine knows of one batch, what it is told, and what it asks to be done. All of it is plain data. */
import type { Block } from '../../plant/block.ts';
import type { BatchCommand, BatchState, PhaseView } from '../../plant/batch-view.ts';
import type { Monotonic, ProcessTime, UtcMs } from '../../plant/clock.ts';
import type { CommandOutcome } from '../../plant/command.ts';
import type { Actor } from '../../plant/people.ts';
import type { GuardVerdict } from '../../plant/ports/scan-guard.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import type { Demand } from '../../plant/safe-state.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { SetPoints, SkidReading } from './equipment.ts';
import type { PhaseMemory } from './phases/phase.ts';
import type { ControlRecipe } from './recipe.ts';
import { emptyVolume, type VolumeState } from './volume.ts';

export type StepProgress = Readonly<{
  state: PhaseView['state'];
  startedAt: UtcMs | null;
  endedAt: UtcMs | null;
  /** How often it was begun. */
  runs: number;
}>;

export type BatchCore = Readonly<{
  id: string;
  skid: SkidName;
  control: ControlRecipe;
  controlDigest: string;
  rehearsal: boolean;
  timeScale: number;
  state: BatchState;
  /** How it ended, once a Reset has freed the equipment and archived it; null before. */
  outcome: BatchState | null;
  /** Index of the step that runs, or at which a held batch resumes. */
  step: number;
  /** Steps to be proven anew before `step` resumes; the first of them runs. */
  rerun: readonly number[];
  progress: readonly StepProgress[];
  phase: Readonly<{ timeS: number; memory: PhaseMemory; waitsFor: string | null; withheldS: number }>;
  lastProcess: ProcessTime | null;
  volume: VolumeState;
  /** What the record says was collected, and since when it says so; null where this start of the service has not looked yet. */
  recordedVolume: Readonly<{ at: Monotonic; ml: number }> | null;
  /** Set points this batch has set since the field ran freely last, as they were read back. */
  set: SetPoints;
  /** Scans in a row that showed another set point than ours. */
  movedScans: number;
  /** Whether the restart has still to see the field leave its safe state, and since when it waits. */
  leaving: Monotonic | null;
  /** When HOT-HOLD was asked last, and since when it has been waited for. */
  asked: Readonly<{ at: Monotonic; since: Monotonic }> | null;
  message: string | null;
  startedAt: UtcMs | null;
  endedAt: UtcMs | null;
}>;

export type ScanInput = Readonly<{
  kind: 'scan';
  utc: UtcMs;
  monotonic: Monotonic;
  process: ProcessTime;
  skid: SkidReading;
  verdict: GuardVerdict;
  fieldDemand: Demand | null;
  /** What keeps the skid or a device of it from being commanded. */
  blocks: readonly Block[];
}>;

export type CommandInput = Readonly<{
  kind: 'command';
  command: BatchCommand;
  commandId: string;
  actor: Actor;
  reason: string;
  utc: UtcMs;
  monotonic: Monotonic;
  fieldDemand: Demand | null;
}>;

export type EngineInput =
  | ScanInput
  | CommandInput
  | Readonly<{ kind: 'begin'; utc: UtcMs }>
  | Readonly<{ kind: 'outcome'; of: 'release'; outcome: CommandOutcome; utc: UtcMs; monotonic: Monotonic }>
  | Readonly<{
      kind: 'outcome';
      of: 'write';
      writes: SetPoints;
      outcome: CommandOutcome;
      utc: UtcMs;
      monotonic: Monotonic;
    }>
  | Readonly<{ kind: 'record-failed'; message: string; utc: UtcMs; monotonic: Monotonic }>;

export type Effect =
  /** Durable before what stands after it, and before anything is announced. */
  | Readonly<{ kind: 'record'; event: RecordEvent }>
  /** Of the safe direction: it waits for no disk, its record follows. */
  | Readonly<{ kind: 'follow'; event: RecordEvent }>
  | Readonly<{ kind: 'safe-state'; reason: string }>
  | Readonly<{ kind: 'release'; reason: string }>
  | Readonly<{ kind: 'write'; writes: SetPoints; reason: string }>;

export type Stepped = Readonly<{ core: BatchCore; effects: readonly Effect[] }>;

export const scopeOf = (id: string): string => `batch/${id}`;

export const newBatch = (
  made: Pick<BatchCore, 'id' | 'skid' | 'control' | 'controlDigest' | 'rehearsal' | 'timeScale'>,
): BatchCore => ({
  ...made,
  state: 'Idle',
  outcome: null,
  step: 0,
  rerun: [],
  progress: made.control.steps.map(() => ({ state: 'waiting', startedAt: null, endedAt: null, runs: 0 })),
  phase: freshPhase,
  lastProcess: null,
  volume: emptyVolume,
  recordedVolume: null,
  set: {},
  movedScans: 0,
  leaving: null,
  asked: null,
  message: null,
  startedAt: null,
  endedAt: null,
});

export const freshPhase: BatchCore['phase'] = { timeS: 0, memory: {}, waitsFor: null, withheldS: 0 };

/** The state people are told: an archived batch keeps the one it ended in. */
export const toldState = ({ state, outcome }: Pick<BatchCore, 'state' | 'outcome'>): BatchState => outcome ?? state;

/** Index of the step that is active: one being proven anew, or the step itself. */
export const activeStep = ({ rerun, step }: BatchCore): number => rerun[0] ?? step;

export const phaseOf = (core: BatchCore, index = activeStep(core)): string =>
  core.control.steps[index]?.phase ?? 'none';

export const withProgress = (core: BatchCore, index: number, change: Partial<StepProgress>): BatchCore => ({
  ...core,
  progress: core.progress.map((one, i) => (i === index ? { ...one, ...change } : one)),
});
