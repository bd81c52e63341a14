/** Who was where: a log whose entries may come late and in any order, folded into stays. Pure. */
import type { UtcMs } from '../../plant/clock.ts';

export type PresenceEntry = Readonly<{
  /** Counts up as entries are recorded: of two for one moment the later one corrects the earlier. */
  order: number;
  personId: string;
  printedName: string;
  /** Null: the person left. */
  zone: string | null;
  at: UtcMs;
}>;

export type Stay = Readonly<{ zone: string; from: number; to: number }>;

/** One person's entries as they count: by their time, one for each moment. */
function inForce(log: readonly PresenceEntry[], personId: string): readonly PresenceEntry[] {
  const at = new Map<number, PresenceEntry>();
  for (const entry of log) {
    if (entry.personId !== personId) continue;
    const other = at.get(entry.at);
    if (other === undefined || other.order < entry.order) at.set(entry.at, entry);
  }
  return [...at.values()].sort((a, b) => a.at - b.at);
}

/** Stays within `from` to `to`; whoever has not left is still there. */
export function staysOf(log: readonly PresenceEntry[], personId: string, from: number, to: number): readonly Stay[] {
  const entries = inForce(log, personId);
  return entries.flatMap(({ zone, at }, index) => {
    const [begin, end] = [Math.max(at, from), Math.min(entries[index + 1]?.at ?? to, to)];
    return zone === null || begin >= end ? [] : [{ zone, from: begin, to: end }];
  });
}

/** Where a person is, and since when without a break; null where in no zone. */
export function whereIs(
  log: readonly PresenceEntry[],
  personId: string,
  now: number,
): Readonly<{ zone: string; since: UtcMs }> | null {
  const entries = inForce(log, personId).filter(({ at }) => at <= now);
  const last = entries.at(-1);
  if (last === undefined || last.zone === null) return null;
  const other = entries.findLastIndex(({ zone }) => zone !== last.zone);
  return { zone: last.zone, since: entries[other + 1]?.at ?? last.at };
}

/** Entries that can no longer matter after `before` are let go; where a person was at that moment is kept. */
export function forget(log: readonly PresenceEntry[], before: number): readonly PresenceEntry[] {
  const people = new Set(log.map(({ personId }) => personId));
  const kept = new Set<PresenceEntry>(log.filter(({ at }) => at >= before));
  for (const personId of people) {
    const last = inForce(log, personId).findLast(({ at }) => at < before);
    if (last !== undefined && last.zone !== null) kept.add(last);
  }
  return log.filter((entry) => kept.has(entry));
}
