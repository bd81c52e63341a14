/**
 * Owner and queue of each piece of shared equipment as a fold of what has happened. Where the events contradict each other the
 * piece is in doubt: nobody gets it until a person has looked.
 */
import type { UtcMs } from '../../../plant/clock.ts';
import type { EquipmentUser, SharedEquipment, SharedEquipmentView } from '../../../plant/shared-equipment.ts';

export type Claim = EquipmentUser & Readonly<{ since: UtcMs }>;

export type Place = Readonly<{
  equipment: SharedEquipment;
  owner: Claim | null;
  queue: readonly Claim[];
  /** What the record says twice or not at all; null where it agrees with itself. */
  inDoubt: string | null;
}>;

/** By the equipment's name, in the site's order. */
export type ArbiterState = ReadonlyMap<string, Place>;

export type ArbiterEvent = Readonly<{ equipment: string; at: UtcMs }> &
  (
    | Readonly<{ kind: 'asked' | 'granted'; user: EquipmentUser }>
    | Readonly<{ kind: 'withdrawn' | 'released'; user: EquipmentUser; reason: string }>
    /** A person has taken it from its owner, or has said what the record left in doubt: nobody has it now. */
    | Readonly<{ kind: 'settled'; owner: EquipmentUser | null; reason: string }>
    /** An entry of the record that cannot be read. */
    | Readonly<{ kind: 'unreadable'; reason: string }>
  );

export const isSameUser = (one: EquipmentUser, other: EquipmentUser): boolean =>
  one.turn === other.turn && one.path === other.path && isOfUnit(one, other);

export const isOfUnit = (
  user: Pick<EquipmentUser, 'batch' | 'skid'>,
  unit: Pick<EquipmentUser, 'batch' | 'skid'>,
): boolean => user.batch === unit.batch && user.skid === unit.skid;

export const sayUser = ({ batch, skid, path, turn }: EquipmentUser): string =>
  `${skid} of ${batch} at ${path}${turn > 1 ? ` (turn ${turn})` : ''}`;

export const emptyPlaces = (shared: readonly SharedEquipment[]): ArbiterState =>
  new Map(
    [...shared]
      .sort((one, other) => one.order - other.order)
      .map((equipment) => [equipment.name, { equipment, owner: null, queue: [], inDoubt: null }]),
  );

export function evolveAll(state: ArbiterState, events: readonly ArbiterEvent[]): ArbiterState {
  if (events.length === 0) return state;
  const next = new Map(state);
  for (const event of events) {
    const place = next.get(event.equipment);
    // What the site has no more needs no owner.
    if (place !== undefined) next.set(event.equipment, evolve(place, event));
  }
  return next;
}

function evolve(place: Place, event: ArbiterEvent): Place {
  const { owner, queue } = place;
  switch (event.kind) {
    case 'asked': {
      const { user, at } = event;
      if (owner !== null && isSameUser(owner, user)) return doubted(place, `${sayUser(user)} asks for what it has`);
      if (queue.some((claim) => isSameUser(claim, user))) return doubted(place, `${sayUser(user)} asks twice`);
      return { ...place, queue: [...queue, { ...user, since: at }] };
    }
    case 'granted': {
      const { user, at } = event;
      if (owner !== null) return doubted(place, `it is given to ${sayUser(user)} while ${sayUser(owner)} has it`);
      const [first, ...rest] = queue;
      if (first === undefined || !isSameUser(first, user))
        return doubted(place, `it is given to ${sayUser(user)}, whose turn it is not`);
      return { ...place, owner: { ...user, since: at }, queue: rest };
    }
    case 'released':
      return owner !== null && isSameUser(owner, event.user)
        ? { ...place, owner: null }
        : doubted(place, `${sayUser(event.user)} gives back what it has not`);
    case 'withdrawn': {
      const rest = queue.filter((claim) => !isSameUser(claim, event.user));
      return rest.length === queue.length
        ? doubted(place, `${sayUser(event.user)} waits no more, and never did`)
        : { ...place, queue: rest };
    }
    case 'settled':
      return { ...place, owner: null, inDoubt: null };
    case 'unreadable':
      return doubted(place, event.reason);
  }
}

/** The first contradiction explains the others. */
const doubted = (place: Place, why: string): Place => ({
  ...place,
  inDoubt: place.inDoubt ?? `The record of ${place.equipment.name} contradicts itself: ${why}.`,
});

export const viewOf = ({ equipment, owner, queue, inDoubt }: Place): SharedEquipmentView => ({
  name: equipment.name,
  title: equipment.title,
  is: equipment.is,
  use: equipment.use,
  failure: equipment.failure,
  inDoubt,
  owner,
  queue,
});
