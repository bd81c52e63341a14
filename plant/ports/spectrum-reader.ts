/** Reads files of spectra. Made by pat; needed by gateway. */
import type { SpectrumData } from '../spectrum.ts';

export type SpectrumReading =
  /** `digest` is the SHA-256 of the bytes, in hexadecimal. */
  | Readonly<{ kind: 'spectrum'; data: SpectrumData; digest: string }>
  /** The file ends before it says it does: most likely it is still being written. */
  | Readonly<{ kind: 'incomplete'; reason: string }>
  | Readonly<{ kind: 'malformed'; reason: string }>;

export interface SpectrumReader {
  /** File name endings it reads, in small letters with their dot. */
  readonly endings: readonly string[];
  /** Never throws. @param name the file's name; its ending says the form */
  read(name: string, bytes: Uint8Array): Promise<SpectrumReading>;
}
