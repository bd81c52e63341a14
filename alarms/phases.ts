/** Which phase runs on which skid: what suppresses an alarm by design. */
import type { BatchState, BatchView } from '../plant/batch-view.ts';
import type { SkidName } from '../plant/sample.ts';

const over: ReadonlySet<BatchState> = new Set(['Idle', 'Complete', 'Stopped', 'Aborted']);

export class Phases {
  readonly #running = new Map<SkidName, Readonly<{ batch: string; phase: string | null }>>();

  /** News of a batch that has ended does not end the phase of the one after it. */
  changed({ id, skid, state, phase }: BatchView): void {
    if (!over.has(state)) this.#running.set(skid, { batch: id, phase });
    else if (this.#running.get(skid)?.batch === id) this.#running.delete(skid);
  }

  of(skid: SkidName): string | null {
    return this.#running.get(skid)?.phase ?? null;
  }
}
