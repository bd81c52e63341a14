/** What a dry run finds. Times are in s from the start of the batch. */

/** `toS` null: it had not ended. */
export type Step = Readonly<{ skid: string; path: string; fromS: number; toS: number | null }>;
export type Extreme = Readonly<{ reading: string; low: number; high: number }>;

export type DryRun = Readonly<{
  /** `Complete`, or where it came to a stop. */
  state: string;
  /** Why it did not come through; null where it did. */
  why: string | null;
  durationS: number;
  collectedMl: number;
  /** CdX in what was collected. */
  coreMmol: number;
  wasteMl: number;
  drawnMl: Readonly<Record<'chalcogen' | 'cadmium' | 'ligand' | 'shell' | 'flush', number>>;
  drawnMmol: Readonly<Record<'cadmium' | 'ligand', number>>;
  /** How often product that was being collected went to waste. */
  diversions: number;
  exceptions: readonly Readonly<{ what: string; reason: string; atS: number }>[];
  trips: readonly Readonly<{ row: number | null; title: string; message: string; atS: number; skid: string }>[];
  alarms: readonly Readonly<{ id: string; title: string; priority: number; count: number; firstS: number }>[];
  steps: readonly Step[];
  extremes: readonly Extreme[];
}>;
