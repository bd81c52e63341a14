/**
 * A proof test of a row's channel: a value beside what the channel reads, first on the healthy side, where the row must stay quiet,
 * then just beyond the trip, where it must trip and the field must follow. It adds to what is measured and takes nothing away, so
 * that a row which must not be bypassed may be proven. Pure.
 */
import { elapsed, milliseconds, type Milliseconds } from '../../plant/clock.ts';
import { evaluate } from '../../plant/expression/evaluate.ts';
import { reachOf } from '../../plant/expression/reach.ts';
import { good } from '../../plant/quality.ts';
import type { InterlockResponse, InterlockWork, TwoPeople } from '../../plant/ports/interlock-work.ts';
import type { GuardScan } from '../../plant/ports/scan-guard.ts';
import { safeActions } from '../../plant/safe-state.ts';
import { reachOfTags } from '../../plant/skid/reach-of-tags.ts';
import { againstRest } from './changeover.ts';
import { channelsTouched } from './force-reach.ts';
import { lookupIn } from './lookup.ts';
import type { Arming, PreparedRow, PreparedSkid, PreparedTrip } from './prepare.ts';
import type { GuardEvent, GuardState, ProofRun } from './state.ts';
import type { RowState } from './step-row.ts';
import { eventOf, refusal, rowOf, type WorkStep } from './work.ts';
import { unitOf } from './wording.ts';

export type ProofRequest = Parameters<InterlockWork['proofTest']>[1];

/** Beside the trip's own delay: how long the healthy value stands, and how long the trip is waited for beyond. */
const settles: Milliseconds = milliseconds(1000);
/** A trip that the field has not confirmed is given up before this (response.ts). */
const followsWithin: Milliseconds = milliseconds(31_000);
/** Where something else protects in time, the field has to follow within this, not within half of the process safety time. */
const backedUpWithin: Milliseconds = milliseconds(1000);
/** How far from the trip value the two values stand, as a share of the channel's range. */
const beside = 0.02;
/** By how much of its range a stimulus may leave it: a pressure low while cold is below what a transmitter shows (row 11). */
const beyondRange = 0.1;

export function admitProofTest(
  skid: PreparedSkid,
  state: GuardState,
  scan: GuardScan,
  request: ProofRequest,
  people: TwoPeople,
): WorkStep {
  const row = rowOf(skid, request.row);
  const channel = row?.definition.channels[request.channel];
  if (row === undefined || channel === undefined) {
    return refusal(state, `There is no row ${request.row} with a channel ${request.channel}.`);
  }
  if (row.definition.proofTest === null) {
    return refusal(state, `${row.definition.title} is proven in the field, not from here.`);
  }
  const refusedBy: string[] = [];
  if (people.by.id === people.second.id) refusedBy.push('A proof test takes a tester and a witness.');
  if (state.proof !== null) refusedBy.push(`Row ${state.proof.row} is being proven.`);
  if (scan.batch) refusedBy.push('A batch is on the skid.');
  if (state.bypasses.some((one) => one.row === request.row)) refusedBy.push('The row is bypassed.');
  if (state.latches.length > 0) refusedBy.push('Something is latched: reset first, so that the trip is seen.');
  const held = state.forces.filter(({ tag }) => channelsTouched(skid, row, tag).size > 0);
  for (const { tag } of held) refusedBy.push(`The row stands on ${tag}, which is held at a value.`);
  const now = state.rows[skid.rows.indexOf(row)];
  if (now === undefined || now.tripping || now.warned) refusedBy.push('Its cause is present.');
  if (now === undefined || now.lost !== 0) refusedBy.push('Not all that it stands on is Good.');
  if (!state.changeover) refusedBy.push(...againstRest(skid, { ...scan, batch: false }));
  const values = stimulusFor(skid, state, row, request.channel, scan);
  if (values === null) refusedBy.push(`No value of ${channel.text} trips the row now.`);
  if (refusedBy.length > 0 || values === null) return refusal(state, ...refusedBy);
  const { asFound, asLeft } = request;
  const run: ProofRun = {
    row: request.row,
    channel: request.channel,
    people,
    asFound,
    asLeft,
    stage: 'healthy',
    ...values,
    since: scan.process,
  };
  const message = `${channel.text}: a stimulus of ${rounded(values.healthy)}, then ${rounded(values.beyond)} ${unitOf(channel) ?? ''}.`;
  const event = eventOf('interlock-proof-test-begun', row, message, people.by);
  return { state: { ...state, proof: run }, events: [event], refusedBy: [] };
}

/**
 * The highest trip that one value of the channel can bring about as the skid is, with a value beyond it, and one at which no trip of
 * the row votes; null where there is none. What is armed by a mode that the skid is not in cannot be brought about.
 */
