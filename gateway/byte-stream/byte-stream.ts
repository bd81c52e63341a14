/** A way for bytes to and from one device, over the network or a serial line: opened once, closed once. */

export type StreamListener = Readonly<{
  onOpen: () => void;
  onData: (bytes: Buffer) => void;
  /** Told once, in words, when it could not be opened or was lost; not after `close`. */
  onClose: (reason: string) => void;
}>;

export interface ByteStream {
  open(listener: StreamListener): void;
  /** Nothing is kept for later: without an open stream it is lost. */
  write(bytes: Uint8Array): void;
  close(): void;
}
