/**
 * Group commit: what arrives while the disk is busy goes into the next transaction together; each is answered after it. One
 * transaction is on its way at a time, so that the order of calls stays the order in the record.
 */
import { MesolineError } from '../../../plant/errors.ts';
import type { RecordReceipt } from '../../../plant/record-event.ts';
import type { Draft, Ledger } from './ledger.ts';

/** More in one transaction gains nothing and makes the first one wait. */
const mostAtOnce = 500;

type Waiting = Readonly<{
  /** All of them, or none. */
  drafts: readonly Draft[];
  resolve: (receipts: readonly RecordReceipt[]) => void;
  reject: (error: unknown) => void;
}>;

export class GroupCommit {
  readonly #ledger: Ledger;
  readonly #queue: Waiting[] = [];
  #due = false;
  #running: Promise<void> = Promise.resolve();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Settles when it is on disk. The order of calls is the order in the record. */
  async add(draft: Draft): Promise<RecordReceipt> {
    const [receipt] = await this.addAll([draft]);
    if (receipt === undefined) throw new RangeError('one draft gave no receipt');
    return receipt;
  }

  /** As `add`, of drafts that belong together. */
  addAll(drafts: readonly Draft[]): Promise<readonly RecordReceipt[]> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ drafts, resolve, reject });
      if (this.#due) return;
      this.#due = true;
      setImmediate(() => void this.flush());
    });
  }

  /** Writes what waits, after what is being written; settles when all of it was answered. */
  flush(): Promise<void> {
    this.#due = false;
    this.#running = this.#running.then(() => this.#drain());
    return this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) await this.#commit(this.#queue.splice(0, mostAtOnce));
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      const receipts = await this.#ledger.append(group.flatMap(({ drafts }) => drafts));
      let from = 0;
      for (const { drafts, resolve } of group) {
        resolve(receipts.slice(from, from + drafts.length));
        from += drafts.length;
      }
    } catch (error) {
      // One that cannot be made must not take the others with it; a full disk takes all.
      if (group.length === 1 || ofTheDisk(error)) for (const { reject } of group) reject(error);
      else for (const one of group) await this.#commit([one]);
    }
  }
}

const ofTheDisk = (error: unknown): boolean => {
  if (error instanceof MesolineError && error.code.startsWith('ledger-')) return true;
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error && 'code' in cause;
};
