/** The genealogy: follows the ledger's scopes as they grow, and answers where things went and what they were made of. */
import { mesolineError, messageOf } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import type { Genealogy, GenealogyDesk, GenealogyQuestion } from '../../../plant/ports/genealogy.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { Room, RoomHealth, RoomState } from '../../../plant/ports/room.ts';
import { lotsScope } from '../events.ts';
import { labelsScope } from '../labels/events.ts';
import { batchPrefix, equipmentPrefix, GenealogyBook } from './book.ts';
import { traceOf } from './trace.ts';

export type GenealogyOptions = Readonly<{ log: Log; records: Pick<RecordKeeper, 'read' | 'scopes'> }>;
export type GenealogyRoom = Room & Readonly<{ desk: GenealogyDesk }>;

/** An append that comes meanwhile waits for one such reading at most, and the scan for what it costs to take it over. */
const readAtOnce = 200;
/** Steps of one answer. */
const atOnce = 500;
const mostFound = 20;

export const createGenealogy = (options: GenealogyOptions): GenealogyRoom => new Follower(options);

class Follower implements GenealogyRoom {
  readonly name = 'genealogy';
  readonly desk: GenealogyDesk = { trace: (question) => this.#trace(question), find: (text) => this.#find(text) };
  readonly #options: GenealogyOptions;
  #book = new GenealogyBook();
  /** Of each scope, up to which event it is read. */
  #read = new Map<string, number>();
  #state: RoomState = 'stopped';
  #failed: string | null = null;
  #reading: Promise<void> | null = null;

  constructor(options: GenealogyOptions) {
    this.#options = options;
  }

  /** Reading a ledger of years takes seconds, and nobody waits for it but who asks. */
  start(): Promise<void> {
    this.#state = 'ready';
    void this.#upToDate().catch(() => undefined);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    await this.#reading?.catch(() => undefined);
    this.#book = new GenealogyBook();
    this.#read = new Map();
  }

  health(): RoomHealth {
    const events = [...this.#read.values()].reduce((sum, count) => sum + count, 0);
    const figures = { scopes: this.#read.size, eventsRead: events };
    const { unreadable } = this.#book;
    const places = unreadable.map(({ scope, seq }) => `${scope} #${seq}`).join(', ');
    const trouble = this.#failed ?? (places === '' ? null : `Entries cannot be read: ${places}.`);
    if (this.#state === 'ready' && trouble !== null) return { state: 'degraded', detail: trouble, figures };
    return { state: this.#state, detail: `${events} events of ${this.#read.size} scopes are followed.`, figures };
  }

  async #trace({ kind, id, direction, from }: GenealogyQuestion): Promise<Genealogy | null> {
    await this.#upToDate();
    const { links, calibratedFor } = this.#book;
    if (!links.has({ kind, id })) return null;
    const all = traceOf(links, { kind, id }, direction, calibratedFor);
    const end = from + atOnce;
    return {
      of: links.view({ kind, id }),
      direction,
      steps: all.slice(from, end),
      total: all.length,
      next: end < all.length ? end : null,
    };
  }

  async #find(text: string): ReturnType<GenealogyDesk['find']> {
    await this.#upToDate();
    const found = this.#book.links.named(text, mostFound);
    // What is scanned from a label ends with the number of the copy.
    return found.length > 0
      ? found
      : this.#book.links.named(text.slice(0, -2), 1).filter(({ kind }) => kind === 'label');
  }

  /** Reads what has come; whoever asks meanwhile waits for the same reading, and then for what came since. */
  async #upToDate(): Promise<void> {
    this.#refuseUnlessReady();
    while (this.#reading !== null) await this.#reading.catch(() => undefined);
    const reading = this.#follow();
    this.#reading = reading;
    try {
      await reading;
      this.#failed = null;
    } catch (thrown) {
      this.#failed = `The record could not be read: ${messageOf(thrown)}`;
      this.#options.log.error({ reason: messageOf(thrown) }, 'the genealogy could not read the record');
      throw thrown;
    } finally {
      this.#reading = null;
    }
  }

  async #follow(): Promise<void> {
    const { records } = this.#options;
    const meant = [lotsScope, labelsScope, equipmentPrefix, batchPrefix];
    for (const prefix of meant)
      for (const { scope, count } of await records.scopes(prefix))
        for (let next = (this.#read.get(scope) ?? 0) + 1; next <= count && this.#state === 'ready';) {
          const stored = await records.read(scope, next, readAtOnce);
          const last = stored.at(-1)?.seq;
          if (last === undefined) break;
          for (const each of stored) this.#book.remember(each);
          this.#read.set(scope, last);
          next = last + 1;
        }
    // A trace of half a record would leave out what it does not know.
    this.#refuseUnlessReady();
  }

  #refuseUnlessReady(): void {
    if (this.#state !== 'ready')
      throw mesolineError('genealogy-not-ready', 'genealogy', `It is ${this.#state}.`, 'Ask again when it is ready.');
  }
}
