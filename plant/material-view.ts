/** Lots of materials and what was weighed of them, as pages and other rooms see them. Amounts are decimal strings, as in the record. */
import type { UtcMs } from './clock.ts';

export const lotStatuses = ['quarantine', 'released', 'rejected', 'used up'] as const;
export type LotStatus = (typeof lotStatuses)[number];

export const amountUnits = ['kg', 'g', 'mg', 'L', 'mL', 'mol', 'mmol'] as const;
export type AmountUnit = (typeof amountUnits)[number];

export type Weighing = Readonly<{
  lot: string;
  batch: string;
  /** As the recipe names it. */
  material: string;
  /** Net, in the lot's unit. */
  amount: string;
  tare: string;
  scale: string;
  container: string;
  by: string;
  /** Who else has seen it; null where nobody had to. */
  checkedBy: string | null;
  at: UtcMs;
}>;

export type Lot = Readonly<{
  id: string;
  /** A substance of `materials.yaml`. */
  material: string;
  supplier: string;
  supplierLot: string;
  received: string;
  left: string;
  unit: AmountUnit;
  /** The last moment at which it may be used. */
  expires: UtcMs;
  status: LotStatus;
  containers: readonly string[];
}>;
