/** One open stream: events go out as text, and one that is not read in time is cut, so that nobody's queue grows. */
import type { ServerResponse } from 'node:http';
import type { StreamEventName, StreamEvents } from '../../api/stream.ts';

export interface StreamClient {
  readonly token: string;
  /** False where the client was too slow and has been cut; it re-syncs by a new snapshot when it comes again. */
  send(text: string): boolean;
  end(): void;
}

/** What a client may owe us, in bytes, before it is cut: many seconds of a large site. */
const mostPendingBytes = 1_000_000;

export const eventText = <E extends StreamEventName>(event: E, data: StreamEvents[E]): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export function streamClient(token: string, response: ServerResponse, mostPending = mostPendingBytes): StreamClient {
  return {
    token,
    send(text) {
      if (response.destroyed) return false;
      if (response.writableLength > mostPending) {
        response.destroy();
        return false;
      }
      response.write(text);
      return true;
    },
    end() {
      response.end();
    },
  };
}
