/** Locking out for maintenance. Made by gateway; needed by hmi and gateway's own OPC UA server. */
import type { Block } from '../block.ts';
import type { Actor } from '../people.ts';
import type { SkidName } from '../sample.ts';

export type MaintenanceRefusal = Readonly<{ done: false; reason: string }>;

export interface MaintenanceDesk {
  blocks(skid: SkidName): Promise<readonly Block[]>;
  /** Recorded before it is answered, and kept over a restart. `device` null: the whole skid. Each person has their own lock. */
  lockOut(
    request: Readonly<{ skid: SkidName; device: string | null; reason: string; actor: Actor }>,
  ): Promise<Readonly<{ done: true }> | MaintenanceRefusal>;
  /** The actor's own lock; where they have none there, a process engineer takes away another's. */
  giveBack(
    request: Readonly<{ skid: SkidName; device: string | null; reason: string; actor: Actor }>,
  ): Promise<Readonly<{ done: true }> | MaintenanceRefusal>;
}
