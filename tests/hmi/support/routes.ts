/** What the pages' application answers, out of the tree that fastify prints of itself. */
import type { TestServer } from './server.ts';

export type Route = Readonly<{ method: 'GET' | 'POST'; url: string }>;

/** Every route under `/api`, with `x` for each of its parameters. A branch of the tree is a level, its methods are in brackets. */
export function routesOf({ app }: Pick<TestServer, 'app'>): readonly Route[] {
  const stack: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line): readonly Route[] => {
      const found = /^([│ ├└─]*)(\S*)(?: \(([A-Z, ]+)\))?/u.exec(line);
      if (found === null) return [];
      const [, indent = '', part = '', methods = ''] = found;
      const depth = Math.floor(indent.length / 4);
      stack.splice(Math.max(0, depth - 1));
      stack[Math.max(0, depth - 1)] = part;
      const url = stack.join('').replace(/:[A-Za-z]+/gu, 'x');
      return methods
        .split(', ')
        .filter((method) => method === 'GET' || method === 'POST')
        .map((method) => ({ method, url }));
    })
    .filter(({ url }) => url.startsWith('/api'));
}
