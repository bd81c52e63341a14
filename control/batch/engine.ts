/**
 * The batch engine, pure: one batch, one thing that happened, the batch after it and what has to be done about it.
 *
 * The engine owns the command, the equipment owns the state: a batch is Held when the field says HOT-HOLD, not when it was
 * asked. An interlock, a fault or a refused command holds the batch; nothing but a person's Restart goes on from there.
 */
import { elapsed, type Monotonic, type UtcMs } from '../../plant/clock.ts';
import { asksField, demandRank, fieldSatisfies } from '../../plant/safe-state.ts';
import { standingBlock } from '../../plant/block.ts';
import type { BatchState } from '../../plant/batch-view.ts';
import {
  activeStep,
  freshPhase,
  phaseOf,
  withProgress,
  type BatchCore,
  type CommandInput,
  type Effect,
  type EngineInput,
  type ScanInput,
  type Stepped,
} from './engine-state.ts';
import { batchEnded, batchEvent, commanded, phaseEnded, phaseStarted, stateChanged } from './events.ts';
import { cell, isActive } from './phase-table.ts';
import { phaseNamed } from './phases/phases.ts';
import { stepPhase } from './run-phase.ts';
import { countVolume } from './count-volume.ts';
import { closeStretch } from './volume.ts';

/** How long after it was asked HOT-HOLD is asked again where the field does not say it, in ms of the wall. */
const askAgainAfter = 1000;
/** From when a missing confirmation is told to people. */
const unconfirmedAfter = 5000;
/** How long an ending batch waits for the diverter to say waste, so that the last product is counted. */
const diverterWait = 10_000;
/** How long the field may show its safe state after it was released. */
const leavingFor = 3000;

export function stepEngine(core: BatchCore, input: EngineInput): Stepped {
  switch (input.kind) {
    case 'begin':
      return begin(core, input.utc);
    case 'scan':
      return onScan(core, input);
    case 'command':
      return onCommand(core, input);
    case 'outcome':
      return onOutcome(core, input);
    case 'record-failed':
      return isActive(core.state)
        ? hold(core, 'exception-raised', `The record could not be written: ${input.message}`, input)
        : unchanged({ ...core, message: `The record could not be written: ${input.message}` });
  }
}

const unchanged = (core: BatchCore): Stepped => ({ core, effects: [] });

function begin(core: BatchCore, utc: UtcMs): Stepped {
  const running = { ...core, state: 'Running' as const, startedAt: utc };
  const { core: begun, effects } = startStep(running, 0, 'procedure', utc);
  return { core: begun, effects: [record(stateChanged(core, 'Running', 'Start')), ...effects] };
}

function onScan(before: BatchCore, scan: ScanInput): Stepped {
  const { core, effects } = countVolume(before, scan);
  const next = byState({ ...core, lastProcess: scan.process }, before, scan);
  return { core: next.core, effects: [...effects, ...next.effects] };
}

function byState(core: BatchCore, before: BatchCore, scan: ScanInput): Stepped {
  switch (core.state) {
    case 'Running':
    case 'Restarting':
    case 'Pausing':
    case 'Paused': {
      const held = holdFor(core, scan);
      if (held !== null) return held;
      const dtS = before.lastProcess === null ? 0 : Math.max(0, elapsed(before.lastProcess, scan.process)) / 1000;
      return runActive(core, scan, dtS);
    }
    case 'Holding':
      return awaitField(core, scan, 'Held');
    case 'Stopping':
      return awaitField(core, scan, 'Stopped');
    case 'Aborting':
      return awaitField(core, scan, 'Aborted');
    case 'Idle':
    case 'Held':
    case 'Complete':
    case 'Stopped':
    case 'Aborted':
      return unchanged(core);
  }
}

/**
 * What takes an active batch out of running: an interlock's demand, a field that is in a safe state nobody here asked for, or
 * somebody who has locked the skid or a device of it out or switched it to Local.
 */
function holdFor(core: BatchCore, scan: ScanInput): Stepped | null {
  const { verdict, fieldDemand } = scan;
  if (asksField(verdict.demand)) {
    const cause = verdict.causes[0]?.message ?? `demand ${verdict.demand}`;
    return hold(core, 'interlock-intervened', cause, scan, { alreadyAsked: true });
  }
  const expected = core.leaving !== null && elapsed(core.leaving, scan.monotonic) <= leavingFor;
  if (fieldDemand !== null && fieldDemand !== 'none' && !expected) {
    const message = `The field controller is in a safe state (${fieldDemand}) that this batch did not ask for.`;
    return hold(core, 'field-intervened', message, scan, { alreadyAsked: fieldSatisfies(fieldDemand, 'H') });
  }
  // A doubt holds nothing that runs: the interlocks know better what must not go on unseen.
  const block = standingBlock(scan.blocks);
  return block === null ? null : hold(core, 'block-intervened', block.message, scan);
}

