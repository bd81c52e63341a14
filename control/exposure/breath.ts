/**
 * What one person has breathed of one agent, for one fraction: the zone's readings while in it, and in their place, for its
 * own time, what a filter worn by the person has found. Pure.
 */
import type { FilterResult, Fraction } from '../../plant/exposure.ts';
import type { Breath } from './dose.ts';
import type { Stay } from './presence.ts';
import type { Steps } from './steps.ts';

export type Breathed = Readonly<{
  /** In order of time and apart. */
  breaths: readonly Breath[];
  /** Time in zones where the agent is measured, or with a filter on. */
  presentMs: number;
  /** Of it, with a value of its own. */
  measuredMs: number;
  /** Of it, with a filter that says enough for this fraction. */
  sampledMs: number;
  /** Of it, what an instrument or a filter should have told and did not. */
  missedMs: number;
}>;

/** What a zone had to be breathed between two times, without a hole; null for an agent that no instrument of the site measures. */
export type ZoneAir = (zone: string, from: number, to: number) => Steps<readonly Breath[] | null>;

/** EN 481: what is respirable is part of what a closed cassette collects, and that of what is inhalable. */
const coarseness: Readonly<Record<Fraction, number>> = { respirable: 0, total: 1, inhalable: 2, gas: 0 };

/** @param samples of this person and agent; where two overlap, the one whose fraction is nearest counts */
export function* breathed(
  stays: readonly Stay[],
  samples: readonly FilterResult[],
  fraction: Fraction,
  air: ZoneAir,
  span: Readonly<{ from: number; to: number }>,
): Steps<readonly Breath[]> {
  const inSpan = samples
    .map((sample): FilterSpell => ({
      ...sample,
      from: Math.max(sample.from, span.from),
      to: Math.min(sample.to, span.to),
    }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => coarseness[a.fraction] - coarseness[b.fraction] || a.from - b.from);
  const parts: Breath[] = [];
  const taken: Spell[] = [];
  for (const sample of inSpan.filter(({ fraction: of }) => coarseness[of] >= coarseness[fraction])) {
    for (const piece of without(sample, taken)) parts.push({ ...piece, ...saidBy(sample, fraction), sampled: true });
    taken.push(sample);
  }
  for (const stay of stays) {
    for (const piece of without(stay, taken)) {
      const found = yield* air(stay.zone, piece.from, piece.to);
      if (found !== null) for (const breath of found) parts.push(breath);
    }
  }
  const sorted = parts.sort((a, b) => a.from - b.from);
  yield sorted.length;
  // A finer fraction is part of this one: no less of it than that.
  return inSpan
    .filter(({ fraction: of, belowDetection = false }) => coarseness[of] < coarseness[fraction] && !belowDetection)
    .reduce<readonly Breath[]>(
      (breaths, sample) => raised(breaths, without(sample, taken), sample.concentration),
      sorted,
    );
}

/** A coarser fraction holds this one: no more of it than that, and how much is not known. */
function saidBy(
  {
    fraction: of,
    concentration,
    belowDetection = false,
  }: Pick<FilterResult, 'fraction' | 'concentration' | 'belowDetection'>,
  fraction: Fraction,
): Pick<Breath, 'lower' | 'upper' | 'measured'> {
  const isSame = of === fraction;
  return { lower: isSame && !belowDetection ? concentration : 0, upper: concentration, measured: isSame ? 1 : 0 };
}

/** The same, with at least `least` in these spells. */
function raised(breaths: readonly Breath[], spells: readonly Spell[], least: number): readonly Breath[] {
  const parts: Breath[] = [];
  for (const breath of breaths) {
    parts.push(...without(breath, spells).map((piece) => ({ ...breath, ...piece })));
    for (const { from, to } of spells) {
      const inside = { from: Math.max(from, breath.from), to: Math.min(to, breath.to) };
      if (inside.from >= inside.to) continue;
      const { lower, upper } = breath;
      parts.push({ ...breath, ...inside, lower: Math.max(lower, least), upper: Math.max(upper, least) });
    }
  }
  for (const spell of spells)
    for (const piece of without(spell, breaths)) parts.push({ ...piece, lower: least, upper: least, measured: 0 });
  return parts.sort((a, b) => a.from - b.from);
}

/** How much of the time that was breathed from `from` on has a value, and how much a filter. */
export function knownOf(breaths: readonly Breath[], from: number): Omit<Breathed, 'breaths'> {
  let [presentMs, measuredMs, sampledMs, missedMs] = [0, 0, 0, 0];
  for (const breath of breaths) {
    const ms = breath.to - Math.max(breath.from, from);
    if (ms <= 0) continue;
    const { measured = 1, sampled = false, unfitted = false } = breath;
    presentMs += ms;
    measuredMs += ms * measured;
    if (sampled) sampledMs += ms;
    if (!unfitted) missedMs += ms * (1 - measured);
  }
  return { presentMs, measuredMs, sampledMs, missedMs };
}

type FilterSpell = Omit<FilterResult, 'from' | 'to'> & Spell;
type Spell = Readonly<{ from: number; to: number }>;

/** What is left of a spell beside others. */
function without({ from: begin, to: end }: Spell, others: readonly Spell[]): readonly Spell[] {
  let left: readonly Spell[] = [{ from: begin, to: end }];
  for (const { from, to } of others) {
    if (to <= begin || from >= end) continue;
    left = left.flatMap((piece) =>
      [
        { from: piece.from, to: Math.min(piece.to, from) },
        { from: Math.max(piece.from, to), to: piece.to },
      ].filter((rest) => rest.from < rest.to),
    );
  }
  return left;
}
