/** The same command asked twice is carried out once: both askers get the one answer. */

/** How many answers are remembered. */
const remembered = 2000;

export class Answers<T> {
  readonly #answers = new Map<string, Promise<T>>();

  once(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = make();
    this.#answers.set(key, answer);
    // What broke off was not answered, and may be asked again.
    answer.catch(() => this.#answers.delete(key));
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > remembered && oldest !== undefined) this.#answers.delete(oldest);
    return answer;
  }
}
