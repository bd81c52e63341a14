/** Shared equipment as batches use it; the arbiter behind it decides, and keeps the record. */
import type { EquipmentUser } from '../../plant/shared-equipment.ts';
import type { SkidName } from '../../plant/sample.ts';

export type SharedUser = EquipmentUser & Readonly<{ node: number }>;

export interface SharedUse {
  /** Asking twice is asking once. */
  ask(user: SharedUser, capability: string): void;
  giveBack(user: SharedUser, capability: string): void;
  /** What the unit has now, named as `equipmentKey` does. */
  owned(batch: string, skid: SkidName): ReadonlySet<string>;
}
