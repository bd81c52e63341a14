/**
 * Makes results of spectra as they come: each analysis of the skid on that spectrum, by its method, for the liquid that was
 * measured. Of spectra that come faster than they can be analysed the newest of each analysis is kept.
 */
import { createHash } from 'node:crypto';
import type { AnalysisResult } from '../plant/analysis.ts';
import type { Clock } from '../plant/clock.ts';
import { messageOf } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import type { AnalysisConsumer } from '../plant/ports/analysis-consumer.ts';
import type { AnalysisDesk } from '../plant/ports/analysis-desk.ts';
import type { Room, RoomHealth } from '../plant/ports/room.ts';
import type { ScanConsumer, ScanNews } from '../plant/ports/scan-consumer.ts';
import type { SpectrumConsumer } from '../plant/ports/spectrum-consumer.ts';
import { isGood, qualityName } from '../plant/quality.ts';
import { tagName, type SkidName, type TagName } from '../plant/sample.ts';
import type { AnalysisDefinition, Skid } from '../plant/skid/definition.ts';
import type { Spectrum, SpectrumData, SpectrumLost } from '../plant/spectrum.ts';
import { judged, withCurves, withoutOutcome } from './analysis-rules.ts';
import { SampleWatch } from './analysis-sample.ts';
import { AnalysisThread } from './analysis-thread.ts';
import { identityOf, maintenanceOf, suitabilityOf, type Newest } from './suitability.ts';

export type AnalystOptions = Readonly<{
  skids: readonly Skid[];
  clock: Clock;
  log: Log;
  /** Told of every result, in this order; may be filled until the start. */
  consumers: readonly AnalysisConsumer[];
  /** How long one analysis may take; 10 s where nothing else is said. */
  deadlineMs?: number;
  /** Another thread than the house's, for tests of the deadline. */
  entry?: URL;
}>;

export type Analyst = Room & SpectrumConsumer & ScanConsumer & Readonly<{ desk: AnalysisDesk }>;

/** One analysis of one skid. */
type Place = Readonly<{
  skid: Skid;
  definition: AnalysisDefinition;
  watch: SampleWatch;
  recent: RecentDigests;
  /** Of the values alone, whatever stands around them. */
  values: RecentDigests;
}>;
/** A result, and what of its spectrum makes it say nothing of the instrument. */
type Analysed = Readonly<{ result: AnalysisResult; unsound: string | null }>;
type State = { newest: Newest | null; waiting: Spectrum | null };

/** Spectra that an instrument sends again when it is connected anew. */
const remembered = 256;
/** A day of a spectrum every 40 s. */
const valuesRemembered = 2048;

export function createAnalyst(options: AnalystOptions): Analyst {
  return new AnalystRoom(options);
}

class AnalystRoom implements Analyst {
  readonly name = 'analyses';
  readonly desk: AnalysisDesk;
  readonly #options: AnalystOptions;
  readonly #watches: ReadonlyMap<SkidName, SampleWatch>;
  readonly #places: ReadonlyMap<Place, State>;
  readonly #thread: AnalysisThread;
  readonly #figures = { results: 0, undecided: 0, dropped: 0, repeated: 0, longestMs: 0 };
  #state: RoomHealth['state'] = 'stopped';
  #working = false;
  #failure: string | null = null;

