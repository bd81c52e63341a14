/** Who was where: a log whose entries may come late and in any order, folded into stays. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';

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

/** Entries of one person, as they count: by their time, one for each moment. */
export type PersonLog = readonly PresenceEntry[];

export class PresenceLog {
  readonly #entries = new Map<string, PresenceEntry[]>();
  readonly #inForce = new Map<string, PersonLog>();

  add(entry: PresenceEntry): void {
    const own = this.#entries.get(entry.personId);
    if (own === undefined) this.#entries.set(entry.personId, [entry]);
    else own.push(entry);
    this.#inForce.delete(entry.personId);
  }

  people(): Iterable<string> {
    return this.#entries.keys();
  }

  of(personId: string): PersonLog {
    const known = this.#inForce.get(personId) ?? inForce(this.#entries.get(personId) ?? []);
    this.#inForce.set(personId, known);
    return known;
  }

  /** Entries that can no longer matter after `before` are let go; where a person was at that moment is kept. */
  forget(before: number): void {
    for (const [personId, entries] of this.#entries) {
      if (!entries.some(({ at }) => at < before)) continue;
      const last = this.of(personId).findLast(({ at }) => at < before);
      const kept = entries.filter((entry) => entry.at >= before || (entry === last && entry.zone !== null));
      if (kept.length === entries.length) continue;
      this.#inForce.delete(personId);
      if (kept.length === 0) this.#entries.delete(personId);
      else this.#entries.set(personId, kept);
    }
  }

  /** What was logged of a later time is taken as of this one. */
  noLaterThan(now: number): void {
    for (const [personId, entries] of this.#entries) {
      if (!entries.some(({ at }) => at > now)) continue;
      // The last of them is what counts: they are put in order before they are of one moment.
      const late = inForce(entries.filter(({ at }) => at > now)).at(-1);
      const kept = entries.filter(({ at }) => at <= now);
      const order = Math.max(...entries.map((entry) => entry.order));
      this.#entries.set(personId, late === undefined ? kept : [...kept, { ...late, order, at: utcMs(now) }]);
      this.#inForce.delete(personId);
    }
  }
}

function inForce(entries: readonly PresenceEntry[]): PersonLog {
  const at = new Map<number, PresenceEntry>();
  for (const entry of entries) {
    const other = at.get(entry.at);
    if (other === undefined || other.order < entry.order) at.set(entry.at, entry);
  }
  return [...at.values()].sort((a, b) => a.at - b.at);
}

/** Stays within `from` to `to`; whoever has not left is still there. */
export function staysOf(log: PersonLog, from: number, to: number): readonly Stay[] {
  return log.flatMap(({ zone, at }, index) => {
    const [begin, end] = [Math.max(at, from), Math.min(log[index + 1]?.at ?? to, to)];
    return zone === null || begin >= end ? [] : [{ zone, from: begin, to: end }];
  });
}

/** Where a person is, and since when without a break; null where in no zone. */
export function whereIs(log: PersonLog, now: number): Readonly<{ zone: string; since: UtcMs }> | null {
  const index = log.findLastIndex(({ at }) => at <= now);
  const last = log[index];
  if (last === undefined || last.zone === null) return null;
  let first = last;
  for (let i = index; i >= 0; i--) {
    const entry = log[i];
    if (entry === undefined || entry.zone !== last.zone) break;
    first = entry;
  }
  return { zone: last.zone, since: first.at };
}
