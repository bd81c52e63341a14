/**
 * Who has which piece of the site's shared equipment, and who waits for it: first come, first served, one owner at a time.
 * Pure: what has happened is told by events, and the same events read back from the record give the same state.
 */
import type { UtcMs } from '../../../plant/clock.ts';
import type { SkidName } from '../../../plant/sample.ts';
import type { EquipmentUser, SharedEquipment } from '../../../plant/shared-equipment.ts';
import {
  evolveAll,
  isOfUnit,
  isSameUser,
  type ArbiterEvent,
  type ArbiterState,
  type Claim,
  type Place,
} from './places.ts';

type At = Readonly<{ at: UtcMs }>;
type Unit = Readonly<{ batch: string; skid: SkidName }>;
/** A unit that is not through, with the elements of its procedure that run or wait. */
export type OpenUnit = Unit & Readonly<{ live: readonly Pick<EquipmentUser, 'path' | 'turn'>[] }>;

export type ArbiterInput = At &
  (
    | Readonly<{ kind: 'ask'; capability: string; user: EquipmentUser }>
    /** By the owner it is a release, by whoever waits a withdrawal, by anyone else nothing. */
    | Readonly<{ kind: 'give back'; capability: string; user: EquipmentUser; reason: string }>
    /** The unit is through: whatever it has or waits for goes. */
    | Readonly<{ kind: 'unit gone'; unit: Unit; reason: string }>
    /** A person takes it from whoever has it, and settles what the record leaves in doubt. */
    | Readonly<{ kind: 'take away'; equipment: string; reason: string }>
    /** After a start: what is over, of a batch or of its procedure, has nothing and waits for nothing. */
    | Readonly<{ kind: 'still open'; units: readonly OpenUnit[] }>
  );

export type ArbiterAnswer =
  | Readonly<{ kind: 'granted'; equipment: string; capability: string; user: EquipmentUser }>
  /** Place 1 is next. */
  | Readonly<{ kind: 'waiting'; equipment: string; capability: string; user: EquipmentUser; place: number }>
  | Readonly<{ kind: 'refused'; capability: string; user: EquipmentUser; reason: string }>
  /** The unit waits for something that comes before: to be asked again when it has that, or waits for it no more. */
  | Readonly<{ kind: 'later'; capability: string; user: EquipmentUser; reason: string }>
  | Readonly<{ kind: 'given back'; equipment: string; capability: string; user: EquipmentUser }>
  | Readonly<{ kind: 'not taken'; reason: string }>;

export type Arbitration = Readonly<{
  state: ArbiterState;
  /** To be on record before any answer is told. */
  events: readonly ArbiterEvent[];
  answers: readonly ArbiterAnswer[];
}>;

/** @throws RangeError where its own events contradicted the state: a fault of this file, never of a caller */
export function arbitrate(state: ArbiterState, input: ArbiterInput): Arbitration {
  const first = decide(state, input);
  const before = evolveAll(state, first.events);
  const grants = grantsIn(before, input.at);
  const after = evolveAll(before, grants);
  for (const [name, { inDoubt }] of after)
    if (inDoubt !== null && state.get(name)?.inDoubt !== inDoubt) throw new RangeError(`arbiter: ${inDoubt}`);
  const granted = grants.map(({ equipment, user }): ArbiterAnswer => {
    const capability = after.get(equipment)?.equipment.is ?? '';
    return { kind: 'granted', equipment, capability, user };
  });
  const told = first.answers.filter(
    (answer) =>
      answer.kind !== 'waiting' ||
      !granted.some(
        (one) => one.kind === 'granted' && one.equipment === answer.equipment && isSameUser(one.user, answer.user),
      ),
  );
  return { state: after, events: [...first.events, ...grants], answers: [...told, ...granted] };
}

type Decided = Omit<Arbitration, 'state'>;
const nothing: Decided = { events: [], answers: [] };

function decide(state: ArbiterState, input: ArbiterInput): Decided {
  switch (input.kind) {
    case 'ask':
      return ask(state, input);
    case 'give back': {
      const place = placeFor(state, input.capability, input.user.skid);
      return place === null ? nothing : giveBack([place], (claim) => isSameUser(claim, input.user), input);
    }
    case 'unit gone': {
      const { unit } = input;
      return giveBack([...state.values()], (claim) => isOfUnit(claim, unit), input);
    }
    case 'still open': {
      const { units, at } = input;
      const isLive = (claim: Claim, { live }: OpenUnit): boolean =>
        live.some(({ path, turn }) => claim.path === path && claim.turn === turn);
      const isClosed = (claim: Claim): boolean => !units.some((unit) => isOfUnit(claim, unit) && isLive(claim, unit));
      return giveBack([...state.values()], isClosed, { at, reason: 'What used it is over.' });
    }
    case 'take away':
      return takeAway(state, input);
  }
}