  constructor(options: AnalystOptions) {
    const { skids, clock, deadlineMs = 10_000 } = options;
    this.#options = options;
    const analysed = skids.filter(({ type }) => type.analyses.length > 0);
    this.#watches = new Map(analysed.map((skid) => [skid.name, new SampleWatch(skid)]));
    this.#places = new Map(
      analysed.flatMap((skid) => {
        const watch = this.#watches.get(skid.name) ?? new SampleWatch(skid);
        return skid.type.analyses.map((definition): [Place, State] => [
          {
            skid,
            definition,
            watch,
            recent: new RecentDigests(remembered),
            values: new RecentDigests(valuesRemembered),
          },
          { newest: null, waiting: null },
        ]);
      }),
    );
    const methods = [...this.#places.keys()].map(({ definition: { method } }) => method);
    this.#thread = new AnalysisThread({
      methods: new Map(methods.map(({ digest, parameters }) => [digest, parameters])),
      deadlineMs,
      entry: options.entry ?? new URL('./analyse.worker.ts', import.meta.url),
    });
    this.desk = {
      latest: (name) =>
        Promise.resolve(this.#of(name).flatMap(([, { newest }]) => (newest === null ? [] : [newest.result]))),
      suitability: (name) => {
        const now = { utc: clock.utc(), monotonic: clock.monotonic() };
        return Promise.resolve(
          this.#of(name).map(([{ skid, definition }, { newest }]) => suitabilityOf(skid, definition, newest, now)),
        );
      },
    };
  }

  start(): Promise<void> {
    if (this.#state === 'stopped') {
      this.#state = 'ready';
      if (this.#places.size > 0) this.#thread.start();
    }
    return Promise.resolve();
  }

  /** What waits is not lost: the archive has the spectra. */
  async stop(): Promise<void> {
    if (this.#state !== 'ready') return;
    this.#state = 'stopping';
    for (const state of this.#places.values()) state.waiting = null;
    await this.#thread.stop();
    this.#state = 'stopped';
  }

  accept({ batch }: ScanNews): void {
    this.#watches.get(batch.skid)?.take(batch);
  }

  acceptSpectrum(spectrum: Spectrum): void {
    if (this.#state !== 'ready') return;
    for (const [place, state] of this.#of(spectrum.skid)) {
      if (spectrumOf(place) !== spectrum.name) continue;
      if (!place.recent.isNew(spectrum.digest)) {
        this.#figures.repeated += 1;
        continue;
      }
      if (state.waiting !== null) this.#figures.dropped += 1;
      // One that was found late does not take the place of a later one.
      if (state.waiting === null || spectrum.sourceTime >= state.waiting.sourceTime) state.waiting = spectrum;
    }
    void this.#work();
  }

  /** What was said of the spectrum before stands no longer: where it can be gone by no more, neither can its values. */
  loseSpectrum({ skid, name, quality, serverTime }: SpectrumLost): void {
    if (this.#state !== 'ready') return;
    for (const [place, state] of this.#of(skid)) {
      const { newest } = state;
      if (spectrumOf(place) !== name || newest === null) continue;
      const reason = `There is no newer spectrum to go by: ${qualityName(quality)}.`;
      const outcome = withoutOutcome(place.definition.method, reason);
      const at = { measuredAt: serverTime, sampleTime: serverTime, analysedAt: serverTime };
      this.#tell({ result: { ...newest.result, ...at, outcome }, unsound: reason }, state);
    }
  }

  health(): RoomHealth {
    const notes = this.#notes();
    const waiting = [...this.#places.values()].filter((state) => state.waiting !== null).length;
    const figures = { ...this.#figures, ended: this.#thread.ended, waiting };
    if (this.#state !== 'ready') return { state: this.#state, detail: `The analyses are ${this.#state}.`, figures };
    if (notes.length > 0) return { state: 'degraded', detail: notes.join(' '), figures };
    const count = this.#places.size;
    const detail = count === 0 ? 'No skid has analyses.' : `${count} analyses; ${this.#figures.results} results.`;
    return { state: 'ready', detail, figures };
  }

  #notes(): readonly string[] {
    const failed = this.#failure === null ? [] : [this.#failure];
    const asked = [...this.#places].flatMap(([{ skid, definition }, { newest }]) =>
      newest === null ? [] : maintenanceOf(definition, newest.result).map((note) => `${skid.name}/${note}`),
    );
    return [...failed, ...asked];
  }

  #of(skid: SkidName): readonly (readonly [Place, State])[] {
    return [...this.#places].filter(([place]) => place.skid.name === skid);
  }

  /** Asked anew after every wait. */
  #goes(): boolean {
    return this.#state === 'ready';
  }

  /** One spectrum after the other, the analyses in turns. Never throws. */
  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    let some: boolean;
    do {
      some = false;
      for (const [place, state] of this.#places) {
        const { waiting } = state;
        if (waiting === null || !this.#goes()) continue;
        state.waiting = null;
        some = true;
        const analysed = await this.#analyse(place, waiting);
        if (this.#goes()) this.#tell(analysed, state);
      }
    } while (some);
    this.#working = false;
  }

  async #analyse({ skid, definition, watch, values }: Place, spectrum: Spectrum): Promise<Analysed> {
    const { clock, log } = this.#options;
    const { method, name: analysis } = definition;
    const { data, quality, name, digest } = spectrum;
    const taken = watch.sampleOf(spectrum, definition);
    const again = values.isNew(digestOfValues(data)) ? [] : [measuredTwice];
    const sample = { ...taken, doubts: [...again, ...taken.doubts] };
    const bad = isGood(quality) ? [] : [`it is ${qualityName(quality)}`];
    const [unsound = null] = [...again, ...taken.timeDoubts, ...bad];
    const answer = await this.#thread.analyse({ method: method.digest, data, inputs: sample.inputs });
    if ('outcome' in answer) {
      this.#failure = null;
      this.#figures.longestMs = Math.max(this.#figures.longestMs, Math.round(answer.ms));
    } else if (this.#goes()) {
      const reason = answer.failure;
      this.#failure = `${skid.name}/${analysis}: ${spectrum.origin} could not be analysed: ${reason}.`;
      log.error({ skid: skid.name, analysis, origin: spectrum.origin, reason }, 'an analysis failed');
    }
    const outcome =
      'failure' in answer ? withoutOutcome(method, `The analysis was given up: ${answer.failure}.`) : answer.outcome;
    const now = clock.utc();
    const result: AnalysisResult = {
      skid: skid.name,
      analysis,
      spectrum: name,
      method: identityOf(method),
      input: digest,
      sampleTime: sample.sampleTime,
      measuredAt: sample.measuredAt,
      analysedAt: now,
      outcome: judged(withCurves(outcome, data), { method, sample, quality, twin: skid.twin, now }),
    };
    return { result, unsound };
  }

  /** A spectrum that was found late tells nothing of now, and does not take the place of a later one. */
  #tell({ result, unsound }: Analysed, state: State): void {
    const { clock, log, consumers } = this.#options;
    this.#figures.results += 1;
    if (result.outcome.verdict === 'undecided') this.#figures.undecided += 1;
    const last = state.newest?.result.measuredAt ?? -Infinity;
    // A last one of a time to come was measured before the clock was set back.
    if (result.measuredAt >= last || last > clock.utc()) state.newest = { result, at: clock.monotonic(), unsound };
    for (const consumer of consumers) {
      try {
        consumer.acceptAnalysis(result);
      } catch (thrown) {
        log.error({ skid: result.skid, cause: messageOf(thrown) }, 'one that is told of results failed');
      }
    }
  }
}

const measuredTwice =
  'Its values are to the last bit those of a spectrum before it, which no measurement gives twice: the instrument, or its program, repeats itself.';

/** What two measurements cannot have alike: their noise. */
function digestOfValues({ y, imaginary }: SpectrumData): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [y.values, ...(imaginary === undefined ? [] : [imaginary])])
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}

const spectrumOf = ({ skid, definition }: Place): TagName => tagName(skid.name, definition.spectrum);

/** The digests that came last. */
class RecentDigests {
  readonly #digests = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  isNew(digest: string): boolean {
    if (this.#digests.has(digest)) return false;
    this.#digests.add(digest);
    const [oldest] = this.#digests;
    if (this.#digests.size > this.#most && oldest !== undefined) this.#digests.delete(oldest);
    return true;
  }
}
