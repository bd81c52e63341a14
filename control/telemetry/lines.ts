/** Lines of a stream of bytes, each with its length; what follows the last line end is no line. */

/** Longer than any line of ours: whatever is longer is not ours, and is not held in memory. */
const longest = 4 * 1024 * 1024;

export type ReadLineOf = Readonly<{ text: string; bytes: number }>;

/** @throws RangeError where a line is longer than any of ours. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly ReadLineOf[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const lines: ReadLineOf[] = [];
    let from = 0;
    for (let at = all.indexOf(10); at >= 0; at = all.indexOf(10, from)) {
      lines.push({ text: all.toString('utf8', from, at), bytes: at + 1 - from });
      from = at + 1;
    }
    rest = all.subarray(from);
    if (rest.length > longest) throw new RangeError(`a line has more than ${longest} bytes`);
    if (lines.length > 0) yield lines;
  }
}
