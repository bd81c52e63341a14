/** What a dry run finds. Times are in s from the start of the batch; volumes are at 25 °C, as pumps count them. */
import type { Demand } from '../../plant/safe-state.ts';
import type { Consumption } from './consumption.ts';
import type { BoilingMargin } from './boiling-margin.ts';
import type { WatchedLimit } from './limit-watch.ts';

/** `toS` null: it had not ended. */
export type Step = Readonly<{ skid: string; path: string; fromS: number; toS: number | null }>;
export type Extreme = Readonly<{ reading: string; low: number; high: number }>;

/** When and where something was. `step` null: between two. */
export type Moment = Readonly<{ skid: string; atS: number; step: string | null }>;

/** An interlock that would trip. `row` null: no row, such as the field controller by itself. */
export type Trip = Moment &
  Readonly<{
    row: number | null;
    title: string;
    /** The safe state that it asks for. */
    demand: Demand;
    /** The cause in words, with what each channel read. */
    message: string;
    /** What each channel of the row read at the trip; null where it was not Good. */
    channels: readonly Readonly<{ channel: string; value: number | boolean | null; unit: string | null }>[];
  }>;

/** `skid`, `atS` and `step` are of the first time. */
export type AlarmTally = Moment & Readonly<{ id: string; title: string; priority: number; count: number }>;

export type DryRun = Readonly<{
  /** `Complete`, or where it came to a stop. */
  state: string;
  /** Why it did not come through; null where it did. */
  why: string | null;
  durationS: number;
  collectedMl: number;
  /** Cadmium in the particles of what was collected, and zinc in their shells. */
  coreMmol: number;
  shellMmol: number;
  /** `coreMmol` of the cadmium that was fed from start to end, in %; null where none was. */
  yieldPercent: number | null;
  wasteMl: number;
  /** Of each skid. */
  consumption: readonly Consumption[];
  /** How often product that was being collected went to waste. */
  diversions: number;
  exceptions: readonly (Moment & Readonly<{ what: string; reason: string }>)[];
  trips: readonly Trip[];
  alarms: readonly AlarmTally[];
  /** Of each wetted part of each skid. */
  boilingMargins: readonly BoilingMargin[];
  /** Of each skid, the nearest first. */
  limits: readonly WatchedLimit[];
  steps: readonly Step[];
  extremes: readonly Extreme[];
}>;

/** The step of a skid that stood at a moment: of several the one that began last, and rather the line's than one alongside. */
export function stepAt(steps: readonly Step[], skid: string, atS: number): string | null {
  const open = steps.filter((step) => step.skid === skid && step.fromS <= atS && atS <= (step.toS ?? Infinity));
  const main = open.filter(({ path }) => !path.includes('/alongside/'));
  return (main.at(-1) ?? open.at(-1))?.path ?? null;
}
