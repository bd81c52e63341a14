/**
 * A proof test of a row's channel: a value beside what the channel reads, first on the healthy side, where the row must stay quiet,
 * then just beyond the trip, where it must trip and the field must follow. It adds to what is measured and takes nothing away, so
 * that a row which must not be bypassed may be proven. Pure.
 */
import { elapsed, milliseconds, type Milliseconds } from '../../plant/clock.ts';
import { evaluate } from '../../plant/expression/evaluate.ts';
import { reachOf } from '../../plant/expression/reach.ts';
import { good } from '../../plant/quality.ts';
import type { InterlockWork, TwoPeople } from '../../plant/ports/interlock-work.ts';
import type { GuardScan } from '../../plant/ports/scan-guard.ts';
import { reachOfTags } from '../../plant/skid/reach-of-tags.ts';
import { againstRest } from './changeover.ts';
import { lookupIn } from './lookup.ts';
import type { PreparedRow, PreparedSkid, PreparedTrip } from './prepare.ts';
import type { GuardEvent, GuardState, ProofRun } from './state.ts';
import type { RowState } from './step-row.ts';
import { eventOf, refusal, rowOf, type WorkStep } from './work.ts';
import { unitOf } from './wording.ts';

export type ProofRequest = Parameters<InterlockWork['proofTest']>[1];

/** Beside the row's own delay: how long the healthy value stands, and how long the field has to follow. */
const settles: Milliseconds = milliseconds(1000);
const followsWithin: Milliseconds = milliseconds(30_000);
/** How far from the trip value the two values stand, as a share of the channel's range. */
const beside = 0.02;

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
  if (state.bypasses.some((one) => one.row === request.row)) refusedBy.push('The row is bypassed.');
  if (state.latches.length > 0) refusedBy.push('Something is latched: reset first, so that the trip is seen.');
  if (!state.changeover) refusedBy.push(...againstRest(skid, scan));
  const values = stimulusFor(skid, row, request.channel, scan);
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
    early: false,
  };
  const message = `${channel.text}: a stimulus of ${rounded(values.healthy)}, then ${rounded(values.beyond)} ${unitOf(channel) ?? ''}.`;
  const event = eventOf('interlock-proof-test-begun', row, message, people.by);
  return { state: { ...state, proof: run }, events: [event], refusedBy: [] };
}

/** One value on each side of where the row's own action begins; null where the channel's range has no such place. */
function stimulusFor(
  skid: PreparedSkid,
  row: PreparedRow,
  channel: number,
  scan: GuardScan,
): Pick<ProofRun, 'healthy' | 'beyond'> | null {
  const root = row.channels[channel];
  if (root === undefined) return null;
  const { low, high } = reachOf(root, reachOfTags([...skid.tags.values()]));
  const [from, to] = [Math.max(low, -1e6), Math.min(high, 1e6)];
  const lookup = lookupIn(scan.samples);
  for (const trip of row.trip) {
    if (trip.action !== row.definition.action) continue;
    const trips = (value: number): boolean => {
      row.bindings.value = { value, quality: good };
      row.bindings.rate = { value: 0, quality: good };
      return evaluate(trip.root, lookup, row.bindings).value === true;
    };
    const edge = edgeOf(trips, from, to);
    if (edge === null) continue;
    const step = beside * (to - from) * (edge.tripsAbove ? 1 : -1);
    const within = (value: number): number => Math.min(to, Math.max(from, value));
    const values = { healthy: within(edge.at - step), beyond: within(edge.at + step) };
    if (!trips(values.healthy) && trips(values.beyond)) return values;
  }
  return null;
}

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

/** @param events of this scan: a response of the row that is proven ends the test */
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
  if (row === undefined || state === undefined) return null;
  const passed = elapsed(proof.since, scan.process);
  const delay = Math.max(0, ...row.trip.map((trip: PreparedTrip) => trip.for));
  if (proof.stage === 'healthy') {
    if (state.tripped || passed < 0) return finish(row, proof, null, 'It tripped on the healthy side.', scan, events);
    if (passed < delay + settles) return proof;
    return { ...proof, stage: 'beyond', since: scan.process };
  }
  const response = events.find((event) => event.response?.row === proof.row)?.response;
  if (response !== undefined) {
    const { responseMs, within } = response;
    const why = within === true ? null : 'The field did not follow within half of the process safety time.';
    return finish(row, proof, responseMs, why, scan, events);
  }
  if (!state.tripped && passed >= delay + followsWithin) {
    return finish(row, proof, null, 'It did not trip beyond its limit.', scan, events);
  }
  return proof;
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
