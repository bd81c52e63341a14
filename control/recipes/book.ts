/** All versions of all recipes as the record tells them, and what of the record contradicts itself. */
import type { RecordEvent, StoredEvent } from '../../plant/record-event.ts';
import { labelOf, tell, versionOfScope, type Told } from './events.ts';
import { evolve, labelled, type Version } from './version.ts';

export type Shelf = Readonly<{
  name: string;
  /** By their numbers, from 1; none is missing unless the recipe is in doubt. */
  versions: readonly Version[];
  /** Why nobody can say what this recipe is; null where its record holds together. */
  doubt: string | null;
}>;

/** What a command did, found again when it is asked twice. */
export type Done = Readonly<{ what: string; name: string; version: number }>;

export const commandKey = (userName: string, commandId: string): string =>
  `${userName.trim().toLowerCase()} ${commandId}`;
export const importWhat = (digest: string, basedOn: string | null, reason: string): string =>
  JSON.stringify(['import', digest, basedOn, reason]);
export const moveWhat = (name: string, version: number, move: string, digest: string, reason: string): string =>
  JSON.stringify(['move', name, version, move, digest, reason]);

export class RecipeBook {
  readonly #shelves = new Map<string, Shelf>();
  readonly #commands = new Map<string, Done>();
  /** The newest entry of each scope that was taken, whatever became of it. */
  readonly #seqs = new Map<string, number>();

  shelf(name: string): Shelf | null {
    return this.#shelves.get(name) ?? null;
  }

  shelves(): readonly Shelf[] {
    return [...this.#shelves.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  version(name: string, version: number): Version | null {
    return this.shelf(name)?.versions.find((one) => one.version === version) ?? null;
  }

  done(key: string): Done | null {
    return this.#commands.get(key) ?? null;
  }

  /** The first entry of a scope that has not been taken. */
  nextSeq(scope: string): number {
    return (this.#seqs.get(scope) ?? 0) + 1;
  }

  /** In one step: between the events of one decision nobody sees the recipe. In the order of each scope. */
  take(events: readonly StoredEvent[]): void {
    const touched = new Set<string>();
    for (const stored of events) {
      const place = versionOfScope(stored.scope);
      if (place === null) continue;
      this.#seqs.set(stored.scope, stored.seq);
      touched.add(place.name);
      this.#takeOne(place.name, place.version, tell(stored));
    }
    for (const name of touched) this.#judge(name);
  }

  #takeOne(name: string, number: number, told: Told): void {
    const shelf = this.shelf(name) ?? { name, versions: [], doubt: null };
    const before = shelf.versions.find(({ version }) => version === number) ?? null;
    const after = evolve(before, told);
    if (typeof after === 'string') {
      this.#shelves.set(name, { ...shelf, doubt: shelf.doubt ?? `${labelOf(name, number)}: ${after}` });
      return;
    }
    const others = shelf.versions.filter((one) => one !== before);
    const versions = [...others, after].sort((one, other) => one.version - other.version);
    this.#shelves.set(name, { ...shelf, versions });
    const command = commandOf(name, number, told);
    if (command !== null) this.#commands.set(command.key, command.done);
  }

  #judge(name: string): void {
    const shelf = this.shelf(name);
    if (shelf === null || shelf.doubt !== null) return;
    const doubt = doubtOf(shelf);
    if (doubt !== null) this.#shelves.set(name, { ...shelf, doubt });
  }
}

function doubtOf({ name, versions }: Shelf): string | null {
  const missing = versions.findIndex(({ version }, index) => version !== index + 1);
  if (missing >= 0) return `${labelOf(name, missing + 1)} is missing from the record.`;
  const effective = versions.filter(({ standing }) => standing.status === 'effective');
  if (effective.length > 1) return `${effective.map(labelled).join(' and ')} are effective at once.`;
  const alone = versions.find(({ succession }) => {
    const successor = versions.find(({ version }) => version === succession?.by);
    return succession !== null && successor?.effectiveBy !== succession.signature;
  });
  return alone === undefined ? null : `${labelled(alone)} was retired for a version that was not made effective.`;
}

function commandOf(name: string, version: number, told: Told): Readonly<{ key: string; done: Done }> | null {
  if (told.kind !== 'imported' && told.kind !== 'moved') return null;
  const key = keyOf(told.stored.event, (told.kind === 'imported' ? told.imported : told.moved).commandId);
  if (key === null) return null;
  const what =
    told.kind === 'imported'
      ? importWhat(told.digest, told.imported.basedOnDigest, told.imported.reason)
      : moveWhat(name, version, told.moved.move, told.moved.digest, told.moved.reason);
  return { key, done: { what, name, version } };
}

const keyOf = ({ actor }: RecordEvent, commandId: string): string | null =>
  actor.kind === 'person' ? commandKey(actor.userName, commandId) : null;
