/** Closes connections on which no client says hello: the stack waits minutes for it, and so few of them would shut out everyone. */
import type { Server, Socket } from 'node:net';
import type { OPCUAServer } from 'node-opcua';

const helloWithinMs = 5000;

/** A hello and the opening of a channel take more than this (Part 6, 6.7.2 and 7.1.2.3). */
const helloBytes = 132;

/** To be called once the server listens. The stack keeps its sockets to itself, hence the look behind its types. */
export function closeSilentSockets({ endpoints }: OPCUAServer): void {
  for (const endpoint of endpoints) {
    const { _server: listener } = endpoint as unknown as { _server?: Server };
    listener?.on('connection', (socket: Socket) => {
      const timer = setTimeout(() => {
        if (socket.bytesRead < helloBytes) socket.destroy();
      }, helloWithinMs);
      socket.once('close', () => clearTimeout(timer));
    });
  }
}
