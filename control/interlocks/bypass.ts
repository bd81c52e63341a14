/**
 * A bypass: one channel of a row does not vote for a while. One a row, never of a row that must not be bypassed, never beside
 * another channel that is in doubt or held; two different people; it runs out by itself. Pure.
 */
import { isoUtc, milliseconds, utcMs, type Monotonic } from '../../plant/clock.ts';
import { evaluate } from '../../plant/expression/evaluate.ts';
import { actorName, type Actor } from '../../plant/people.ts';
import type { InterlockWork, TwoPeople } from '../../plant/ports/interlock-work.ts';
import type { GuardScan } from '../../plant/ports/scan-guard.ts';
import { isGood } from '../../plant/quality.ts';
import { channelsTouched } from './force-reach.ts';
import type { PreparedSkid } from './prepare.ts';
import type { Bypass, GuardState } from './state.ts';
import { lookupIn } from './lookup.ts';
import { eventOf, refusal, rowOf, type WorkStep } from './work.ts';
import { seconds } from './wording.ts';

export type BypassRequest = Parameters<InterlockWork['bypass']>[1];

export function admitBypass(
  skid: PreparedSkid,
  state: GuardState,
  scan: GuardScan,
  request: BypassRequest,
  people: TwoPeople,
  now: Monotonic,
): WorkStep {
  const row = rowOf(skid, request.row);
  const channel = row?.definition.channels[request.channel];
  if (row === undefined || channel === undefined) {
    return refusal(state, `There is no row ${request.row} with a channel ${request.channel}.`);
  }
  const { bypass: rule, title } = row.definition;
  if (rule === 'never') return refusal(state, `${title} is never bypassed.`);
  const refusedBy: string[] = state.seen ? [] : ['The skid has not been seen yet.'];
  const duration = milliseconds(request.minutes * 60_000);
  if (!(duration > 0 && duration <= rule.for)) {
    refusedBy.push(`${title} may be bypassed for ${seconds(rule.for)} at most, not for ${request.minutes} min.`);
  }
  if (people.by.id === people.second.id) refusedBy.push('A bypass takes two different people.');
  if (state.bypasses.some((one) => one.row === request.row)) refusedBy.push(`${title} is bypassed already.`);
  if (state.proof?.row === request.row) refusedBy.push(`${title} is being proven.`);
  const held = state.forces.filter(({ tag }) => channelsTouched(skid, row, tag).size > 0);
  for (const { tag } of held) refusedBy.push(`${title} stands on ${tag}, which is held at a value.`);
  const lookup = lookupIn(scan.samples);
  row.definition.channels.forEach((other, i) => {
    const { quality } = evaluate(other.root, lookup);
    if (i !== request.channel && !isGood(quality)) {
      refusedBy.push(`${other.text}, the other channel of ${title}, is not Good: the row would have nothing to go by.`);
    }
  });
  if (refusedBy.length > 0) return refusal(state, ...refusedBy);
  const expiresAt = utcMs(scan.utc + duration);
  const bypass: Bypass = {
    row: request.row,
    channel: request.channel,
    people,
    reason: request.reason,
    meanwhile: request.meanwhile,
    since: scan.utc,
    expiresAt,
    until: (now + duration) as Monotonic,
    votes: false,
  };
  const message = `${channel.text} does not vote until ${isoUtc(expiresAt)}: ${request.reason} Meanwhile: ${request.meanwhile} Agreed by ${actorName(people.second)}.`;
  return {
    state: { ...state, bypasses: [...state.bypasses, bypass] },
    events: [eventOf('interlock-bypassed', row, message, people.by)],
    refusedBy: [],
  };
}

export function endBypass(skid: PreparedSkid, state: GuardState, row: number, actor: Actor): WorkStep {
  const bypass = state.bypasses.find((one) => one.row === row);
  if (bypass === undefined) return refusal(state, `Row ${row} is not bypassed.`);
  const prepared = rowOf(skid, row) ?? null;
  const text = prepared?.definition.channels[bypass.channel]?.text ?? `channel ${bypass.channel}`;
  return {
    state: { ...state, bypasses: state.bypasses.filter((one) => one !== bypass) },
    events: [eventOf('interlock-bypass-ended', prepared, `${text} votes again.`, actor)],
    refusedBy: [],
  };
}
