/** A thread that lives as long as one task: what takes seconds and much memory must not hold up the scan. */
import { Worker, type Transferable } from 'node:worker_threads';
import { messageOf, type MesolineError } from './errors.ts';

export type TaskAnswer<T> = Readonly<{ result: T } | { failure: string }>;

export type ThreadOptions = Readonly<{
  entry: URL;
  name: string;
  deadlineMs: number;
  heapMb: number;
  /** What is thrown to whoever asked, from why it failed. */
  refusal: (why: string) => MesolineError;
}>;

/** Tasks wait for each other: two at once would take the memory of both. */
export class OneTaskThread<Question, Result> {
  readonly #options: ThreadOptions;
  readonly #workers = new Set<Worker>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /** @param handed what is given over instead of copied, and not needed here any more. */
  run(question: Question, handed: readonly Transferable[] = []): Promise<Result> {
    const mine = this.#last.then(() => this.#run(question, handed));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }

  #run(question: Question, handed: readonly Transferable[]): Promise<Result> {
    const { entry, name, deadlineMs, heapMb, refusal } = this.#options;
    return new Promise<Result>((resolve, reject) => {
      const resourceLimits = { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 32 };
      const worker = new Worker(entry, { name, execArgv: [], resourceLimits });
      this.#workers.add(worker);
      const fail = (why: string): void => {
        clearTimeout(timer);
        reject(refusal(why));
        void worker.terminate();
      };
      const timer = setTimeout(() => fail(`it took longer than ${deadlineMs / 1000} s`), deadlineMs);
      worker.once('message', (answer: TaskAnswer<Result>) => {
        if ('failure' in answer) {
          fail(answer.failure);
          return;
        }
        clearTimeout(timer);
        resolve(answer.result);
        void worker.terminate();
      });
      worker.once('error', (error) => fail(messageOf(error)));
      worker.once('exit', () => {
        this.#workers.delete(worker);
        fail('its thread ended');
      });
      worker.postMessage(question, handed);
    });
  }
}
