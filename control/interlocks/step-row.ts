/**
 * One row of the cause-and-effect matrix at one scan: who votes, does the vote trip, is anything left to go by
 * (safety.md §2). Pure; the state that comes out is the one that went in where nothing has changed.
 *
 * A channel that is not Good does not vote; the Good ones decide, degraded. Arming that is in doubt counts as armed.
 */
import type { ProcessTime } from '../../plant/clock.ts';
import type { Evaluated, Lookup } from '../../plant/expression.ts';
import { evaluate } from '../../plant/expression/evaluate.ts';
import { good, isGood, worstQuality } from '../../plant/quality.ts';
import { demandRank, type Demand } from '../../plant/safe-state.ts';
import type { LocalTag } from '../../plant/sample.ts';
import type { InterlockDefinition } from '../../plant/skid/definition.ts';
import { hasPassed, stepDelay, type Delay } from './delay.ts';
import type { PreparedCondition, PreparedRow } from './prepare.ts';
import { noReference, stepReference, type Reference } from './reference.ts';
import { votesNeeded } from './vote.ts';

export type RowScan = Readonly<{ process: ProcessTime; lookup: Lookup; hot: boolean }>;

export type RowState = Readonly<{
  armed: boolean;
  reference: Reference;
  /** One for each trip condition. */
  delays: readonly Delay[];
  warnDelay: Delay;
  warned: boolean;
  /** The vote stands, though its delay may still run. */
  tripping: boolean;
  tripped: boolean;
  /** A condition that is looked at has no Good channel left. */
  blind: boolean;
  /** Channels that cannot vote, one bit each from the first. */
  lost: number;
  /** Tags of a row that watches the data itself which are not Good. */
  staleTags: readonly LocalTag[];
  /** What the cause asks for while it is present. */
  demand: Demand;
  /** Since when the cause has been away; null while it is present. */
  awaySince: ProcessTime | null;
}>;

const none: readonly LocalTag[] = [];

export const initialRowState = (row: PreparedRow): RowState => ({
  armed: row.armed === null,
  reference: noReference,
  delays: row.trip.map(() => null),
  warnDelay: null,
  warned: false,
  tripping: false,
  tripped: false,
  blind: false,
  lost: 0,
  staleTags: none,
  demand: 'none',
  awaySince: null,
});

export function stepRow(row: PreparedRow, before: RowState, scan: RowScan): RowState {
  if (row.definition.stale !== null) return stepStaleRow(row.definition.stale, before, scan);
  const channels = row.channels.map((root) => evaluate(root, scan.lookup));
  const armed = isArmed(row, scan.lookup);
  const reference = referenceAt(row, before.reference, scan.lookup);
  row.bindings.reference = reference.evaluated ?? absent;

  let lost = 0;
  channels.forEach((channel, i) => (lost |= isGood(channel.quality) && channel.value !== null ? 0 : 1 << i));
  let blind = false;
  let tripping = false;
  let tripped = false;
  let delays = before.delays;
  for (const [i, condition] of row.trip.entries()) {
    const looked = !condition.namesReference || reference.evaluated !== null;
    const vote = looked ? voteOn(condition, row, channels, armed, scan.lookup) : noVote;
    lost |= vote.lost;
    blind ||= looked && vote.good === 0;
    tripping ||= vote.voted;
    const delay = stepDelay(before.delays[i] ?? null, vote.voted, vote.lost !== 0, condition.for, scan.process);
    tripped ||= hasPassed(delay, condition.for, scan.process);
    if (delay !== delays[i]) delays = delays.with(i, delay);
  }
  const { warnDelay, warned } = warning(row, before, channels, armed, reference.evaluated !== null, scan);

  const demand = demandOf(row.definition, tripped, blind, scan.hot);
  const awaySince = tripping || blind ? null : awayFrom(before.awaySince, scan.process);
  const unchanged =
    before.armed === armed &&
    before.reference === reference.state &&
    before.delays === delays &&
    before.warnDelay === warnDelay &&
    before.warned === warned &&
    before.tripping === tripping &&
    before.tripped === tripped &&
    before.blind === blind &&
    before.lost === lost &&
    before.demand === demand &&
    before.awaySince === awaySince;
  if (unchanged) return before;
  return {
    armed,
    reference: reference.state,
    delays,
    warnDelay,
    warned,
    tripping,
    tripped,
    blind,
    lost,
    staleTags: none,
    demand,
    awaySince,
  };
}

