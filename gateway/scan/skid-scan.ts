/**
 * The scan of one skid: staleness and derived tags, then the interlocks, then the field writer, then everyone else.
 * `docs/rooms.md`, The scan.
 */
import { monotonic, processTime, type Clock, type Monotonic, type ProcessTime } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Block } from '../../plant/block.ts';
import type { Log } from '../../plant/log.ts';
import type { ScanConsumer, ScanNews } from '../../plant/ports/scan-consumer.ts';
import type { GuardVerdict, ScanGuard } from '../../plant/ports/scan-guard.ts';
import { higherDemand } from '../../plant/safe-state.ts';
import type { LocalTag, Sample } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { FieldWriter } from '../field-writer.ts';
import type { FieldImage } from './field-image.ts';
import { scanMs } from './scan-turns.ts';

export type SkidScanOptions = Readonly<{
  skid: Skid;
  guard: ScanGuard;
  image: FieldImage;
  writer: FieldWriter;
  consumers: readonly ScanConsumer[];
  blocks: (samples: ReadonlyMap<LocalTag, Sample>) => readonly Block[];
  /** Whether a batch is on the skid, whatever its state. */
  batch: () => boolean;
  /** Told of every scan once the field is: figures are taken of what it saw. */
  baselines: (at: ProcessTime, samples: ReadonlyMap<LocalTag, Sample>, forced: boolean) => void;
  clock: Clock;
  log: Log;
}>;

const noForces: ReturnType<ScanGuard['forces']> = new Map();
const failedTitle = 'Interlocks';

export class SkidScan {
  readonly #options: SkidScanOptions;
  /** A skid whose every value comes from recorded rows runs in recorded time. */
  readonly #recorded: boolean;
  #scan = 0;
  #rowTime: ProcessTime = processTime(0);
  #rowSinceTick = false;
  #processTime = -Infinity;
  /** When the last turn was due. */
  #due: Monotonic = monotonic(-Infinity);
  #news: ScanNews | null = null;
  #failing = new Set<ScanConsumer | ScanGuard>();

  constructor(options: SkidScanOptions) {
    this.#options = options;
    const sources = options.skid.type.tags.map(({ source }) => source.kind);
    this.#recorded = sources.includes('row') && !sources.includes('point');
  }

  /** What the last scan said; null before the first. */
  get news(): ScanNews | null {
    return this.#news;
  }

  /**
   * Every 100 ms. A recorded skid that had a row since the last has been scanned already.
   * @param due when its turn was: a scan that comes late counts from then
   */
  tick(due: Monotonic = this.#options.clock.monotonic()): void {
    const had = this.#rowSinceTick;
    this.#rowSinceTick = false;
    if (this.#recorded && had) return;
    this.#step(this.#recorded ? this.#rowTime : this.#onGrid(due));
  }

  /**
   * Process time on the grid of the scans: one that comes early or late counts as on time, or a delay of five scans would take six
   * whenever the fifth is a hair early, or the first so late that it counts as the second. What a late scan sees
   * counts from its turn: a delay is never longer for it, and shorter by less than one scan. One that is a whole
   * period late, or that the next has overtaken, counts as the next. A clock that was set back begins a grid anew.
   */
  #onGrid(due: Monotonic): ProcessTime {
    const { clock } = this.#options;
    if (due > this.#due) this.#due = due;
    const late = (clock.monotonic() - this.#due) % scanMs;
    const now = clock.process() - late * clock.timeScale;
    const period = scanMs * clock.timeScale;
    const turns = Math.round((now - this.#processTime) / period);
    const onGrid = this.#processTime + turns * period;
    this.#processTime = turns >= 0 && Number.isFinite(onGrid) ? onGrid : Math.round(now);
    return processTime(this.#processTime);
  }

  /** One recorded row, already in the image. @returns every tag as the row left it */
  row(time: ProcessTime): ReadonlyMap<LocalTag, Sample> {
    this.#rowSinceTick = true;
    this.#rowTime = time;
    return this.#step(this.#recorded ? time : this.#options.clock.process());
  }

  #step(process: ProcessTime): ReadonlyMap<LocalTag, Sample> {
    const { skid, clock, image, writer, consumers } = this.#options;
    const [utc, at] = [clock.utc(), clock.monotonic()];
    const forces = this.#forces(at);
    const samples = image.sample(at, utc, forces);
    const { fieldDemand, asked, leaving, commanded, firstOutRow } = writer;
    const field = { fieldDemand, asked, leaving, commanded, firstOutRow };
    const seen = this.#guarded({ utc, monotonic: at, process, samples, ...field, batch: this.#options.batch() });
    writer.scanned(seen.verdict, seen.complete);
    this.#options.baselines(process, samples, forces.size > 0);
    this.#scan += 1;
    const batch = { skid: skid.name, scan: this.#scan, utc, monotonic: at, process, samples: [...samples.values()] };
    const news: ScanNews = { batch, verdict: seen.verdict, fieldDemand, blocks: this.#options.blocks(samples) };
    this.#news = news;
    for (const consumer of consumers) this.#tell(consumer, news);
    return samples;
  }

  /** Without interlocks nobody holds an input: the field's own word stands. */
  #forces(now: Monotonic): ReturnType<ScanGuard['forces']> {
    try {
      return this.#options.guard.forces(now);
    } catch (thrown) {
      this.#failed(this.#options.guard, `The interlocks could not say which inputs are forced: ${messageOf(thrown)}`);
      return noForces;
    }
  }

  /**
   * Interlocks that fail are a demand for HOT-HOLD, or for what they demanded last where that was more, and no heartbeat: the
   * field controller then acts by itself as well. There is none either before they have seen the whole skid.
   */
  #guarded(scan: Parameters<ScanGuard['step']>[0]): Readonly<{ verdict: GuardVerdict; complete: boolean }> {
    const { guard, writer } = this.#options;
    try {
      const verdict = guard.step(scan);
      this.#failing.delete(guard);
      return { verdict, complete: verdict.unseen !== true };
    } catch (thrown) {
      const message = `The interlocks could not be evaluated: ${messageOf(thrown)}`;
      this.#failed(guard, message);
      const before = writer.verdict;
      const failed = { row: null, title: failedTitle, message };
      const causes = [failed, ...before.causes.filter(({ title }) => title !== failedTitle)];
      const { measures = [], row = 0, marks = [] } = before;
      const demand = higherDemand('H', before.demand);
      return { verdict: { demand, causes, releasing: false, measures, row, marks }, complete: false };
    }
  }

  #tell(consumer: ScanConsumer, news: ScanNews): void {
    try {
      consumer.accept(news);
      this.#failing.delete(consumer);
    } catch (thrown) {
      this.#failed(consumer, `One that is told of scans failed: ${messageOf(thrown)}`);
    }
  }

  /** Said once, until it works again. */
  #failed(who: ScanConsumer | ScanGuard, message: string): void {
    if (this.#failing.has(who)) return;
    this.#failing.add(who);
    this.#options.log.error({ skid: this.#options.skid.name }, message);
  }
}
