/** The people who may act now, in memory, so that authority is decided at once and a role taken away is gone at once. */
import type { Person } from '../../plant/people.ts';

export class Directory {
  #people: ReadonlyMap<string, Person> = new Map();

  /** Takes the whole list anew; whoever is not in it may no longer act. */
  replace(people: readonly Person[]): void {
    this.#people = new Map(people.map((person) => [person.id, person]));
  }

  find(id: string): Person | null {
    return this.#people.get(id) ?? null;
  }

  all(): readonly Person[] {
    return [...this.#people.values()];
  }
}
