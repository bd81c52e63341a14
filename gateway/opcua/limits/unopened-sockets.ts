/**
 * Closes connections of strangers: those on which no client has opened a channel, since the stack waits minutes for that, also
 * where what came was malformed, and few of them would shut out everyone; and those that send more than finding an endpoint
 * takes before they have a session, since what is begun and never ended is kept.
 */
import type { Server, Socket } from 'node:net';
import type { OPCUAServer } from 'node-opcua';

const openWithinMs = 5000;
const lookEveryMs = 100;
/** Finding the server and its endpoints, and asking for a session with a chain of certificates. */
export const mostBytesOfStrangers = 262_144;

/** To be called once the server listens. The stack keeps its listener to itself, hence the look behind its types. */
export function closeUnopenedSockets({ endpoints }: OPCUAServer): void {
  for (const endpoint of endpoints) {
    const { _server: listener } = endpoint as unknown as { _server?: Server };
    listener?.on('connection', (socket: Socket) => {
      const channel = () =>
        endpoint
          .getChannels()
          .find(
            ({ remoteAddress, remotePort }) =>
              remoteAddress === socket.remoteAddress && remotePort === socket.remotePort,
          );
      const timer = setTimeout(() => {
        if (channel()?.isOpened !== true) socket.destroy();
      }, openWithinMs);
      const look = setInterval(() => {
        if (socket.bytesRead <= mostBytesOfStrangers) return;
        if (Object.keys(channel()?.sessionTokens ?? {}).length === 0) socket.destroy();
        clearInterval(look);
      }, lookEveryMs);
      socket.once('close', () => {
        clearTimeout(timer);
        clearInterval(look);
      });
    });
  }
}
