/**
 * A spectrometer's program that writes its spectra into a folder: slowly, in pieces, and if told so under a name of its own
 * first, or with its end missing.
 */
import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mesolineError } from '../../plant/errors.ts';
import { raman } from './curves.ts';
import type { InstrumentServer } from './instrument.ts';
import { fileOf, type SpectrumForm } from './spectrum-files.ts';

export type SpectraWriterOptions = Readonly<{ folder: string; random: () => number }>;

export type WriterManners = {
  form: SpectrumForm;
  /** From one spectrum to the next; 0: only when told to. */
  everyMs: number;
  pieces: number;
  pieceMs: number;
  /** Writes `NAME.tmp` and renames it when it is whole. */
  renames: boolean;
  /** Leaves the last piece out. */
  cut: boolean;
};

const forms: readonly string[] = ['spc', 'jdx', 'csv'] satisfies readonly SpectrumForm[];

export class SpectraWriter implements InstrumentServer {
  readonly manners: WriterManners = { form: 'spc', everyMs: 0, pieces: 5, pieceMs: 200, renames: false, cut: false };
  readonly #options: SpectraWriterOptions;
  #written = 0;
  #abort = new AbortController();
  #busy: Promise<void> = Promise.resolve();

  constructor(options: SpectraWriterOptions) {
    this.#options = options;
  }

  /** It listens on nothing: port 0. */
  async start(): Promise<number> {
    await mkdir(this.#options.folder, { recursive: true });
    this.#abort = new AbortController();
    this.#busy = this.#run(this.#abort.signal);
    return 0;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#busy;
  }

  /** `{"write": true}` for one spectrum now, `{"manners": {"form": "jdx", "everyMs": 5000}}` for how from now on. */
  take(message: unknown): void {
    const { write, manners } = (typeof message === 'object' && message !== null ? message : {}) as Record<
      string,
      unknown
    >;
    if (write === true) {
      this.#busy = this.#busy.then(() => this.write()).then(() => undefined);
    } else if (typeof manners === 'object' && manners !== null) {
      for (const [key, value] of Object.entries(manners)) this.#set(key, value);
      if ('everyMs' in manners) {
        this.#abort.abort();
        this.#abort = new AbortController();
        const { signal } = this.#abort;
        this.#busy = this.#busy.then(() => this.#run(signal));
      }
    } else
      throw mesolineError(
        'message-unknown',
        'message',
        `${JSON.stringify(message)} is no message.`,
        'Send {"write": true} or {"manners": {…}}.',
      );
  }

  /** @returns the file's name when it is written */
  async write(): Promise<string> {
    const { form, pieces, pieceMs, renames, cut } = this.manners;
    this.#written += 1;
    const name = `raman_${String(this.#written).padStart(5, '0')}.${form}`;
    const path = join(this.#options.folder, name);
    const writing = renames ? `${path}.tmp` : path;
    const bytes = fileOf(form, raman(this.#options.random), name);
    const length = Math.ceil(bytes.length / pieces);
    await writeFile(writing, '');
    for (let piece = 0; piece < pieces - (cut ? 1 : 0); piece += 1) {
      await appendFile(writing, bytes.subarray(piece * length, (piece + 1) * length));
      await sleep(pieceMs);
    }
    if (renames) await rename(writing, path);
    return name;
  }

  #set(key: string, value: unknown): void {
    const known = Object.hasOwn(this.manners, key) && typeof value === typeof this.manners[key as keyof WriterManners];
    const fits =
      key === 'form'
        ? forms.includes(String(value))
        : typeof value !== 'number' || (Number.isInteger(value) && value >= 0);
    if (!known || !fits || (key === 'pieces' && value === 0))
      throw mesolineError('instrument-control-unknown', key, `${JSON.stringify(value)} cannot be set.`, 'Correct it.');
    Object.assign(this.manners, { [key]: value });
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { everyMs } = this.manners;
    while (everyMs > 0 && !signal.aborted) {
      await this.write();
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
