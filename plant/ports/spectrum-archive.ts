/** Where spectra and the results made of them are kept. Made by historian. */
import type { AnalysisResult } from '../analysis.ts';
import type { UtcMs } from '../clock.ts';
import type { LocalTag, SkidName, TagName } from '../sample.ts';
import type { SpectrumData } from '../spectrum.ts';

export type ArchivedSpectrum = Readonly<{
  spectrum: TagName;
  sourceTime: UtcMs;
  origin: string;
  /** SHA-256 of the bytes the instrument gave. */
  digest: string;
  /** SHA-256 of what is kept. */
  kept: string;
  points: number;
}>;

/** A result without its curves: these are made again from the spectrum by the same method. */
export type ArchivedResult = Omit<AnalysisResult, 'outcome'> &
  Readonly<{ outcome: Omit<AnalysisResult['outcome'], 'curves' | 'x'> }>;

export interface SpectrumArchive {
  /** Newest first, at most `limit`. */
  list(spectrum: TagName, from: UtcMs, to: UtcMs, limit: number): Promise<readonly ArchivedSpectrum[]>;
  /**
   * Null where there is none of this digest.
   * @throws MesolineError `spectrum-damaged` where what is kept is no longer what was kept.
   */
  read(spectrum: TagName, digest: string): Promise<SpectrumData | null>;
  /** Newest first, at most `limit`. */
  results(
    skid: SkidName,
    analysis: LocalTag,
    from: UtcMs,
    to: UtcMs,
    limit: number,
  ): Promise<readonly ArchivedResult[]>;
}
