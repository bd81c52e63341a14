/** Runs work for the same key one after another, and for different keys side by side. */
export class InTurn {
  readonly #last = new Map<string, Promise<void>>();

  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const { promise: done, resolve } = Promise.withResolvers<undefined>();
    const turn = before.then(() => done);
    this.#last.set(key, turn);
    await before;
    try {
      return await work();
    } finally {
      resolve(undefined);
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}
