/**
 * Reads files of spectra in a thread of their own, one after the other: a file that is too large is refused, and one that
 * takes too long, or more memory than any spectrum needs, ends with its thread; the next file finds a new one.
 */
import { Worker } from 'node:worker_threads';
import { elapsed, type Clock, type Monotonic } from '../plant/clock.ts';
import { messageOf } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import type { Room, RoomHealth } from '../plant/ports/room.ts';
import type { SpectrumBeside, SpectrumReader, SpectrumReading } from '../plant/ports/spectrum-reader.ts';
import type { ReadingJob, ReadingResult } from './read.worker.ts';
import { companionsOf, endings } from './read/forms.ts';

export type SpectrumReaderOptions = Readonly<{
  clock: Clock;
  log: Log;
  /** How long a file may take; 10 s where nothing else is said. */
  deadlineMs?: number;
  /** The largest file, with those beside it; 64 MiB where nothing else is said. */
  largestBytes?: number;
  /** Another thread than the house's, for tests of the deadline. */
  entry?: URL;
}>;

type Job = Readonly<{
  name: string;
  bytes: Uint8Array;
  beside: SpectrumBeside;
  settle: (reading: SpectrumReading) => void;
}>;
type Running = Readonly<{ job: Job; id: number; startedAt: Monotonic; timer: NodeJS.Timeout }>;

/** Each instrument asks for one file at a time. */
const longestQueue = 256;

const incomplete = (reason: string): SpectrumReading => ({ kind: 'incomplete', reason });
const malformed = (reason: string): SpectrumReading => ({ kind: 'malformed', reason });

export function createSpectrumReader(options: SpectrumReaderOptions): Room & SpectrumReader {
  const { clock, log, deadlineMs = 10_000, largestBytes = 64 * 1024 * 1024 } = options;
  const entry = options.entry ?? new URL('./read.worker.ts', import.meta.url);
  const waiting: Job[] = [];
  const figures = { read: 0, incomplete: 0, malformed: 0, ended: 0, longestMs: 0 };
  let state: RoomHealth['state'] = 'stopped';
  let worker: Worker | null = null;
  let running: Running | null = null;
  let lastId = 0;

  function thread(): Worker {
    if (worker !== null) return worker;
    const made = new Worker(entry, {
      name: 'pat-reader',
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 },
    });
    made.on('message', ({ id, reading }: ReadingResult) => {
      if (running?.id === id) settle(reading);
    });
    made.on('error', (error) => lose(made, messageOf(error)));
    made.once('exit', () => lose(made, 'its thread ended'));
    worker = made;
    return made;
  }

  function next(): void {
    if (running !== null || state !== 'ready') return;
    const job = waiting.shift();
    if (job === undefined) return;
    lastId += 1;
    const timer = setTimeout(() => {
      if (worker !== null) lose(worker, `it took longer than ${deadlineMs / 1000} s`);
    }, deadlineMs);
    running = { job, id: lastId, startedAt: clock.monotonic(), timer };
    // A copy of its own, handed over: the caller's stays whole.
    const bytes = Uint8Array.from(job.bytes);
    const companions = new Map([...(job.beside.companions ?? [])].map(([name, of]) => [name, Uint8Array.from(of)]));
    const { column = null } = job.beside;
    thread().postMessage({ id: lastId, name: job.name, bytes, companions, column } satisfies ReadingJob, [
      bytes.buffer,
      ...[...companions.values()].map(({ buffer }) => buffer),
    ]);
  }

  function settle(reading: SpectrumReading): void {
    if (running === null) return;
    const { job, timer, startedAt } = running;
    clearTimeout(timer);
    running = null;
    figures.longestMs = Math.max(figures.longestMs, Math.round(elapsed(startedAt, clock.monotonic())));
    figures[reading.kind === 'spectrum' ? 'read' : reading.kind] += 1;
    job.settle(reading);
    next();
  }

  function lose(lost: Worker, reason: string): void {
    if (lost !== worker) return;
    worker = null;
    void lost.terminate();
    if (running === null) return;
    figures.ended += 1;
    log.warn({ file: running.job.name, reason }, 'a file of a spectrum ended the thread that read it');
    settle(malformed(`Reading it was given up: ${reason}.`));
  }

  return {
    name: 'pat',
    endings,
    companionsOf,

    read(name, bytes, beside = {}) {
      const size = [...(beside.companions?.values() ?? [])].reduce((sum, { length }) => sum + length, bytes.length);
      if (size > largestBytes) return Promise.resolve(malformed(`It has ${size} bytes, more than ${largestBytes}.`));
      if (state !== 'ready') return Promise.resolve(incomplete('Files are not read now.'));
      if (waiting.length >= longestQueue) return Promise.resolve(incomplete(`${longestQueue} files wait before it.`));
      return new Promise((resolve) => {
        waiting.push({ name, bytes, beside, settle: resolve });
        next();
      });
    },

    start() {
      if (state === 'stopped') {
        state = 'ready';
        thread();
      }
      return Promise.resolve();
    },

    async stop() {
      if (state !== 'ready') return;
      state = 'stopping';
      const ending = worker;
      worker = null;
      if (running !== null) settle(incomplete('Files are not read now.'));
      for (const job of waiting.splice(0)) job.settle(incomplete('Files are not read now.'));
      await ending?.terminate();
      state = 'stopped';
    },

    health() {
      const detail = state === 'ready' ? 'Files of spectra are read.' : `The reader is ${state}.`;
      return { state, detail, figures: { ...figures, waiting: waiting.length } };
    },
  };
}
