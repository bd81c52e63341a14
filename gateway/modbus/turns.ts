/** Whose turn it is on a bus: urgent requests first, then unit by unit, and between two rounds one that did not answer. */
import { monotonic, type Monotonic } from '../../plant/clock.ts';
import type { BusUnit } from './bus-unit.ts';
import type { ProbeBudget } from './probe-budget.ts';

export type Turn = Readonly<{ unit: BusUnit; kind: 'urgent' | 'ordinary' | 'probe' }>;

export class Turns {
  readonly #units: readonly BusUnit[];
  readonly #budget: ProbeBudget;
  #next = 0;
  #roundDone = true;

  /** @param units as the bus keeps them; they may come and go */
  constructor(units: readonly BusUnit[], budget: ProbeBudget) {
    this.#units = units;
    this.#budget = budget;
  }

  /** @param held the bus may still wait for one that did not answer: no other such is added while somebody lives */
  take(now: Monotonic, held: boolean): Turn | null {
    const urgent = this.#units.find((unit) => unit.urgent.length > 0);
    if (urgent !== undefined) return { unit: urgent, kind: 'urgent' };
    const waiting = this.#waiting();
    if ((this.#roundDone || waiting === null) && !(held && this.#someLive())) {
      const probed = this.#probe(now);
      if (probed !== null) {
        this.#roundDone = false;
        return { unit: probed, kind: 'probe' };
      }
    }
    if (waiting === null) return null;
    if (waiting < this.#next) this.#roundDone = true;
    this.#next = waiting + 1;
    const unit = this.#units[waiting];
    return unit === undefined ? null : { unit, kind: 'ordinary' };
  }

  /** When there will be something to do that nobody brings; null where there will not. */
  wakeAt(now: Monotonic): Monotonic | null {
    let soonest: number | null = null;
    for (const unit of this.#units) if (unit.due !== null) soonest = Math.min(soonest ?? unit.due, unit.due);
    if (soonest === null) return null;
    return monotonic(this.#someLive() ? Math.max(soonest, this.#budget.nextAt(now)) : soonest);
  }

  #waiting(): number | null {
    const count = this.#units.length;
    for (let i = 0; i < count; i += 1) {
      const at = (this.#next + i) % count;
      if ((this.#units[at]?.ordinary.length ?? 0) > 0) return at;
    }
    return null;
  }

  /** The first look at a unit is free; after it, what does not answer shares its part of the time. */
  #probe(now: Monotonic): BusUnit | null {
    let probed: BusUnit | null = null;
    for (const unit of this.#units) {
      if (unit.due === null || unit.due > now) continue;
      if (unit.looked && this.#someLive() && !this.#budget.allows(now)) continue;
      if (probed?.due == null || unit.due < probed.due) probed = unit;
    }
    return probed;
  }

  #someLive(): boolean {
    return this.#units.some(({ state }) => state === 'connected');
  }
}
