/** Keeps the newest of what an instrument has written: its folder stays small, however long it runs. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

export class KeptFiles {
  readonly #folder: string;
  readonly #most: number;
  readonly #written: string[] = [];

  /** @param most how many entries of its own are kept; 0: all */
  constructor(folder: string, most: number) {
    this.#folder = folder;
    this.#most = most;
  }

  /** Takes what an earlier run has left under these names for its own, so that it goes first. @returns it */
  async adopt(isOwn: (name: string) => boolean): Promise<readonly string[]> {
    const found = (await readdir(this.#folder)).filter(isOwn).sort();
    this.#written.unshift(...found);
    return found;
  }

  /** One more, a file or a folder; the oldest beyond the most are removed. */
  async add(name: string): Promise<void> {
    this.#written.push(name);
    if (this.#most === 0) return;
    const old = this.#written.splice(0, Math.max(0, this.#written.length - this.#most));
    for (const each of old) await rm(join(this.#folder, each), { recursive: true, force: true });
  }
}
