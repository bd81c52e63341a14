/**
 * Spectra and results on their way to the archive. They stay here until they are on disk. Declared policy: at most `mostBytes`
 * of spectra and `mostResults` results wait in memory; with the disk refusing and the memory full, the newest are given up, and
 * the gap is written as soon as the disk takes anything again.
 */
import type { AnalysisResult } from '../../plant/analysis.ts';
import type { UtcMs } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { ArchivedResult } from '../../plant/ports/spectrum-archive.ts';
import type { Spectrum } from '../../plant/spectrum.ts';
import { tagName } from '../../plant/sample.ts';
import type { Keepable, SpectrumGap } from './spectrum-store.ts';

/** Settles when all of it is on disk. */
export type Keep = (what: Keepable) => Promise<void>;

export const mostBytes = 64 * 1024 * 1024;
export const mostResults = 10_000;
/** In one message to the thread; one spectrum at least. */
const bytesAtOnce = 16 * 1024 * 1024;

export class SpectrumQueue {
  readonly #keep: Keep;
  readonly #log: Log;
  readonly #spectra: Spectrum[] = [];
  readonly #results: ArchivedResult[] = [];
  #gaps = new Map<string, SpectrumGap>();
  #bytes = 0;
  #flushing: Promise<void> | null = null;
  #givenUp = 0;
  #refusal: string | null = null;

  constructor(keep: Keep, log: Log) {
    this.#keep = keep;
    this.#log = log;
  }

  get waiting(): number {
    return this.#spectra.length + this.#results.length;
  }

  /** Spectra and results given up since the start. */
  get givenUp(): number {
    return this.#givenUp;
  }

  /** Why the archive takes nothing now, or null while it does. */
  get refusal(): string | null {
    return this.#refusal;
  }

  push(spectrum: Spectrum): void {
    const bytes = bytesOf(spectrum);
    if (this.#bytes + bytes > mostBytes) {
      this.#giveUp(spectrum.name, spectrum.sourceTime);
      return;
    }
    this.#spectra.push(spectrum);
    this.#bytes += bytes;
  }

  pushResult(result: AnalysisResult): void {
    const kept = withoutCurves(result);
    if (this.#results.length < mostResults) this.#results.push(kept);
    else this.#giveUp(tagName(kept.skid, kept.analysis), kept.measuredAt);
  }

  /** Settles when everything that waits now is on disk, or is refused and waits on. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flushAll().finally(() => (this.#flushing = null));
    return this.#flushing;
  }

  async #flushAll(): Promise<void> {
    let left = this.waiting;
    while (left > 0 || this.#gaps.size > 0) {
      const spectra = this.#some();
      const results = this.#results.slice();
      const gaps = [...this.#gaps.values()];
      this.#gaps = new Map();
      try {
        await this.#keep({ spectra, results, gaps });
      } catch (error) {
        for (const gap of gaps) this.#addGap(gap);
        this.#note(messageOf(error));
        return;
      }
      this.#spectra.splice(0, spectra.length);
      this.#results.splice(0, results.length);
      this.#bytes -= spectra.reduce((sum, spectrum) => sum + bytesOf(spectrum), 0);
      left -= spectra.length + results.length;
      for (const gap of gaps) this.#log.warn({ ...gap }, 'the archive of spectra has a gap: some were given up');
      this.#note(null);
    }
  }

  #some(): readonly Spectrum[] {
    let bytes = 0;
    const end = this.#spectra.findIndex((spectrum, i) => {
      bytes += bytesOf(spectrum);
      return i > 0 && bytes > bytesAtOnce;
    });
    return this.#spectra.slice(0, end < 0 ? undefined : end);
  }

  #giveUp(name: string, at: UtcMs): void {
    this.#givenUp += 1;
    this.#addGap({
      name,
      from: at,
      to: at,
      count: 1,
      reason: this.#refusal ?? 'The disk is slower than the analysers.',
    });
  }

  #addGap(gap: SpectrumGap): void {
    const known = this.#gaps.get(gap.name);
    if (known === undefined) {
      this.#gaps.set(gap.name, gap);
      return;
    }
    const from = gap.from < known.from ? gap.from : known.from;
    const to = gap.to > known.to ? gap.to : known.to;
    this.#gaps.set(gap.name, { ...known, from, to, count: known.count + gap.count });
  }

  #note(refusal: string | null): void {
    if (refusal !== null && this.#refusal === null)
      this.#log.error({ reason: refusal, waiting: this.waiting }, 'the archive refuses spectra; they wait in memory');
    if (refusal === null && this.#refusal !== null) this.#log.info({}, 'the archive takes spectra again');
    this.#refusal = refusal;
  }
}

const bytesOf = ({ data }: Spectrum): number =>
  data.x.values.byteLength + data.y.values.byteLength + (data.imaginary?.byteLength ?? 0);

/** JSON has no word for a number that is none: such a figure is left out, such an output is none. */
function withoutCurves({ outcome, ...result }: AnalysisResult): ArchivedResult {
  const { outputs, verdict, reasons, figures } = outcome;
  const finite = Object.entries(figures).filter(([, value]) => Number.isFinite(value));
  const estimates = Object.entries(outputs).map(([name, estimate]) => {
    const { value = Number.NaN, uncertainty = Number.NaN } = estimate ?? {};
    return [name, Number.isFinite(value) && Number.isFinite(uncertainty) ? { value, uncertainty } : null] as const;
  });
  const kept = { outputs: Object.fromEntries(estimates), verdict, reasons, figures: Object.fromEntries(finite) };
  return { ...result, outcome: kept };
}
