/** The built pages' files. Every path that is no file is one of the pages' own addresses, and gets the first page. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { mesolineError } from '../../plant/errors.ts';
import { errorAnswer } from './errors.ts';

export const builtPages = fileURLToPath(new URL('../web/dist', import.meta.url));

/** @throws MesolineError `pages-not-built`. */
export async function servePages(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    throw mesolineError(
      'pages-not-built',
      folder,
      'There is no index.html in it.',
      'Run "node deploy/build-pages.mjs" through npm ("npm start" does).',
    );
  }
  await app.register(fastifyStatic, {
    root: folder,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // A built file's name holds its digest; the first page's does not.
      const lasting = path.startsWith(join(folder, 'assets'));
      reply.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    if (path === '/api' || path.startsWith('/api/')) {
      const fault = {
        where: path,
        problem: `There is no route ${request.method} ${path}.`,
        remedy: 'See docs/rooms.md.',
      };
      return reply.code(404).send(errorAnswer('not-found', [fault]));
    }
    // `/skids/QD-1` and `/recipes/CdSe-3.6` are the pages' own addresses; `/assets/x.js` is a file that is not there.
    const isFile = /\.\w+$/.test(path) && !/^\/recipes\/[^/]+$/.test(path);
    const page = (request.method === 'GET' || request.method === 'HEAD') && !isFile;
    return page ? reply.sendFile('index.html') : reply.code(404).type('text/plain').send('There is no such page.\n');
  });
}
