/** Reverse connect: clients behind a firewall, which the server dials and which then open the secure channel themselves. */
import type { ReverseConnectOptions } from 'node-opcua';

const firstRetryMs = 1000;
const lastRetryMs = 30_000;
/** How long a client may take to open the channel. */
const openWithinMs = 30_000;

/** Dialled again and again, with growing pauses, as long as the server runs. */
export const reverseConnections = (clients: readonly string[]): ReverseConnectOptions => ({
  connections: clients.map((endpointUrl) => ({ endpointUrl })),
  reconnectDelay: firstRetryMs,
  maxReconnectDelay: lastRetryMs,
  connectionTimeout: openWithinMs,
});
