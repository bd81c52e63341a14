/** Whoever is told of every scan, after the interlocks: OPC UA, alarms, batches, the spool, the pages' stream. */
import type { Demand } from '../safe-state.ts';
import type { ScanBatch, SkidName } from '../sample.ts';
import type { GuardVerdict } from './scan-guard.ts';

export type ScanNews = Readonly<{ batch: ScanBatch; verdict: GuardVerdict; fieldDemand: Demand | null }>;

export interface ScanConsumer {
  /** Returns soon. A consumer that cannot keep up drops or queues by its own declared policy; it never holds the scan. */
  accept(news: ScanNews): void;
}

/** The latest of everything, for whoever joins late. Made by gateway. */
export interface FieldView {
  snapshot(skid: SkidName): Promise<ScanNews | null>;
  links(): Promise<readonly LinkView[]>;
}

export type LinkView = Readonly<{
  skid: SkidName;
  device: string;
  endpoint: string;
  state: 'connected' | 'connecting' | 'lost';
  lastGoodRead: number | null;
  requests: number;
  timeouts: number;
  malformed: number;
  exceptions: number;
  reconnects: number;
  latencyMs: number | null;
}>;
