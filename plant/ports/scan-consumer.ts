/** Whoever is told of every scan, after the interlocks: OPC UA, alarms, batches, the spool, the pages' stream. */
import type { Block } from '../block.ts';
import type { Demand } from '../safe-state.ts';
import type { ScanBatch, SkidName } from '../sample.ts';
import type { GuardVerdict } from './scan-guard.ts';

export type ScanNews = Readonly<{
  batch: ScanBatch;
  verdict: GuardVerdict;
  fieldDemand: Demand | null;
  /** What keeps the skid or a device of it from being commanded and started from here; empty where nothing does. */
  blocks: readonly Block[];
}>;

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
  /** Answers that came after their time, and were thrown away. */
  late: number;
  latencyMs: number | null;
  /** What the device said of itself at the last connect; null before. */
  identity: DeviceIdentity | null;
  /** Why it is lost, in words: what was asked and answered; null while it is connected, and where nobody can say. */
  problem: string | null;
}>;

/** A device's own words about itself; null where it does not say. */
export type DeviceIdentity = Readonly<{
  manufacturer: string | null;
  product: string | null;
  serial: string | null;
  firmware: string | null;
}>;
