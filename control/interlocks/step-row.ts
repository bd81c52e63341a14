/**
 * One row of the cause-and-effect matrix at one scan: who votes, does the vote trip, is anything left to go by
 * (safety.md §2). Pure; the state that comes out is the one that went in where nothing has changed.
 *
 * A channel that is not Good does not vote; the Good ones decide, degraded. Arming that is in doubt counts as armed. A row or
 * trip that is armed by a mode alone, such as changeover, and is not in it, is not looked at: what it would go by may be in doubt
 * then without saying anything.
 */
import type { ProcessTime, UtcMs } from '../../plant/clock.ts';
import type { Evaluated, Lookup } from '../../plant/expression.ts';
import { evaluate } from '../../plant/expression/evaluate.ts';
import { good, isGood } from '../../plant/quality.ts';
import { demandRank, higherDemand, type Demand, type Measure } from '../../plant/safe-state.ts';
import type { LocalTag } from '../../plant/sample.ts';
import type { InterlockDefinition } from '../../plant/skid/definition.ts';
import { stepDelay, type Delay } from './delay.ts';
import type { Arming, PreparedCondition, PreparedRow } from './prepare.ts';
import { stepRate, type Rate } from './rate.ts';
import { noReference, referenceAt, type Reference } from './reference.ts';
import { votesNeeded } from './vote.ts';

export type RowScan = Readonly<{
  utc: UtcMs;
  process: ProcessTime;
  lookup: Lookup;
  /** When a tag was sampled. */
  sourceTime: (tag: LocalTag) => UtcMs;
  hot: boolean;
  changeover: boolean;
}>;

/** What people have put upon a row. */
export type RowWork = Readonly<{
  /** The channel that does not vote, or null. */
  bypassed: number | null;
  /** A proof test's value, and the channels that it stands beside. */
  stimulus: Readonly<{ from: number; count: number; value: number }> | null;
}>;

export const noWork: RowWork = { bypassed: null, stimulus: null };

export type RowState = Readonly<{
  armed: boolean;
  reference: Reference;
  /** One for each channel; empty where no condition goes by it. */
  rates: readonly (Rate | null)[];
  /** One for each trip condition. */
  delays: readonly Delay[];
  warnDelay: Delay;
  /** Something only alarms: the warning acts, or a trip of action A. */
  warned: boolean;
  /** The vote stands, though its delay may still run. */
  tripping: boolean;
  /** Since when, and when the newest sample behind it was taken; null while it does not stand. */
  vote: Readonly<{ at: UtcMs; sourceAt: UtcMs }> | null;
  /** A trip of more than A acts. */
  tripped: boolean;
  /** A condition that is looked at has no Good channel left. */
  blind: boolean;
  /** Channels that cannot vote, one bit each from the first. */
  lost: number;
  /** The channel that is bypassed would vote trip. */
  bypassedVotes: boolean;
  /** Tags of a row that watches the data itself which are not Good. */
  staleTags: readonly LocalTag[];
  /** What the cause asks for while it is present. */
  demand: Demand;
  measures: readonly Measure[];
  /** Since when the cause has been away; null while it is present. */
  awaySince: ProcessTime | null;
}>;

const none: readonly LocalTag[] = [];
const noRates: readonly (Rate | null)[] = [];
const noMeasures: readonly Measure[] = [];

export const initialRowState = (row: PreparedRow): RowState => ({
  armed: row.armed === null,
  reference: noReference,
  rates: row.namesRate ? row.channels.map(() => null) : noRates,
  delays: row.trip.map(() => null),
  warnDelay: null,
  warned: false,
  tripping: false,
  vote: null,
  tripped: false,
  blind: false,
  lost: 0,
  bypassedVotes: false,
  staleTags: none,
  demand: 'none',
  measures: noMeasures,
  awaySince: null,
});

