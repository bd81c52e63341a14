/** The main thread's end of the line to the worker: numbered questions, their answers, and what happens when it dies. */
import { Worker } from 'node:worker_threads';
import { MesolineError, mesolineError, messageOf } from '../../plant/errors.ts';
import type { Person } from '../../plant/people.ts';
import type { AccessState, Answer, CallName, Question, WorkerCalls } from './worker-calls.ts';

export type LinkListener = Readonly<{
  people: (people: readonly Person[]) => void;
  warning: (message: string) => void;
  /** What is wrong with the checkpoints' second place; null where nothing is. */
  copy?: (fault: string | null) => void;
  access?: (state: AccessState) => void;
  /** The worker ended without having been asked to. */
  died: (reason: string) => void;
}>;

type Waiting = { resolve: (value: never) => void; reject: (error: unknown) => void };

export class WorkerLink {
  readonly #worker: Worker;
  readonly #listener: LinkListener;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #ended: string | null = null;
  #closing = false;

  constructor(listener: LinkListener, entry = new URL('./records.worker.ts', import.meta.url)) {
    this.#listener = listener;
    this.#worker = new Worker(entry, { execArgv: [] });
    this.#worker.on('message', (answer: Answer) => this.#take(answer));
    this.#worker.on('error', (error) => this.#end(messageOf(error)));
    this.#worker.on('exit', (code) => this.#end(`it ended with code ${code}`));
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  call<Name extends CallName>(name: Name, ...parts: Parameters<WorkerCalls[Name]>): ReturnType<WorkerCalls[Name]> {
    const answer = new Promise<never>((resolve, reject) => {
      if (this.#ended !== null) {
        reject(gone(this.#ended));
        return;
      }
      const id = this.#next;
      this.#next += 1;
      this.#worker.postMessage({ id, name, parts } satisfies Question);
      this.#waiting.set(id, { resolve, reject });
    });
    return answer as ReturnType<WorkerCalls[Name]>;
  }

  /** Ends the worker after `last` has been answered. What it still owed is refused. */
  async close(last: () => Promise<void>): Promise<void> {
    if (this.#ended === null) {
      try {
        await last();
      } finally {
        this.#closing = true;
        await this.#worker.terminate();
        this.#end('the service stops');
      }
    }
  }

  #take(answer: Answer): void {
    if (answer.kind === 'people') {
      this.#listener.people(answer.people);
      return;
    }
    if (answer.kind === 'warning') {
      this.#listener.warning(answer.message);
      return;
    }
    if (answer.kind === 'access') {
      this.#listener.access?.(answer.state);
      return;
    }
    if (answer.kind === 'copy') {
      this.#listener.copy?.(answer.fault);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.kind === 'answer') waiting?.resolve(answer.value as never);
    else waiting?.reject(new MesolineError(answer.code, answer.faults));
  }

  #end(reason: string): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    for (const { reject } of this.#waiting.values()) reject(gone(reason));
    this.#waiting.clear();
    if (!this.#closing) this.#listener.died(reason);
  }
}

const gone = (reason: string) =>
  mesolineError(
    'record-refused',
    'the records worker',
    `It does not answer (${reason}).`,
    'Restart the service; what was acknowledged is on disk.',
  );
