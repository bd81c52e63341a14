/** One person's exposure in a shift against every limit that holds. Pure: air, log, results, limits and time are given. */
import {
  minuteMs,
  excursionsSteps,
  forecast,
  minutesLeft,
  nothing,
  over,
  peak,
  timeWeightedAverage,
  dose,
  twaHours,
  worstMeanSteps,
  hourMs,
  type Breath,
  type Excursion,
} from './dose.ts';
import {
  agents,
  type Agent,
  type ExposureLimit,
  type FilterResult,
  type Fraction,
  type Interval,
} from '../../plant/exposure.ts';
import type { DoseLine } from '../../plant/ports/exposure-desk.ts';
import { breathed, knownOf, type Breathed, type ZoneAir } from './breath.ts';
import type { MixtureGroup } from './limits.ts';
import { equivalentExposure } from './mixture.ts';
import type { Stay } from './presence.ts';
import type { Steps } from './steps.ts';

export type PersonCase = Readonly<{
  stays: readonly Stay[];
  samples: readonly FilterResult[];
  limits: readonly ExposureLimit[];
  mixtures: readonly MixtureGroup[];
  air: (agent: Agent) => ZoneAir;
  /** What the zone where the person is has to be breathed now; null where in no zone, or not measured there. */
  airNow: (agent: Agent) => Interval | null;
  shift: Readonly<{ from: number; to: number }>;
  now: number;
  unknownCountsAfterMs: number;
}>;

/** A line, and what it asks for. */
export type JudgedLine = Readonly<{
  line: DoseLine;
  acts: Acts;
  /** What is held against the limit: of an 8-h limit also the worst 8 h that end in the shift, which may begin before it. */
  counted: Interval;
  /** For so long there was no value where an instrument or a filter should have told one. */
  missedMs: number;
}>;
export type Acts = 'nothing' | 'stop entry' | 'evacuate';

export type JudgedPerson = Readonly<{
  lines: readonly JudgedLine[];
  mixture: Readonly<{ value: Interval; state: DoseLine['state']; acts: Acts; approved: boolean }> | null;
}>;

const dayMs = 24 * hourMs;
const rollingMs = twaHours * hourMs;
/** From when on air and presence count in a judgement: for the rolling 8 h of the shift, and of the last 24 h. */
export const looksFrom = (shift: Readonly<{ from: number }>, now: number): number =>
  Math.min(shift.from, now - dayMs) - rollingMs;
/** A STEL may be come near four times a day, an hour apart. */
const mostExcursions = 4;
const apartMs = hourMs;

/** In steps; nothing that is given may change between them but by what comes after `now`. */
export function* judgePerson(given: PersonCase): Steps<JudgedPerson> {
  const airOf = breathedBy(given);
  const lines: JudgedLine[] = [];
  for (const limit of given.limits) {
    if (limit.kind === 'action level') continue;
    const line = yield* judgeLimit(given, limit, airOf);
    if (line !== null) lines.push(line);
  }
  lines.sort((a, b) => agents.indexOf(a.line.agent) - agents.indexOf(b.line.agent));
  return { lines, mixture: judgeMixtures(given, lines) };
}

/** What was breathed; jurisdictions ask for the same means of it. */
type OwnAir = Breathed & Readonly<{ worst: (windowMs: number, from: number, to: number) => Steps<Interval> }>;
type AirBreathed = (agent: Agent, fraction: Fraction) => Steps<OwnAir>;

/** What was breathed, once for all limits of an agent and fraction; how much of it is known counts from the shift on. */
function breathedBy({ stays, samples, air, shift, now }: PersonCase): AirBreathed {
  const known = new Map<string, OwnAir>();
  const from = looksFrom(shift, now);
  return function* (agent, fraction) {
    const key = `${agent} ${fraction}`;
    let found = known.get(key);
    if (found === undefined) {
      const worn = samples.filter((sample) => sample.agent === agent);
      const breaths = yield* breathed(stays, worn, fraction, air(agent), { from, to: now });
      found = { breaths, ...knownOf(breaths, shift.from), worst: onceEach(breaths) };
      known.set(key, found);
      yield breaths.length;
    }
    return found;
  };
}