function stimulusFor(
  skid: PreparedSkid,
  { changeover, rows }: GuardState,
  row: PreparedRow,
  channel: number,
  scan: GuardScan,
): Pick<ProofRun, 'trip' | 'healthy' | 'beyond'> | null {
  const root = row.channels[channel];
  if (root === undefined) return null;
  const { low, high } = reachOf(root, reachOfTags([...skid.tags.values()]));
  const room = beyondRange * (high - low);
  const [from, to] = [Math.max(low - room, -1e6), Math.min(high + room, 1e6)];
  const lookup = lookupIn(scan.samples);
  const { bindings } = row;
  bindings.changeover = { value: changeover, quality: good };
  bindings.rate = { value: 0, quality: good };
  bindings.reference = { value: rows[skid.rows.indexOf(row)]?.reference.value ?? null, quality: good };
  const outOfMode = (arming: Arming | null): boolean =>
    arming?.namesMode === true && evaluate(arming.root, lookup, bindings).value === false;
  if (outOfMode(row.armed)) return null;
  const inMode = [...row.trip.entries()].filter(([, { armed }]) => !outOfMode(armed));
  const trips = ({ root: condition }: PreparedTrip, value: number): boolean => {
    bindings.value = { value, quality: good };
    return evaluate(condition, lookup, bindings).value === true;
  };
  const anyTrips = (value: number): boolean => inMode.some(([, condition]) => trips(condition, value));
  const first = edgeOf(anyTrips, from, to);
  if (first === null) return null;
  const within = (value: number): number => Math.min(to, Math.max(from, value));
  const step = beside * (to - from);
  for (const [trip, condition] of inMode.sort(([, one], [, other]) => rankOf(other) - rankOf(one))) {
    const edge = edgeOf((value) => trips(condition, value), from, to);
    if (edge === null) continue;
    const healthy = within(first.at + (first.tripsAbove ? -step : step));
    const beyond = within(edge.at + (edge.tripsAbove ? step : -step));
    if (!anyTrips(healthy) && trips(condition, beyond)) return { trip, healthy, beyond };
  }
  return null;
}

const rankOf = ({ action }: PreparedTrip): number => safeActions.indexOf(action);

const parts = 64;

function edgeOf(
  trips: (value: number) => boolean,
  from: number,
  to: number,
): Readonly<{ at: number; tripsAbove: boolean }> | null {
  for (let i = 0; i < parts; i += 1) {
    let [low, high] = [from + ((to - from) * i) / parts, from + ((to - from) * (i + 1)) / parts];
    const below = trips(low);
    if (below === trips(high)) continue;
    for (let halving = 0; halving < 50; halving += 1) {
      const middle = (low + high) / 2;
      if (trips(middle) === below) low = middle;
      else high = middle;
    }
    return { at: (low + high) / 2, tripsAbove: !below };
  }
  return null;
}

/**
 * The test after a scan that saw its stimulus; null where it came to its end.
 * @param events of this scan: a response of the row that is proven ends the test
 */
export function stepProof(
  skid: PreparedSkid,
  proof: ProofRun | null,
  rows: readonly RowState[],
  scan: GuardScan,
  events: GuardEvent[],
): ProofRun | null {
  if (proof === null) return null;
  const at = skid.rows.findIndex(({ definition }) => definition.row === proof.row);
  const [row, state] = [skid.rows[at], rows[at]];
  const trip = row?.trip[proof.trip];
  if (row === undefined || state === undefined || trip === undefined) return null;
  const ends = (failure: string | null, responseMs: number | null = null): null =>
    finish(row, proof, responseMs, failure, scan, events);
  if (scan.batch) return ends('A batch came onto the skid.');
  const passed = elapsed(proof.since, scan.process);
  if (passed < 0) return { ...proof, since: scan.process };
  if (proof.stage === 'healthy') {
    if (state.tripping) return ends('It voted on the healthy side.');
    return passed < trip.for + settles ? proof : { ...proof, stage: 'beyond', since: scan.process };
  }
  const response = events.find((event) => event.response?.row === proof.row && event.response.test)?.response;
  if (response !== undefined) return ends(lateness(row, response), response.responseMs);
  if (state.delays[proof.trip]?.acts === true && !isAsked(skid, trip)) return ends(null);
  if (passed < trip.for + followsWithin) return proof;
  return ends(state.tripped ? 'The field did not follow.' : 'It did not trip beyond its limit.');
}

/** Whether the field answers to the trip; where not, that it acts is all there is to see. */
const isAsked = ({ field }: PreparedSkid, { action }: PreparedTrip): boolean =>
  field !== null && action !== 'A' && action !== 'B';

function lateness({ definition }: PreparedRow, { responseMs, within }: InterlockResponse): string | null {
  if (responseMs === null) return 'The field did not follow.';
  if (definition.backup === null)
    return within === true ? null : 'The field did not follow within half of the process safety time.';
  return responseMs <= backedUpWithin ? null : 'The field did not follow within 1 s.';
}

function finish(
  row: PreparedRow,
  proof: ProofRun,
  responseMs: number | null,
  failure: string | null,
  scan: GuardScan,
  events: GuardEvent[],
): null {
  const channel = row.definition.channels[proof.channel];
  const unit = channel === undefined ? null : unitOf(channel);
  const stimulus = `${rounded(proof.healthy)}, then ${rounded(proof.beyond)} ${unit ?? ''}`.trim();
  const { asFound, asLeft, people, channel: number } = proof;
  const passed = failure === null;
  const message = passed ? `Proven: it tripped at ${rounded(proof.beyond)} ${unit ?? ''}.` : `Not proven: ${failure}`;
  events.push({
    ...eventOf('interlock-proof-tested', row, message, people.by),
    proofTest: {
      row: proof.row,
      channel: number,
      tester: people.by.printedName,
      witness: people.second.printedName,
      stimulus,
      asFound,
      asLeft,
      tripValue: passed ? proof.beyond : null,
      unit,
      responseMs,
      passed,
      at: scan.utc,
    },
  });
  return null;
}

const rounded = (value: number): number => Number(value.toPrecision(6));
