/**
 * The room of exposure: takes scans, judges every few seconds, says what stands, and keeps it over a restart. People are judged
 * in slices (`steps.ts`), so that no scan waits for a shift of many of them; zones are judged at once.
 */
import { elapsed, milliseconds, utcMs, type Clock, type Monotonic } from '../../plant/clock.ts';
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
import { clockEvent, type Remembered } from './events.ts';
import { loadLimits, shippedLimitsFile } from './limits.ts';
import { PastShifts } from './past-shifts.ts';
import { recall } from './recall.ts';
import { ReportThread } from './report-thread.ts';
import { keptMs } from './series.ts';
import { Slices, type Turn } from './steps.ts';
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
  /** Calls a slice of work later, after whatever else waits; `setImmediate` where left out. */
  schedule?: (turn: Turn) => void;
}>;

export type Exposure = Room & ScanConsumer & Readonly<{ desk: ExposureDesk }>;

const judgeEvery = milliseconds(2000);
const retryAfter = milliseconds(1000);
const stopWithin = milliseconds(1000);
/** What stood before a restart stands so long where history does not tell of the air of that time: as long as a zone looks back. */
const holdFor = milliseconds(15 * 60_000);
/** Results that came so long ago at most are looked at after a restart for doses that were not computed anew. */
const redoWithinMs = 7 * 86_400_000;

export class ExposureRoom implements Exposure {
  readonly name = 'exposure';
  readonly desk: ExposureDesk;
  readonly #options: ExposureOptions;
  readonly #air: Air;
  readonly #book: ExposureBook;
  readonly #outbox: RecordOutbox;
  readonly #alarms: ZoneAlarms;
  readonly #slices: Slices;
  readonly #past: PastShifts;
  readonly #reports = new ReportThread();
  #state: RoomState = 'stopped';
  #judgedAt: Monotonic | null = null;
  #refreshing: Promise<void> | null = null;
  #startedAt: Monotonic | null = null;
  #isFilled = false;
  #unreadable: readonly number[] = [];
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
    this.#slices = new Slices(options.schedule ?? ((turn) => void setImmediate(turn)));
    this.#past = new PastShifts({
      book: this.#book,
      skids,
      clock,
      log,
      records,
      history: options.history,
      slices: this.#slices,
      post: (event) => this.#outbox.post(event),
    });
    this.desk = createDesk({
      site: options.site,
      clock,
      authority,
      records,
      people,
      book: this.#book,
      past: this.#past,
      slices: this.#slices,
      reports: this.#reports,
      now: () => this.#judge(),
      fresh: () => this.#fresh(),
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
    this.#slices.resume();
    const { clock, log, records } = this.#options;
    const late = new Map<string, Extract<Remembered, { kind: 'filter' }>>();
    try {
      await recall(records, (known) => {
        this.#book.remember(known);
        if (known.kind === 'zone') this.#alarms.recall(known);
        if (known.kind === 'filter' && known.at > clock.utc() - redoWithinMs) late.set(known.result.id, known);
        if (known.kind === 'recomputed') late.delete(known.resultId);
        if (known.kind === 'unreadable') this.#unreadable = [...this.#unreadable, known.seq];
      });
    } catch (thrown) {
      this.#state = 'failed';
      throw thrown;
    }
    if (this.#unreadable.length > 0) log.error({ entries: this.#unreadable }, this.#saysUnreadable());
    this.#startedAt = clock.monotonic();
    this.#book.watchedSince = clock.utc();
    this.#book.hold(this.#alarms.recalled());
    this.#state = 'ready';
    // Where no scan comes, time passes all the same, and what is unknown grows.
    this.#timer = setInterval(() => this.#judgeInTime(), judgeEvery);
    this.#timer.unref();
    void this.#backfill();
    for (const { result, at } of late.values())
      if (this.#past.endedIn(result, at).length > 0) void this.#past.recompute(result, null);
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    if (this.#state === 'ready') this.#state = 'stopping';
    this.#slices.stop();
    await this.#reports.stop();
    await this.#outbox.stop(stopWithin);
    this.#state = 'stopped';
  }

  health(): RoomHealth {
    const inside = this.#now?.people.filter(({ zone }) => zone !== null).length ?? 0;
    const outbox = this.#outbox.figures();
    const figures = { ...outbox, inside, sliceCells: this.#slices.most };
    if (this.#state !== 'ready') return { state: this.#state, detail: `${inside} people are in zones.`, figures };
    const faults = [
      ...(outbox.recordsWaiting > 0 ? [`The record has not taken ${outbox.recordsWaiting} events.`] : []),
      ...(this.#unreadable.length > 0 ? [this.#saysUnreadable()] : []),
      ...(this.#fillFault === null ? [] : [`The time before the start is a gap: ${this.#fillFault}`]),
    ];
    return faults.length > 0
      ? { state: 'degraded', detail: faults.join(' '), figures }
      : { state: 'ready', detail: `${inside} people are in zones.`, figures };
  }

  #saysUnreadable(): string {
    const [first] = this.#unreadable;
    return `${this.#unreadable.length} entries of the record of exposure cannot be read and do not count, the first is ${String(first)}: verify the record.`;
  }

  /** History may be slow or away; nobody waits for it, and what it does not give stays a gap. */
  async #backfill(): Promise<void> {
    const { history, clock, log } = this.#options;
    const to = clock.utc();
    try {
      await this.#air.backfill(history, utcMs(to - keptMs), to);
      this.#fillFault = null;
      this.#isFilled = true;
    } catch (thrown) {
      this.#fillFault = messageOf(thrown);
      log.warn({}, `What zones read before the start cannot be had: ${this.#fillFault}`);
    }
    this.#book.allStale();
  }

  #judgeInTime(): void {
    const { clock, log } = this.#options;
    const at = clock.monotonic();
    if (this.#judgedAt !== null && elapsed(this.#judgedAt, at) < judgeEvery) return;
    this.#judgedAt = at;
    try {
      this.#judge();
    } catch (thrown) {
      log.error({}, `Exposure could not be judged: ${messageOf(thrown)}`);
    }
    if (this.#refreshing === null && !this.#book.isFresh(clock.utc()))
      this.#refresh().catch((thrown: unknown) => {
        if (this.#state === 'ready') log.error({}, `People's exposure could not be judged: ${messageOf(thrown)}`);
      });
  }

  /** Judges everyone anew, in slices; whoever asks meanwhile waits for the same. */
  #refresh(): Promise<void> {
    this.#refreshing ??= this.#slices
      .run(this.#book.refresh(this.#options.clock.utc()))
      .then(() => void this.#judge())
      .finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  async #fresh(): Promise<Now> {
    // One that runs has begun before the question; what has become known since asks for another.
    for (let round = 0; round < 2 && !this.#book.isFresh(this.#options.clock.utc()); round++) await this.#refresh();
    return this.#judge();
  }

  #judge(): Now {
    const at = this.#options.clock.utc();
    if (this.#book.clockSays(at)) this.#outbox.post(clockEvent(at));
    this.#letGo();
    this.#book.forget(at);
    this.#now = this.#book.now(at);
    if (this.#state === 'ready') this.#alarms.say(this.#book.definition.zones, this.#now);
    return this.#now;
  }

  /** What stood before a restart stands until the air of that time and everyone in it have been judged anew. */
  #letGo(): void {
    if (!this.#book.holds || this.#startedAt === null) return;
    const { clock } = this.#options;
    const isLong = elapsed(this.#startedAt, clock.monotonic()) >= holdFor;
    if ((this.#isFilled || isLong) && this.#book.isJudged(clock.utc())) this.#book.hold(new Map());
  }
}