function onceEach(breaths: readonly Breath[]): OwnAir['worst'] {
  const known = new Map<string, Interval>();
  return function* (windowMs, from, to) {
    const key = `${windowMs} ${from} ${to}`;
    const worst = known.get(key) ?? (yield* worstMeanSteps(breaths, windowMs, from, to));
    known.set(key, worst);
    return worst;
  };
}

function* judgeLimit(given: PersonCase, limit: ExposureLimit, airOf: AirBreathed): Steps<JudgedLine | null> {
  const { shift, now } = given;
  const { agent, fraction, kind, value } = limit;
  const own = yield* airOf(agent, fraction);
  if (own.presentMs === 0) return null;
  const span = { from: shift.from, to: Math.min(now, shift.to) };
  const actionLevel = given.limits.find(
    (other) =>
      other.kind === 'action level' &&
      other.agent === agent &&
      other.jurisdiction === limit.jurisdiction &&
      other.fraction === fraction,
  );
  const first = actionLevel?.value ?? null;
  const soFar = yield* soFarOf(limit, own, span);
  const isTwa = kind === 'TWA';
  const counted = isTwa ? eitherOf(soFar, yield* own.worst(rollingMs, span.from, span.to)) : soFar;
  const stel = kind === 'STEL' ? yield* stelOf(given, limit, own) : null;
  const missedLong = own.missedMs > given.unknownCountsAfterMs;
  const exceeded = { lower: Infinity, upper: Infinity };
  const air = given.airNow(agent);
  const total = dose(own.breaths, span.from, span.to);
  yield own.breaths.length;
  // Whoever has come from the shift before has part of the limit behind them.
  const spent = Math.max(total.upper, dose(own.breaths, now - rollingMs, now).upper);
  yield own.breaths.length;
  return {
    line: {
      agent,
      fraction,
      jurisdiction: limit.jurisdiction,
      kind,
      limit: value,
      unit: limit.unit,
      soFar,
      rolling: isTwa ? yield* own.worst(rollingMs, now - dayMs, now) : null,
      excursions: stel?.times ?? null,
      forecast: isTwa ? forecast(total, air ?? nothing, shift.to - now) : null,
      minutesLeft: isTwa ? minutesLeft(value, spent, air?.upper ?? 0) : null,
      basis: own.sampledMs >= own.presentMs ? 'personal sample' : 'indicative',
      measuredShare: Math.min(1, own.measuredMs / own.presentMs),
      state: stateOf(stel?.tooOften === 'yes' ? exceeded : counted, value, first, stel?.tooOften === 'not known'),
      approved: limit.approved && (actionLevel?.approved ?? true),
    },
    acts: actsOf(stel?.tooOften === 'yes' ? exceeded : counted, value, first, missedLong),
    counted,
    missedMs: own.missedMs,
  };
}

const eitherOf = (one: Interval, other: Interval): Interval => ({
  lower: Math.max(one.lower, other.lower),
  upper: Math.max(one.upper, other.upper),
});

function* soFarOf(
  limit: ExposureLimit,
  { breaths, worst }: OwnAir,
  span: Readonly<{ from: number; to: number }>,
): Steps<Interval> {
  if (limit.kind === 'TWA') return timeWeightedAverage(breaths, span.from, span.to);
  return limit.averagedOverMin === null
    ? peak(breaths, span.from, span.to)
    : yield* worst(limit.averagedOverMin * minuteMs, span.from, span.to);
}

type Stel = Readonly<{ times: number; tooOften: 'no' | 'not known' | 'yes' }>;

