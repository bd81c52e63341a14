/** The historian's inside, in its own thread: what it is made of, the calls it answers, and how it fares. */
import { milliseconds, utcMs, type Clock, type UtcMs } from '../plant/clock.ts';
import type { Log } from '../plant/log.ts';
import type { HistoryGap } from '../plant/ports/history.ts';
import type { TagName } from '../plant/sample.ts';
import { bucketsOf, tierFor } from './downsampling/buckets.ts';
import { Downsampler } from './downsampling/downsampler.ts';
import type { SecondSink } from './influx/second-sink.ts';
import type { Appended, CallMessage, Calls, CallName, WorkerHealth, WorkerSetup } from './messages.ts';
import { fullName, unknownTag } from './packing.ts';
import { emptyBatch, type Series } from './point.ts';
import { Quarantine } from './quarantine.ts';
import { Questions } from './questions/questions.ts';
import { SpectrumKeeper } from './spectra/spectrum-keeper.ts';
import type { Seen } from './seen.ts';
import type { Disk } from './spool/disk.ts';
import type { SpoolDamage } from './spool/recovery.ts';
import { Spool } from './spool/spool.ts';
import type { HistoryStore } from './store.ts';
import { checkLimit, checkSpan, checkTags, columnsOf, fillColumns, lookFrom } from './trend.ts';
import { Writer, type Wait } from './writer.ts';

export type ArchiveParts = Readonly<{
  setup: WorkerSetup;
  store: HistoryStore;
  /** A second place for points; null: none. */
  sink?: SecondSink | null;
  disk: Disk;
  clock: Clock;
  log: Log;
  random: () => number;
  wait: Wait;
}>;

const drainMs = 700;
/** Between two countings of the store's files. */
const diskEveryMs = 30_000;
/** Between two removals of what is too old. */
const retainEveryMs = 3_600_000;

export class Archive {
  readonly #parts: ArchiveParts;
  readonly #spool: Spool;
  readonly #quarantine: Quarantine;
  readonly #store: HistoryStore;
  readonly #writer: Writer;
  readonly #questions: Questions;
  readonly #spectra: SpectrumKeeper;
  readonly #downsampler: Downsampler;
  /** The list that both threads have: points name their series by their place in it. */
  readonly #series: Series[];
  readonly #byName: Map<TagName, Series>;
  #state: 'stopped' | 'starting' | 'running' | 'stopping' = 'stopped';
  #damage: readonly SpoolDamage[] = [];
  #gaps = 0;
  #storeBytes = 0;
  #countedAt = -Infinity;
  #retainedAt = -Infinity;

