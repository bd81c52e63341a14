/**
 * Holding an input at a value. Whoever looks sees the held value and that it is held; an input that a row stands on which must not
 * be bypassed is never held, nor one that would take more than one channel of a vote, or what a row judges by. Pure.
 */
import { isoUtc, milliseconds, utcMs, type Milliseconds, type Monotonic } from '../../plant/clock.ts';
import type { Lookup } from '../../plant/expression.ts';
import { evaluate } from '../../plant/expression/evaluate.ts';
import { actorName, type Actor } from '../../plant/people.ts';
import type { InterlockWork, TwoPeople } from '../../plant/ports/interlock-work.ts';
import type { GuardScan } from '../../plant/ports/scan-guard.ts';
import { isGood } from '../../plant/quality.ts';
import type { LocalTag } from '../../plant/sample.ts';
import { lookupIn } from './lookup.ts';
import { channelsTouched, isJudgedBy } from './force-reach.ts';
import type { PreparedRow, PreparedSkid } from './prepare.ts';
import type { Force, GuardState } from './state.ts';
import { eventOf, forceEnded, refusal, type WorkStep } from './work.ts';

export type ForceRequest = Parameters<InterlockWork['force']>[1];

/** As practice has it for an emergency; a longer one is a bypass, with its measure meanwhile. */
const longest: Milliseconds = milliseconds(15 * 60_000);

const none: ReadonlyMap<LocalTag, number | boolean> = new Map();

/** What is held now; what has run out is not, though no scan has told of it yet. */
export function forcesOf({ forces }: GuardState, now: Monotonic): ReadonlyMap<LocalTag, number | boolean> {
  if (forces.length === 0) return none;
  return new Map(forces.filter(({ until }) => until > now).map(({ tag, value }) => [tag, value]));
}

export function admitForce(
  skid: PreparedSkid,
  state: GuardState,
  scan: GuardScan,
  request: ForceRequest,
  people: TwoPeople,
  now: Monotonic,
): WorkStep {
  const { tag, value, minutes, reason } = request;
  const definition = skid.tags.get(tag);
  if (definition === undefined) return refusal(state, `There is no tag ${tag}.`);
  if (definition.source.kind !== 'point' || definition.write !== null) {
    return refusal(state, `${tag} is no input: only what is read from a device can be held.`);
  }
  const refusedBy: string[] = [];
  const duration = milliseconds(minutes * 60_000);
  if (!(duration > 0 && duration <= longest))
    refusedBy.push(`An input is held for 15 min at most, not for ${minutes}.`);
  if (people.by.id === people.second.id) refusedBy.push('It takes two different people to hold an input.');
  if (state.forces.some((one) => one.tag === tag)) refusedBy.push(`${tag} is held already.`);
  if (tag === skid.field?.stepTag || tag === skid.field?.firstOutTag) {
    refusedBy.push(`${tag} is the field controller's own word.`);
  }
  if ((definition.valueType === 'boolean') !== (typeof value === 'boolean')) {
    refusedBy.push(`${String(value)} is no value of ${tag}.`);
  } else if (typeof value === 'number' && definition.range !== null) {
    const { low, high } = definition.range;
    if (!(value >= low && value <= high))
      refusedBy.push(`${value} lies outside the range of ${tag}, ${low} to ${high}.`);
  }
  const lookup = lookupIn(scan.samples);
  for (const row of skid.rows) refusedBy.push(...refusedByRow(skid, state, row, tag, lookup));
  if (refusedBy.length > 0) return refusal(state, ...refusedBy);
  const expiresAt = utcMs(scan.utc + duration);
  const force: Force = { tag, value, people, reason, since: scan.utc, expiresAt, until: (now + duration) as Monotonic };
  const message = `Held at ${String(value)} until ${isoUtc(expiresAt)}: ${reason} Agreed by ${actorName(people.second)}.`;
  return {
    state: { ...state, forces: [...state.forces, force] },
    events: [{ ...eventOf('interlock-forced', null, message, people.by), title: tag }],
    refusedBy: [],
  };
}

function refusedByRow(
  skid: PreparedSkid,
  state: GuardState,
  row: PreparedRow,
  tag: LocalTag,
  lookup: Lookup,
): readonly string[] {
  const { bypass, row: number, title } = row.definition;
  const touched = channelsTouched(skid, row, tag);
  const judged = isJudgedBy(skid, row, tag);
  if (touched.size === 0 && !judged) return [];
  const name = `row ${number}, ${title},`;
  if (bypass === 'never') return [`${tag} is what ${name} stands on, and that row is never bypassed.`];
  if (judged) return [`${tag} is what ${name} is judged by.`];
  const taken = new Set([...touched, ...takenOf(skid, state, row)]);
  if (taken.size > 1)
    return [`${tag} would take a second channel from ${name} which has one taken or is made of it twice.`];
  return row.definition.channels.flatMap((other, i) =>
    touched.has(i) || isGood(evaluate(other.root, lookup).quality)
      ? []
      : [`${other.text}, the other channel of ${name} is not Good: the row would have nothing to go by.`],
  );
}

function takenOf(skid: PreparedSkid, { bypasses, forces }: GuardState, row: PreparedRow): readonly number[] {
  const bypassed = bypasses.filter((one) => one.row === row.definition.row).map(({ channel }) => channel);
  return [...bypassed, ...forces.flatMap(({ tag }) => [...channelsTouched(skid, row, tag)])];
}

export function endForce(state: GuardState, tag: LocalTag, actor: Actor): WorkStep {
  if (!state.forces.some((one) => one.tag === tag)) return refusal(state, `${tag} is not held.`);
  return {
    state: { ...state, forces: state.forces.filter((one) => one.tag !== tag) },
    events: [forceEnded(tag, `${tag} is what the field says again.`, actor)],
    refusedBy: [],
  };
}
