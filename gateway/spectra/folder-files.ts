/**
 * What is known of the files of a watched folder: which are new, which still grow, which may be read now. No I/O; the times
 * come in as arguments. A file may be read when two looks found it with one size and one time of change; one that was read
 * and is not whole is read once more when it has stood still for `settle`.
 */
import type { Monotonic } from '../../plant/clock.ts';

export type FileSeen = Readonly<{ name: string; size: number; changedAt: number }>;

type Entry = {
  size: number;
  changedAt: number;
  /** Since when it stands still, and how many looks have found it so. */
  since: Monotonic;
  looks: number;
  phase: 'waiting' | 'not whole' | 'done';
};

export class FolderFiles {
  readonly #settleMs: number;
  readonly #entries = new Map<string, Entry>();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  get waiting(): number {
    let count = 0;
    for (const { phase } of this.#entries.values()) if (phase !== 'done') count += 1;
    return count;
  }

  /** Files that were there before anyone looked count as taken, unless they change. */
  adopt(files: readonly FileSeen[], now: Monotonic): void {
    for (const { name, size, changedAt } of files)
      this.#entries.set(name, { size, changedAt, since: now, looks: 1, phase: 'done' });
  }

  /** Forgets what has gone, so that it knows no more than the folder holds. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.#entries.keys()) if (!names.has(name)) this.#entries.delete(name);
  }

  /** Whether a look at it may show something: all of it but what is long done. */
  isOpen(name: string): boolean {
    return this.#entries.get(name)?.phase !== 'done';
  }

  /** Takes one look at some files. @returns those that may be read now, in the order in which they were written */
  look(files: readonly FileSeen[], now: Monotonic): readonly FileSeen[] {
    return files
      .filter((file) => this.#isReady(file, now))
      .sort((one, other) => one.changedAt - other.changedAt || (one.name < other.name ? -1 : 1));
  }

  /** It was read, to whatever end. */
  done(name: string): void {
    this.#enter(name, 'done');
  }

  /** It was read and is not whole. @returns whether it is to be waited for; else it stood still too long and is done */
  awaitMore(name: string, now: Monotonic): boolean {
    const entry = this.#entries.get(name);
    if (entry !== undefined && now - entry.since < this.#settleMs) {
      entry.phase = 'not whole';
      return true;
    }
    this.done(name);
    return false;
  }

  #enter(name: string, phase: Entry['phase']): void {
    const entry = this.#entries.get(name);
    if (entry !== undefined) entry.phase = phase;
  }

  #isReady({ name, size, changedAt }: FileSeen, now: Monotonic): boolean {
    const entry = this.#entries.get(name);
    if (entry?.size !== size || entry.changedAt !== changedAt) {
      this.#entries.set(name, { size, changedAt, since: now, looks: 1, phase: 'waiting' });
      return false;
    }
    entry.looks += 1;
    if (entry.phase === 'waiting') return entry.looks >= 2;
    return entry.phase === 'not whole' && now - entry.since >= this.#settleMs;
  }
}
