/** The room of configuration: at each start it compares the files with what was recorded last, and lets people approve what changed. */
import { join } from 'node:path';
import type { ConfigurationStep } from '../../plant/configuration-view.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { ConfigurationDesk, ConfigurationSource } from '../../plant/ports/configuration.ts';
import type { GroupKeeper } from '../../plant/ports/record-keeper.ts';
import type { Room, RoomHealth, RoomState } from '../../plant/ports/room.ts';
import type { StartGate } from '../../plant/ports/start-gate.ts';
import type { StoredEvent } from '../../plant/record-event.ts';
import { bookOf, openOf, type ConfigurationBook } from './book.ts';
import { createDesk, type DeskPorts } from './desk.ts';
import { changedRecord, installedRecord, scope } from './events.ts';
import { readConfiguration, type ConfigurationFile } from './files.ts';
import { createGate } from './gate.ts';
import { Texts } from './texts.ts';

export type ConfigurationOptions = DeskPorts &
  Readonly<{
    records: GroupKeeper;
    /** Name of the site, as the record has it. */
    site: string;
    sources: readonly ConfigurationSource[];
    dataFolder: string;
  }>;

export type ConfigurationRoom = Room & Readonly<{ desk: ConfigurationDesk; gate: StartGate }>;

const readAtOnce = 500;

export const createConfiguration = (options: ConfigurationOptions): ConfigurationRoom => new TheRoom(options);

class TheRoom implements ConfigurationRoom {
  readonly name = 'configuration';
  readonly desk: ConfigurationDesk;
  readonly gate: StartGate;
  readonly #options: ConfigurationOptions;
  readonly #texts: Texts;
  #events: readonly StoredEvent[] = [];
  #book: ConfigurationBook | null = null;
  #state: RoomState = 'stopped';
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ConfigurationOptions) {
    this.#options = options;
    this.#texts = new Texts(join(options.dataFolder, 'configuration'));
    this.gate = createGate(() => this.#book);
    this.desk = createDesk({
      ...options,
      texts: this.#texts,
      book: () => this.#known(),
      refresh: () => this.#refresh(),
      inTurn: (task) => this.#inTurn(task),
    });
  }

  /** @throws MesolineError `configuration-unreadable`; as the record does where it cannot be written */
  async start(): Promise<void> {
    if (this.#state === 'ready') return;
    this.#state = 'starting';
    try {
      await this.#compare();
      this.#state = 'ready';
    } catch (thrown) {
      this.#state = 'failed';
      throw thrown;
    }
  }

  async stop(): Promise<void> {
    await this.#turn;
    this.#state = 'stopped';
  }

  health(): RoomHealth {
    if (this.#book === null) return { state: this.#state, detail: 'Configuration was not compared yet.' };
    const [open, files] = [openOf(this.#book).length, this.#book.files.size];
    const detail =
      open === 0
        ? `${files} files are as they were approved or installed.`
        : `${open} of ${files} files changed and are not approved: no batch for product starts.`;
    const figures = { files, notApproved: open };
    if (this.#state === 'ready' && this.#book.unreadable.length > 0)
      return { state: 'degraded', detail: 'Lines of its record cannot be read.', figures };
    return { state: this.#state, detail, figures };
  }

  async #compare(): Promise<void> {
    const { records, site, sources, log } = this.#options;
    const files = readConfiguration(sources);
    const before = await this.#refresh();
    // The texts first: what the record names can be looked at, whenever the power goes.
    this.#texts.keep(files);
    if (before.installedAt === null) {
      await records.append(installedRecord(site, files));
      log.info({ files: files.length }, 'configuration is recorded as installed: first start on this data folder');
    } else {
      const steps = stepsFrom(before, files);
      if (steps.length > 0) {
        await records.appendAll(steps.map(changedRecord));
        log.warn({ files: steps.map(({ file }) => file) }, 'configuration has changed since the last start');
      }
    }
    await this.#refresh();
  }

  async #refresh(): Promise<ConfigurationBook> {
    for (;;) {
      const read = await this.#options.records.read(scope, this.#events.length + 1, readAtOnce);
      this.#events = [...this.#events, ...read];
      if (read.length < readAtOnce) break;
    }
    this.#book = bookOf(this.#events);
    return this.#book;
  }

  #known(): ConfigurationBook {
    if (this.#book !== null && this.#state === 'ready') return this.#book;
    throw mesolineError(
      'configuration-not-ready',
      'configuration',
      'It is not compared with its record yet.',
      'Wait until the service is ready.',
    );
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(task);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

/** From what was recorded last to what is there now. */
function stepsFrom(book: ConfigurationBook, files: readonly ConfigurationFile[]): readonly ConfigurationStep[] {
  const now = new Map(files.map(({ file, digest }) => [file, digest]));
  const names = [...new Set([...book.files.keys(), ...now.keys()])].sort();
  return names
    .map((file) => ({ file, old: book.files.get(file)?.digest ?? null, new: now.get(file) ?? null }))
    .filter((step) => step.old !== step.new);
}
