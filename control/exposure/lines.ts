/** One person's exposure in a shift against every limit that holds. Pure: air, log, results, limits and time are given. */
import {
  minuteMs,
  excursions,
  forecast,
  minutesLeft,
  nothing,
  over,
  peak,
  timeWeightedAverage,
  dose,
  worstMean,
  hourMs,
  type Breath,
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
export type JudgedLine = Readonly<{ line: DoseLine; acts: Acts }>;
export type Acts = 'nothing' | 'stop entry' | 'evacuate';

export type JudgedPerson = Readonly<{
  lines: readonly JudgedLine[];
  mixture: Readonly<{ value: Interval; state: DoseLine['state']; acts: Acts }> | null;
}>;

const dayMs = 24 * hourMs;
const rollingMs = 8 * hourMs;
/** A STEL may be come near four times a day, an hour apart. */
const mostExcursions = 4;
const apartMs = hourMs;

export function judgePerson(given: PersonCase): JudgedPerson {
  const airOf = breathedBy(given);
  const lines = given.limits
    .filter(({ kind }) => kind !== 'action level')
    .flatMap((limit) => {
      const line = judgeLimit(given, limit, airOf);
      return line === null ? [] : [line];
    })
    .sort((a, b) => agents.indexOf(a.line.agent) - agents.indexOf(b.line.agent));
  return { lines, mixture: judgeMixtures(given, lines) };
}

/** What was breathed; jurisdictions ask for the same means of it. */
type OwnAir = Breathed & Readonly<{ worst: (windowMs: number, from: number, to: number) => Interval }>;
type AirBreathed = (agent: Agent, fraction: Fraction) => OwnAir;

/** What was breathed, once for all limits of an agent and fraction; how much of it is known counts from the shift on. */
function breathedBy({ stays, samples, air, shift, now }: PersonCase): AirBreathed {
  const known = new Map<string, OwnAir>();
  // A rolling mean looks back beyond the shift and beyond the day.
  const from = Math.min(shift.from, now - dayMs) - rollingMs;
  return (agent, fraction) => {
    const key = `${agent} ${fraction}`;
    let found = known.get(key);
    if (found === undefined) {
      const worn = samples.filter((sample) => sample.agent === agent);
      const breaths = breathed(stays, worn, fraction, air(agent), { from, to: now });
      found = { breaths, ...knownOf(breaths, shift.from), worst: onceEach(breaths) };
      known.set(key, found);
    }
    return found;
  };
}

function onceEach(breaths: readonly Breath[]): OwnAir['worst'] {
  const known = new Map<string, Interval>();
  return (windowMs, from, to) => {
    const key = `${windowMs} ${from} ${to}`;
    const worst = known.get(key) ?? worstMean(breaths, windowMs, from, to);
    known.set(key, worst);
    return worst;
  };
}

function judgeLimit(given: PersonCase, limit: ExposureLimit, airOf: AirBreathed): JudgedLine | null {
  const { shift, now } = given;
  const { agent, fraction, kind, value } = limit;
  const own = airOf(agent, fraction);
  if (own.presentMs === 0) return null;
  const span = { from: shift.from, to: Math.min(now, shift.to) };
  const actionLevel = given.limits.find(
    (other) =>
      other.kind === 'action level' &&
      other.agent === agent &&
      other.jurisdiction === limit.jurisdiction &&
      other.fraction === fraction,
  );
  const soFar = soFarOf(limit, own, span);
  const spells = kind === 'STEL' ? spellsOf(given, limit, own.breaths) : [];
  const unknownLong = own.presentMs - own.measuredMs > given.unknownCountsAfterMs;
  const tooOften =
    spells.length > mostExcursions ||
    spells.some(({ from: begin }, i) => i > 0 && begin - (spells[i - 1]?.to ?? 0) < apartMs);
  const state = tooOften ? 'limit' : stateOf(soFar, value, actionLevel?.value ?? null);
  const air = given.airNow(agent);
  const total = dose(own.breaths, span.from, span.to);
  const isTwa = kind === 'TWA';
  const left = !isTwa || air === null ? null : minutesLeft(value, total.upper, air.upper);
  return {
    line: {
      agent,
      fraction,
      jurisdiction: limit.jurisdiction,
      kind,
      limit: value,
      unit: limit.unit,
      soFar,
      rolling: isTwa ? own.worst(rollingMs, now - dayMs, now) : null,
      excursions: kind === 'STEL' ? spells.length : null,
      forecast: isTwa ? forecast(total, air ?? nothing, shift.to - now) : null,
      minutesLeft: left,
      basis: own.sampledMs >= own.presentMs ? 'personal sample' : 'indicative',
      measuredShare: Math.min(1, own.measuredMs / own.presentMs),
      state,
      approved: limit.approved && (actionLevel?.approved ?? true),
    },
    acts: actsOf(
      tooOften ? { lower: Infinity, upper: Infinity } : soFar,
      value,
      actionLevel?.value ?? null,
      unknownLong,
    ),
  };
}

function soFarOf(
  limit: ExposureLimit,
  { breaths, worst }: OwnAir,
  span: Readonly<{ from: number; to: number }>,
): Interval {
  if (limit.kind === 'TWA') return timeWeightedAverage(breaths, span.from, span.to);
  return limit.averagedOverMin === null
    ? peak(breaths, span.from, span.to)
    : worst(limit.averagedOverMin * minuteMs, span.from, span.to);
}

/** Times above the 8-h limit in the last 24 h: those a STEL allows few of. */
function spellsOf(given: PersonCase, stel: ExposureLimit, breaths: readonly Breath[]): ReturnType<typeof excursions> {
  const twa = given.limits.find(
    (other) => other.kind === 'TWA' && other.agent === stel.agent && other.jurisdiction === stel.jurisdiction,
  );
  if (twa === undefined) return [];
  const windowMs = (stel.averagedOverMin ?? 15) * minuteMs;
  return excursions(breaths, { windowMs, above: twa.value, bound: 'lower', from: given.now - dayMs, to: given.now });
}

/** `unknown` where the truth may lie on either side of a limit that the lower bound does not reach. */
export function stateOf({ lower, upper }: Interval, limit: number, actionLevel: number | null): DoseLine['state'] {
  if (lower >= limit) return 'limit';
  const first = actionLevel ?? limit;
  if (upper >= limit && upper > lower) return 'unknown';
  if (lower >= first) return 'action level';
  return upper >= first ? 'unknown' : 'below';
}

/** What was unknown for too long counts by its upper bound. */
export function actsOf(value: Interval, limit: number, actionLevel: number | null, unknownLong: boolean): Acts {
  const counted = unknownLong ? value.upper : value.lower;
  if (counted >= limit) return 'evacuate';
  return actionLevel !== null && counted >= actionLevel ? 'stop entry' : 'nothing';
}

/** The worst of the groups, by each jurisdiction's 8-h limits. */
function judgeMixtures(given: PersonCase, lines: readonly JudgedLine[]): JudgedPerson['mixture'] {
  const unknownLong = lines.some(
    ({ line }) =>
      line.measuredShare < 1 && (1 - line.measuredShare) * (given.now - given.shift.from) > given.unknownCountsAfterMs,
  );
  let worst: Interval | null = null;
  for (const { agents: alike } of given.mixtures) {
    for (const jurisdiction of new Set(lines.map(({ line }) => line.jurisdiction))) {
      const parts = lines
        .filter(({ line }) => line.kind === 'TWA' && line.jurisdiction === jurisdiction && alike.includes(line.agent))
        .map(({ line }) => ({ concentration: line.soFar, limit: line.limit }));
      if (parts.length === 0) continue;
      const value = equivalentExposure(parts);
      if (worst === null || value.upper > worst.upper) worst = value;
    }
  }
  if (worst === null) return null;
  return {
    value: worst,
    state: mixtureState(worst),
    acts: worst.lower > 1 || (unknownLong && worst.upper > 1) ? 'evacuate' : 'nothing',
  };
}

/** The rule is ΣC/L ≤ 1: 1 itself is within it. */
const mixtureState = ({ lower, upper }: Interval): DoseLine['state'] =>
  lower > 1 ? 'limit' : upper > 1 ? 'unknown' : 'below';

/** The mean of what is there now, over the last cell's worth of time. */
export const meanOf = (breaths: readonly Breath[]): Interval => {
  const ms = breaths.reduce((sum, { from, to }) => sum + to - from, 0);
  return ms <= 0 ? nothing : over(dose(breaths), ms / hourMs);
};
