/**
 * A second place for points, such as a VictoriaMetrics for scale: it is told of what the store has taken, and is never waited for. It is no
 * record: what it does not take is counted and dropped, and VictoriaMetrics has lost points it had acknowledged when it was killed
 * (reference: measured on 1.79.5). Nothing of Mesoline reads from it.
 */
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { PointBatch } from '../point.ts';
import type { WrittenListener } from '../writer.ts';
import { InfluxHttp } from './http.ts';
import { LineEncoder } from './line-protocol.ts';

/** Batches that may wait; what comes on top of them is dropped. */
const mostWaiting = 8;
const writeMs = 10_000;

export class SecondSink implements WrittenListener {
  readonly #base: URL;
  readonly #log: Log;
  readonly #http: InfluxHttp;
  readonly #encoder = new LineEncoder();
  readonly #waiting: PointBatch[] = [];
  readonly #stopping = new AbortController();
  #sending: Promise<void> | null = null;
  #sent = 0;
  #dropped = 0;
  #trouble: string | null = null;

  constructor(url: string, utc: () => number, log: Log) {
    this.#base = new URL(url);
    this.#http = new InfluxHttp(utc);
    this.#log = log;
  }

  figures(): Readonly<{ secondSinkPoints: number; secondSinkDropped: number }> {
    return { secondSinkPoints: this.#sent, secondSinkDropped: this.#dropped };
  }

  written(points: PointBatch): void {
    if (points.count === 0) return;
    if (this.#waiting.length >= mostWaiting) {
      this.#dropped += points.count;
      return;
    }
    this.#waiting.push(points);
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = null));
  }

  /** It remembers nothing. */
  save(): Promise<void> {
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#sending;
    await this.#http.close();
  }

  async #sendAll(): Promise<void> {
    for (let batch = this.#waiting.shift(); batch !== undefined; batch = this.#waiting.shift()) {
      const problem = await this.#send(batch).catch((error: unknown) => messageOf(error));
      if (problem === null) this.#sent += batch.count;
      else this.#dropped += batch.count;
      if (problem !== this.#trouble) this.#tell(problem);
      this.#trouble = problem;
    }
  }

  /** @returns what it answered, null where it took them */
  async #send(batch: PointBatch): Promise<string | null> {
    const body = this.#encoder
      .encode(batch)
      .lines.map(({ text }) => text)
      .join('');
    const { status } = await this.#http.ask(this.#base, {
      method: 'POST',
      path: '/write',
      query: { precision: 'ms' },
      body,
      deadlineMs: writeMs,
      signal: this.#stopping.signal,
    });
    return status < 300 ? null : `It answers ${status}.`;
  }

  #tell(problem: string | null): void {
    if (this.#stopping.signal.aborted) return;
    if (problem === null) this.#log.info({}, 'the second sink of history takes points again');
    else this.#log.warn({ reason: problem }, 'the second sink of history does not take points; they are dropped there');
  }
}
