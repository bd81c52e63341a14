/** What a kill left open: the lines that are whole stay, a torn one is cut off and said, and the end is written. */
import { createReadStream } from 'node:fs';
import { open, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { utcMs } from '../../plant/clock.ts';
import { Count, endLine, lineText, readLine, type EndWhy, type Tally } from './format.ts';
import { linesOf } from './lines.ts';
import { syncFolder } from './seal.ts';

/** `why`: as the file says itself, or `recovered`. */
export type Recovered = Readonly<{ tally: Tally; why: EndWhy; recovered: boolean }>;

/** @returns null where nothing was measured into it yet: there is nothing to seal. */
export async function recoverFile(path: string): Promise<Recovered | null> {
  const { count, whole, size, end } = await readWhole(path);
  const { tally } = count;
  if (tally === null) return null;
  if (end !== null && whole === size) return { tally, why: end, recovered: false };
  await truncate(path, whole);
  const handle = await open(path, 'a');
  try {
    await handle.write(lineText(endLine(tally, 'recovered', size - whole)));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(path));
  return { tally, why: 'recovered', recovered: true };
}

/** Everything up to the last line that is whole and one of ours; `whole` and `size` in bytes. */
async function readWhole(
  path: string,
): Promise<Readonly<{ count: Count; whole: number; size: number; end: EndWhy | null }>> {
  const count = new Count();
  const { size } = await stat(path);
  let whole = 0;
  for await (const lines of linesOf(createReadStream(path))) {
    for (const { text, bytes } of lines) {
      const line = readLine(text);
      if (line === null) return { count, whole, size, end: null };
      whole += bytes;
      if (line.kind === 'scan') count.add(line.line);
      else if (line.kind === 'gap') count.gap();
      else if (line.kind === 'end') {
        count.seen(utcMs(Date.parse(line.line.end.to)));
        return { count, whole, size, end: line.line.end.why };
      }
    }
  }
  return { count, whole, size, end: null };
}
