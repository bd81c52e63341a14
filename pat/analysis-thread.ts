/**
 * Runs analyses in a thread of their own, one after the other. One that takes too long, or more memory than any needs, ends
 * with its thread, and the next finds a new one.
 */
import { Worker } from 'node:worker_threads';
import type { AnalysisOutcome } from '../plant/analysis.ts';
import { messageOf } from '../plant/errors.ts';
import type { AnalysisAnswer, AnalysisJob, ThreadMethods } from './analyse.worker.ts';

export type ThreadAnswer = Readonly<{ outcome: AnalysisOutcome; ms: number } | { failure: string }>;

export type AnalysisThreadOptions = Readonly<{
  methods: ThreadMethods;
  /** From the asking to the answer. */
  deadlineMs: number;
  entry: URL;
}>;

type Running = Readonly<{ id: number; timer: NodeJS.Timeout; settle: (answer: ThreadAnswer) => void }>;

export class AnalysisThread {
  readonly #options: AnalysisThreadOptions;
  #worker: Worker | null = null;
  #running: Running | null = null;
  #lastId = 0;
  #ended = 0;

  constructor(options: AnalysisThreadOptions) {
    this.#options = options;
  }

  /** Threads that were lost or ended since the start. */
  get ended(): number {
    return this.#ended;
  }

  /** So that the first spectrum does not wait for it. */
  start(): void {
    this.#thread();
  }

  /** One at a time. Never throws: what went wrong is the answer. */
  analyse(job: Omit<AnalysisJob, 'id'>): Promise<ThreadAnswer> {
    if (this.#running !== null) return Promise.resolve({ failure: 'another spectrum is being analysed' });
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((settle) => {
      try {
        const worker = this.#thread();
        const { deadlineMs } = this.#options;
        const timer = setTimeout(() => this.#lose(worker, `it took longer than ${deadlineMs / 1000} s`), deadlineMs);
        this.#running = { id, timer, settle };
        worker.postMessage({ id, ...job } satisfies AnalysisJob);
      } catch (thrown) {
        // No thread to be had, or a spectrum that cannot be handed over.
        if (this.#running === null) settle({ failure: messageOf(thrown) });
        else this.#settle({ failure: messageOf(thrown) });
      }
    });
  }

  async stop(): Promise<void> {
    const ending = this.#worker;
    this.#worker = null;
    this.#settle({ failure: 'the service is stopping' });
    await ending?.terminate();
  }

  #thread(): Worker {
    if (this.#worker !== null) return this.#worker;
    const { entry, methods } = this.#options;
    const made = new Worker(entry, {
      name: 'pat-analyses',
      execArgv: [],
      workerData: methods,
      resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 },
    });
    made.on('message', (answer: AnalysisAnswer) => {
      if (answer.id === this.#running?.id) this.#settle(answer);
    });
    made.on('error', (error) => this.#lose(made, messageOf(error)));
    made.once('exit', () => this.#lose(made, 'its thread ended'));
    this.#worker = made;
    return made;
  }

  #settle(answer: ThreadAnswer): void {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    clearTimeout(running.timer);
    running.settle(answer);
  }

  #lose(lost: Worker, reason: string): void {
    if (lost !== this.#worker) return;
    this.#worker = null;
    this.#ended += 1;
    void lost.terminate();
    this.#settle({ failure: reason });
  }
}
