/**
 * The historian: keeps the samples and the spectra of every skid, on disk before anything is acknowledged, then in InfluxDB or the embedded
 * store. This is its part in the main thread; the work is done in a worker.
 */
import type { BatchView } from '../plant/batch-view.ts';
import { milliseconds, type Clock, type UtcMs } from '../plant/clock.ts';
import { mesolineError } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import type { AlarmListener, AlarmView } from '../plant/ports/alarm-desk.ts';
import type { BatchListener } from '../plant/ports/batch-desk.ts';
import type {
  HistoryEvent,
  HistoryOrder,
  HistoryPoint,
  HistoryQueries,
  RingCursor,
  SampleStore,
  TrendBucket,
} from '../plant/ports/history.ts';
import type { AnalysisConsumer } from '../plant/ports/analysis-consumer.ts';
import type { Room, RoomHealth, RoomState } from '../plant/ports/room.ts';
import type { ScanConsumer, ScanNews } from '../plant/ports/scan-consumer.ts';
import type { SpectrumArchive } from '../plant/ports/spectrum-archive.ts';
import type { SpectrumConsumer } from '../plant/ports/spectrum-consumer.ts';
import { tagName, type Sample, type SkidName, type TagName } from '../plant/sample.ts';
import type { AnalysisResult } from '../plant/analysis.ts';
import type { StandingAlarms } from '../plant/ports/standing-alarms.ts';
import type { Spectrum } from '../plant/spectrum.ts';
import type { Skid } from '../plant/skid/definition.ts';
import type { InfluxChoice } from './find-influx.ts';
import { decideKeep, keepRule, type KeepRule, type KeptState } from './live-history.ts';
import { LiveQueue, type Live } from './live-queue.ts';
import type { WorkerSetup } from './messages.ts';
import { eventOfAlarm, eventsOfBatch, tripsOf, type StandingTrips } from './noting.ts';
import { buffersOf, SamplePacker } from './packing.ts';
import { seriesOf, usualRawDays } from './schema.ts';
import { gapAtStart, nothingSeen, type Seen } from './seen.ts';
import { SpoolAlarm } from './spool-alarm.ts';
import { SpoolWatch, type SpoolOutlook } from './spool-watch.ts';
import { Vitals, type VitalSources } from './vitals.ts';
import { SpectrumQueue } from './spectra/spectrum-queue.ts';
import { WorkerClient } from './worker-client.ts';

export type HistorianParts = Readonly<{
  skids: readonly Skid[];
  dataFolder: string;
  clock: Clock;
  log: Log;
  influx: InfluxChoice;
  /** How long points are kept; null: for good; 90 days where nothing is said. */
  rawDays?: number | null;
  /** A second place for points, no record: `http://HOST:8428` of a VictoriaMetrics; null: none. */
  secondSink?: string | null;
  /** Where people are told that the spool fills; null: nowhere. */
  standing?: StandingAlarms | null;
  /** Whose health is kept as history; null: nobody's. */
  vitals?: VitalSources | null;
  /** What the spool may take of the disk; 2 GB where nothing is said. */
  spoolBytes?: number;
  /** What spectra and their results may take of it; the oldest are removed above it. 20 GB where nothing is said. */
  spectraBytes?: number;
}>;

export type Historian = Room &
  ScanConsumer &
  SpectrumConsumer &
  AnalysisConsumer &
  BatchListener &
  Readonly<{ store: SampleStore; queries: HistoryQueries; archive: SpectrumArchive; alarms: AlarmListener }>;

const flushEveryMs = 500;
const lookEveryMs = 10_000;
const queryDeadlineMs = 15_000;
/** After so long without a word from the worker something is wrong with it. */
const longestSilenceMs = 5_000;
const stopDeadlineMs = 3_000;
const segmentBytes = 8 * 1024 * 1024;
const segmentAge = milliseconds(600_000);
const defaultSpoolBytes = 2 * 1024 * 1024 * 1024;
const defaultSpectraBytes = 20 * 1000 ** 3;

export function createHistorian(parts: HistorianParts): Historian {
  return new HistorianRoom(parts);
}

