/** Cuts what comes over a connection into messages, each to its `</Message>`; one may come in many pieces, many in one. */

const end = Buffer.from('</Message>');
/** The list of all protocols with their options is the longest, some 100 kB. */
export const longestMessage = 1024 * 1024;

export class MessageStream {
  #held = Buffer.alloc(0);

  /** The whole messages that `bytes` completes, as text; null where what came can be none. */
  take(bytes: Buffer): readonly string[] | null {
    // Only what is new, and the little before it, may hold an end.
    let from = Math.max(0, this.#held.length - end.length);
    let held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const messages: string[] = [];
    for (;;) {
      const at = held.indexOf(end, from);
      if (at < 0) break;
      const text = decoded(held.subarray(0, at + end.length));
      if (text === null || at + end.length > longestMessage) return null;
      messages.push(text);
      held = held.subarray(at + end.length);
      from = 0;
    }
    if (held.length > longestMessage) return null;
    this.#held = Buffer.from(held);
    return messages;
  }
}

function decoded(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
