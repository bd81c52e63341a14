/** Lots of materials and what was weighed of them, as pages and other rooms see them. Amounts are decimal strings, as in the record. */
import type { UtcMs } from './clock.ts';

export const lotStatuses = ['quarantine', 'released', 'rejected', 'used up'] as const;
export type LotStatus = (typeof lotStatuses)[number];

export const amountUnits = ['kg', 'g', 'mg', 'L', 'mL', 'mol', 'mmol'] as const;
export type AmountUnit = (typeof amountUnits)[number];

export type Weighing = Readonly<{
  /** Its place among the weighings of its dispensing, from 1; it keeps it when another is struck out. */
  number: number;
  lot: string;
  /** The dispensing it belongs to. */
  kit: string;
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

/** A weighing that two people have struck out: it counts for nothing, and what was entered stays to be read. */
export type StruckWeighing = Weighing &
  Readonly<{
    strike: Readonly<{
      reason: string;
      by: string;
      checkedBy: string;
      at: UtcMs;
      /** The substance has left its lot all the same, such as spilt; else the entry was wrong, and the lot has the amount again. */
      gone: boolean;
    }>;
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
  /** Who has taken it in, by id: somebody else releases it. */
  receivedBy: string;
}>;

/** What a recipe wants weighed, when the dispensing was opened; `amount` a decimal in `unit`. */
export type KitMaterial = Readonly<{ name: string; amount: string; unit: string; checked: boolean }>;

export const kitStatuses = ['open', 'taken', 'given up'] as const;
export type KitStatus = (typeof kitStatuses)[number];

/** A dispensing: what is weighed for one batch of a recipe, before the batch has a number. */
export type Kit = Readonly<{
  id: string;
  recipe: string;
  version: number;
  materials: readonly KitMaterial[];
  status: KitStatus;
  /** The batch that has taken it. */
  batch: string | null;
  openedBy: string;
  openedAt: UtcMs;
}>;

/** How far one material of a dispensing has come. */
export type KitLine = KitMaterial &
  Readonly<{
    /** What is weighed, in `unit`, rounded to six digits. */
    weighed: number;
    enough: boolean;
    /** Lots from which it may be weighed now, soonest expiry first; none where the dispensing is not open. */
    lots: readonly Readonly<{ lot: string; substance: string; left: string; unit: AmountUnit; expires: UtcMs }>[];
  }>;

export type KitView = Kit &
  Readonly<{ lines: readonly KitLine[]; weighings: readonly Weighing[]; struck: readonly StruckWeighing[] }>;

/** A lot as it stands now; `unfit` says why nothing may be weighed from it, and is null where it may. */
export type LotView = Lot & Readonly<{ unfit: string | null }>;

/** What happened to a lot or a container, in the record's order. */
export type MaterialHistoryEntry = Readonly<{ at: UtcMs; by: string; what: string; reason: string }>;

/** What people do here with a scanner in their hand: each is a bar code of its own, GS1 (91). */
export const materialActions = ['receive', 'release', 'reject', 'correct', 'dispense', 'history'] as const;
export type MaterialAction = (typeof materialActions)[number];

/** What stands behind a bar code that was scanned. */
export type ScanMeaning =
  | Readonly<{ kind: 'lot'; lot: string }>
  | Readonly<{ kind: 'container'; container: string; kit: string }>
  | Readonly<{ kind: 'action'; action: MaterialAction }>
  /** A supplier's label: what of a delivery it tells. */
  | Readonly<{
      kind: 'delivery';
      supplierLot: string | null;
      /** `YYYY-MM-DD` */
      expires: string | null;
      netKg: string | null;
      serial: string | null;
    }>
  | Readonly<{ kind: 'unknown'; reason: string }>;
