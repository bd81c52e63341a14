/** The worker's thread: its start, what it says, its end, and its death. */
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { Worker } from 'node:worker_threads';
import { MesolineError, messageOf, mesolineError } from '../../../plant/errors.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts';

export type ThreadListener = Readonly<{
  take: (message: FromWorker) => void;
  /** A line that the OPC UA stack printed. */
  said: (text: string) => void;
  died: (reason: string) => void;
}>;

type Ready = Extract<FromWorker, { kind: 'ready' }>;

export class WorkerThread {
  readonly #worker: Worker;
  readonly #listener: ThreadListener;
  readonly #ended: Promise<void>;
  readonly #ready: Promise<Ready>;
  #settleReady: { resolve: (ready: Ready) => void; reject: (error: MesolineError) => void } | null = null;
  #expected = false;
  #gone: string | null = null;

  constructor(setup: WorkerSetup, listener: ThreadListener) {
    this.#listener = listener;
    this.#ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    this.#ready.catch(() => undefined);
    this.#worker = new Worker(new URL('./opcua.worker.ts', import.meta.url), {
      workerData: setup,
      name: 'opcua',
      execArgv: [],
      // The stack prints; stdout belongs to the service's log.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 48 },
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        const text = stripVTControlCharacters(line).trim();
        if (text !== '') listener.said(text);
      });
    }
    this.#worker.on('message', (message: FromWorker) => this.#take(message));
    this.#worker.on('error', (error) => this.#end(messageOf(error)));
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#end(`its thread ended with code ${code}`);
        resolve();
      });
    });
  }

  /** @throws MesolineError `port-in-use`, or whatever kept it from starting */
  async ready(withinMs: number): Promise<Ready> {
    const timer = setTimeout(() => this.#end(`it was not ready within ${withinMs / 1000} s`), withinMs);
    try {
      return await this.#ready;
    } finally {
      clearTimeout(timer);
    }
  }

  send(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    if (this.#gone === null) this.#worker.postMessage(message, transfer);
  }

  /** Asks it to close its sessions and end; ends it by force where it has not within that time. */
  async end(withinMs: number): Promise<void> {
    this.#expected = true;
    if (withinMs > 0) this.send({ kind: 'stop' });
    const timer = setTimeout(() => void this.#worker.terminate(), withinMs);
    await this.#ended;
    clearTimeout(timer);
  }

  /** It turns no longer: it is ended by force, and has died of that. */
  giveUp(reason: string): void {
    this.#end(reason);
    void this.#worker.terminate();
  }

  #take(message: FromWorker): void {
    if (message.kind === 'ready') this.#settleReady?.resolve(message);
    else if (message.kind === 'refused') this.#settleReady?.reject(new MesolineError(message.code, message.faults));
    else if (message.kind === 'failed') this.#end(message.reason);
    else this.#listener.take(message);
  }

  #end(reason: string): void {
    if (this.#gone !== null) return;
    this.#gone = reason;
    this.#settleReady?.reject(
      mesolineError('opcua-failed', 'the OPC UA server', `It did not start: ${reason}.`, 'Look at its log.'),
    );
    if (!this.#expected) this.#listener.died(reason);
  }
}
