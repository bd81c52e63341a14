/** Shared equipment as the record has it: one scope of the whole site, written before anything is told. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Actor } from '../../../plant/people.ts';
import { recordNumber, type RecordEvent, type StoredEvent } from '../../../plant/record-event.ts';
import { skidName } from '../../../plant/sample.ts';
import type { EquipmentUser } from '../../../plant/shared-equipment.ts';
import type { ArbiterEvent } from './places.ts';

export const sharedScope = 'equipment/shared';

const actions = {
  asked: 'equipment-asked',
  granted: 'equipment-granted',
  withdrawn: 'equipment-withdrawn',
  released: 'equipment-released',
  settled: 'equipment-taken-away',
} as const;
type Told = keyof typeof actions;
const kinds = new Map<string, Told>(Object.entries(actions).map(([kind, action]) => [action, kind as Told]));

const userOf = ({ batch, skid, path, turn }: EquipmentUser): Readonly<Record<string, string>> => ({
  batch,
  skid,
  path,
  turn: recordNumber(turn),
});

/** @param actor whoever took it away; the batch itself for everything else */
export function recordOf(event: ArbiterEvent, actor: Actor | null): RecordEvent {
  if (event.kind === 'unreadable') throw new RangeError('what cannot be read is not written again');
  const user = event.kind === 'settled' ? event.owner : event.user;
  const own: Actor = user === null ? { kind: 'service', part: 'batch' } : { kind: 'batch', batch: user.batch };
  return {
    scope: sharedScope,
    actor: event.kind === 'settled' ? (actor ?? own) : own,
    action: actions[event.kind],
    object: event.equipment,
    ...('reason' in event ? { reason: event.reason } : {}),
    ...(user === null ? {} : { data: userOf(user) }),
    happenedAt: event.at,
  };
}

/** That a person has seen it fail, whoever uses it then. */
export const failedRecord = (
  equipment: string,
  reason: string,
  { commandId, held }: Readonly<{ commandId: string; held: readonly string[] }>,
  actor: Actor,
): RecordEvent => ({
  scope: sharedScope,
  actor,
  action: 'equipment-failed',
  object: equipment,
  reason,
  data: { commandId, held },
});

const userData = Compile(
  Type.Object({
    batch: Type.String({ minLength: 1 }),
    skid: Type.String({ minLength: 1 }),
    path: Type.String(),
    turn: Type.String({ pattern: '^(0|[1-9]\\d{0,8})$' }),
  }),
);

/** Null for an entry that is about something else, such as a signature. */
export function eventIn({ event, utc, seq }: StoredEvent): ArbiterEvent | null {
  const kind = kinds.get(event.action);
  if (kind === undefined) return null;
  const at = event.happenedAt ?? utc;
  const { object: equipment, reason = '', data } = event;
  if (kind === 'settled' && data === undefined) return { kind, equipment, owner: null, at, reason };
  if (!userData.Check(data))
    return { kind: 'unreadable', equipment, at, reason: `entry ${seq} of ${sharedScope} cannot be read` };
  const { batch, skid, path, turn } = data;
  const user: EquipmentUser = { batch, skid: skidName(skid), path, turn: Number(turn) };
  switch (kind) {
    case 'settled':
      return { kind, equipment, owner: user, at, reason };
    case 'asked':
    case 'granted':
      return { kind, equipment, user, at };
    case 'withdrawn':
    case 'released':
      return { kind, equipment, user, at, reason };
  }
}
