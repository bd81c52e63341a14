/** What both sides of the OPC UA bench are to the process they run in. */
import type { Worker } from 'node:worker_threads';
import type { ScanNews } from '../../../plant/ports/scan-consumer.ts';

export type Security = 'plain' | 'encrypted';

export interface Side {
  readonly endpoint: string;
  readonly worker: Worker;
  accept(skid: number, news: ScanNews): void;
  /** Values that were overtaken by newer ones before the worker heard of them. */
  coalesced(): number;
  stop(): Promise<void>;
}

/** The next worker thread that this process starts. */
export const nextWorker = (): Promise<Worker> => new Promise((resolve) => process.once('worker', resolve));
