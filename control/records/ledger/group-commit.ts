/** Group commit: what arrives while the disk is busy goes into the next transaction together; each is answered after it. */
import type { RecordReceipt } from '../../../plant/record-event.ts';
import type { Draft, Ledger } from './ledger.ts';

/** More in one transaction gains nothing and makes the first one wait. */
const mostAtOnce = 500;

type Waiting = Readonly<{ draft: Draft; resolve: (receipt: RecordReceipt) => void; reject: (error: unknown) => void }>;

export class GroupCommit {
  readonly #ledger: Ledger;
  #queue: Waiting[] = [];
  #due = false;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Settles when it is on disk. The order of calls is the order in the record. */
  add(draft: Draft): Promise<RecordReceipt> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ draft, resolve, reject });
      if (this.#due) return;
      this.#due = true;
      setImmediate(() => this.flush());
    });
  }

  /** Writes what waits, now. */
  flush(): void {
    this.#due = false;
    const waiting = this.#queue;
    this.#queue = [];
    for (let from = 0; from < waiting.length; from += mostAtOnce) this.#commit(waiting.slice(from, from + mostAtOnce));
  }

  #commit(group: readonly Waiting[]): void {
    try {
      const receipts = this.#ledger.append(group.map(({ draft }) => draft));
      group.forEach(({ resolve }, index) => {
        const receipt = receipts[index];
        if (receipt !== undefined) resolve(receipt);
      });
    } catch (error) {
      // One that cannot be made must not take the others with it; a full disk takes all.
      if (group.length === 1 || ofTheDisk(error)) for (const { reject } of group) reject(error);
      else for (const one of group) this.#commit([one]);
    }
  }
}

const ofTheDisk = (error: unknown): boolean => {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error && 'code' in cause;
};
