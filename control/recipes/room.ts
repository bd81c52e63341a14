/** The room of recipes: reads the store from the ledger, answers for it from memory, and says what of it is in doubt. */
import { milliseconds, type Clock } from '../../plant/clock.ts';
import type { Log } from '../../plant/log.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { RecipeDesk, RecipeStore, StoredRecipe } from '../../plant/ports/recipe-desk.ts';
import type { RecordDesk } from '../../plant/ports/record-desk.ts';
import type { GroupKeeper } from '../../plant/ports/record-keeper.ts';
import type { Room, RoomHealth, RoomState } from '../../plant/ports/room.ts';
import { RecordOutbox } from '../../plant/record-outbox.ts';
import type { Skid, SkidType } from '../../plant/skid/definition.ts';
import { CheckThread } from './check-thread.ts';
import type { Checker } from './checker.ts';
import { createDesk, notReady } from './desk.ts';
import { Library } from './library.ts';
import { readShipped, type Shipped } from './shipped.ts';
import { labelled } from './version.ts';

export type RecipesOptions = Readonly<{
  /** Of the site; a recipe has to fit each of their types that offers what it needs. */
  skids: readonly Skid[];
  records: GroupKeeper;
  desk: RecordDesk;
  authority: Authority;
  clock: Clock;
  log: Log;
  /** Recipes that come with the program. */
  shippedFolder: string;
  /** Reads and checks texts; a thread of the room's own where it is left out. */
  check?: Checker;
}>;

export type Recipes = Room & Readonly<{ desk: RecipeDesk; store: RecipeStore }>;

const retryAfter = milliseconds(1000);
const stopWithin = milliseconds(1000);
/** What was let in once, or came with the program, is given time while everything starts. */
const ownWithinMs = 10_000;
const nothingShipped: Shipped = { recipes: new Map(), faults: [] };

export class RecipesRoom implements Recipes {
  readonly name = 'recipes';
  readonly desk: RecipeDesk;
  readonly store: RecipeStore;
  readonly #options: RecipesOptions;
  readonly #thread: CheckThread;
  readonly #check: Checker;
  readonly #patient: Checker;
  readonly #library: Library;
  readonly #outbox: RecordOutbox;
  #shipped = nothingShipped;
  #state: RoomState = 'stopped';

  constructor(options: RecipesOptions) {
    const { skids, records, desk, authority, clock, log, check } = options;
    this.#options = options;
    this.#thread = new CheckThread(typesOf(skids));
    this.#check = check ?? this.#thread.check;
    this.#patient = (text, source) => this.#check(text, source, ownWithinMs);
    this.#library = new Library(records, this.#patient);
    const actor = { kind: 'service', part: 'recipes' } as const;
    this.#outbox = new RecordOutbox({ records, log, actor, capacity: 1000, retryAfter });
    this.desk = createDesk({
      library: this.#library,
      desk,
      authority,
      check: this.#check,
      shipped: () => this.#shipped,
      open: () => {
        if (this.#state !== 'ready') throw notReady(`The store of recipes is ${this.#state}.`);
      },
      post: (event) => this.#outbox.post({ ...event, happenedAt: clock.utc() }),
    });
    this.store = { recipe: (name, version) => this.#recipe(name, version), names: () => this.#names() };
  }

  async start(): Promise<void> {
    if (this.#state === 'ready' || this.#state === 'starting') return;
    this.#state = 'starting';
    this.#thread.start();
    try {
      await this.#library.open();
      this.#shipped = await readShipped(this.#options.shippedFolder, this.#patient);
    } catch (thrown) {
      this.#state = 'failed';
      throw thrown;
    }
    this.#state = 'ready';
    for (const fault of this.#faults()) this.#options.log.error({}, fault);
  }

  async stop(): Promise<void> {
    if (this.#state === 'ready') this.#state = 'stopping';
    await this.#thread.stop();
    await this.#outbox.stop(stopWithin);
    this.#state = 'stopped';
  }

  health(): RoomHealth {
    const shelves = this.#library.book.shelves();
    const effective = shelves.filter(({ name }) => this.#recipe(name) !== null).length;
    const outbox = this.#outbox.figures();
    const figures = { ...outbox, recipes: shelves.length, effective, shipped: this.#shipped.recipes.size };
    const detail = `Recipes in the store: ${shelves.length}, with an effective version: ${effective}.`;
    if (this.#state !== 'ready') return { state: this.#state, detail, figures };
    const faults = [
      ...this.#faults(),
      ...(outbox.recordsWaiting > 0 ? [`The record has not taken ${outbox.recordsWaiting} refusals.`] : []),
    ];
    return faults.length > 0
      ? { state: 'degraded', detail: faults.join(' '), figures }
      : { state: 'ready', detail, figures };
  }

  #faults(): readonly string[] {
    const doubts = this.#library.book
      .shelves()
      .flatMap(({ name, doubt }) =>
        doubt === null
          ? []
          : [
              `The record of the recipe ${name} contradicts itself, and nothing of it runs: ${doubt} Verify the record.`,
            ],
      );
    const unreadable = this.#library
      .unreadable()
      .map(
        (version) => `This program cannot read the text of ${labelled(version)}, and it does not run: import it anew.`,
      );
    return [...doubts, ...unreadable, ...this.#shipped.faults];
  }

  #names(): readonly string[] {
    const stored = this.#library.book.shelves().map(({ name }) => name);
    return [...new Set([...stored, ...this.#shipped.recipes.keys()])].sort();
  }

  #recipe(name: string, number?: number): StoredRecipe | null {
    if (number === 0) {
      const shipped = this.#shipped.recipes.get(name);
      return shipped === undefined ? null : { recipe: shipped.recipe, version: 0, status: 'draft' };
    }
    const shelf = this.#library.book.shelf(name);
    if (shelf === null || shelf.doubt !== null) return null;
    const version = shelf.versions.find(({ version: own, standing }) =>
      number === undefined ? standing.status === 'effective' : own === number,
    );
    const recipe = version === undefined ? null : this.#library.readingOf(version);
    return version === undefined || recipe === null
      ? null
      : { recipe, version: version.version, status: version.standing.status };
  }
}

/** Skids of one type are alike in all that a recipe asks. */
const typesOf = (skids: readonly Skid[]): readonly SkidType[] => [
  ...new Map(skids.map(({ type }) => [type.digest, type])).values(),
];
