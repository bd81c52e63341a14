/** Which files are whole: those that have not changed for a while. What is still written is left alone. Pure. */
import type { Monotonic } from '../../../plant/clock.ts';

export type FileSight = Readonly<{ name: string; size: number; modified: number }>;
export type Seen = ReadonlyMap<string, FileSight & Readonly<{ since: Monotonic }>>;

/** @param settleMs how long a file has to stay as it is. Names that begin with a dot or end in .tmp or .part are still written. */
export function settled(
  before: Seen,
  now: Monotonic,
  files: readonly FileSight[],
  settleMs: number,
): Readonly<{ seen: Seen; whole: readonly string[] }> {
  const waiting = files.filter(({ name }) => !name.startsWith('.') && !/\.(tmp|part)$/i.test(name));
  const seen = new Map(
    waiting.map((file) => {
      const old = before.get(file.name);
      const same = old?.size === file.size && old.modified === file.modified;
      return [file.name, { ...file, since: same ? old.since : now }] as const;
    }),
  );
  const whole = [...seen.values()].filter(({ since }) => now - since >= settleMs).map(({ name }) => name);
  return { seen, whole: whole.sort() };
}
