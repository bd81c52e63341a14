/**
 * A spectrometer's program that writes its spectra into a folder: slowly, in pieces, and if told so under a name of its own
 * first, or with its end missing.
 */
import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../plant/clock.ts';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import { drawsOf } from '../spectra/draws.ts';
import type { InstrumentServer } from './instrument.ts';
import { KeptFiles } from './kept-files.ts';
import { opticalKinds, type OpticalKind } from './optical-kinds.ts';
import { trialSight, type Sight } from './sight.ts';
import { fileOf, spectrumForms, type SpectrumForm } from './spectrum-files.ts';

export type SpectraWriterOptions = Readonly<{
  folder: string;
  random: () => number;
  /** What it measures; Raman where nothing else is said. */
  kind?: OpticalKind;
  /** What it looks at; a liquid of its own where it is tried out alone. */
  sight?: Sight;
  /** Stamps its spectra; without it they carry no time. */
  clock?: Pick<Clock, 'utc'>;
  /** How many files are kept; 0, or none: all. */
  keep?: number;
  /** How it writes from the start on. */
  manners?: Partial<WriterManners>;
  /** Told of a spectrum that could not be written; the next is tried all the same. */
  onFault?: (reason: string) => void;
}>;

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

export class SpectraWriter implements InstrumentServer {
  readonly manners: WriterManners;
  readonly #options: SpectraWriterOptions;
  readonly #kind: OpticalKind;
  readonly #kept: KeptFiles;
  #written = 0;
  #abort = new AbortController();
  #busy: Promise<void> = Promise.resolve();

  constructor(options: SpectraWriterOptions) {
    this.#options = options;
    this.#kind = options.kind ?? opticalKinds.raman;
    this.#kept = new KeptFiles(options.folder, options.keep ?? 0);
    this.manners = { form: this.#kind.form, everyMs: 0, pieces: 5, pieceMs: 200, renames: false, cut: false };
    for (const [key, value] of Object.entries(options.manners ?? {})) this.#set(key, value);
  }

  /** It listens on nothing: port 0. */
  async start(): Promise<number> {
    await mkdir(this.#options.folder, { recursive: true });
    const found = await this.#kept.adopt((name) => name.startsWith(this.#kind.prefix));
    // A program counts on where it stopped: no name is given twice.
    this.#written = found.reduce((most, name) => Math.max(most, numberIn(name)), this.#written);
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
    const { folder } = this.#options;
    this.#written += 1;
    const name = `${this.#kind.prefix}${String(this.#written).padStart(5, '0')}.${form}`;
    const path = join(folder, name);
    const writing = renames ? `${path}.tmp` : path;
    const bytes = this.#measure(name);
    const length = Math.ceil(bytes.length / pieces);
    let lies = basename(writing);
    try {
      await writeFile(writing, '');
      for (let piece = 0; piece < pieces - (cut ? 1 : 0); piece += 1) {
        await appendFile(writing, bytes.subarray(piece * length, (piece + 1) * length));
        if (pieceMs > 0) await sleep(pieceMs);
      }
      if (renames) await rename(writing, path);
      lies = name;
    } finally {
      // What could not be finished lies there too, and goes in its turn: a full disk makes room for itself.
      await this.#kept.add(lies);
    }
    return name;
  }

  #measure(name: string): Uint8Array {
    const { random, sight = trialSight, clock } = this.#options;
    const takenAt = clock?.utc() ?? null;
    const curve = this.#kind.measure(sight, drawsOf(random));
    return fileOf(this.manners.form, curve, name, this.#kind.words(takenAt));
  }

  #set(key: string, value: unknown): void {
    const known = Object.hasOwn(this.manners, key) && typeof value === typeof this.manners[key as keyof WriterManners];
    const fits =
      key === 'form'
        ? spectrumForms.some((form) => form === value)
        : typeof value !== 'number' || (Number.isInteger(value) && value >= 0);
    if (!known || !fits || (key === 'pieces' && value === 0))
      throw mesolineError('instrument-control-unknown', key, `${JSON.stringify(value)} cannot be set.`, 'Correct it.');
    Object.assign(this.manners, { [key]: value });
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { everyMs } = this.manners;
    while (everyMs > 0 && !signal.aborted) {
      await this.write().catch((thrown: unknown) => this.#options.onFault?.(messageOf(thrown)));
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

const numberIn = (name: string): number => Number(/(\d+)\.[^.]+$/u.exec(name)?.[1] ?? 0);
