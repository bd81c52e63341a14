/**
 * What one person has breathed of one agent, for one fraction: the zone's readings while in it, and in their place, for its
 * own time, what a filter worn by the person has found. Pure.
 */
import type { FilterResult, Fraction } from '../../plant/exposure.ts';
import type { Breath } from './dose.ts';
import type { Stay } from './presence.ts';

export type Breathed = Readonly<{
  /** In order of time and apart. */
  breaths: readonly Breath[];
  /** Time in zones where the agent is measured, or with a filter on. */
  presentMs: number;
  /** Of it, with a value of its own. */
  measuredMs: number;
  /** Of it, with a filter that says enough for this fraction. */
  sampledMs: number;
}>;

/** What a zone had to be breathed between two times, without a hole; null where the agent is not measured there. */
export type ZoneAir = (zone: string, from: number, to: number) => readonly Breath[] | null;

/** EN 481: what is respirable is part of what a closed cassette collects, and that of what is inhalable. */
const coarseness: Readonly<Record<Fraction, number>> = { respirable: 0, total: 1, inhalable: 2, gas: 0 };

/** @param samples of this person and agent; where two overlap, the one whose fraction is nearest counts */
export function breathed(
  stays: readonly Stay[],
  samples: readonly FilterResult[],
  fraction: Fraction,
  air: ZoneAir,
  span: Readonly<{ from: number; to: number }>,
): readonly Breath[] {
  const worn = samples
    .filter(({ fraction: of }) => coarseness[of] >= coarseness[fraction])
    .map((sample) => ({ ...sample, from: Math.max(sample.from, span.from), to: Math.min(sample.to, span.to) }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => coarseness[a.fraction] - coarseness[b.fraction] || a.from - b.from);
  const parts: Breath[] = [];
  const taken: Spell[] = [];
  for (const { from, to, concentration, fraction: of } of worn) {
    for (const piece of without({ from, to }, taken)) {
      // A coarser fraction holds this one: no more of it than that.
      parts.push({ ...piece, lower: of === fraction ? concentration : 0, upper: concentration, sampled: true });
    }
    taken.push({ from, to });
  }
  for (const stay of stays) {
    for (const piece of without(stay, taken)) {
      const found = air(stay.zone, piece.from, piece.to);
      if (found !== null) for (const breath of found) parts.push(breath);
    }
  }
  return parts.sort((a, b) => a.from - b.from);
}

/** How much of the time that was breathed from `from` on has a value, and how much a filter. */
export function knownOf(breaths: readonly Breath[], from: number): Omit<Breathed, 'breaths'> {
  let [presentMs, measuredMs, sampledMs] = [0, 0, 0];
  for (const breath of breaths) {
    const ms = breath.to - Math.max(breath.from, from);
    if (ms <= 0) continue;
    presentMs += ms;
    measuredMs += ms * (breath.measured ?? 1);
    if (breath.sampled === true) sampledMs += ms;
  }
  return { presentMs, measuredMs, sampledMs };
}

type Spell = Readonly<{ from: number; to: number }>;

/** What is left of a spell beside others. */
function without(spell: Spell, others: readonly Spell[]): readonly Spell[] {
  let left: readonly Spell[] = [spell];
  for (const { from, to } of others) {
    left = left.flatMap((piece) =>
      [
        { from: piece.from, to: Math.min(piece.to, from) },
        { from: Math.max(piece.from, to), to: piece.to },
      ].filter((rest) => rest.from < rest.to),
    );
  }
  return left;
}
