/** What a batch's record says of the batch as a whole, in one place; batch-fold.ts reads it back. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { BatchState } from '../../plant/batch-view.ts';
import type { UtcMs } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import { recordNumber, type RecordEvent, type RecordValue } from '../../plant/record-event.ts';
import type { SkidName } from '../../plant/sample.ts';
import { batchCollectedMl, batchState, scopeOf, type BatchCore } from './batch-core.ts';
import { evolve } from './unit/unit-lasting.ts';
import { lineOf } from './unit/unit-record.ts';
import type { Moment, UnitTurn } from './unit/unit-turn.ts';
import { collectedMl } from './volume.ts';

type More = Partial<Pick<RecordEvent, 'actor' | 'old' | 'new' | 'unit' | 'reason' | 'data' | 'happenedAt'>>;

export const batchActor = (id: string): Actor => ({ kind: 'batch', batch: id });

export const batchEvent = (id: string, action: string, object: string, more: More = {}): RecordEvent => ({
  scope: scopeOf(id),
  actor: batchActor(id),
  action,
  object,
  ...more,
});

/** What has happened to a unit in one turn, line by line, each with the skid. */
export function unitRecord({ facts, tree }: BatchCore, turn: UnitTurn): readonly RecordEvent[] {
  let unit = turn.before;
  return turn.events.map((event) => {
    const { data = {}, action, object, ...line } = lineOf(tree, unit, event);
    unit = evolve(tree, unit, event);
    return batchEvent(facts.id, action, object, {
      ...line,
      data: { skid: turn.skid, ...data },
      happenedAt: event.at,
    });
  });
}

export const batchCommanded = (
  core: BatchCore,
  {
    actor,
    commandId,
    asks,
    reason,
    utc,
  }: Readonly<{ actor: Actor; commandId: string; asks: string; reason: string }> & Moment,
  what: string,
  skids: readonly SkidName[],
): RecordEvent =>
  batchEvent(core.facts.id, 'batch-commanded', what, {
    actor,
    reason,
    happenedAt: utc,
    data: { commandId, asks, state: batchState(core), skids },
  });

export const unitJoined = (
  { facts }: BatchCore,
  skid: SkidName,
  inPlaceOf: SkidName,
  reason: string,
  utc: UtcMs,
): RecordEvent =>
  batchEvent(facts.id, 'unit-joined', skid, { reason, happenedAt: utc, data: { joined: skid, inPlaceOf } });

export const batchEnded = (core: BatchCore, as: BatchState, utc: UtcMs): RecordEvent =>
  batchEvent(core.facts.id, 'batch-ended', core.facts.id, {
    new: as,
    happenedAt: utc,
    data: {
      collected: millilitres(batchCollectedMl(core)),
      target: millilitres([...core.facts.plans.values()][0]?.targetMl ?? 0),
      units: [...core.lasting.units.values()].map(({ skid, state, outcome, givenUp }) => {
        const volume = core.passing.get(skid)?.volume;
        const ml = volume === undefined ? 0 : collectedMl(volume);
        return { unit: skid, state: outcome ?? state, givenUp, collected: millilitres(ml) };
      }),
    },
  });

export const millilitres = (value: number): string => `${recordNumber(Number(value.toFixed(1)))} mL`;

/** Anything plain as a record carries it: numbers as decimal text. */
export function asRecord(value: unknown): RecordValue {
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
