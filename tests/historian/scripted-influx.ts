/** A server on loopback that answers as a test says, and keeps the lines it has taken. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type Asked = Readonly<{ method: string; url: URL; headers: IncomingMessage['headers']; body: string }>;
export type Answer = (asked: Asked, response: ServerResponse) => void;

export async function scriptedInflux(answer: Answer): Promise<Readonly<{ url: string; asked: Asked[] }>> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://x');
      const one = {
        method: request.method ?? '',
        url,
        headers: request.headers,
        body: Buffer.concat(parts).toString(),
      };
      if (url.pathname === '/ping') return void response.writeHead(204, { 'x-influxdb-version': '1.6.7' }).end();
      asked.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

export const say = (
  response: ServerResponse,
  status: number,
  error?: string,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(error === undefined ? '' : JSON.stringify({ error }));
};

export const linesOf = (body: string): string[] => body.split('\n').filter((line) => line !== '');
