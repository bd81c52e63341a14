/**
 * Reads and checks texts in a thread of its own, one at a time and within a second each: what somebody sends must keep no
 * scan waiting. The thread goes when nothing was asked for a while.
 */
import { Worker } from 'node:worker_threads';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { RecipeFinding } from '../../plant/recipe-view.ts';
import { textFault } from '../../plant/recipe/check-text.ts';
import type { SkidType } from '../../plant/skid/definition.ts';
import type { CheckAsked, CheckSaid } from './check.worker.ts';
import type { Checked, Checker } from './checker.ts';

const entry = new URL('./check.worker.ts', import.meta.url);
const checkWithinMs = 1000;
const readyWithinMs = 20_000;
const idleMs = 60_000;
const mostWaiting = 32;

export class CheckThread {
  readonly #types: readonly SkidType[];
  #worker: Worker | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(types: readonly SkidType[]) {
    this.#types = types;
  }

  readonly check: Checker = (text, source, withinMs = checkWithinMs) => {
    const fault = textFault(text, source);
    if (fault !== null) return Promise.resolve({ recipe: null, findings: [fault] });
    if (this.#isStopped) return Promise.reject(failed('The service is stopping.'));
    if (this.#waiting >= mostWaiting) return Promise.reject(failed(`${mostWaiting} texts are being checked already.`));
    this.#waiting++;
    const done = this.#last.then(() => this.#make({ text, source }, withinMs)).finally(() => this.#waiting--);
    this.#last = done.catch(() => undefined);
    return done;
  };

  start(): void {
    this.#isStopped = false;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#end();
  }

  async #end(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  async #make(asked: CheckAsked, withinMs: number): Promise<Checked> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const worker = this.#worker ?? (await this.#begin());
    const said = await answerOf(worker, withinMs, () => worker.postMessage(asked));
    if (said === 'late' || said === 'ended') {
      await this.#end();
      if (said === 'ended') throw failed('The thread that checks ended.');
      return { recipe: null, findings: [tooLong(asked.source, withinMs)] };
    }
    this.#idle = setTimeout(() => void this.#end(), idleMs);
    this.#idle.unref();
    if (said.kind === 'checked') return said.checked;
    throw failed(said.kind === 'failed' ? said.reason : 'The thread that checks said nothing.');
  }

  async #begin(): Promise<Worker> {
    if (this.#isStopped) throw failed('The service is stopping.');
    const worker = new Worker(entry, {
      name: 'recipe-check',
      execArgv: [],
      workerData: this.#types,
      resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 },
    });
    worker.on('error', () => undefined);
    this.#worker = worker;
    const said = await answerOf(worker, readyWithinMs, () => undefined);
    if (typeof said !== 'string' && said.kind === 'ready') {
      worker.unref();
      return worker;
    }
    await this.#end();
    throw failed('The thread that checks could not be started.');
  }
}

/** What the thread says next, or that it says nothing in time, or nothing any more. */
function answerOf(worker: Worker, withinMs: number, ask: () => void): Promise<CheckSaid | 'late' | 'ended'> {
  return new Promise((resolve) => {
    const settle = (said: CheckSaid | 'late' | 'ended'): void => {
      clearTimeout(timer);
      worker.off('message', settle);
      worker.off('exit', ended);
      resolve(said);
    };
    const ended = (): void => settle('ended');
    const timer = setTimeout(() => settle('late'), withinMs);
    worker.on('message', settle);
    worker.on('exit', ended);
    try {
      ask();
    } catch (thrown) {
      settle({ kind: 'failed', reason: messageOf(thrown) });
    }
  });
}

const tooLong = (source: string, withinMs: number): RecipeFinding => ({
  severity: 'error',
  where: source,
  problem: `To read it takes longer than ${withinMs / 1000} s.`,
  remedy: 'Make it simpler, or part it.',
});

const failed = (reason: string): Error =>
  mesolineError('recipe-check-failed', 'recipe', `The text was not checked: ${reason}`, 'Ask again in a moment.');
