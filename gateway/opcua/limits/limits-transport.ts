/** How large messages may be, whatever a client asks for in its Hello (Part 6, 7.1.2.3): the stack would go along up to 128 MiB. Pure. */

export type Hello = Readonly<{
  receiveBufferSize: number;
  sendBufferSize: number;
  /** The largest the client takes; 0: it has no limit. */
  maxMessageSize: number;
  maxChunkCount: number;
}>;

export const largestMessage = 16 * 1_048_576;
const ordinaryBuffer = 65_536;
const [smallestBuffer, largestBuffer] = [8192, 524_288];
const mostChunks = 9000;

export function transportWithin(hello: Hello): Hello {
  const buffer = (asked: number): number => Math.min(Math.max(asked || ordinaryBuffer, smallestBuffer), largestBuffer);
  const receiveBufferSize = buffer(hello.receiveBufferSize);
  const sendBufferSize = buffer(hello.sendBufferSize);
  const maxMessageSize = Math.min(hello.maxMessageSize || largestMessage, largestMessage);
  const chunks = Math.ceil(maxMessageSize / Math.min(receiveBufferSize, sendBufferSize));
  return {
    receiveBufferSize,
    sendBufferSize,
    maxMessageSize,
    maxChunkCount: Math.min(hello.maxChunkCount || chunks, mostChunks),
  };
}
