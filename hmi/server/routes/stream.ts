/** `GET /api/stream`: the live stream as server-sent events. */
import type { FastifyInstance } from 'fastify';
import { mesolineError } from '../../../plant/errors.ts';
import { streamClient } from '../stream/client.ts';
import type { StreamHub } from '../stream/hub.ts';
import { sessionOf } from './guard.ts';

const mostStreams = 200;

export function streamRoutes(api: FastifyInstance, hub: StreamHub): void {
  api.get('/stream', (request, reply) => {
    if (hub.figures().streams >= mostStreams) {
      throw mesolineError('too-many-streams', 'stream', `${mostStreams} pages are open.`, 'Close some of them.');
    }
    const { token } = sessionOf(request);
    reply.hijack();
    const { raw } = reply;
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const client = streamClient(token, raw);
    raw.on('close', () => hub.leave(client));
    // Half a second after a cut the browser comes again by itself, and gets a new snapshot.
    raw.write('retry: 500\n\n');
    hub.join(client);
  });
}