/** Times above the 8-h limit in the last 24 h: those a STEL allows few of. */
function* stelOf(given: PersonCase, stel: ExposureLimit, own: OwnAir): Steps<Stel> {
  const twa = given.limits.find(
    (other) =>
      other.kind === 'TWA' &&
      other.agent === stel.agent &&
      other.jurisdiction === stel.jurisdiction &&
      other.fraction === stel.fraction,
  );
  if (twa === undefined) return { times: 0, tooOften: 'no' };
  const windowMs = (stel.averagedOverMin ?? 15) * minuteMs;
  const asked = { windowMs, above: twa.value, from: given.now - dayMs, to: given.now };
  const sure = yield* excursionsSteps(own.breaths, { ...asked, bound: 'lower' });
  if (isTooOften(sure)) return { times: sure.length, tooOften: 'yes' };
  const possible = yield* excursionsSteps(own.breaths, { ...asked, bound: 'upper' });
  return { times: sure.length, tooOften: isTooOften(possible) ? 'not known' : 'no' };
}

const isTooOften = (spells: readonly Excursion[]): boolean =>
  spells.length > mostExcursions ||
  spells.some(({ from: begin }, i) => i > 0 && begin - (spells[i - 1]?.to ?? 0) < apartMs);

/** A sum of many parts that is the limit but for the last binary digits has reached it. */
const reaches = (value: number, limit: number): boolean => value >= limit * (1 - 1e-9);

/** `unknown` where the truth may lie on either side of a limit that the lower bound does not reach. */
export function stateOf(
  { lower, upper }: Interval,
  limit: number,
  actionLevel: number | null,
  isUnsure = false,
): DoseLine['state'] {
  if (reaches(lower, limit)) return 'limit';
  const first = actionLevel ?? limit;
  if (isUnsure || (reaches(upper, limit) && upper > lower)) return 'unknown';
  if (reaches(lower, first)) return 'action level';
  return reaches(upper, first) ? 'unknown' : 'below';
}

/** What was unknown for too long counts by its upper bound. */
export function actsOf(value: Interval, limit: number, actionLevel: number | null, unknownLong: boolean): Acts {
  const counted = unknownLong ? value.upper : value.lower;
  if (reaches(counted, limit)) return 'evacuate';
  return actionLevel !== null && reaches(counted, actionLevel) ? 'stop entry' : 'nothing';
}

type Mixture = NonNullable<JudgedPerson['mixture']>;

/** The worst of the groups, by each jurisdiction's 8-h limits: what is surely over its limit before what may be. */
function judgeMixtures(given: PersonCase, lines: readonly JudgedLine[]): Mixture | null {
  const found: Mixture[] = [];
  for (const { agents: alike, approved } of given.mixtures) {
    for (const jurisdiction of new Set(lines.map(({ line }) => line.jurisdiction))) {
      const parts = lines.filter(
        ({ line }) => line.kind === 'TWA' && line.jurisdiction === jurisdiction && alike.includes(line.agent),
      );
      if (parts.length === 0) continue;
      const value = equivalentExposure(
        parts.map(({ line, counted }) => ({ concentration: counted, limit: line.limit })),
      );
      const missedLong = parts.some(({ missedMs }) => missedMs > given.unknownCountsAfterMs);
      const acts = isOver(missedLong ? value.upper : value.lower) ? 'evacuate' : 'nothing';
      const signed = approved && parts.every(({ line }) => line.approved);
      found.push({ value, state: mixtureState(value), acts, approved: signed });
    }
  }
  const weight = ({ acts, value }: Mixture): number => (acts === 'evacuate' ? 2 : 0) + (isOver(value.lower) ? 1 : 0);
  return found.sort((a, b) => weight(b) - weight(a) || b.value.upper - a.value.upper)[0] ?? null;
}

/** 1 itself is within the rule, and so are the last binary digits of a sum that is 1. */
const isOver = (sum: number): boolean => sum > 1 + 1e-9;

/** The rule is ΣC/L ≤ 1: 1 itself is within it. */
const mixtureState = ({ lower, upper }: Interval): DoseLine['state'] =>
  isOver(lower) ? 'limit' : isOver(upper) ? 'unknown' : 'below';

/** The mean of what is there now, over the last cell's worth of time. */
export const meanOf = (breaths: readonly Breath[]): Interval => {
  const ms = breaths.reduce((sum, { from, to }) => sum + to - from, 0);
  return ms <= 0 ? nothing : over(dose(breaths), ms / hourMs);
};