  constructor(parts: ArchiveParts) {
    const { setup, store, sink = null, disk, clock, log, random, wait } = parts;
    const { segmentBytes, segmentAgeMs, totalBytes, spectraBytes } = setup.limits;
    const folder = `${setup.dataFolder}/spool`;
    this.#parts = parts;
    this.#series = [...setup.series];
    this.#byName = new Map(setup.series.map((one) => [fullName(one), one]));
    this.#spool = new Spool(disk, folder, clock, { segmentBytes, segmentAge: milliseconds(segmentAgeMs), totalBytes });
    this.#quarantine = new Quarantine(disk, folder);
    this.#store = store;
    this.#questions = new Questions(store, clock);
    this.#spectra = new SpectrumKeeper(`${setup.dataFolder}/spectra`, spectraBytes, log);
    this.#downsampler = new Downsampler({ store, disk, folder, series: setup.series, clock, log, wait });
    this.#writer = new Writer({
      spool: this.#spool,
      store,
      listeners: sink === null ? [this.#downsampler] : [this.#downsampler, sink],
      quarantine: this.#quarantine,
      clock,
      log,
      random,
      wait,
    });
  }

  async call(message: CallMessage): Promise<Calls[CallName]['gives']> {
    switch (message.call) {
      case 'start':
        return this.#start();
      case 'append':
        return this.#append(message.takes);
      case 'cursors':
        return this.#spool.cursors();
      case 'raw': {
        const { tag, from, to, limit, order } = message.takes;
        checkSpan(from, to);
        checkLimit(limit);
        return this.#store.raw(this.#seriesOf(tag), from, to, limit, order);
      }
      case 'trend': {
        const { tags, from, to, buckets } = message.takes;
        checkTags(tags);
        const columns = columnsOf(from, to, buckets);
        const series = tags.map((tag) => this.#seriesOf(tag));
        const found = await this.#trend(series, lookFrom(from, columns.widthMs), to, columns.widthMs);
        return tags.map((tag, i) => ({ tag, buckets: fillColumns(found[i] ?? [], from, columns) }));
      }
      case 'aggregate': {
        const { tag, span, functions, configuration } = message.takes;
        return this.#questions.aggregate(this.#seriesOf(tag), span, functions, configuration);
      }
      case 'atTime':
        return this.#questions.atTime(this.#seriesOf(message.takes.tag), message.takes.times);
      case 'aligned': {
        const { tags, from, to, stepMs } = message.takes;
        checkTags(tags);
        const found = [];
        for (const tag of tags) {
          found.push({ tag, values: await this.#questions.aligned(this.#seriesOf(tag), from, to, stepMs) });
        }
        return found;
      }
      case 'modified': {
        const { tag, from, to, limit, order } = message.takes;
        return this.#questions.modified(this.#seriesOf(tag), from, to, limit, order);
      }
      case 'reduced': {
        const { tag, from, to, columns } = message.takes;
        return this.#questions.reduced(this.#seriesOf(tag), from, to, columns);
      }
      case 'gaps': {
        const { skid, from, to } = message.takes;
        checkSpan(from, to);
        return this.#store.gaps(skid, from, to);
      }
      case 'events':
        checkSpan(message.takes.from, message.takes.to);
        checkLimit(message.takes.limit);
        return this.#store.events(message.takes);
      case 'keepSpectra':
        return this.#spectra.keep(message.takes);
      case 'listSpectra': {
        const { spectrum, from, to, limit } = message.takes;
        return this.#spectra.list(spectrum, from, to, limit);
      }
      case 'readSpectrum':
        return this.#spectra.read(message.takes.spectrum, message.takes.digest);
      case 'listResults': {
        const { skid, analysis, from, to, limit } = message.takes;
        return this.#spectra.results(skid, analysis, from, to, limit);
      }
      case 'stop':
        return this.#stop();
    }
  }

  health(): WorkerHealth {
    const spool = this.#spool.figures();
    const writer = this.#writer.figures();
    const now = this.#parts.clock.utc();
    const figures = {
      unwrittenPoints: spool.unwritten,
      oldestUnwrittenSeconds: writer.oldestUnwritten === null ? 0 : Math.max(0, (now - writer.oldestUnwritten) / 1_000),
      writtenPoints: writer.written,
      quarantinedPoints: this.#quarantine.points,
      refusedAppends: spool.refused,
      gaps: this.#gaps,
      damagedParts: this.#damage.length,
      spoolBytes: spool.bytes,
      spoolLimitBytes: this.#parts.setup.limits.totalBytes,
      ...this.#downsampler.figures(),
      ...this.#parts.sink?.figures(),
      ...this.#spectra.figures(),
      diskBytes: spool.bytes + this.#quarantine.bytes + this.#storeBytes,
    };
    this.#countDisk();
    if (this.#state !== 'running') return { state: this.#state, detail: `The historian is ${this.#state}.`, figures };
    const { trouble } = this.#spectra;
    const notes = [
      ...(trouble === null ? [] : [`Spectra are not kept: ${trouble}`]),
      ...(writer.trouble === null ? [] : [`${writer.trouble} ${spool.unwritten} points wait in the spool.`]),
      ...(figures.quarantinedPoints === 0
        ? []
        : [`${figures.quarantinedPoints} points are in spool/quarantine.jsonl.`]),
      ...(this.#quarantine.notKept === 0
        ? []
        : [`The quarantine is full: ${this.#quarantine.notKept} more points are only counted.`]),
      ...(this.#downsampler.trouble === null ? [] : [`History is not down-sampled: ${this.#downsampler.trouble}`]),
      ...(this.#damage.length === 0
        ? []
        : [`${this.#damage.length} damaged parts of the spool were found at start; see spool/aside.`]),
    ];
    const detail = [`Writes to ${this.#store.name}.`, ...notes].join(' ');
    const sound = writer.trouble === null && trouble === null;
    return { state: sound ? 'ready' : 'degraded', detail, figures };
  }

  async #start(): Promise<Seen> {
    const { log } = this.#parts;
    this.#state = 'starting';
    this.#damage = await this.#spool.open();
    for (const damage of this.#damage) log.error({ ...damage }, 'a damaged part of the spool was put aside');
    await this.#quarantine.open();
    await this.#tellDamage();
    const { seen } = this.#spool;
    await this.#downsampler.open();
    await this.#store.start().catch((error: unknown) => {
      log.error({ store: this.#store.name, reason: String(error) }, 'the history store could not be opened');
    });
    this.#spectra.start();
    if (this.#isStopping()) return seen;
    this.#writer.start();
    this.#downsampler.start(() => this.#spool.figures().unwritten === 0);
    this.#state = 'running';
    return seen;
  }

  #isStopping(): boolean {
    return this.#state !== 'starting';
  }

  async #stop(): Promise<null> {
    this.#state = 'stopping';
    await this.#spool
      .append({ points: emptyBatch(0, []), seen: { scans: {}, ended: true } })
      .catch((error: unknown) => this.#parts.log.debug({ reason: String(error) }, 'the stop is not in the spool'));
    await this.#writer.stop(drainMs);
    await this.#downsampler.stop();
    await this.#parts.sink?.stop();
    await this.#spool.close();
    await this.#store.stop();
    this.#spectra.stop();
    this.#state = 'stopped';
    return null;
  }

  /** What a damaged part held nobody knows: every skid may miss something of that time. A torn end was never acknowledged. */
  async #tellDamage(): Promise<void> {
    const now = this.#parts.clock.utc();
    const skids = [...new Set(this.#series.map(({ skid }) => skid))];
    const gaps = this.#damage
      .filter(({ where }) => where === 'middle')
      .flatMap(({ segment, from, to, after, before, keptAs }) =>
        skids.map((skid): HistoryGap => ({
          skid,
          kind: 'spool-damaged',
          from: utcMs(after ?? before ?? now),
          to: utcMs(before ?? now),
          points: 0,
          reason: `Bytes ${from} to ${to} of ${segment} could not be read${keptAs === null ? '' : `; they are kept as ${keptAs}`}.`,
          filled: null,
        })),
      );
    if (gaps.length === 0) return;
    await this.#spool.append({ points: emptyBatch(0, []), gaps }).catch((error: unknown) => {
      this.#parts.log.error({ gaps: gaps.length, reason: String(error) }, 'damage of the spool is not in history');
    });
    this.#gaps += gaps.length;
  }

  async #append({ points, cursor, gaps, events, seen }: Appended): Promise<null> {
    for (const one of points.added) {
      if (this.#byName.has(fullName(one))) continue;
      this.#series.push(one);
      this.#byName.set(fullName(one), one);
    }
    await this.#spool.append({
      points: { ...points, series: this.#series },
      ...(cursor === null ? {} : { cursor }),
      gaps,
      events,
      seen,
    });
    this.#gaps += gaps.length;
    return null;
  }

  /** From a tier where the columns are wide enough for it, but for the newest, which no tier has yet. */
  async #trend(series: readonly Series[], from: UtcMs, to: UtcMs, widthMs: number) {
    const tier = tierFor(widthMs);
    const end = tier === null ? from : utcMs(Math.min(to, this.#downsampler.cleanTo(tier)));
    const split = tier === null ? from : utcMs(from + Math.floor(Math.max(0, end - from) / widthMs) * widthMs);
    const recent = split < to ? await this.#store.trend(series, split, to, widthMs) : series.map(() => []);
    if (tier === null || split <= from) return recent;
    const rows = await this.#store.coarse(tier, series, from, split);
    return series.map((_, i) => [...bucketsOf(rows[i] ?? [], from, widthMs), ...(recent[i] ?? [])]);
  }

  /** @throws MesolineError where the tag is none of the site's. */
  #seriesOf(tag: TagName): Series {
    const known = this.#byName.get(tag);
    if (known === undefined) throw unknownTag(tag);
    return known;
  }

  #countDisk(): void {
    const now = this.#parts.clock.monotonic();
    if (this.#state !== 'running' || now - this.#countedAt < diskEveryMs) return;
    this.#countedAt = now;
    void this.#store.diskBytes().then(
      (bytes) => (this.#storeBytes = bytes ?? 0),
      () => undefined,
    );
    if (now - this.#retainedAt < retainEveryMs) return;
    this.#retainedAt = now;
    void this.#store.retain(this.#parts.clock.utc()).catch((error: unknown) => {
      this.#parts.log.warn({ reason: String(error) }, 'what is too old could not be removed from history');
    });
  }
}
