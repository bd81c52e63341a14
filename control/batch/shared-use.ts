/** Shared equipment as batches use it; the arbiter behind it decides, and keeps the record. */
import type { UnitView } from '../../plant/batch-view.ts';
import type { Actor } from '../../plant/people.ts';
import type { EquipmentUser, SharedEquipmentView } from '../../plant/shared-equipment.ts';
import type { SkidName } from '../../plant/sample.ts';

export type SharedUser = EquipmentUser & Readonly<{ node: number }>;

export interface SharedUse {
  /** Asking twice is asking once. */
  ask(user: SharedUser, capability: string): void;
  giveBack(user: SharedUser, capability: string): void;
  /** What the unit has now, named as `equipmentKey` does. */
  owned(batch: string, skid: SkidName): ReadonlySet<string>;
}

export interface SharedEquipmentUse extends SharedUse {
  views(): readonly SharedEquipmentView[];
  /** What a unit has, and what it waits for with its place. */
  of(batch: string, skid: SkidName): UnitView['equipment'];
  /** Takes a piece from a unit by a person's decision. @returns why not, or null */
  release(name: string, actor: Actor, reason: string): Promise<string | null>;
  /** A unit is through, or out of its batch: whatever it has or waits for is given back. */
  giveUp(batch: string, skid: SkidName): void;
}
