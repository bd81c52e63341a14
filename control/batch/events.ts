/** The events of a batch's record, in one place: what they are called and what they carry. fold.ts reads them back. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { BatchState } from '../../plant/batch-view.ts';
import type { Actor } from '../../plant/people.ts';
import { recordNumber, type RecordEvent, type RecordValue } from '../../plant/record-event.ts';
import { scopeOf, type BatchCore, type CommandInput } from './engine-state.ts';
import type { SetPoints } from './equipment.ts';
import type { ControlRecipe } from './recipe.ts';
import { collectedMl } from './volume.ts';

type More = Partial<Pick<RecordEvent, 'actor' | 'old' | 'new' | 'unit' | 'reason' | 'data' | 'happenedAt'>>;

export const batchActor = (id: string): Actor => ({ kind: 'batch', batch: id });

export const batchEvent = (
  { id }: Pick<BatchCore, 'id'>,
  action: string,
  object: string,
  more: More = {},
): RecordEvent => ({
  scope: scopeOf(id),
  actor: batchActor(id),
  action,
  object,
  ...more,
});

export const stateChanged = (core: BatchCore, to: BatchState, reason: string, more: More = {}): RecordEvent =>
  batchEvent(core, 'state-changed', core.id, { old: core.state, new: to, reason, ...more });

export const phaseStarted = (core: BatchCore, index: number, purpose: 'procedure' | 'restart'): RecordEvent => {
  const step = core.control.steps[index];
  return batchEvent(core, 'phase-started', step?.phase ?? 'none', {
    data: {
      step: recordNumber(index),
      operation: step?.operation ?? '',
      purpose,
      run: recordNumber((core.progress[index]?.runs ?? 0) + 1),
    },
  });
};

export const phaseEnded = (core: BatchCore, index: number): RecordEvent =>
  batchEvent(core, 'phase-ended', core.control.steps[index]?.phase ?? 'none', {
    data: { step: recordNumber(index), activeSeconds: seconds(core.phase.timeS), collected: collected(core) },
  });

export const setPointsAsked = (core: BatchCore, writes: SetPoints, phase: string): RecordEvent =>
  batchEvent(core, 'set-points-asked', phase, {
    data: Object.fromEntries(
      Object.entries(writes).map(([name, value]) => [name, recordNumber(Number(value.toFixed(3)))]),
    ),
  });

export const commanded = (core: BatchCore, { actor, command, commandId, reason, utc }: CommandInput): RecordEvent =>
  batchEvent(core, 'batch-commanded', command, {
    actor,
    reason,
    happenedAt: utc,
    data: { commandId, state: core.state },
  });

export const batchEnded = (core: BatchCore, to: BatchState): RecordEvent =>
  batchEvent(core, 'batch-ended', core.id, {
    new: to,
    data: {
      collected: collected(core),
      target: `${recordNumber(core.control.plan.targetMl)} mL`,
      steps: core.control.steps.map((step, i) => {
        const progress = core.progress[i];
        const took =
          progress?.startedAt == null || progress.endedAt === null
            ? null
            : seconds((progress.endedAt - progress.startedAt) / 1000);
        return {
          phase: step.phase,
          state: progress?.state ?? 'waiting',
          runs: recordNumber(progress?.runs ?? 0),
          wallSeconds: took,
        };
      }),
    },
  });

export const collected = ({ volume }: BatchCore): string =>
  `${recordNumber(Number(collectedMl(volume).toFixed(1)))} mL`;
export const seconds = (value: number): string => recordNumber(Number(value.toFixed(1)));

/** A control recipe as a record carries it: numbers as decimal text. */
export const recordOf = (control: ControlRecipe): RecordValue => asRecord(control);

function asRecord(value: unknown): RecordValue {
  if (typeof value === 'number') return recordNumber(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(asRecord);
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, asRecord(part)]));
  throw new RangeError(`a ${typeof value} has no place in a record`);
}

/** SHA-256 of a record value's canonical text (RFC 8785), in hexadecimal. */
export const digestOf = (value: RecordValue): string =>
  createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('hex');
