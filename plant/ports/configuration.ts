/** Change control of the files by which a service runs. Made by control/configuration; needed by hmi, and by control/batch as a gate. */
import type { ConfigurationStep, ConfigurationView, DifferenceLine } from '../configuration-view.ts';
import type { Actor } from '../people.ts';
import type { Credentials } from './record-desk.ts';

/** A file, or a folder with everything under it; `as` is its name on record, which no machine's paths are in. */
export type ConfigurationSource = Readonly<{ as: string; path: string; is: 'file' | 'folder' }>;

export type ConfigurationAnswer = Readonly<{ done: true } | { done: false; reason: string }>;

export interface ConfigurationDesk {
  view(): Promise<ConfigurationView>;
  /** Line by line, with three lines around each change; null where a text was never recorded. `null` is no file. */
  difference(old: string | null, now: string | null): Promise<readonly DifferenceLine[] | null>;
  /**
   * Approves what is open, exactly as it was read: where a file has changed since, nothing is signed. The first of `signers` is a process
   * engineer, the second a QA reviewer; whoever asks is one of them. The same command id is done once.
   */
  approve(
    request: Readonly<{
      commandId: string;
      actor: Actor;
      steps: readonly ConfigurationStep[];
      changeNumber: string;
      reason: string;
      signers: readonly Credentials[];
    }>,
  ): Promise<ConfigurationAnswer>;
}
