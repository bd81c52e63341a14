/** The room of exposure: takes scans, judges every few seconds, says what stands, and keeps it over a restart. */
import { elapsed, milliseconds, type Clock, type Monotonic } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { Person } from '../../plant/people.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { ExposureDesk } from '../../plant/ports/exposure-desk.ts';
import type { HistoryQueries } from '../../plant/ports/history.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { Room, RoomHealth, RoomState } from '../../plant/ports/room.ts';
import type { ScanConsumer, ScanNews } from '../../plant/ports/scan-consumer.ts';
import type { StandingAlarms } from '../../plant/ports/standing-alarms.ts';
import { RecordOutbox } from '../../plant/record-outbox.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { Air } from './air.ts';
import { ExposureBook, type Now } from './book.ts';
import type { SiteExposure } from '../../plant/skid/site-exposure.ts';
import { createDesk } from './desk.ts';
import { remember, scope } from './events.ts';
import { loadLimits, shippedLimitsFile } from './limits.ts';
import { ZoneAlarms } from './zone-alarms.ts';

export type ExposureOptions = Readonly<{
  site: string;
  definition: SiteExposure;
  skids: readonly Skid[];
  /** The shipped one where left out. */
  limitsFile?: string;
  clock: Clock;
  log: Log;
  authority: Authority;
  records: RecordKeeper;
  people: () => Promise<readonly Person[]>;
  history: HistoryQueries;
  standing: StandingAlarms;
}>;

export type Exposure = Room & ScanConsumer & Readonly<{ desk: ExposureDesk }>;

const judgeEvery = milliseconds(2000);
const judgeAtLatest = milliseconds(10_000);
const refreshEvery = milliseconds(250);
const retryAfter = milliseconds(1000);
const stopWithin = milliseconds(1000);
const readAtOnce = 1000;

export class ExposureRoom implements Exposure {
  readonly name = 'exposure';
  readonly desk: ExposureDesk;
  readonly #options: ExposureOptions;
  readonly #air: Air;
  readonly #book: ExposureBook;
  readonly #outbox: RecordOutbox;
  readonly #alarms: ZoneAlarms;
  #state: RoomState = 'stopped';
  #judgedAt: Monotonic | null = null;
  #refreshedAt: Monotonic | null = null;
  #now: Now | null = null;
  #timer: NodeJS.Timeout | null = null;
  #fillFault: string | null = null;

  constructor(options: ExposureOptions) {
    const { definition, skids, limitsFile = shippedLimitsFile, clock, log, authority, records, people } = options;
    this.#options = options;
    this.#air = new Air(definition, skids);
    this.#book = new ExposureBook(definition, loadLimits(limitsFile), this.#air);
    const actor = { kind: 'service', part: 'exposure' } as const;
    this.#outbox = new RecordOutbox({ records, log, actor, capacity: 1000, retryAfter });
    this.#alarms = new ZoneAlarms(options.standing, (event) => this.#outbox.post(event));
    this.desk = createDesk({
      site: options.site,
      clock,
      authority,
      records,
      people,
      book: this.#book,
      now: () => this.#judge(),
    });
  }

  accept(news: ScanNews): void {
    if (this.#state !== 'ready') return;
    this.#air.accept(news);
    this.#judgeInTime();
  }

  async start(): Promise<void> {
    if (this.#state === 'ready' || this.#state === 'starting') return;
    this.#state = 'starting';
    try {
      await this.#recall();
    } catch (thrown) {
      this.#state = 'failed';
      throw thrown;
    }
    this.#book.watchedSince = this.#options.clock.utc();
    this.#state = 'ready';
    // Where no scan comes, time passes all the same, and what is unknown grows.
    this.#timer = setInterval(() => this.#judgeInTime(), judgeEvery);
    this.#timer.unref();
    void this.#backfill();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    if (this.#state === 'ready') this.#state = 'stopping';
    await this.#outbox.stop(stopWithin);
    this.#state = 'stopped';
  }

  health(): RoomHealth {
    const inside = this.#now?.people.filter(({ zone }) => zone !== null).length ?? 0;
    const figures = { ...this.#outbox.figures(), inside };
    if (this.#state === 'ready' && this.#fillFault !== null)
      return { state: 'degraded', detail: `The time before the start is a gap: ${this.#fillFault}`, figures };
    return { state: this.#state, detail: `${inside} people are in zones.`, figures };
  }

  async #recall(): Promise<void> {
    const { records } = this.#options;
    for (let from = 1; ;) {
      const events = await records.read(scope, from, readAtOnce);
      for (const event of events) {
        const known = remember(event);
        if (known !== null) this.#book.remember(known);
      }
      const last = events.at(-1);
      if (last === undefined || events.length < readAtOnce) return;
      from = last.seq + 1;
    }
  }

  /** History may be slow or away; nobody waits for it, and what it does not give stays a gap. */
  async #backfill(): Promise<void> {
    const { history, clock, log } = this.#options;
    try {
      await this.#air.backfill(history, clock.utc());
      this.#fillFault = null;
    } catch (thrown) {
      this.#fillFault = messageOf(thrown);
      log.warn({}, `What zones read before the start cannot be had: ${this.#fillFault}`);
    }
  }

  #judgeInTime(): void {
    const at = this.#options.clock.monotonic();
    let fresh = true;
    if (this.#refreshedAt === null || elapsed(this.#refreshedAt, at) >= refreshEvery) {
      this.#refreshedAt = at;
      fresh = this.#book.refresh(this.#options.clock.utc());
    }
    const sinceMs = this.#judgedAt === null ? Infinity : elapsed(this.#judgedAt, at);
    // At the beginning of a shift everyone is judged anew, one after the other; but nobody waits for long.
    if (sinceMs < judgeEvery || (!fresh && sinceMs < judgeAtLatest)) return;
    this.#judgedAt = at;
    try {
      this.#judge();
    } catch (thrown) {
      this.#options.log.error({}, `Exposure could not be judged: ${messageOf(thrown)}`);
    }
  }

  #judge(): Now {
    const at = this.#options.clock.utc();
    this.#book.forget(at);
    this.#now = this.#book.now(at);
    if (this.#state === 'ready') this.#alarms.say(this.#book.definition.zones, this.#now);
    return this.#now;
  }
}
