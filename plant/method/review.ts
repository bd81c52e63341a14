/** The days of a method's record: when it was approved, and by when it has to be looked at again. */
import type { UtcMs } from '../clock.ts';

/** A day as files write it: `2027-01-31`. */
export const dayForm = /^\d{4}-\d{2}-\d{2}$/u;

const dayMs = 24 * 60 * 60 * 1000;

/** Whether the day has ended (UTC). */
export const isPast = (day: string, now: UtcMs): boolean => now >= Date.parse(day) + dayMs;

/** Whether the day has begun nowhere yet: at most 14 h before UTC's. */
export const isToCome = (day: string, now: UtcMs): boolean => Date.parse(day) - 14 * 60 * 60 * 1000 > now;
