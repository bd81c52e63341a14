/** A ledger in memory, which can be full, slow to answer, and read back by a second service. */
import { utcMs } from '../../../plant/clock.ts';
import type { Log } from '../../../plant/log.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { RecordEvent, RecordReceipt, StoredEvent } from '../../../plant/record-event.ts';

export const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };

export class Ledger implements RecordKeeper {
  readonly stored: StoredEvent[] = [];
  full = false;
  /** Settles the appends that were asked for while it was held. */
  #held: (() => void)[] | null = null;

  async append(event: RecordEvent): Promise<RecordReceipt> {
    if (this.full) throw new Error('the disk is full');
    if (this.#held !== null) await new Promise<void>((resolve) => this.#held?.push(resolve));
    const stored = { scope: event.scope, seq: this.stored.length + 1, hash: '', utc: utcMs(0), event };
    this.stored.push(stored);
    return stored;
  }

  hold(): void {
    this.#held = [];
  }

  letGo(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const resolve of held) resolve();
  }

  actions(): string[] {
    return this.stored.map(({ event }) => `${event.object} ${event.action}`);
  }

  read(scope: string, fromSeq: number, limit: number): Promise<readonly StoredEvent[]> {
    const events = this.stored.filter((event) => event.scope === scope && event.seq >= fromSeq);
    return Promise.resolve(events.slice(0, limit));
  }

  scopes = (): ReturnType<RecordKeeper['scopes']> => Promise.resolve([]);
}
