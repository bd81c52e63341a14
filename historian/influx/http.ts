/** Requests to InfluxDB that always end: every stage has its time, and the whole of it has one too. */
import { Agent, request } from 'undici';
import { messageOf } from '../../plant/errors.ts';
import { StoreUnavailable } from '../store.ts';

export type InfluxAnswer = Readonly<{
  status: number;
  body: string;
  retryAfterMs: number | null;
  /** What it says its version is, null where it does not. */
  version: string | null;
}>;

export type InfluxRequest = Readonly<{
  method: 'GET' | 'POST';
  path: string;
  query?: Readonly<Record<string, string>>;
  body?: string | Buffer;
  contentType?: string;
  deadlineMs: number;
  signal?: AbortSignal;
  /** How the address's user and password are sent; basic where nothing is said. */
  credentials?: 'basic' | 'token';
}>;

const longestAnswerBytes = 64 * 1024 * 1024;

export class InfluxHttp {
  readonly #agent = new Agent({
    connections: 4,
    connect: { timeout: 3_000 },
    headersTimeout: 15_000,
    bodyTimeout: 15_000,
    keepAliveTimeout: 10_000,
  });
  readonly #utc: () => number;

  constructor(utc: () => number) {
    this.#utc = utc;
  }

  /** @throws StoreUnavailable where no answer came. */
  async ask(
    base: URL,
    { method, path, query, body, contentType, deadlineMs, signal, credentials = 'basic' }: InfluxRequest,
  ): Promise<InfluxAnswer> {
    const url = new URL(base.pathname.replace(/\/$/, '') + path, base);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const deadline = AbortSignal.timeout(deadlineMs);
    try {
      const response = await request(url, {
        method,
        dispatcher: this.#agent,
        headers: {
          ...authorisation(base, credentials),
          ...(contentType === undefined ? {} : { 'content-type': contentType }),
        },
        signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
        ...(body === undefined ? {} : { body }),
      });
      const retryAfter = response.headers['retry-after'];
      return {
        status: response.statusCode,
        body: await readText(response.body),
        version: versionOf(response.headers['x-influxdb-version']),
        retryAfterMs: typeof retryAfter === 'string' ? parseRetryAfter(retryAfter, this.#utc()) : null,
      };
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      const problem = deadline.aborted ? `No whole answer came within ${deadlineMs} ms.` : `${reasonOf(error)}.`;
      throw new StoreUnavailable(addressOf(base), problem, 'Check that InfluxDB runs and is reached.', null, error);
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** The address without its credentials. */
export const addressOf = (base: URL): string =>
  `InfluxDB at ${base.protocol}//${base.host}${base.pathname.replace(/\/$/, '')}`;

/** Milliseconds to wait by a Retry-After header: seconds, or a date (RFC 9110, 10.2.3). */
export function parseRetryAfter(header: string, utc: number): number | null {
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - utc);
}

const versionOf = (header: string | string[] | undefined): string | null =>
  (Array.isArray(header) ? header[0] : header) ?? null;

/** Of 2.x and 3 the password is a token, and the user's name says nothing. */
const authorisation = (base: URL, credentials: 'basic' | 'token'): Record<string, string> =>
  base.username === '' && base.password === ''
    ? {}
    : credentials === 'token'
      ? { authorization: `Token ${decodeURIComponent(base.password)}` }
      : {
          authorization: `Basic ${Buffer.from(
            `${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`,
          ).toString('base64')}`,
        };

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > longestAnswerBytes) {
      throw new StoreUnavailable(
        'InfluxDB',
        `Its answer is longer than ${longestAnswerBytes} bytes.`,
        'Ask for a shorter span.',
      );
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** An aggregate error (both addresses of a host refused) has no message of its own. */
const reasonOf = (error: unknown): string =>
  error instanceof AggregateError ? error.errors.map(messageOf).join(', ') : messageOf(error);
