/** A value as it came from the field, and the batch in which one scan publishes what it saw. */
import type { Monotonic, ProcessTime, UtcMs } from './clock.ts';
import type { Quality } from './quality.ts';

/** A tag within its skid type, after ISA-5.1: `R201/TT-201A`. */
export type LocalTag = string & { readonly name: 'local tag' };

/** A tag of the site: `QD-1/R201/TT-201A`. */
export type TagName = string & { readonly name: 'tag' };

/** A skid of the site: `QD-1`. */
export type SkidName = string & { readonly name: 'skid' };

/** A number is in the tag's engineering unit. `null` only where no value was ever seen, or an analysis has none. */
export type TagValue = number | boolean | string | null;

export type Sample = Readonly<{
  tag: TagName;
  value: TagValue;
  quality: Quality;
  /** When the value was true, by the field's clock where it has one, else by ours at the read. */
  sourceTime: UtcMs;
  /** When we took it in. Staleness goes by this. */
  serverTime: UtcMs;
}>;

/** What one scan of one skid saw. `samples` holds every tag of the skid for a live skid, one recorded row for a replay. */
export type ScanBatch = Readonly<{
  skid: SkidName;
  /** Counts the scans of this skid since the service started, from 1. */
  scan: number;
  utc: UtcMs;
  monotonic: Monotonic;
  /** For a replayed row its own time, so that delays run in recorded time. */
  process: ProcessTime;
  /** Every tag of the skid, whether it changed or not. */
  samples: readonly Sample[];
}>;

export const skidName = (name: string): SkidName => name as SkidName;
export const localTag = (name: string): LocalTag => name as LocalTag;
export const tagName = (skid: SkidName, local: LocalTag): TagName => `${skid}/${local}` as TagName;

/** Parts a full name at its first slash. */
export function splitTag(tag: TagName): Readonly<{ skid: SkidName; local: LocalTag }> {
  const slash = tag.indexOf('/');
  return { skid: tag.slice(0, slash) as SkidName, local: tag.slice(slash + 1) as LocalTag };
}