export function stepRow(row: PreparedRow, before: RowState, scan: RowScan, work: RowWork = noWork): RowState {
  if (row.definition.stale !== null) return stepStaleRow(row.definition.stale, before, scan);
  const { bindings } = row;
  bindings.changeover = scan.changeover ? yes : no;
  const arming = armingOf(row.armed, row, scan.lookup);
  const looks = arming !== 'out of mode';
  const channels = row.channels.map((root) => evaluate(root, scan.lookup));
  const rates = row.namesRate ? ratesOf(row, before.rates, channels, scan) : noRates;
  const reference = referenceAt(row, before.reference, scan.lookup);
  bindings.reference = reference.evaluated ?? absent;
  const voting: Voting = { row, channels, rates, armed: arming === 'armed', work, lookup: scan.lookup };

  let [lost, blind, tripping, demand] = [looks ? lostOf(channels, work) : 0, false, false, 'none' as Demand];
  let [warned, bypassedVotes, votes] = [false, false, 0];
  let measures = noMeasures;
  let delays = before.delays;
  for (const [i, condition] of row.trip.entries()) {
    const mode = condition.armed === null ? 'armed' : armingOf(condition.armed, row, scan.lookup);
    const looked = looks && mode !== 'out of mode' && (!condition.namesReference || reference.evaluated !== null);
    const stimulus = mode === 'armed' || condition.armed?.namesMode !== true ? work.stimulus : null;
    const at: Voting = { ...voting, armed: voting.armed && mode === 'armed', work: { ...work, stimulus } };
    const vote = looked ? voteOn(condition, at) : noVote;
    lost |= vote.lost;
    bypassedVotes ||= vote.bypassedVotes;
    if (vote.voted) votes |= vote.votes;
    blind ||= looked && vote.good === 0 && !vote.allBypassed;
    const delay = stepDelay(before.delays[i] ?? null, vote.voted, vote.lost !== 0, condition, scan.process);
    tripping ||= vote.voted || delay?.acts === true;
    if (delay?.acts === true) {
      if (condition.action === 'A') warned = true;
      else demand = higherDemand(demand, condition.action);
      measures = withMeasures(measures, condition.measures);
    }
    if (delay !== delays[i]) delays = delays.with(i, delay);
  }
  const tripped = demand !== 'none';
  const warnDelay = looks ? warning(row, before.warnDelay, voting, reference.evaluated !== null, scan) : null;
  if (warnDelay?.acts === true) {
    warned = true;
    measures = withMeasures(measures, row.warn?.measures ?? noMeasures);
  }
  demand = doubted(row.definition, demand, blind, scan.hot);
  const away = !tripping && !blind;
  const after: RowState = {
    armed: arming === 'armed',
    reference: reference.state,
    rates,
    delays,
    warnDelay,
    warned,
    tripping,
    vote: tripping ? (before.vote ?? voteTime(row, votes, scan)) : null,
    tripped,
    blind,
    lost,
    bypassedVotes,
    staleTags: none,
    demand,
    measures: sameMeasures(before.measures, measures) ? before.measures : measures,
    awaySince: away ? awayFrom(before.awaySince, scan.process) : null,
  };
  return isSame(before, after) ? before : after;
}

