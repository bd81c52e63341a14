/** The archive of spectra in the historian's thread: its calls, and what trouble it has with its disk. */
import type { UtcMs } from '../../plant/clock.ts';
import { MesolineError, mesolineError, messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { ArchivedResult, ArchivedSpectrum } from '../../plant/ports/spectrum-archive.ts';
import type { LocalTag, SkidName, TagName } from '../../plant/sample.ts';
import type { SpectrumData } from '../../plant/spectrum.ts';
import { checkLimit, checkSpan } from '../trend.ts';
import { SpectrumStore, type Keepable } from './spectrum-store.ts';

export class SpectrumKeeper {
  readonly #store: SpectrumStore;
  readonly #log: Log;
  #trouble: string | null = null;

  constructor(folder: string, largestBytes: number, log: Log) {
    this.#store = new SpectrumStore(folder, largestBytes);
    this.#log = log;
  }

  /** Why the disk does not take or give spectra, or null while it does. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** A file that cannot be opened keeps nothing else from starting: it is tried again when there is something to keep. */
  start(): void {
    try {
      this.#attempt(() => this.#store.open());
    } catch {
      // Said in the health, and in the log.
    }
  }

  stop(): void {
    this.#store.close();
  }

  keep(takes: Keepable): null {
    this.#attempt(() => this.#store.keep(takes));
    return null;
  }

  list(spectrum: TagName, from: UtcMs, to: UtcMs, limit: number): readonly ArchivedSpectrum[] {
    checkSpan(from, to);
    checkLimit(limit);
    return this.#attempt(() => this.#store.list(spectrum, from, to, limit));
  }

  read(spectrum: TagName, digest: string): SpectrumData | null {
    return this.#attempt(() => this.#store.read(spectrum, digest));
  }

  results(skid: SkidName, analysis: LocalTag, from: UtcMs, to: UtcMs, limit: number): readonly ArchivedResult[] {
    checkSpan(from, to);
    checkLimit(limit);
    return this.#attempt(() => this.#store.results(skid, analysis, from, to, limit));
  }

  figures(): Readonly<Record<string, number>> {
    const { spectra, results, removed, bytes } = this.#store.figures();
    return { spectraKept: spectra, spectraBytes: bytes, spectraRemoved: removed, resultsKept: results };
  }

  /** SQLite's own errors (a full disk, a damaged file) as the house's. */
  #attempt<T>(work: () => T): T {
    try {
      const done = work();
      if (this.#trouble !== null) this.#log.info({}, 'the archive of spectra is usable again');
      this.#trouble = null;
      return done;
    } catch (error) {
      if (error instanceof MesolineError) throw error;
      const problem = `${messageOf(error)}.`;
      if (problem !== this.#trouble) this.#log.error({ reason: problem }, 'the archive of spectra is not usable');
      this.#trouble = problem;
      const remedy = 'Look after the disk of the data folder.';
      throw mesolineError('archive-unavailable', 'the archive of spectra', problem, remedy, error);
    }
  }
}
