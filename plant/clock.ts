/**
 * Time as the rooms see it. Nothing in the house reads the machine's clock but `plant/system-clock.ts`, which only entry
 * files (deploy/main.ts, a worker's or a child's first file) call; everything else is handed a `Clock`.
 */

/** A span of time in milliseconds. */
export type Milliseconds = number & { readonly unit: 'ms' };

/** Milliseconds on a clock that never jumps, at the rate of the wall: watchdogs, staleness, expiry, logins. */
export type Monotonic = number & { readonly clock: 'monotonic' };

/**
 * Milliseconds of the process on a clock that never jumps. It runs `--time-scale` times as fast as the wall on sites made
 * only of twins, and exactly with it elsewhere: phases, interlock and alarm delays, reset times.
 */
export type ProcessTime = number & { readonly clock: 'process' };

/** Milliseconds since 1970-01-01 UTC: the time of a record or of a sample; never used for a delay. */
export type UtcMs = number & { readonly clock: 'utc' };

export const milliseconds = (value: number): Milliseconds => value as Milliseconds;
export const monotonic = (value: number): Monotonic => value as Monotonic;
export const processTime = (value: number): ProcessTime => value as ProcessTime;
export const utcMs = (value: number): UtcMs => value as UtcMs;

/** How long it is from `earlier` to `later`, two readings of the same clock. */
export const elapsed = <T extends Monotonic | ProcessTime>(earlier: T, later: T): Milliseconds =>
  milliseconds(later - earlier);

export interface Clock {
  utc(): UtcMs;
  monotonic(): Monotonic;
  process(): ProcessTime;
  /** How many times faster than the wall the process runs; 1 in production. */
  readonly timeScale: number;
}

/** ISO 8601 with the zone written out, as records carry it: `2026-10-02T09:30:00.000+00:00`. */
export const isoUtc = (time: UtcMs): string => new Date(time).toISOString().replace('Z', '+00:00');