function ask(state: ArbiterState, { capability, user, at }: Extract<ArbiterInput, { kind: 'ask' }>): Decided {
  const refused = (reason: string): Decided => ({
    events: [],
    answers: [{ kind: 'refused', capability, user, reason }],
  });
  const place = placeFor(state, capability, user.skid);
  if (place === null) return refused(`Nothing that ${user.skid} shares is ${capability}.`);
  const { name, use } = place.equipment;
  if (use === 'all' || (place.owner !== null && isSameUser(place.owner, user)))
    return { events: [], answers: [{ kind: 'granted', equipment: name, capability, user }] };
  const queued = place.queue.findIndex((claim) => isSameUser(claim, user));
  const waiting = (placeInQueue: number): ArbiterAnswer => ({
    kind: 'waiting',
    equipment: name,
    capability,
    user,
    place: placeInQueue,
  });
  if (queued >= 0) return { events: [], answers: [waiting(queued + 1)] };
  const against = againstOrder(state, place, user);
  if (against !== null) return refused(against);
  const before = waitedFor(state, place, user);
  if (before !== null) {
    const reason = `${user.skid} waits for ${before} first.`;
    return { events: [], answers: [{ kind: 'later', capability, user, reason }] };
  }
  return {
    events: [{ kind: 'asked', equipment: name, user: plainUser(user), at }],
    answers: [waiting(place.queue.length + 1)],
  };
}

/** A unit stands in one queue at a time: else it would come to the later piece first, and hold it while it waits. */
function waitedFor(state: ArbiterState, { equipment }: Place, user: EquipmentUser): string | null {
  for (const other of state.values())
    if (other.equipment.order < equipment.order && other.queue.some((claim) => isOfUnit(claim, user)))
      return other.equipment.name;
  return null;
}

/** Who only ever asks for what comes later in the site's order never waits in a ring. */
function againstOrder(state: ArbiterState, { equipment }: Place, user: EquipmentUser): string | null {
  for (const other of state.values()) {
    if (other.equipment.order < equipment.order) continue;
    const holds = other.owner !== null && isOfUnit(other.owner, user);
    const waits = other.queue.some((claim) => isOfUnit(claim, user));
    if (!holds && !waits) continue;
    const { name, order } = other.equipment;
    const does = holds ? 'has' : 'waits for';
    return name === equipment.name
      ? `${user.skid} ${does} ${name} already, at another step of ${user.batch}: it would wait for itself.`
      : `${user.skid} ${does} ${name} (${order} in the site's order) and asks for ${equipment.name} (${equipment.order}): two skids could wait for each other.`;
  }
  return null;
}

function giveBack(
  places: readonly Place[],
  isMeant: (claim: Claim) => boolean,
  { at, reason }: At & Readonly<{ reason: string }>,
): Decided {
  const events: ArbiterEvent[] = [];
  const answers: ArbiterAnswer[] = [];
  for (const { equipment, owner, queue } of places) {
    const { name, is } = equipment;
    const told = (claim: Claim): void =>
      void answers.push({ kind: 'given back', equipment: name, capability: is, user: plainUser(claim) });
    // Whoever waits goes first: what is released must not come to one of them.
    for (const claim of queue.filter(isMeant)) {
      events.push({ kind: 'withdrawn', equipment: name, user: plainUser(claim), at, reason });
      told(claim);
    }
    if (owner === null || !isMeant(owner)) continue;
    events.push({ kind: 'released', equipment: name, user: plainUser(owner), at, reason });
    told(owner);
  }
  return { events, answers };
}

function takeAway(
  state: ArbiterState,
  { equipment, at, reason }: Extract<ArbiterInput, { kind: 'take away' }>,
): Decided {
  const notTaken = (why: string): Decided => ({ events: [], answers: [{ kind: 'not taken', reason: why }] });
  const place = state.get(equipment);
  if (place === undefined)
    return notTaken(`There is no shared equipment ${equipment}. The site has: ${[...state.keys()].join(', ')}.`);
  const { owner, inDoubt } = place;
  if (owner === null && inDoubt === null) return notTaken(`Nobody has ${equipment}.`);
  const events: readonly ArbiterEvent[] = [
    { kind: 'settled', equipment, owner: owner === null ? null : plainUser(owner), at, reason },
  ];
  if (owner === null) return { events, answers: [] };
  const user = plainUser(owner);
  return { events, answers: [{ kind: 'given back', equipment, capability: place.equipment.is, user }] };
}

/** Whatever is free goes to whoever has waited longest; what is in doubt goes to nobody. */
function grantsIn(state: ArbiterState, at: UtcMs): readonly (ArbiterEvent & Readonly<{ kind: 'granted' }>)[] {
  return [...state.values()].flatMap(({ equipment, owner, queue, inDoubt }) => {
    const [next] = queue;
    if (owner !== null || inDoubt !== null || next === undefined) return [];
    return [{ kind: 'granted', equipment: equipment.name, user: plainUser(next), at }];
  });
}

/** The piece by which a skid has a capability in common with others; the site file gives it one at most. */
export function placeFor(state: ArbiterState, capability: string, skid: SkidName): Place | null {
  for (const place of state.values())
    if (place.equipment.is === capability && place.equipment.serves.includes(skid)) return place;
  return null;
}

const plainUser = ({ batch, skid, path, turn }: EquipmentUser): EquipmentUser => ({ batch, skid, path, turn });

/** Skids that are to be held when it fails: whoever has it or waits for it, or all that it serves at once. */
export function heldByFailure(state: ArbiterState, name: string): readonly SkidName[] {
  const place = state.get(name);
  if (place === undefined || place.equipment.failure === 'wait') return [];
  const { equipment, owner, queue } = place;
  if (equipment.use === 'all') return equipment.serves;
  return [...new Set([...(owner === null ? [] : [owner]), ...queue].map(({ skid }) => skid))];
}

/** Capabilities for which a skid has to ask, by the site's file. */
export const askedForBy = (shared: readonly SharedEquipment[], skid: SkidName): ReadonlySet<string> =>
  new Set(shared.filter(({ use, serves }) => use === 'one' && serves.includes(skid)).map(({ is }) => is));
