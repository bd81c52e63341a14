/** Reads files of spectra. Made by pat; needed by gateway. */
import type { SpectrumData } from '../spectrum.ts';

export type SpectrumReading =
  /**
   * `digest` is the SHA-256 of the bytes, in hexadecimal; where companions were read, of theirs after them, in the order of
   * their names.
   */
  | Readonly<{ kind: 'spectrum'; data: SpectrumData; digest: string }>
  /** The file ends before it says it does: most likely it is still being written. */
  | Readonly<{ kind: 'incomplete'; reason: string }>
  | Readonly<{ kind: 'malformed'; reason: string }>;

/** What a file may need beside itself. */
export type SpectrumBeside = Readonly<{
  /** Files of its folder by their names, as `companionsOf` asks for them; one that is not there is left out. */
  companions?: ReadonlyMap<string, Uint8Array>;
  /** In a table with several columns, the title of the one that is the curve. */
  column?: string;
}>;

export interface SpectrumReader {
  /** File name endings it reads, in small letters with their dot. */
  readonly endings: readonly string[];
  /** Names of files of the same folder without which this one cannot be read; most forms need none. */
  companionsOf(name: string): readonly string[];
  /** Never throws. @param name the file's name; its ending says the form */
  read(name: string, bytes: Uint8Array, beside?: SpectrumBeside): Promise<SpectrumReading>;
}
