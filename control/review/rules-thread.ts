/** Runs the rules in a thread of their own that lives as long as one run: hours of courses must not hold up the scan. */
import { Worker } from 'node:worker_threads';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { Evidence } from './evidence.ts';
import type { RuleRun } from './run-rules.ts';
import type { RulesAnswer } from './rules.worker.ts';

const entry = new URL('./rules.worker.ts', import.meta.url);
const deadlineMs = 45_000;

export class RulesThread {
  readonly #workers = new Set<Worker>();

  /** @throws MesolineError `rules-not-run` */
  run(evidence: Evidence): Promise<readonly RuleRun[]> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(entry, {
        name: 'review-rules',
        execArgv: [],
        resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 },
      });
      this.#workers.add(worker);
      const fail = (reason: string): void => {
        clearTimeout(timer);
        reject(
          mesolineError(
            'rules-not-run',
            `batch ${evidence.batch}`,
            `The rules of review could not be run: ${reason}.`,
            'Open the review again; tell whoever keeps the service where it stays so.',
          ),
        );
        void worker.terminate();
      };
      const timer = setTimeout(() => fail(`they took longer than ${deadlineMs / 1000} s`), deadlineMs);
      worker.once('message', (answer: RulesAnswer) => {
        if ('failure' in answer) {
          fail(answer.failure);
          return;
        }
        clearTimeout(timer);
        resolve(answer.runs);
        void worker.terminate();
      });
      worker.once('error', (error) => fail(messageOf(error)));
      worker.once('exit', () => {
        this.#workers.delete(worker);
        fail('their thread ended');
      });
      worker.postMessage(evidence, buffersOf(evidence));
    });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }
}

/** What is handed over instead of copied: the courses are not needed here any more. */
const buffersOf = ({ units }: Evidence): ArrayBuffer[] => [
  ...new Set(
    units.flatMap(({ courses }) =>
      [...courses.values()].flatMap(({ times, values, qualities }) => [times.buffer, values.buffer, qualities.buffer]),
    ),
  ),
];
