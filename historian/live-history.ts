/**
 * Which samples of a live skid history keeps. A change of quality, of a boolean or of a state is kept at once; a changing number
 * once in its tag's `historyEvery`, where it has left its deadband; anything once a minute. Times are of the wall.
 *
 * Pure: the tag's rule, what was kept last, a sample and the time go in; the point to keep and the next state come out.
 */
import type { Monotonic, UtcMs } from '../plant/clock.ts';
import type { Sample, TagValue } from '../plant/sample.ts';
import type { TagDefinition } from '../plant/skid/definition.ts';

/** `atOnce`: every change matters, as of a valve or a step. A number that moved no further than `deadband` from what was kept has not changed. */
export type KeepRule = Readonly<{ everyMs: number; atOnce: boolean; deadband: number }>;

export type KeptState = Readonly<{
  value: Sample['value'];
  quality: Sample['quality'];
  time: UtcMs;
  /** The source time of the sample that was seen last, kept or not. */
  seen: UtcMs;
  keptAt: Monotonic;
  /** From when on a changed number is kept again. */
  due: number;
}>;

export type KeepDecision = Readonly<{ keep: Sample | null; state: KeptState }>;

export const longestSilenceMs = 60_000;

/** The rule of a tag, or null where live history does not keep it: rows of a logging device come with their cursor. */
export const keepRule = ({ source, valueType, states, historyEvery, deadband }: TagDefinition): KeepRule | null =>
  source.kind === 'row'
    ? null
    : { everyMs: historyEvery, atOnce: valueType === 'boolean' || states !== null, deadband };

/** @param utc when the scan saw it: the time of a point that says something new about a value that is not new. */
export function decideKeep(
  rule: KeepRule,
  last: KeptState | null,
  sample: Sample,
  utc: UtcMs,
  now: Monotonic,
): KeepDecision {
  if (last !== null && !isDue(rule, last, sample, now))
    return { keep: null, state: { ...last, seen: sample.sourceTime } };
  // A value gone stale has the source time it was kept under: filed under it again, it would replace what was Good then.
  const time = last === null || sample.sourceTime > last.time ? sample.sourceTime : utc;
  const due = last === null || last.due + rule.everyMs <= now ? now + rule.everyMs : last.due + rule.everyMs;
  const { value, quality } = sample;
  return {
    keep: time === sample.sourceTime ? sample : { ...sample, sourceTime: time },
    state: { value, quality, time, seen: sample.sourceTime, keptAt: now, due },
  };
}

function isDue(rule: KeepRule, last: KeptState, sample: Sample, now: Monotonic): boolean {
  if (sample.quality !== last.quality || now - last.keptAt >= longestSilenceMs) return true;
  if (rule.everyMs === 0 && sample.sourceTime !== last.seen) return true;
  return hasChanged(rule, last.value, sample.value) && (rule.atOnce || now >= last.due);
}

export function hasChanged({ deadband }: Pick<KeepRule, 'deadband'>, kept: TagValue, value: TagValue): boolean {
  if (Object.is(value, kept)) return false;
  const apart = typeof value === 'number' && typeof kept === 'number' ? Math.abs(value - kept) : NaN;
  // Where nothing can be said of how far (no number, NaN) it has changed.
  return !(apart <= deadband) || deadband === 0;
}
