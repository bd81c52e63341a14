/** The book over the ledger: read at the start, and after every write again, so that the record alone says what is. */
import { messageOf } from '../../plant/errors.ts';
import type { GroupKeeper } from '../../plant/ports/record-keeper.ts';
import type { RecordEvent, StoredEvent } from '../../plant/record-event.ts';
import type { MasterRecipe } from '../../plant/recipe/recipe.ts';
import { readRecipe } from '../../plant/recipe/read-recipe.ts';
import { RecipeBook, type Shelf } from './book.ts';
import type { Checked, Checker } from './checker.ts';
import { versionOfScope, versionScopes } from './events.ts';
import { labelled, type Version } from './version.ts';

/** Others have their turn between these. */
const readAtOnce = 200;

export type Written = Readonly<{ done: true } | { done: false; reason: string }>;

export class Library {
  readonly #records: GroupKeeper;
  readonly #check: Checker;
  #book = new RecipeBook();
  /** Scopes to which something may have been written that was not read back. */
  readonly #stale = new Set<string>();
  readonly #checked = new Map<string, Checked>();

  constructor(records: GroupKeeper, check: Checker) {
    this.#records = records;
    this.#check = check;
  }

  get book(): RecipeBook {
    return this.#book;
  }

  /** @throws as the record does where it cannot be read */
  async open(): Promise<void> {
    const book = new RecipeBook();
    const byName = new Map<string, StoredEvent[]>();
    for (const { scope } of await this.#records.scopes(versionScopes)) {
      const place = versionOfScope(scope);
      if (place === null) continue;
      const events = byName.get(place.name) ?? [];
      byName.set(place.name, events);
      for (const event of await this.#read(scope, 1)) events.push(event);
    }
    for (const events of byName.values()) book.take(events);
    for (const { versions } of book.shelves()) {
      for (const version of versions) if (version.standing.status !== 'retired') await this.#hold(version);
    }
    this.#book = book;
    this.#stale.clear();
  }

  /** Writes all of the events or none, and reads them back. Whether they were written is looked up, never guessed. */
  async write(events: readonly RecordEvent[], isDone: () => boolean): Promise<Written> {
    for (const { scope } of events) this.#stale.add(scope);
    try {
      await this.#records.appendAll(events);
    } catch (thrown) {
      const why = messageOf(thrown);
      const looked = await this.settle().then(
        () => null,
        () => `Nobody can say now whether it was recorded: ${why} It is looked up before anything else is done.`,
      );
      if (looked !== null) return { done: false, reason: looked };
      return isDone() ? { done: true } : { done: false, reason: `It is not done, since it cannot be recorded: ${why}` };
    }
    return this.settle().then(
      () => ({ done: true }),
      (thrown: unknown) => ({ done: false, reason: `It was recorded, but cannot be read back: ${messageOf(thrown)}` }),
    );
  }

  /** What may have been written to this scope is read before anything else is decided. */
  suspect(scope: string): void {
    this.#stale.add(scope);
  }

  /** @throws as the record does where it cannot be read */
  async settle(): Promise<void> {
    const scopes = [...this.#stale];
    const read = await Promise.all(scopes.map((scope) => this.#read(scope, this.#book.nextSeq(scope))));
    this.#book.take(read.flat());
    for (const scope of scopes) this.#stale.delete(scope);
  }

  /** Reads the versions of a recipe that were not needed yet, where no scan waits for it. */
  async prepare(name: string): Promise<void> {
    for (const version of this.#book.shelf(name)?.versions ?? []) {
      if (!this.#checked.has(labelled(version))) await this.#hold(version);
    }
  }

  /** What the version's text says to this program; of a retired one it is read when it is asked for. */
  readingOf(version: Version): MasterRecipe | null {
    const label = labelled(version);
    const known = this.#checked.get(label);
    if (known !== undefined) return known.recipe;
    try {
      const recipe = readRecipe(version.text, label);
      this.#checked.set(label, { recipe, findings: version.findings });
      return recipe;
    } catch {
      this.#checked.set(label, { recipe: null, findings: version.findings });
      return null;
    }
  }

  /** As they were when this program read the version last; of one that it has not read, at its import. */
  findingsOf(version: Version): Checked['findings'] {
    return this.#checked.get(labelled(version))?.findings ?? version.findings;
  }

  hold(label: string, checked: Checked): void {
    this.#checked.set(label, checked);
  }

  /** Versions that nobody retired and that this program cannot read. */
  unreadable(): readonly Version[] {
    return this.#book
      .shelves()
      .flatMap(({ versions }: Shelf) => versions)
      .filter((version) => version.standing.status !== 'retired' && this.readingOf(version) === null);
  }

  async #hold(version: Version): Promise<void> {
    const checked = await this.#check(version.text, labelled(version)).catch(() => null);
    // A text that was imported is read whatever the thread says of it now, if only more slowly.
    if (checked !== null && checked.recipe !== null) this.#checked.set(labelled(version), checked);
  }

  async #read(scope: string, fromSeq: number): Promise<readonly StoredEvent[]> {
    const all: StoredEvent[] = [];
    for (let from = fromSeq; ;) {
      const events = await this.#records.read(scope, from, readAtOnce);
      all.push(...events);
      if (events.length < readAtOnce) return all;
      from += events.length;
    }
  }
}
