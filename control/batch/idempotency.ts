/** The same command asked twice is carried out once: both askers get the one answer. */

import { actorName, type Actor } from '../../plant/people.ts';

/** The same id of two senders is two commands. */
export const commandKey = (actor: Actor, commandId: string): string =>
  `${actor.kind === 'person' ? actor.id : actorName(actor)} ${commandId}`;

/** What nothing may stand in the way of. */
export const goesToSafety = (command: string): boolean =>
  command === 'Hold' || command === 'Stop' || command === 'Abort';

/** How many answers are remembered. */
const remembered = 2000;

export class Answers<T> {
  readonly #answers = new Map<string, Readonly<{ what: string; answer: Promise<T> }>>();

  /**
   * @param key of the sender and its id for the command
   * @param what the command asks; null is returned where the id was used for something else
   */
  once(key: string, what: string, make: () => Promise<T>): Promise<T> | null {
    const known = this.#answers.get(key);
    if (known !== undefined) return known.what === what ? known.answer : null;
    const answer = make();
    this.#answers.set(key, { what, answer });
    // What broke off was not answered, and may be asked again.
    answer.catch(() => this.#answers.delete(key));
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > remembered && oldest !== undefined) this.#answers.delete(oldest);
    return answer;
  }
}
