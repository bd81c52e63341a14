/** One scan of the active phase: which set points have to change, whether it is withheld, done, failed or out of time. */
import { isActive } from './phase-table.ts';
import type { BatchCore, Effect, ScanInput } from './engine-state.ts';
import { stretch } from './count-volume.ts';
import { activeStep } from './engine-state.ts';
import { batchEvent, setPointsAsked } from './events.ts';
import { recordNumber } from '../../plant/record-event.ts';
import { setPointNames, type SetPointName, type SetPoints } from './equipment.ts';
import type { PhaseOutcome } from './phases/phase.ts';
import { phaseNamed } from './phases/phases.ts';
import { collectedMl, openStretch } from './volume.ts';

export type PhaseEnd = Readonly<{ kind: 'done' } | { kind: 'failed'; message: string }>;
export type PhaseStepped = Readonly<{ core: BatchCore; effects: readonly Effect[]; end: PhaseEnd | null }>;

/** Nearer than this a set point is the one that was written: controllers keep 32-bit numbers. */
const sameWithin = 0.02;
/** Scans in a row after which a set point that is not ours was moved by someone else. */
const movedAfterScans = 3;

export function stepPhase(core: BatchCore, scan: ScanInput, dtS: number): PhaseStepped {
  const index = activeStep(core);
  const step = core.control.steps[index];
  if (step === undefined || !isActive(core.state)) return { core, effects: [], end: null };
  const definition = phaseNamed(step.phase);
  if (scan.verdict.demand !== 'none' || scan.fieldDemand === null) return withheld(core, scan, dtS);

  const timeS = core.phase.timeS + dtS;
  const outcome = definition.step({
    timeS,
    dtS,
    plan: core.control.plan,
    values: step.values,
    skid: scan.skid,
    collectedMl: collectedMl(core.volume),
    memory: core.phase.memory,
  });
  const stepped: BatchCore = {
    ...core,
    message: null,
    phase: { timeS, memory: outcome.memory, waitsFor: outcome.waitsFor, withheldS: 0 },
  };
  if (outcome.failure !== undefined)
    return { core: stepped, effects: [], end: { kind: 'failed', message: outcome.failure } };

  const moved = movedByOthers(stepped, scan);
  const { core: seen, effects } = moved;
  const changes = changesOf(seen, scan, outcome);
  if (Object.keys(changes).length > 0) {
    const asked = ask(seen, scan, changes, step.phase);
    return { core: asked.core, effects: [...effects, ...asked.effects], end: null };
  }
  if (outcome.done === true) return { core: seen, effects, end: { kind: 'done' } };
  const limitS = definition.timeLimitS(core.control.plan, step.values);
  if (timeS <= limitS) return { core: seen, effects, end: null };
  const message = `${definition.title} has not ended within ${limitS.toFixed(0)} s: ${outcome.waitsFor}.`;
  return { core: seen, effects, end: { kind: 'failed', message } };
}

/**
 * B, or a field that does not answer: the phase's time stands still and no set point is raised. What was in band has to be
 * proven anew after a while of it, and product of that while is not known to be product.
 */
function withheld(core: BatchCore, scan: ScanInput, dtS: number): PhaseStepped {
  const withheldS = core.phase.withheldS + dtS;
  const cause = scan.verdict.causes[0]?.message ?? 'the field controller does not answer';
  const doubtful = withheldS >= doubtfulAfterS;
  const memory = doubtful ? doubted(core.phase.memory) : core.phase.memory;
  const held: BatchCore = { ...core, phase: { ...core.phase, memory, withheldS, waitsFor: `withheld: ${cause}` } };
  if (!doubtful || core.set.diverter !== 1 || scan.fieldDemand === null) return { core: held, effects: [], end: null };
  return { ...ask(held, scan, { diverter: 0 }, 'withheld'), end: null };
}

const doubtfulAfterS = 3;
const bandNames = ['bandSince', 'bandOutSince'];

/** A stretch in band is broken, and collecting waits again for the outlet to be proven. */
function doubted(memory: PhaseOutcome['memory']): PhaseOutcome['memory'] {
  const kept = Object.fromEntries(Object.entries(memory).filter(([name]) => !bandNames.includes(name)));
  return kept.side === undefined ? kept : { ...kept, side: 0, diverted: 1 };
}

/** What has to be written: what is wanted and neither set by us nor read back so. */
function changesOf({ set }: BatchCore, { skid }: ScanInput, { wanted }: PhaseOutcome): SetPoints {
  const changes: Partial<Record<SetPointName, number>> = {};
  for (const name of setPointNames) {
    const value = wanted[name];
    // A set point that the skid does not have cannot be asked of it.
    if (value === undefined || skid.setPoints[name] === undefined) continue;
    const stands = set[name] ?? skid.setPoints[name];
    if (stands === null || Math.abs(stands - value) > sameWithin) changes[name] = value;
  }
  // Product whose volume cannot be read from its start is no product.
  if (changes.diverter === 1 && skid.readings.collected === null) delete changes.diverter;
  return changes;
}

function ask(
  core: BatchCore,
  scan: ScanInput,
  changes: SetPoints,
  phase: string,
): Readonly<{ core: BatchCore; effects: readonly Effect[] }> {
  const effects: Effect[] = [{ kind: 'record', event: setPointsAsked(core, changes, phase) }];
  const total = scan.skid.readings.collected;
  let asking = core;
  if (changes.diverter === 1 && core.volume.open === null && total !== null) {
    const volume = openStretch(core.volume, total);
    asking = { ...core, volume, recordedVolume: { at: scan.monotonic, ml: collectedMl(volume) } };
    effects.push({
      kind: 'record',
      event: batchEvent(core, 'collecting-started', 'collected volume', { data: stretch(asking) }),
    });
  }
  effects.push({ kind: 'write', writes: changes, reason: `${core.id} ${phase}` });
  return { core: asking, effects };
}

/** A set point that reads otherwise than this batch set it, for some scans, was moved by someone: said, and set again. */
function movedByOthers(
  core: BatchCore,
  { skid }: ScanInput,
): Readonly<{ core: BatchCore; effects: readonly Effect[] }> {
  const moved = setPointNames.filter((name) => {
    const [ours, stands] = [core.set[name], skid.setPoints[name]];
    return ours !== undefined && stands != null && Math.abs(stands - ours) > sameWithin;
  });
  if (moved.length === 0) return { core: core.movedScans === 0 ? core : { ...core, movedScans: 0 }, effects: [] };
  if (core.movedScans + 1 < movedAfterScans) return { core: { ...core, movedScans: core.movedScans + 1 }, effects: [] };
  const set = Object.fromEntries(Object.entries(core.set).filter(([name]) => !moved.includes(name as SetPointName)));
  return {
    core: { ...core, set, movedScans: 0 },
    effects: moved.map((name) => ({
      kind: 'record',
      event: batchEvent(core, 'exception-raised', name, {
        reason: 'The set point was moved beside the batch; the batch sets it again.',
        old: recordNumber(core.set[name] ?? NaN),
        new: recordNumber(skid.setPoints[name] ?? NaN),
      }),
    })),
  };
}
