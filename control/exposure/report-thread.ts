/** Sets reports as PDF in a thread that lives as long as one: it takes a second and much memory, and few are asked for. */
import { Worker } from 'node:worker_threads';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { PdfAnswer } from './report.worker.ts';
import type { ReportOf } from './report.ts';

const entry = new URL('./report.worker.ts', import.meta.url);
const deadlineMs = 60_000;
const mostWaiting = 8;

export class ReportThread {
  readonly #workers = new Set<Worker>();
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** One at a time. @throws MesolineError `exposure-report-refused` */
  pdf(report: ReportOf): Promise<Uint8Array> {
    if (this.#waiting >= mostWaiting)
      return Promise.reject(refusal(`${mostWaiting} reports are being made already.`, 'Ask again in a minute.'));
    this.#waiting++;
    const made = this.#last.then(() => this.#make(report)).finally(() => this.#waiting--);
    this.#last = made.catch(() => undefined);
    return made;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }

  #make(report: ReportOf): Promise<Uint8Array> {
    return new Promise<Uint8Array>((resolve, reject) => {
      const worker = new Worker(entry, {
        name: 'exposure-report',
        execArgv: [],
        resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 },
      });
      this.#workers.add(worker);
      const fail = (reason: string): void => {
        clearTimeout(timer);
        reject(
          refusal(`The PDF could not be made: ${reason}.`, 'Ask for the CSV, and tell whoever keeps the service.'),
        );
        void worker.terminate();
      };
      const timer = setTimeout(() => fail(`it took longer than ${deadlineMs / 1000} s`), deadlineMs);
      worker.once('message', (answer: PdfAnswer) => {
        if ('failure' in answer) {
          fail(answer.failure);
          return;
        }
        clearTimeout(timer);
        resolve(answer.bytes);
        void worker.terminate();
      });
      worker.once('error', (error) => fail(messageOf(error)));
      worker.once('exit', () => {
        this.#workers.delete(worker);
        fail('its thread ended');
      });
      worker.postMessage(report);
    });
  }
}

const refusal = (problem: string, remedy: string): Error =>
  mesolineError('exposure-report-refused', 'report', problem, remedy);
