/** Which phase runs on which skid: what suppresses an alarm by design. */
import type { BatchView } from '../plant/batch-view.ts';
import type { SkidName } from '../plant/sample.ts';
import { isOver, phaseOn } from '../plant/unit-of-batch.ts';

export class Phases {
  readonly #running = new Map<SkidName, Readonly<{ batch: string; phase: string | null }>>();

  /** News of a batch that has ended does not end the phase of the one after it. */
  changed({ id, units }: Pick<BatchView, 'id' | 'units'>): void {
    for (const unit of units) {
      if (!isOver(unit.state)) this.#running.set(unit.skid, { batch: id, phase: phaseOn(unit) });
      else if (this.#running.get(unit.skid)?.batch === id) this.#running.delete(unit.skid);
    }
  }

  of(skid: SkidName): string | null {
    return this.#running.get(skid)?.phase ?? null;
  }
}