class HistorianRoom implements Historian {
  readonly name = 'historian';
  readonly store: SampleStore;
  readonly queries: HistoryQueries;
  readonly archive: SpectrumArchive;
  readonly #parts: HistorianParts;
  readonly #rules: ReadonlyMap<TagName, KeepRule>;
  readonly #kept = new Map<TagName, KeptState>();
  readonly alarms: AlarmListener;
  readonly #packer: SamplePacker;
  readonly #queue: LiveQueue;
  readonly #watch = new SpoolWatch();
  readonly #alarm: SpoolAlarm;
  readonly #vitals: Vitals | null;
  readonly #trips = new Map<SkidName, StandingTrips>();
  /** What was said of each event last: a batch tells of all of its steps with every change. */
  readonly #noted = new Map<string, string>();
  #before: Seen = nothingSeen;
  #outlook: SpoolOutlook | null = null;
  readonly #spectra: SpectrumQueue;
  #state: RoomState = 'stopped';
  #worker: WorkerClient | null = null;
  #timer: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | null = null;

  constructor(parts: HistorianParts) {
    this.#parts = parts;
    this.#rules = rulesOf(parts.skids);
    this.#packer = new SamplePacker(seriesOf(parts.skids));
    this.#alarm = new SpoolAlarm(parts.standing ?? null);
    this.#vitals = parts.vitals == null ? null : new Vitals(parts.vitals, parts.clock);
    this.alarms = { changed: (view) => this.#noteAlarm(view) };
    this.#queue = new LiveQueue((live) => this.#send(live, null), parts.log);
    this.#spectra = new SpectrumQueue(async (what) => {
      await this.#use().call('keepSpectra', what);
    }, parts.log);
    this.archive = {
      list: (spectrum, from, to, limit) =>
        this.#ask(() => this.#use().call('listSpectra', { spectrum, from, to, limit }, queryDeadlineMs)),
      read: (spectrum, digest) =>
        this.#ask(() => this.#use().call('readSpectrum', { spectrum, digest }, queryDeadlineMs)),
      results: (skid, analysis, from, to, limit) =>
        this.#ask(() => this.#use().call('listResults', { skid, analysis, from, to, limit }, queryDeadlineMs)),
    };
    this.store = {
      append: (samples, cursor, gaps = []) =>
        this.#ask(() => this.#send({ samples, gaps, events: [], seen: {} }, cursor ?? null)),
      cursors: () => this.#ask(() => this.#use().call('cursors', null)),
    };
    this.queries = {
      raw: (tag, from, to, limit, order = 'oldest first') => this.#raw(tag, from, to, limit, order),
      trend: (tags, from, to, buckets) => this.#trend(tags, from, to, buckets),
      gaps: (skid, from, to) => this.#ask(() => this.#use().call('gaps', { skid, from, to }, queryDeadlineMs)),
      aggregate: (tag, span, functions, configuration) =>
        this.#ask(() => this.#use().call('aggregate', { tag, span, functions, configuration }, queryDeadlineMs)),
      atTime: (tag, times) => this.#ask(() => this.#use().call('atTime', { tag, times }, queryDeadlineMs)),
      aligned: (tags, from, to, stepMs) =>
        this.#ask(() => this.#use().call('aligned', { tags, from, to, stepMs }, queryDeadlineMs)),
      modified: (tag, from, to, limit, order = 'oldest first') =>
        this.#ask(() => this.#use().call('modified', { tag, from, to, limit, order }, queryDeadlineMs)),
      reduced: (tag, from, to, columns) =>
        this.#ask(() => this.#use().call('reduced', { tag, from, to, columns }, queryDeadlineMs)),
      events: (query) => this.#ask(() => this.#use().call('events', query, queryDeadlineMs)),
    };
  }

  /** Settles when the spool is open; the store may come later. @throws MesolineError where the data folder cannot be used. */
  async start(): Promise<void> {
    if (this.#state !== 'stopped') return;
    this.#state = 'starting';
    this.#stopping = null;
    const worker = new WorkerClient(this.#setup(), this.#parts.clock, this.#parts.log);
    this.#worker = worker;
    try {
      this.#before = await worker.call('start', null);
    } catch (error) {
      if (this.#isStopping()) return;
      this.#state = 'failed';
      throw error;
    }
    if (this.#isStopping()) return;
    this.#timer = setInterval(() => {
      void this.#queue.flush();
      void this.#spectra.flush();
    }, flushEveryMs);
    this.#looking = setInterval(() => void this.#look(), lookEveryMs);
    this.#state = 'ready';
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  health(): RoomHealth {
    const worker = this.#worker;
    const figures = {
      ...worker?.health?.figures,
      queuedPoints: this.#queue.waiting,
      pointsGivenUp: this.#queue.givenUp,
      queuedSpectra: this.#spectra.waiting,
      spectraGivenUp: this.#spectra.givenUp,
      ...(this.#outlook?.hoursLeft == null ? {} : { hoursLeft: Math.round(this.#outlook.hoursLeft * 10) / 10 }),
    };
    if (this.#state !== 'ready' || worker === null) {
      return { state: this.#state, detail: `The historian is ${this.#state}.`, figures };
    }
    if (worker.failure !== null) {
      return { state: 'failed', detail: `The historian's thread is gone: ${worker.failure}.`, figures };
    }
    const notes = [
      ...(worker.silence > longestSilenceMs
        ? [`The historian's thread has said nothing for ${worker.silence} ms.`]
        : []),
      ...(this.#queue.refusal === null ? [] : [this.#queue.refusal]),
    ];
    const { state, detail } = worker.health ?? { state: 'ready' as const, detail: 'The spool is open.' };
    return { state: notes.length > 0 ? 'degraded' : state, detail: [...notes, detail].join(' '), figures };
  }

  accept({ batch, verdict }: ScanNews): void {
    this.#noteStart(batch.skid, batch.utc);
    const keep: Sample[] = [];
    for (const sample of batch.samples) {
      const rule = this.#rules.get(sample.tag);
      if (rule === undefined) continue;
      const decision = decideKeep(rule, this.#kept.get(sample.tag) ?? null, sample, batch.utc, batch.monotonic);
      this.#kept.set(sample.tag, decision.state);
      if (decision.keep !== null) keep.push(decision.keep);
    }
    this.#queue.push(keep, { skid: batch.skid, at: batch.utc });
    const trips = tripsOf(this.#trips.get(batch.skid) ?? new Map(), batch.skid, verdict, batch.utc);
    this.#trips.set(batch.skid, trips.standing);
    for (const event of trips.changed) this.#note(event);
  }

  /** A batch, or a step of one, has changed. */
  changed(batch: BatchView): void {
    for (const event of eventsOfBatch(batch)) this.#note(event);
  }

  acceptSpectrum(spectrum: Spectrum): void {
    this.#spectra.push(spectrum);
  }

  /** A spectrum that is lost was kept when it came. */
  loseSpectrum(): void {
    // Nothing is taken back of what is kept.
  }

  acceptAnalysis(result: AnalysisResult): void {
    this.#spectra.pushResult(result);
  }

  async #stop(): Promise<void> {
    const worker = this.#worker;
    clearInterval(this.#timer);
    clearInterval(this.#looking);
    if (worker === null) {
      this.#state = 'stopped';
      return;
    }
    this.#state = 'stopping';
    if (worker.failure === null) {
      // Twice: what came while the first was under way waits for the second.
      for (const queue of [this.#queue, this.#queue, this.#spectra, this.#spectra]) await queue.flush();
      if (this.#spectra.waiting > 0) {
        const fields = { waiting: this.#spectra.waiting, reason: this.#spectra.refusal };
        this.#parts.log.error(fields, 'spectra and results could not be kept: the archive refuses them');
      }
      if (this.#queue.waiting > 0) {
        const fields = { points: this.#queue.waiting, reason: this.#queue.refusal };
        this.#parts.log.error(fields, 'live points could not be kept: the spool refuses them');
      }
      await worker.call('stop', null, stopDeadlineMs).catch((error: unknown) => {
        this.#parts.log.error({ reason: String(error) }, 'the historian did not stop in its time');
      });
    }
    await worker.end(500);
    this.#worker = null;
    this.#state = 'stopped';
  }

  #isStopping(): boolean {
    return this.#stopping !== null;
  }

  async #send({ samples, gaps, events, seen }: Live, cursor: RingCursor | null): Promise<void> {
    const points = this.#packer.pack(samples);
    const appended = { points, cursor, gaps, events, seen: { scans: seen, ended: false } };
    await this.#use().call('append', appended, undefined, buffersOf(points));
    this.#packer.sent(points);
  }

  /** The first scan of a skid ends what was missed since the last one of an earlier run. */
  #noteStart(skid: SkidName, at: UtcMs): void {
    if (!(skid in this.#before.scans)) return;
    const gap = gapAtStart(this.#before, skid, at);
    const scans = Object.entries(this.#before.scans).filter(([name]) => name !== skid);
    this.#before = { ...this.#before, scans: Object.fromEntries(scans) };
    // A skid of which every value is a row of a logging device misses nothing: the rows wait in the device.
    if (gap !== null && this.#hasLive(skid)) this.#queue.pushGap(gap);
  }

  #hasLive(skid: SkidName): boolean {
    const tags = this.#parts.skids.find(({ name }) => name === skid)?.type.tags ?? [];
    return tags.some((tag) => keepRule(tag) !== null);
  }

  #noteAlarm(view: AlarmView): void {
    const event = eventOfAlarm(view);
    if (event !== null) this.#note(event);
  }

  #note(event: HistoryEvent): void {
    const key = `${event.kind} ${event.skid} ${event.object}`;
    const said = `${event.from} ${event.to ?? ''} ${event.text}`;
    if (this.#noted.get(key) === said) return;
    this.#noted.set(key, said);
    this.#queue.pushEvent(event);
  }

  async #look(): Promise<void> {
    const health = this.health();
    const { spoolBytes, spoolLimitBytes, unwrittenPoints } = health.figures ?? {};
    if (spoolBytes !== undefined && spoolLimitBytes !== undefined && this.#worker?.health !== null) {
      const at = this.#parts.clock.monotonic();
      const reading = { at, bytes: spoolBytes, limitBytes: spoolLimitBytes, unwritten: unwrittenPoints ?? 0 };
      this.#outlook = this.#watch.take(reading);
      this.#alarm.tell(this.#outlook, health);
    }
    const vitals = await this.#vitals?.take();
    if (vitals === undefined) return;
    for (const series of vitals.series) this.#packer.learn(series);
    this.#queue.push(vitals.samples);
  }

  #raw(tag: TagName, from: UtcMs, to: UtcMs, limit: number, order: HistoryOrder): Promise<readonly HistoryPoint[]> {
    return this.#ask(() => this.#use().call('raw', { tag, from, to, limit, order }, queryDeadlineMs));
  }

  #trend(
    tags: readonly TagName[],
    from: UtcMs,
    to: UtcMs,
    buckets: number,
  ): Promise<readonly Readonly<{ tag: TagName; buckets: readonly TrendBucket[] }>[]> {
    return this.#ask(() => this.#use().call('trend', { tags, from, to, buckets }, queryDeadlineMs));
  }

  /** So that what is thrown while asking is a rejection like any other. */
  async #ask<T>(call: () => Promise<T>): Promise<T> {
    return call();
  }

  #use(): WorkerClient {
    if (this.#worker !== null) return this.#worker;
    const problem = `It is ${this.#state}.`;
    throw mesolineError('spool-refused', 'the historian', problem, 'Ask again when the service is ready.');
  }

  #setup(): WorkerSetup {
    const { skids, dataFolder, influx, rawDays, spoolBytes, spectraBytes } = this.#parts;
    return {
      secondSink: this.#parts.secondSink ?? null,
      rawDays: rawDays === undefined ? usualRawDays : rawDays,
      dataFolder,
      influx,
      series: seriesOf(skids),
      limits: {
        segmentBytes,
        segmentAgeMs: segmentAge,
        totalBytes: spoolBytes ?? defaultSpoolBytes,
        spectraBytes: spectraBytes ?? defaultSpectraBytes,
      },
    };
  }
}

function rulesOf(skids: readonly Skid[]): ReadonlyMap<TagName, KeepRule> {
  const rules = new Map<TagName, KeepRule>();
  for (const { name, type } of skids) {
    for (const tag of type.tags) {
      const rule = keepRule(tag);
      if (rule !== null) rules.set(tagName(name, tag.name), rule);
    }
  }
  return rules;
}
