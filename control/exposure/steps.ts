/**
 * Work in steps. Whoever judges a whole shift of many people handles hundreds of thousands of stretches of air, and no scan may
 * wait for that: between two steps everything else has its turn.
 */

import { mesolineError } from '../../plant/errors.ts';

/** Tells with each step how many stretches or cells of air it has handled since the one before. */
export type Steps<T> = Generator<number, T, void>;

/** All steps at once. */
export function whole<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** A step may handle so much, and a slice ends with the step that has brought it to `sliceCells`. */
export const stepCells = 2500;
export const sliceCells = 800;
/** What no slice handles more than. */
export const mostInSlice = stepCells + sliceCells;

export type Turn = () => void;

type Job = Readonly<{ steps: Steps<unknown>; resolve: (value: unknown) => void; reject: (thrown: unknown) => void }>;

/** Does jobs one after the other, a slice in a turn however many wait. */
export class Slices {
  readonly #schedule: (turn: Turn) => void;
  readonly #jobs: Job[] = [];
  #scheduled = false;
  #ended = false;
  /** The most a slice has handled. */
  most = 0;

  /** @param schedule calls the turn later, after whatever else waits */
  constructor(schedule: (turn: Turn) => void) {
    this.#schedule = schedule;
  }

  /** Settles when all steps were done. @throws MesolineError `exposure-stopped` where the room stops before */
  run<T>(steps: Steps<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#ended) {
        reject(stopped());
        return;
      }
      this.#jobs.push({ steps, resolve: (value) => resolve(value as T), reject });
      this.#next();
    });
  }

  /** What was not done is let go. */
  stop(): void {
    this.#ended = true;
    for (const { reject } of this.#jobs.splice(0)) reject(stopped());
  }

  resume(): void {
    this.#ended = false;
  }

  #next(): void {
    if (this.#scheduled || this.#jobs.length === 0) return;
    this.#scheduled = true;
    this.#schedule(() => {
      this.#scheduled = false;
      this.#slice();
      this.#next();
    });
  }

  #slice(): void {
    const [job] = this.#jobs;
    if (job === undefined) return;
    let handled = 0;
    try {
      while (handled < sliceCells) {
        const step = job.steps.next();
        if (step.done === true) {
          this.#jobs.shift();
          job.resolve(step.value);
          break;
        }
        handled += step.value;
      }
    } catch (thrown) {
      this.#jobs.shift();
      job.reject(thrown);
    }
    this.most = Math.max(this.most, handled);
  }
}

const stopped = (): Error =>
  mesolineError(
    'exposure-stopped',
    'exposure',
    'The service stops, and judges nobody any more.',
    'Ask after its start.',
  );
