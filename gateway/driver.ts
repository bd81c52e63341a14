/** One device of a skid as the gateway keeps it: whatever its protocol, it fills the image, takes writes and says how it is. */
import type { PointDefinition } from '../plant/device-model.ts';
import type { UtcMs } from '../plant/clock.ts';
import type { MesolineError } from '../plant/errors.ts';
import type { RingCursor } from '../plant/ports/history.ts';
import type { DeviceIdentity } from '../plant/ports/scan-consumer.ts';

export type LinkState = 'connected' | 'connecting' | 'lost';

export type LinkFigures = {
  requests: number;
  timeouts: number;
  malformed: number;
  exceptions: number;
  reconnects: number;
  /** Answers that came after their time, and were thrown away. */
  late: number;
  latencyMs: number | null;
  lastGood: UtcMs | null;
};

export const noFigures = (): LinkFigures => ({
  requests: 0,
  timeouts: 0,
  malformed: 0,
  exceptions: 0,
  reconnects: 0,
  late: 0,
  latencyMs: null,
  lastGood: null,
});

export type PointValue = Readonly<{ point: PointDefinition; value: number | boolean }>;
export type ReadValue = number | boolean | string | null;

/** Asked synchronously when something is about to go on the wire; an answer takes it back. */
export type Withdraw = () => MesolineError | null;

export interface Driver {
  readonly device: string;
  /** Of the device itself: on a shared bus one may be lost while the others answer. */
  readonly state: LinkState;
  readonly endpoint: string;
  readonly figures: Readonly<LinkFigures>;
  readonly identity: DeviceIdentity | null;
  /** Why it is lost, in words; left out by a driver that says it in its notes. */
  readonly problem?: string | null;
  start(cursors: readonly RingCursor[]): void;
  stop(): Promise<void>;
  /** Groups writes of one command, in their order, into what goes out as one frame each. */
  plan(writes: readonly PointValue[]): readonly (readonly PointValue[])[];
  /**
   * Writes one group of `plan`. @throws MesolineError with a code of `LinkFault`: after `link-down`, `withdrawn`,
   * `modbus-exception` and `device-refused` nothing was written; after the others it may have been.
   */
  write(group: readonly PointValue[], withdraw: Withdraw): Promise<void>;
  /** Reads the points from the device, now; what is read goes into the image as well. @throws as `write` */
  read(points: readonly PointDefinition[]): Promise<ReadonlyMap<string, ReadValue>>;
  /** What a person should know of it, in sentences. */
  notes(): readonly string[];
  /** More figures, by name. */
  counts(): Readonly<Record<string, number>>;
}
