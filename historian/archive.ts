/** The historian's inside, in its own thread: what it is made of, the calls it answers, and how it fares. */
import { milliseconds, type Clock } from '../plant/clock.ts';
import { mesolineError } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import { localTag, tagName, type TagName } from '../plant/sample.ts';
import type { CallMessage, Calls, CallName, WorkerHealth, WorkerSetup } from './messages.ts';
import type { Point, Series } from './point.ts';
import { Quarantine } from './quarantine.ts';
import { SpectrumKeeper } from './spectra/spectrum-keeper.ts';
import type { Disk } from './spool/disk.ts';
import type { SpoolDamage } from './spool/recovery.ts';
import { Spool } from './spool/spool.ts';
import type { HistoryStore } from './store.ts';
import { checkLimit, checkSpan, checkTags, columnsOf, fillColumns, lookFrom } from './trend.ts';
import { Writer, type Wait } from './writer.ts';

export type ArchiveParts = Readonly<{
  setup: WorkerSetup;
  store: HistoryStore;
  disk: Disk;
  clock: Clock;
  log: Log;
  random: () => number;
  wait: Wait;
}>;

const drainMs = 700;
/** Between two countings of the store's files. */
const diskEveryMs = 30_000;

export class Archive {
  readonly #parts: ArchiveParts;
  readonly #spool: Spool;
  readonly #quarantine: Quarantine;
  readonly #store: HistoryStore;
  readonly #writer: Writer;
  readonly #spectra: SpectrumKeeper;
  readonly #series: ReadonlyMap<TagName, Series>;
  #state: 'stopped' | 'starting' | 'running' | 'stopping' = 'stopped';
  #damage: readonly SpoolDamage[] = [];
  #gaps = 0;
  #storeBytes = 0;
  #countedAt = -Infinity;

  constructor(parts: ArchiveParts) {
    const { setup, store, disk, clock, log, random, wait } = parts;
    const { segmentBytes, segmentAgeMs, totalBytes, spectraBytes } = setup.limits;
    const folder = `${setup.dataFolder}/spool`;
    this.#parts = parts;
    this.#series = new Map(setup.series.map((one) => [tagName(one.skid, localTag(one.tag)), one]));
    this.#spool = new Spool(disk, folder, clock, { segmentBytes, segmentAge: milliseconds(segmentAgeMs), totalBytes });
    this.#quarantine = new Quarantine(disk, folder);
    this.#store = store;
    this.#spectra = new SpectrumKeeper(`${setup.dataFolder}/spectra`, spectraBytes, log);
    this.#writer = new Writer({
      spool: this.#spool,
      store,
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
      case 'append': {
        const { samples, cursor, gaps } = message.takes;
        const points = samples.map(({ tag, value, quality, sourceTime, serverTime }): Point => ({
          series: this.#seriesOf(tag),
          value,
          quality,
          time: sourceTime,
          serverTime,
        }));
        await this.#spool.append({
          points,
          ...(cursor === null ? {} : { cursor }),
          ...(gaps.length === 0 ? {} : { gaps }),
        });
        this.#gaps += gaps.length;
        return null;
      }
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
        const found = await this.#store.trend(series, lookFrom(from, columns.widthMs), to, columns.widthMs);
        return tags.map((tag, i) => ({ tag, buckets: fillColumns(found[i] ?? [], from, columns) }));
      }
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
      ...(this.#damage.length === 0
        ? []
        : [`${this.#damage.length} damaged parts of the spool were found at start; see spool/aside.`]),
    ];
    const detail = [`Writes to ${this.#store.name}.`, ...notes].join(' ');
    const sound = writer.trouble === null && trouble === null;
    return { state: sound ? 'ready' : 'degraded', detail, figures };
  }

  async #start(): Promise<null> {
    const { log } = this.#parts;
    this.#state = 'starting';
    this.#damage = await this.#spool.open();
    for (const damage of this.#damage) log.error({ ...damage }, 'a damaged part of the spool was put aside');
    await this.#quarantine.open();
    await this.#store.start().catch((error: unknown) => {
      log.error({ store: this.#store.name, reason: String(error) }, 'the history store could not be opened');
    });
    this.#spectra.start();
    if (this.#isStopping()) return null;
    this.#writer.start();
    this.#state = 'running';
    return null;
  }

  #isStopping(): boolean {
    return this.#state !== 'starting';
  }

  async #stop(): Promise<null> {
    this.#state = 'stopping';
    await this.#writer.stop(drainMs);
    await this.#spool.close();
    await this.#store.stop();
    this.#spectra.stop();
    this.#state = 'stopped';
    return null;
  }

  /** @throws MesolineError where the tag is none of the site's. */
  #seriesOf(tag: TagName): Series {
    const known = this.#series.get(tag);
    if (known !== undefined) return known;
    const remedy = 'Use the full name of a tag of a skid of this site, as `QD-1/R201/TT-201A`.';
    throw mesolineError('history-tag-unknown', tag, 'The site has no such tag.', remedy);
  }

  #countDisk(): void {
    const now = this.#parts.clock.monotonic();
    if (this.#state !== 'running' || now - this.#countedAt < diskEveryMs) return;
    this.#countedAt = now;
    void this.#store.diskBytes().then(
      (bytes) => (this.#storeBytes = bytes ?? 0),
      () => undefined,
    );
  }
}
