/** The historian's worker, as the main thread sees it: calls with answers, its health, and its end. */
import { Worker } from 'node:worker_threads';
import { elapsed, type Clock, type Milliseconds, type Monotonic } from '../plant/clock.ts';
import { MesolineError, messageOf, mesolineError } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import type { CallName, Calls, WorkerHealth, WorkerMessage, WorkerSetup } from './messages.ts';

type Pending = Readonly<{ resolve: (gives: never) => void; reject: (error: MesolineError) => void }>;

export class WorkerClient {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  #nextId = 1;
  #health: WorkerHealth | null = null;
  #heardAt: Monotonic;
  #failure: string | null = null;
  #expected = false;

  constructor(setup: WorkerSetup, clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.#heardAt = clock.monotonic();
    this.#worker = new Worker(new URL('./historian.worker.ts', import.meta.url), {
      workerData: setup,
      name: 'historian',
    });
    this.#worker.on('message', (message: WorkerMessage) => this.#take(message));
    this.#worker.on('error', (error) => this.#fail(messageOf(error)));
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        if (!this.#expected) this.#fail(`it ended with code ${code}`);
        else this.#rejectAll('it was stopped');
        resolve();
      });
    });
  }

  get health(): WorkerHealth | null {
    return this.#health;
  }

  /** How long the worker has said nothing; it tells its health twice a second. */
  get silence(): Milliseconds {
    return elapsed(this.#heardAt, this.#clock.monotonic());
  }

  /** Why the worker is gone, or null while it lives. */
  get failure(): string | null {
    return this.#failure;
  }

  /** @param deadlineMs after which the call is given up; without it the call waits as long as the worker lives. */
  call<Name extends CallName>(
    call: Name,
    takes: Calls[Name]['takes'],
    deadlineMs?: number,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Calls[Name]['gives']> {
    if (this.#failure !== null) return Promise.reject(gone(this.#failure));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer =
        deadlineMs === undefined
          ? undefined
          : setTimeout(() => {
              this.#pending.delete(id);
              const problem = `It has not answered \`${call}\` within ${deadlineMs} ms.`;
              reject(
                mesolineError('history-unavailable', 'the historian', problem, 'Ask again, or for a shorter span.'),
              );
            }, deadlineMs);
      this.#pending.set(id, {
        resolve: (gives) => {
          clearTimeout(timer);
          resolve(gives);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#worker.postMessage({ id, call, takes }, transfer);
    });
  }

  /** Ends the worker, by force where it does not end by itself within `withinMs`. */
  async end(withinMs: number): Promise<void> {
    this.#expected = true;
    const timer = setTimeout(() => void this.#worker.terminate(), withinMs);
    await this.#ended;
    clearTimeout(timer);
  }

  #take(message: WorkerMessage): void {
    this.#heardAt = this.#clock.monotonic();
    switch (message.kind) {
      case 'answer':
        this.#settle(message.id)?.resolve(message.gives as never);
        return;
      case 'failure':
        this.#settle(message.id)?.reject(new MesolineError(message.code, message.faults));
        return;
      case 'log':
        this.#log[message.level](message.fields, message.message);
        return;
      case 'health':
        this.#health = message.health;
        return;
    }
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #fail(reason: string): void {
    this.#failure ??= reason;
    this.#log.error({ reason }, 'the historian has failed');
    this.#rejectAll(reason);
  }

  #rejectAll(reason: string): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(gone(reason));
  }
}

const gone = (reason: string): MesolineError =>
  mesolineError('historian-failed', 'the historian', `Its thread is gone: ${reason}.`, 'Restart the service.');
