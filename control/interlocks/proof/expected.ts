/**
 * What the matrix's rules (safety.md §2) ask of a row, reckoned from its words and what was so until now. Nothing of the step is
 * used here, so that the two can be held against each other.
 */
import { asksField, demandRank, higherDemand, type Demand, type Measure } from '../../../plant/safe-state.ts';
import type { InterlockDefinition, Vote } from '../../../plant/skid/definition.ts';
import type { ConditionFacts, Facts } from './facts.ts';

/** What is known of a row's past since the last reset. Times are process time in ms. */
export type Memory = Readonly<{
  /** Since when the vote of each trip has stood without a break; null where it does not. */
  since: readonly (number | null)[];
  warnSince: number | null;
  /** What must be demanded, and taken, until a reset. */
  held: Demand;
  heldMeasures: readonly Measure[];
  /** Since when no cause has been present. */
  awaySince: number | null;
}>;

export type Expected = Readonly<{
  memory: Memory;
  /** At least. */
  demand: Demand;
  measures: readonly Measure[];
  warns: boolean;
  /** Nothing is left to go by. */
  blind: boolean;
  lost: boolean;
  /** Why a reset must be refused; null where it must not. */
  refuses: string | null;
  /** A reset must be taken: whole, and without a cause for long enough, whatever was held. */
  mayReset: boolean;
  /** Why the demand must be what it is, for a person. */
  because: string;
}>;

export const freshMemory = ({ trip }: InterlockDefinition): Memory => ({
  since: trip.map(() => null),
  warnSince: null,
  held: 'none',
  heldMeasures: [],
  awaySince: null,
});

type Count = Readonly<{ stands: boolean; lost: boolean; blind: boolean }>;

/** The table of votes with its declared degradation: how many of those that are left must say "trip". */
const needed: Readonly<Record<Vote, readonly number[]>> = {
  '1oo1': [1, 1],
  '1oo2': [1, 1, 1],
  '1oo3': [1, 1, 1, 1],
  '2oo2': [1, 1, 2],
  '2oo3': [1, 1, 1, 2],
};

export function countOf(
  vote: Vote,
  { arming, says }: ConditionFacts,
  able: readonly boolean[],
  bypassed: number | null,
): Count {
  if (arming === 'out of mode') return { stands: false, lost: false, blind: false };
  const channels = says.map((said, i) => ({ i, said })).filter(({ i }) => i !== bypassed);
  const knows = channels.filter(({ i, said }) => (arming === 'armed' ? said !== null : able[i] === true));
  const votes = arming === 'armed' ? knows.filter(({ said }) => said === true).length : 0;
  return {
    stands: votes >= (needed[vote][knows.length] ?? 1),
    lost: knows.length < channels.length,
    blind: channels.length > 0 && knows.length === 0,
  };
}

export type Situation = Readonly<{
  definition: InterlockDefinition;
  facts: Facts;
  now: number;
  bypassed: number | null;
  /** Whether a field controller could run HOT-HOLD. */
  controlled: boolean;
  /** The row goes by the field's own first-out, which stands until the reset itself and so does not stand against it. */
  ofFirstOut: boolean;
}>;

export function expectedOf(
  { definition, facts, now, bypassed, controlled, ofFirstOut }: Situation,
  before: Memory,
): Expected {
  const counts = facts.trips.map((facts_) => countOf(definition.vote, facts_, facts.able, bypassed));
  const since = counts.map(({ stands }, i) => (stands ? (before.since[i] ?? now) : null));
  const due = definition.trip.filter(({ for: delay }, i) => {
    const from = since[i] ?? null;
    return from !== null && now - from >= delay;
  });
  const blind = counts.some((count) => count.blind);
  const lost = counts.some((count) => count.lost);
  const doubt: Demand = !blind
    ? 'none'
    : definition.action === 'E'
      ? 'S'
      : facts.temperature !== 'cold' && controlled
        ? 'H'
        : 'B';
  let demand: Demand = doubt;
  for (const { action } of due) if (action !== 'A') demand = higherDemand(demand, action);
  const latches = definition.latch || asksField(demand);
  const measures = due.flatMap((trip) => trip.measures);
  const held = latches ? higherDemand(before.held, demand) : before.held;
  const heldMeasures = definition.latch ? [...new Set([...before.heldMeasures, ...measures])] : before.heldMeasures;
  const present = blind || counts.some(({ stands }) => stands);
  const awaySince = present ? null : (before.awaySince ?? now);
  const warning = facts.warn === null ? null : countOf(definition.vote, facts.warn, facts.able, bypassed);
  const warnSince = warning?.stands === true ? (before.warnSince ?? now) : null;
  const warned = warnSince !== null && now - warnSince >= (definition.warn?.for ?? Infinity) ? definition.warn : null;
  // What still acts for its off-delay is a cause that is present.
  const lingers = Math.max(...definition.trip.map(({ off }) => off), 0);
  const memory = { since, warnSince, held, heldMeasures, awaySince };
  return {
    memory,
    demand: higherDemand(higherDemand(held, demand), lost && !blind ? 'B' : 'none'),
    measures: [...heldMeasures, ...measures, ...(warned?.measures ?? [])],
    warns: warned !== null || due.some(({ action }) => action === 'A'),
    blind,
    lost,
    refuses:
      ofFirstOut && !blind && !lost && present ? null : refusal(definition, { present, lost, held, awaySince, now }),
    mayReset: !present && !lost && awaySince !== null && now - awaySince >= definition.reset.away + lingers,
    because: reason({ due, blind, lost, doubt, held }),
  };
}

function refusal(
  { reset }: InterlockDefinition,
  {
    present,
    lost,
    held,
    awaySince,
    now,
  }: Readonly<{ present: boolean; lost: boolean; held: Demand; awaySince: number | null; now: number }>,
): string | null {
  if (present) return 'the cause is present';
  if (lost) return 'a channel is lost';
  const away = awaySince === null ? 0 : now - awaySince;
  return held !== 'none' && away < reset.away
    ? `the cause has been away for ${away / 1000} of ${reset.away / 1000} s`
    : null;
}

function reason({
  due,
  blind,
  lost,
  doubt,
  held,
}: Readonly<{ due: InterlockDefinition['trip']; blind: boolean; lost: boolean; doubt: Demand; held: Demand }>): string {
  const now = due.reduce<Demand>(
    (highest, { action }) => (action === 'A' ? highest : higherDemand(highest, action)),
    doubt,
  );
  if (held !== 'none' && demandRank(held) > demandRank(now)) return `the row asked for ${held} and was not reset`;
  const [first] = due;
  if (first !== undefined) return `"${first.when.text}" has had its vote for ${first.for / 1000} s`;
  if (blind) return `no channel is left to go by, which asks for ${doubt}`;
  return lost ? 'a channel is lost, which blocks a start' : 'nothing stands';
}
