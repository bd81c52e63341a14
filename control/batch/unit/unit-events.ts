/**
 * What can happen to the batch on one skid. Each of these is a line of the batch's record, and nothing but these moves what
 * outlives a restart: `evolve` takes them one by one, while the batch runs as when it is read back.
 */
import type { BatchState, UnitMode } from '../../../plant/batch-view.ts';
import type { UtcMs } from '../../../plant/clock.ts';
import type { ProcedureEvent } from '../procedure/marks.ts';
import type { SetPoints } from '../../../plant/recipe/roles.ts';

export type PromptForm = Readonly<{
  /** Of the phase that asks; one prompt of that name stands at a time. */
  name: string;
  title: string;
  kind: 'confirm' | 'number' | 'text';
  unit: string | null;
  low: number | null;
  high: number | null;
  done: string;
  checked: string | null;
}>;

export type PromptAnswer = Readonly<{
  value: string;
  by: string;
  checkedBy: string | null;
  at: UtcMs;
  reason: string | null;
  outside: boolean;
}>;

/** mL. `open`: a stretch of collecting that goes on, with the totaliser's reading at its start and the last one recorded. */
export type CollectedVolume = Readonly<{ closedMl: number; open: Readonly<{ fromMl: number; lastMl: number }> | null }>;

/** Why a step is run: for the procedure, or anew because a restart has to prove what the held steps stand on. */
export type StepPurpose = 'procedure' | 'restart';

export type UnitEvent = Readonly<{ at: UtcMs }> &
  (
    | Readonly<{ kind: 'state-changed'; to: BatchState; reason: string }>
    | Readonly<{ kind: 'step-started'; node: number; purpose: StepPurpose }>
    /** `figures`: what ended it, as it was then. */
    | Readonly<{ kind: 'step-finished'; node: number }>
    | Readonly<{ kind: 'step-ended'; node: number; purpose: StepPurpose; figures: Readonly<Record<string, string>> }>
    /** A decision of the procedure, with the values it was taken by. */
    | Readonly<{
        kind: 'procedure';
        event: Exclude<ProcedureEvent, Readonly<{ kind: 'step-started' | 'step-finished' | 'step-ended' }>>;
        because: string;
      }>
    | Readonly<{ kind: 'restart-planned'; nodes: readonly number[] }>
    | Readonly<{ kind: 'ending'; to: 'Stopped' | 'Aborted' }>
    | Readonly<{ kind: 'set-points-asked'; writes: SetPoints }>
    | Readonly<{ kind: 'mode-changed'; to: UnitMode; reason: string }>
    | Readonly<{ kind: 'prompt-asked'; id: string; node: number; turn: number; form: PromptForm }>
    | Readonly<{ kind: 'prompt-answered'; id: string; answer: PromptAnswer }>
    | Readonly<{ kind: 'prompt-withdrawn'; id: string; reason: string }>
    | Readonly<{ kind: 'volume'; volume: CollectedVolume }>
    | Readonly<{ kind: 'flush-liquid'; liquid: 'water' | 'oil' | 'acid' }>
    | Readonly<{ kind: 'exception-raised'; what: string; reason: string }>
    | Readonly<{ kind: 'service-restarted'; was: BatchState }>
    | Readonly<{ kind: 'reconciled' }>
    | Readonly<{ kind: 'given-up'; reason: string }>
    | Readonly<{ kind: 'archived'; outcome: BatchState }>
  );
