/** History in InfluxDB 1.x, 2.x or 3 Core, laid out as decision 11 says. The server may be ours or another's. */
import type { UtcMs } from '../../plant/clock.ts';
import { MesolineError, messageOf } from '../../plant/errors.ts';
import type {
  HistoryEvent,
  HistoryEventQuery,
  HistoryGap,
  HistoryOrder,
  HistoryPoint,
} from '../../plant/ports/history.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { CoarseRow } from '../downsampling/coarse-row.ts';
import type { PointBatch, Series } from '../point.ts';
import { eventTier, rawTier, usualRawDays, type CoarseTier, type Tier } from '../schema.ts';
import { StoreUnavailable, type HistoryStore, type Notes, type Rejected } from '../store.ts';
import type { FoundBucket } from '../trend.ts';
import { prepare, type Kept } from './administration.ts';
import { Breaker } from './breaker.ts';
import { capabilitiesOf, type Capabilities } from './generation.ts';
import { addressOf, InfluxHttp, type InfluxAnswer, type InfluxRequest } from './http.ts';
import {
  coarseQuery,
  rawQuery,
  readAnswer,
  readBuckets,
  readCoarse,
  readPoint,
  togetherOf,
  trendQuery,
  type Rows,
} from './influxql.ts';
import { encodeCoarse, LineEncoder } from './line-protocol.ts';
import { eventsQuery, gapsQuery, readEvent, readGap } from './notes-queries.ts';
import { serverReason, unavailable, writePoints } from './write.ts';

