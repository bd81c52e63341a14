/** History in InfluxDB 1.x: database `mesoline`, default retention (everything is kept). The server may be ours or another's. */
import type { UtcMs } from '../../plant/clock.ts';
import type { HistoryOrder, HistoryPoint } from '../../plant/ports/history.ts';
import type { Gap, Point, Series } from '../point.ts';
import { StoreUnavailable, type HistoryStore, type Rejected } from '../store.ts';
import type { FoundBucket } from '../trend.ts';
import { createDatabase } from './administration.ts';
import { addressOf, InfluxHttp, type InfluxAnswer } from './http.ts';
import { rawQuery, readAnswer, readBucket, readPoint, trendQuery } from './influxql.ts';
import { serverReason, writePoints } from './write.ts';

/** Where the server is now, and its starting and stopping where it is ours. */
export interface InfluxServer {
  readonly name: string;
  start(): Promise<void>;
  /** @throws StoreUnavailable while it is not up. */
  address(): URL;
  diskBytes(): Promise<number | null>;
  /** Told that it has refused a write for want of room: it goes on refusing, room or no room, until it is started again. */
  refusedForRoom(): Promise<void>;
  stop(): Promise<void>;
}

/** How long a whole request may take. */
export type InfluxDeadlines = Readonly<{ writeMs: number; queryMs: number }>;

const usualDeadlines: InfluxDeadlines = { writeMs: 30_000, queryMs: 10_000 };

export const influxDatabase = 'mesoline';

/** A server that somebody else runs. */
export const givenServer = (url: string): InfluxServer => {
  const address = new URL(url);
  return {
    name: addressOf(address),
    start: () => Promise.resolve(),
    address: () => address,
    diskBytes: () => Promise.resolve(null),
    refusedForRoom: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
};

export class InfluxStore implements HistoryStore {
  readonly #server: InfluxServer;
  readonly #http: InfluxHttp;
  readonly #deadlines: InfluxDeadlines;

  constructor(server: InfluxServer, utc: () => number, deadlines: InfluxDeadlines = usualDeadlines) {
    this.#server = server;
    this.#deadlines = deadlines;
    this.#http = new InfluxHttp(utc);
  }

  get name(): string {
    return this.#server.name;
  }

  start(): Promise<void> {
    return this.#server.start();
  }

  async write(points: readonly Point[], gaps: readonly Gap[], signal: AbortSignal): Promise<readonly Rejected[]> {
    return writePoints(this.name, (body) => this.#post(body, signal), points, gaps);
  }

  async raw(
    series: Series,
    from: UtcMs,
    to: UtcMs,
    limit: number,
    order: HistoryOrder,
  ): Promise<readonly HistoryPoint[]> {
    const [rows] = await this.#query(rawQuery(series, from, to, limit, order), 1);
    return (rows ?? []).map(readPoint);
  }

  async trend(
    series: readonly Series[],
    from: UtcMs,
    to: UtcMs,
    widthMs: number,
  ): Promise<readonly (readonly FoundBucket[])[]> {
    if (series.length === 0) return [];
    const statements = await this.#query(trendQuery(series, from, to, widthMs), series.length);
    return statements.map((rows) => rows.map(readBucket));
  }

  diskBytes(): Promise<number | null> {
    return this.#server.diskBytes();
  }

  async stop(): Promise<void> {
    await this.#http.close();
    await this.#server.stop();
  }

  /** A missing database is made, and the same lines sent once more. */
  async #post(body: string, signal: AbortSignal): Promise<InfluxAnswer> {
    const base = this.#server.address();
    const send = () =>
      this.#http.ask(base, {
        method: 'POST',
        path: '/write',
        query: { db: influxDatabase, precision: 'ms' },
        body,
        deadlineMs: this.#deadlines.writeMs,
        signal,
      });
    const answer = await send();
    if (answer.status >= 500 && /no space left on device/i.test(serverReason(answer))) {
      await this.#server.refusedForRoom();
    }
    if (answer.status !== 404 || !/database not found/i.test(serverReason(answer))) return answer;
    await createDatabase(base, influxDatabase);
    return send();
  }

  async #query(
    q: string,
    statements: number,
  ): Promise<readonly (readonly (readonly (string | number | boolean | null)[])[])[]> {
    const answer = await this.#http.ask(this.#server.address(), {
      method: 'POST',
      path: '/query',
      query: { db: influxDatabase, epoch: 'ms' },
      body: new URLSearchParams({ q }).toString(),
      contentType: 'application/x-www-form-urlencoded',
      deadlineMs: this.#deadlines.queryMs,
    });
    if (answer.status === 200 || answer.status === 400) return readAnswer(this.name, answer.body, statements);
    throw new StoreUnavailable(
      this.name,
      `It answers ${answer.status}: ${serverReason(answer)}.`,
      answer.status === 401 || answer.status === 403
        ? 'Give INFLUX_URL a user and a password that may read.'
        : 'Ask again when it is well.',
      answer.retryAfterMs,
    );
  }
}