/** Row 22: what is not Good blocks a start; the rows that read it decide whether anything is left to go by. */
function stepStaleRow(tags: readonly LocalTag[], before: RowState, scan: RowScan): RowState {
  let staleTags = tags.filter((tag) => !isGood(scan.lookup(tag).quality));
  const same = staleTags.length === before.staleTags.length && staleTags.every((tag, i) => tag === before.staleTags[i]);
  if (same) staleTags = before.staleTags as LocalTag[];
  const awaySince = staleTags.length > 0 ? null : awayFrom(before.awaySince, scan.process);
  if (same && awaySince === before.awaySince && before.armed) return before;
  return { ...before, armed: true, staleTags, awaySince };
}

const awayFrom = (since: ProcessTime | null, now: ProcessTime): ProcessTime =>
  since === null || since > now ? now : since;

const absent: Evaluated = { value: null, quality: good };

function isArmed({ armed }: PreparedRow, lookup: Lookup): boolean {
  if (armed === null) return true;
  const { value, quality } = evaluate(armed, lookup);
  return !isGood(quality) || value !== false;
}

type VoteCount = Readonly<{ good: number; voted: boolean; lost: number }>;

const noVote: VoteCount = { good: 0, voted: false, lost: 0 };

/** A disarmed row does not look at its condition: then only the channels' own quality counts. */
function voteOn(
  condition: PreparedCondition,
  row: PreparedRow,
  channels: readonly Evaluated[],
  armed: boolean,
  lookup: Lookup,
): VoteCount {
  let able = 0;
  let votes = 0;
  let lost = 0;
  for (let i = 0; i < channels.length; i++) {
    const channel = channels[i];
    if (channel === undefined || !isGood(channel.quality) || channel.value === null) {
      lost |= 1 << i;
    } else if (!armed) {
      able++;
    } else {
      row.bindings.value = channel;
      const { value, quality } = evaluate(condition.root, lookup, row.bindings);
      if (!isGood(quality) || value === null) lost |= 1 << i;
      else {
        able++;
        if (value === true) votes++;
      }
    }
  }
  return { good: able, voted: votes > 0 && votes >= votesNeeded(row.definition.vote, able), lost };
}

function warning(
  row: PreparedRow,
  before: RowState,
  channels: readonly Evaluated[],
  armed: boolean,
  hasReference: boolean,
  scan: RowScan,
): Pick<RowState, 'warnDelay' | 'warned'> {
  const condition = row.warn;
  if (condition === null || (condition.namesReference && !hasReference)) return { warnDelay: null, warned: false };
  const vote = voteOn(condition, row, channels, armed, scan.lookup);
  const warnDelay = stepDelay(before.warnDelay, vote.voted, vote.lost !== 0, condition.for, scan.process);
  return { warnDelay, warned: hasPassed(warnDelay, condition.for, scan.process) };
}

/** Nothing left to go by: HOT-HOLD where the skid is or may be hot, else a blocked start; an E row de-energises. */
function demandOf({ action }: InterlockDefinition, tripped: boolean, blind: boolean, hot: boolean): Demand {
  const measured: Demand = tripped && action !== 'A' ? action : 'none';
  if (!blind) return measured;
  const doubtful: Demand = action === 'E' ? 'S' : hot ? 'H' : 'B';
  return demandRank(measured) >= demandRank(doubtful) ? measured : doubtful;
}

type ReferenceNow = Readonly<{
  state: Reference;
  /** What `reference` stands for; null while there is none, and its conditions are not looked at. */
  evaluated: Evaluated | null;
}>;

const withoutReference: ReferenceNow = { state: noReference, evaluated: null };

function referenceAt({ definition }: PreparedRow, before: Reference, lookup: Lookup): ReferenceNow {
  if (definition.reference === null) return withoutReference;
  const { within, ...expressions } = definition.reference;
  const target = evaluate(expressions.target.root, lookup);
  const ramped = evaluate(expressions.ramped.root, lookup);
  const value = evaluate(expressions.value.root, lookup);
  const heating = evaluate(expressions.heating.root, lookup);
  const reading = {
    target: goodNumber(target),
    ramped: goodNumber(ramped),
    value: goodNumber(value),
    heating: isGood(heating.quality) && typeof heating.value === 'boolean' ? heating.value : null,
  };
  const state = stepReference(before, reading, within);
  const quality = worstQuality([target.quality, ramped.quality, heating.quality]);
  if (!isGood(quality)) return { state, evaluated: { value: state.value, quality } };
  if (state.value === null)
    return { state, evaluated: isGood(value.quality) ? null : { value: null, quality: value.quality } };
  return { state, evaluated: { value: state.value, quality: good } };
}

const goodNumber = ({ value, quality }: Evaluated): number | null =>
  isGood(quality) && typeof value === 'number' ? value : null;