function runActive(core: BatchCore, scan: ScanInput, dtS: number): Stepped {
  if (core.state === 'Pausing') {
    const message = 'Paused; the set points stand.';
    return {
      core: { ...core, state: 'Paused', message },
      effects: [record(stateChanged(core, 'Paused', 'no set point is on its way'))],
    };
  }
  if (core.state === 'Paused') return unchanged(core);
  if (core.leaving !== null) {
    if (scan.fieldDemand !== 'none')
      return unchanged(waiting(core, 'the field controller, which leaves its safe state'));
    return startRestart({ ...core, leaving: null }, scan.utc);
  }
  const { core: stepped, effects, end } = stepPhase(core, scan, dtS);
  if (end === null) return { core: stepped, effects };
  if (end.kind === 'failed') return after(effects, hold(stepped, 'exception-raised', end.message, scan));
  return after(effects, advance(stepped, scan.utc));
}

const after = (effects: readonly Effect[], next: Stepped): Stepped => ({
  core: next.core,
  effects: [...effects, ...next.effects],
});

const waiting = (core: BatchCore, what: string): BatchCore => ({
  ...core,
  phase: { ...core.phase, waitsFor: `waiting for ${what}` },
});

/** The active step has done its work: the next one that is to be proven anew, the held step, the next step, or the end. */
function advance(core: BatchCore, utc: UtcMs): Stepped {
  const index = activeStep(core);
  const ended = withProgress(core, index, { state: 'done', endedAt: utc });
  const effects: Effect[] = [record(phaseEnded(core, index))];
  if (core.rerun.length > 0) {
    const rerun = core.rerun.slice(1);
    const [next] = rerun;
    if (next !== undefined) return after(effects, startStep({ ...ended, rerun }, next, 'restart', utc));
    return after(effects, resumeStep({ ...ended, rerun }, utc));
  }
  if (core.step + 1 < core.control.steps.length) {
    return after(effects, startStep({ ...ended, step: core.step + 1 }, core.step + 1, 'procedure', utc));
  }
  const complete: BatchCore = { ...ended, state: 'Complete', endedAt: utc, message: null, phase: freshPhase, set: {} };
  return after(effects, {
    core: complete,
    effects: [
      record(stateChanged(core, 'Complete', 'the last phase has ended')),
      record(batchEnded(ended, 'Complete')),
    ],
  });
}

function startStep(core: BatchCore, index: number, purpose: 'procedure' | 'restart', utc: UtcMs): Stepped {
  const runs = core.progress[index]?.runs ?? 0;
  const started = withProgress(core, index, { state: 'active', startedAt: utc, endedAt: null, runs: runs + 1 });
  return {
    core: { ...started, phase: freshPhase, movedScans: 0 },
    effects: [record(phaseStarted(core, index, purpose))],
  };
}

/** Restarting: what the held phase stands on is proven anew, to waste. */
function startRestart(core: BatchCore, utc: UtcMs): Stepped {
  const [first] = core.rerun;
  if (first === undefined) return resumeStep(core, utc);
  return startStep(withProgress(core, core.step, { state: 'waiting' }), first, 'restart', utc);
}

function resumeStep(core: BatchCore, utc: UtcMs): Stepped {
  const running: BatchCore = { ...core, state: 'Running', message: null };
  const changed = record(stateChanged(core, 'Running', `${phaseOf(core, core.step)} goes on`));
  return after([changed], startStep(running, core.step, 'procedure', utc));
}

/** Steps before the held one that have to be proven again: a held line is cold or cooling, and full of water. */
export function rerunFor({ control, step }: Pick<BatchCore, 'control' | 'step'>): readonly number[] {
  const held = control.steps[step]?.phase;
  if (held === undefined || !phaseNamed(held).begins.some((line) => line === 'hot' || line === 'steady')) return [];
  if (phaseNamed(held).begins.includes('primed')) return [];
  const lastHeatUp = control.steps.findLastIndex(({ phase }, i) => i < step && phase === 'heat-up');
  return control.steps.flatMap(({ phase }, i) =>
    i < step && i >= lastHeatUp && (phase === 'heat-up' || phase === 'steady-state') ? [i] : [],
  );
}

function onCommand(core: BatchCore, input: CommandInput): Stepped {
  const { command, reason, monotonic } = input;
  const { legal, ...to } = { to: core.state, ...cell(core.state, command) };
  // A Hold that was taken while something else held the batch has what it wants.
  if (!legal && !(command === 'Hold' && core.state === 'Holding')) return unchanged(core);
  const said = commanded(core, input);
  switch (command) {
    case 'Start':
      return unchanged(core);
    case 'Hold':
    case 'Stop':
    case 'Abort': {
      if (!legal) return { core, effects: [follow(said)] };
      const next: BatchCore = {
        ...atRest(core),
        state: to.to,
        message: reason,
        asked: { at: monotonic, since: monotonic },
      };
      return { core: next, effects: [follow(said), follow(stateChanged(core, to.to, `${command}: ${reason}`))] };
    }
    case 'Pause':
    case 'Resume':
      return {
        core: { ...core, state: to.to, message: null },
        effects: [record(said), record(stateChanged(core, to.to, `${command}: ${reason}`))],
      };
    case 'Restart': {
      const restarting: BatchCore = {
        ...atRest(core),
        state: to.to,
        message: null,
        rerun: rerunFor(core),
        leaving: monotonic,
        asked: null,
      };
      return {
        core: waiting(restarting, 'the field controller, which leaves its safe state'),
        effects: [
          record(said),
          record(stateChanged(core, to.to, `${command}: ${reason}`)),
          ...(input.fieldDemand === 'none'
            ? []
            : [{ kind: 'release' as const, reason: `Restart of ${core.id}: ${reason}` }]),
        ],
      };
    }
    case 'Reset':
      return {
        core: { ...core, state: to.to, outcome: core.state },
        effects: [record(said), record(stateChanged(core, to.to, `${command}: ${reason}`))],
      };
  }
}