function isSame(before: RowState, after: RowState): boolean {
  for (const part in after) {
    if (before[part as keyof RowState] !== after[part as keyof RowState]) return false;
  }
  return true;
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
const yes: Evaluated = { value: true, quality: good };
const no: Evaluated = { value: false, quality: good };

function armingOf(arming: Arming | null, row: PreparedRow, lookup: Lookup): 'armed' | 'not armed' | 'out of mode' {
  if (arming === null) return 'armed';
  const { value, quality } = evaluate(arming.root, lookup, row.bindings);
  if (!isGood(quality) || value !== false) return 'armed';
  return arming.ofModeAlone ? 'out of mode' : 'not armed';
}

function ratesOf(
  row: PreparedRow,
  before: readonly (Rate | null)[],
  channels: readonly Evaluated[],
  { process, sourceTime }: RowScan,
): readonly (Rate | null)[] {
  let rates = before;
  channels.forEach(({ value, quality }, i) => {
    const number = isGood(quality) && typeof value === 'number' ? value : null;
    const rate = stepRate(before[i] ?? null, number, newestOf(row.sources[i] ?? none, sourceTime), process);
    if (rate !== rates[i]) rates = rates.with(i, rate);
  });
  return rates;
}

function newestOf(tags: readonly LocalTag[], sourceTime: RowScan['sourceTime']): UtcMs {
  let newest = 0 as UtcMs;
  for (const tag of tags) {
    const time = sourceTime(tag);
    if (time > newest) newest = time;
  }
  return newest;
}

/** @param votes channels that voted on their own reading, one bit each; a stimulus has no sample and came with the scan */
function voteTime({ sources }: PreparedRow, votes: number, { utc, sourceTime }: RowScan): RowState['vote'] {
  const tags = sources.flatMap((source, i) => ((votes & (1 << i)) === 0 ? [] : source));
  return { at: utc, sourceAt: tags.length === 0 ? utc : newestOf(tags, sourceTime) };
}

type Voting = Readonly<{
  row: PreparedRow;
  channels: readonly Evaluated[];
  rates: readonly (Rate | null)[];
  armed: boolean;
  work: RowWork;
  lookup: Lookup;
}>;
type VoteCount = Readonly<{
  good: number;
  voted: boolean;
  /** Channels that vote trip on their own reading, one bit each. */
  votes: number;
  lost: number;
  allBypassed: boolean;
  bypassedVotes: boolean;
}>;

const noVote: VoteCount = { good: 0, voted: false, votes: 0, lost: 0, allBypassed: false, bypassedVotes: false };

const isAble = ({ value, quality }: Evaluated): boolean => isGood(quality) && value !== null;

function lostOf(channels: readonly Evaluated[], { bypassed }: RowWork): number {
  let lost = 0;
  channels.forEach((channel, i) => (lost |= i === bypassed || isAble(channel) ? 0 : 1 << i));
  return lost;
}

/**
 * A disarmed row does not look at its condition: then only the channels' own quality counts. A bypassed channel is as if it were
 * not there, and its loss is no news. A stimulus votes beside what the channel says and never in its place, whatever is armed: it
 * arms nothing but itself, and no trip of a mode that the skid is not in.
 */
function voteOn(condition: PreparedCondition, voting: Voting): VoteCount {
  const { row, channels, work } = voting;
  let [able, count, votes, lost] = [0, 0, 0, 0];
  let bypassedVotes = false;
  for (const [i, channel] of channels.entries()) {
    const said = saidBy(condition, voting, channel, i);
    if (i === work.bypassed) {
      bypassedVotes = said === true;
      continue;
    }
    const stimulated = isStimulated(condition, voting, i);
    if (said === null && !stimulated) lost |= 1 << i;
    else able++;
    if (said === true) votes |= 1 << i;
    if (said === true || stimulated) count++;
  }
  const voted = count > 0 && count >= votesNeeded(row.definition.vote, able);
  const allBypassed = work.bypassed !== null && channels.length === 1;
  return { good: able, voted, votes, lost, allBypassed, bypassedVotes };
}

/** Whether the channel votes trip; null where it or what it is compared with is in doubt. */
function saidBy(condition: PreparedCondition, voting: Voting, channel: Evaluated, i: number): boolean | null {
  if (!isAble(channel)) return null;
  const { armed, row, rates, lookup } = voting;
  return armed && asked(condition, row, channel, rates[i]?.perSecond ?? 0, lookup);
}

function isStimulated(condition: PreparedCondition, { row, channels, work, lookup }: Voting, i: number): boolean {
  if (work.stimulus === null) return false;
  const { from, count, value } = work.stimulus;
  if ((i - from + channels.length) % channels.length >= count) return false;
  return asked(condition, row, { value, quality: good }, 0, lookup) === true;
}

/** What the condition says of a channel; null where that is in doubt. */
function asked(
  condition: PreparedCondition,
  row: PreparedRow,
  channel: Evaluated,
  perSecond: number,
  lookup: Lookup,
): boolean | null {
  row.bindings.value = channel;
  row.bindings.rate = { value: perSecond, quality: good };
  const { value, quality } = evaluate(condition.root, lookup, row.bindings);
  return isGood(quality) && typeof value === 'boolean' ? value : null;
}

function warning(row: PreparedRow, before: Delay, voting: Voting, hasReference: boolean, scan: RowScan): Delay {
  const condition = row.warn;
  if (condition === null || (condition.namesReference && !hasReference)) return null;
  const vote = voteOn(condition, voting);
  return stepDelay(before, vote.voted, vote.lost !== 0, condition, scan.process);
}

/**
 * Nothing left to go by: HOT-HOLD where the skid is or may be hot, else a blocked start; an E row de-energises. What a row does on a
 * measured value, be it only to alarm, makes no difference: the skid is as unknown.
 */
function doubted({ action }: InterlockDefinition, measured: Demand, blind: boolean, hot: boolean): Demand {
  if (!blind) return measured;
  const doubtful: Demand = action === 'E' ? 'S' : hot ? 'H' : 'B';
  return demandRank(measured) >= demandRank(doubtful) ? measured : doubtful;
}

export const withMeasures = (some: readonly Measure[], more: readonly Measure[]): readonly Measure[] =>
  more.every((one) => some.includes(one)) ? some : [...new Set([...some, ...more])].sort();

const sameMeasures = (one: readonly Measure[], other: readonly Measure[]): boolean =>
  one.length === other.length && one.every((each, i) => each === other[i]);
