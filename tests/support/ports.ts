/**
 * Ports for servers that are started later, in a process of their own.
 *
 * Below the range from which the system takes the ports of outgoing connections: one taken from there, though free when
 * looked at, may be somebody's own end of a connection by the time the server comes.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const lowest = 15_000;
const highest = Math.min(32_000, firstEphemeral() - 1);

/** The next to look at; each process begins elsewhere, so that two seldom look at the same. */
let next = lowest + ((process.pid * 97) % (highest - lowest));

/** A port that nothing listens on, and that this process has not given out yet. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < highest - lowest; tried += 1) {
    const port = next;
    next = next === highest ? lowest : next + 1;
    if (await isFree(port)) return port;
  }
  throw new Error(`No port from ${lowest} to ${highest} is free.`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((settle) => {
    const server = createServer();
    server.once('error', () => settle(false));
    server.listen(port, '127.0.0.1', () => server.close(() => settle(true)));
  });

/** As Linux has it; elsewhere the lowest that is usual. */
function firstEphemeral(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/u)[0]);
  } catch {
    return 32_768;
  }
}