function onOutcome(core: BatchCore, input: Extract<EngineInput, { kind: 'outcome' }>): Stepped {
  const { outcome } = input;
  if (input.of === 'write') {
    if (outcome.status === 'done') return unchanged({ ...core, set: { ...core.set, ...input.writes }, movedScans: 0 });
    return hold(core, 'exception-raised', `Set points were ${outcome.status}: ${outcome.message}`, input);
  }
  if (outcome.status === 'done') return unchanged({ ...core, leaving: input.monotonic });
  return hold(
    core,
    'exception-raised',
    `The safe state could not be left (${outcome.status}): ${outcome.message}`,
    input,
  );
}

/** Takes an active batch to Holding. Where nobody has asked the field yet, that goes first; the record follows. */
function hold(
  core: BatchCore,
  action: 'interlock-intervened' | 'field-intervened' | 'block-intervened' | 'exception-raised',
  message: string,
  now: Readonly<{ utc: UtcMs; monotonic: Monotonic }>,
  { alreadyAsked = false }: Readonly<{ alreadyAsked?: boolean }> = {},
): Stepped {
  if (!isActive(core.state)) return unchanged(core);
  const holding: BatchCore = {
    ...atRest(core),
    state: 'Holding',
    message,
    asked: alreadyAsked ? null : { at: now.monotonic, since: now.monotonic },
  };
  return {
    core: holding,
    effects: [
      ...(alreadyAsked ? [] : [{ kind: 'safe-state' as const, reason: message }]),
      follow(batchEvent(core, action, phaseOf(core), { reason: message, happenedAt: now.utc })),
      follow(stateChanged(core, 'Holding', message, { happenedAt: now.utc })),
    ],
  };
}

/** In a safe state the field has set every run set point to zero by itself. */
const atRest = (core: BatchCore): BatchCore => ({
  ...core,
  set: {},
  movedScans: 0,
  leaving: null,
  rerun: [],
  phase: { ...core.phase, waitsFor: null },
  progress: core.progress.map((one, i) =>
    one.state === 'active' && i !== core.step ? { ...one, state: 'waiting' } : one,
  ),
});

function awaitField(core: BatchCore, scan: ScanInput, to: BatchState): Stepped {
  const there = scan.fieldDemand !== null && fieldSatisfies(scan.fieldDemand, 'H');
  const since = core.asked?.since ?? scan.monotonic;
  if (there && (to === 'Held' || core.volume.open === null || elapsed(since, scan.monotonic) >= diverterWait)) {
    return arrive(core, scan, to);
  }
  const asked = core.asked ?? { at: scan.monotonic, since: scan.monotonic };
  // An interlock that demands as much has asked already; a second asking would outlive its reset.
  const askedElsewhere = demandRank(scan.verdict.demand) >= demandRank('H');
  const again =
    !there && !askedElsewhere && (core.asked === null || elapsed(asked.at, scan.monotonic) >= askAgainAfter);
  const late = !there && elapsed(asked.since, scan.monotonic) >= unconfirmedAfter;
  const waitsFor = late
    ? 'the field controller has not confirmed HOT-HOLD yet: look at the skid'
    : 'waiting for the field controller to confirm HOT-HOLD';
  return {
    core: {
      ...core,
      asked: again ? { at: scan.monotonic, since: asked.since } : asked,
      phase: { ...core.phase, waitsFor },
    },
    effects: again ? [{ kind: 'safe-state', reason: `${core.id} is ${core.state}: ${core.message ?? ''}` }] : [],
  };
}

function arrive(core: BatchCore, scan: ScanInput, to: BatchState): Stepped {
  const confirmed = follow(stateChanged(core, to, 'the field confirms HOT-HOLD or higher', { happenedAt: scan.utc }));
  const rested: BatchCore = { ...core, state: to, asked: null, phase: { ...core.phase, waitsFor: null } };
  if (to === 'Held') return { core: rested, effects: [confirmed] };
  const index = core.step;
  const ended = withProgress({ ...rested, endedAt: scan.utc, volume: closeStretch(core.volume) }, index, {
    state: 'skipped',
    endedAt: scan.utc,
  });
  return { core: ended, effects: [confirmed, follow(batchEnded(ended, to))] };
}

const record = (event: Extract<Effect, { kind: 'record' }>['event']): Effect => ({ kind: 'record', event });
const follow = (event: Extract<Effect, { kind: 'follow' }>['event']): Effect => ({ kind: 'follow', event });