/** Where the server is now, and its starting and stopping where it is ours. */
export interface InfluxServer {
  readonly name: string;
  /** We have started it, and nobody else writes to it. */
  readonly ours: boolean;
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

export type InfluxOptions = Readonly<{
  deadlines?: InfluxDeadlines;
  /** Writes under way at once. */
  connections?: number;
  /** Of 2.x; null: the only one that the token sees. */
  organisation?: string | null;
  /** How long points are kept; null: for good. */
  rawDays?: number | null;
  monotonic?: () => number;
}>;

const usualDeadlines: InfluxDeadlines = { writeMs: 30_000, queryMs: 10_000 };
const usualConnections = 2;
const pingMs = 3_000;

/** A server that somebody else runs. */
export const givenServer = (url: string): InfluxServer => {
  const address = new URL(url);
  return {
    name: addressOf(address),
    ours: false,
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
  readonly #connections: number;
  readonly #kept: Kept;
  readonly #encoder = new LineEncoder();
  readonly #queries: Breaker;
  #capabilities: Capabilities | null = null;

  constructor(server: InfluxServer, utc: () => number, options: InfluxOptions = {}) {
    this.#server = server;
    this.#deadlines = options.deadlines ?? usualDeadlines;
    this.#connections = options.connections ?? usualConnections;
    this.#kept = {
      organisation: options.organisation ?? null,
      rawDays: options.rawDays === undefined ? usualRawDays : options.rawDays,
    };
    this.#http = new InfluxHttp(utc);
    this.#queries = new Breaker(options.monotonic ?? (() => performance.now()));
  }

  get name(): string {
    return this.#server.name;
  }

  /** A server of our own keeps history for as long as the site says now; another's owner may have set it otherwise. */
  async start(): Promise<void> {
    await this.#server.start();
    if (!this.#server.ours) return;
    try {
      const base = this.#server.address();
      const capabilities = await this.#knownCapabilities(base);
      await prepare(base, capabilities, (request) => this.#ask(base, capabilities, request), this.#kept);
    } catch {
      // It is not up yet: what is missing is made with the first write.
    }
  }

  async write(batch: PointBatch, notes: Notes, signal: AbortSignal): Promise<readonly Rejected[]> {
    const order = { where: this.name, encoder: this.#encoder, connections: this.#connections };
    const rejected = await writePoints({ ...order, post: (body) => this.#post(rawTier, body, signal) }, batch, {
      gaps: [],
      events: [],
    });
    if (notes.gaps.length + notes.events.length > 0) {
      const none = { ...batch, count: 0 };
      await writePoints({ ...order, post: (body) => this.#post(eventTier, body, signal) }, none, notes);
    }
    return rejected;
  }

  ahead(batch: PointBatch): void {
    this.#encoder.ahead(batch);
  }

  async raw(
    series: Series,
    from: UtcMs,
    to: UtcMs,
    limit: number,
    order: HistoryOrder,
  ): Promise<readonly HistoryPoint[]> {
    const [rows] = await this.#query(rawTier, [rawQuery(series, from, to, limit, order)]);
    return (rows ?? []).map(readPoint);
  }

  trend(
    series: readonly Series[],
    from: UtcMs,
    to: UtcMs,
    widthMs: number,
  ): Promise<readonly (readonly FoundBucket[])[]> {
    return this.#together(rawTier, series, (group) => trendQuery(group, from, to, widthMs), readBuckets);
  }

  async writeCoarse(tier: CoarseTier, rows: readonly CoarseRow[], signal: AbortSignal): Promise<void> {
    const lines = rows.map(encodeCoarse).filter((line) => line !== null);
    if (lines.length === 0) return;
    const answer = await this.#post(tier, lines.join(''), signal);
    // A row that it will never take (older than the tier keeps) is not lost: the points that made it are kept, or gone as well.
    if (answer.status >= 300 && answer.status !== 400) throw unavailable(this.name, answer);
  }

  coarse(
    tier: CoarseTier,
    series: readonly Series[],
    from: UtcMs,
    to: UtcMs,
  ): Promise<readonly (readonly CoarseRow[])[]> {
    return this.#together(tier, series, (group) => coarseQuery(group, from, to), readCoarse);
  }

  async gaps(skid: SkidName | null, from: UtcMs, to: UtcMs): Promise<readonly HistoryGap[]> {
    const [rows] = await this.#query(eventTier, [gapsQuery(skid, from, to)]);
    return (rows ?? []).map(readGap);
  }

  async events(query: HistoryEventQuery): Promise<readonly HistoryEvent[]> {
    const [rows] = await this.#query(eventTier, [eventsQuery(query)]);
    return (rows ?? []).map(readEvent);
  }

  diskBytes(): Promise<number | null> {
    return this.#server.diskBytes();
  }

  /** InfluxDB removes what is too old by itself; 3 Core does not, and nothing is removed there. */
  retain(): Promise<void> {
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.#http.close();
    await this.#server.stop();
  }

  /** Series of one device in one statement; the answers in the order of the series. */
  async #together<T>(
    tier: Tier,
    series: readonly Series[],
    queryOf: (group: ReturnType<typeof togetherOf>[number]) => string,
    readOf: (group: ReturnType<typeof togetherOf>[number], rows: Rows) => readonly (readonly T[])[],
  ): Promise<readonly (readonly T[])[]> {
    if (series.length === 0) return [];
    const groups = togetherOf(series);
    const statements = await this.#query(tier, groups.map(queryOf));
    const found = new Map<Series, readonly T[]>();
    for (const [i, group] of groups.entries()) {
      const read = readOf(group, statements[i] ?? []);
      group.forEach((one, place) => found.set(one, read[place] ?? []));
    }
    return series.map((one) => found.get(one) ?? []);
  }

  /** Where a database or a policy is missing they are made, and the same lines sent once more. */
  async #post(tier: Tier, body: string, signal: AbortSignal): Promise<InfluxAnswer> {
    const base = this.#server.address();
    const capabilities = await this.#knownCapabilities(base);
    const send = () =>
      this.#http.ask(base, {
        method: 'POST',
        path: '/write',
        query: { ...capabilities.placeOf(tier), precision: 'ms' },
        body,
        deadlineMs: this.#deadlines.writeMs,
        signal,
        credentials: capabilities.credentials,
      });
    const answer = await send();
    if (answer.status >= 500 && /no space left on device/i.test(serverReason(answer))) {
      await this.#server.refusedForRoom();
    }
    // 1.x answers 404 for a missing database, and 500 for a missing retention policy.
    const missing =
      /(database|retention policy|bucket|mapping) .*not found|not found.*(database|bucket|dbrp)|(no|find) dbrp/i;
    if (answer.status < 400 || !missing.test(serverReason(answer))) return answer;
    await prepare(base, capabilities, (request) => this.#ask(base, capabilities, request), this.#kept);
    return send();
  }

  async #query(tier: Tier, statements: readonly string[]): Promise<readonly Rows[]> {
    this.#queries.check(this.name);
    try {
      const base = this.#server.address();
      const capabilities = await this.#knownCapabilities(base);
      const answer = await this.#ask(base, capabilities, {
        method: 'POST',
        path: '/query',
        query: { ...capabilities.placeOf(tier), epoch: 'ms' },
        body: new URLSearchParams({ q: statements.join('; ') }).toString(),
        contentType: 'application/x-www-form-urlencoded',
        deadlineMs: this.#deadlines.queryMs,
      });
      this.#queries.answered();
      if (answer.status === 200 || answer.status === 400 || answer.status === 404) {
        return readAnswer(this.name, answer.body, statements.length);
      }
      const remedy =
        answer.status === 401 || answer.status === 403
          ? 'Give INFLUX_URL a user and a password that may read.'
          : 'Ask again when it is well.';
      const problem = `It answers ${answer.status}: ${serverReason(answer)}.`;
      throw new StoreUnavailable(this.name, problem, remedy, answer.retryAfterMs);
    } catch (error) {
      if (error instanceof StoreUnavailable && error.cause !== undefined) this.#queries.failed(messageOf(error));
      throw error;
    }
  }

  #ask(base: URL, { credentials }: Capabilities, request: InfluxRequest): Promise<InfluxAnswer> {
    return this.#http.ask(base, { ...request, credentials });
  }

  /** Asked once; the server behind an address is not thought to change its generation while we run. */
  async #knownCapabilities(base: URL): Promise<Capabilities> {
    if (this.#capabilities !== null) return this.#capabilities;
    const { status, version, body } = await this.#http.ask(base, { method: 'GET', path: '/ping', deadlineMs: pingMs });
    if (status >= 500) {
      throw new StoreUnavailable(
        this.name,
        `It answers ${status}: ${body.slice(0, 100)}.`,
        'Ask again when it is well.',
      );
    }
    try {
      this.#capabilities = capabilitiesOf(version ?? /"version"\s*:\s*"([^"]+)"/u.exec(body)?.[1] ?? null, this.name);
    } catch (error) {
      const [fault] = error instanceof MesolineError ? error.faults : [];
      throw new StoreUnavailable(this.name, fault?.problem ?? messageOf(error), fault?.remedy ?? '');
    }
    return this.#capabilities;
  }
}
