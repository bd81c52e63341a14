/**
 * Closes connections on which no client has opened a channel: the stack waits minutes for that, also where what came was
 * malformed, and few of them would shut out everyone.
 */
import type { Server, Socket } from 'node:net';
import type { OPCUAServer } from 'node-opcua';

const openWithinMs = 5000;

/** To be called once the server listens. The stack keeps its listener to itself, hence the look behind its types. */
export function closeUnopenedSockets({ endpoints }: OPCUAServer): void {
  for (const endpoint of endpoints) {
    const { _server: listener } = endpoint as unknown as { _server?: Server };
    listener?.on('connection', (socket: Socket) => {
      const timer = setTimeout(() => {
        const opened = endpoint
          .getChannels()
          .some(
            ({ isOpened, remoteAddress, remotePort }) =>
              isOpened && remoteAddress === socket.remoteAddress && remotePort === socket.remotePort,
          );
        if (!opened) socket.destroy();
      }, openWithinMs);
      socket.once('close', () => clearTimeout(timer));
    });
  }
}
