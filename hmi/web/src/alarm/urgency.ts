/** Which alarm comes first. Pure. */
import type { AlarmView } from '../../../../plant/ports/alarm-desk.ts';

/**
 * Unacknowledged first, then the most urgent, then what stands before what has gone, then the newest; what is suppressed by design
 * comes last. What a skid's interlocks hold stays together: the lost link before its consequences, then the first-out.
 */
export function inUrgency(alarms: readonly AlarmView[]): AlarmView[] {
  const newest = new Map<string, number>();
  for (const alarm of alarms.filter(isOfTrip)) {
    newest.set(alarm.skid, Math.max(newest.get(alarm.skid) ?? 0, alarm.raisedAt ?? 0));
  }
  const time = (alarm: AlarmView): number => (isOfTrip(alarm) ? newest.get(alarm.skid) : alarm.raisedAt) ?? 0;
  return [...alarms].sort(
    (one, other) =>
      Number(one.suppressed) - Number(other.suppressed) ||
      Number(one.acknowledged) - Number(other.acknowledged) ||
      one.priority - other.priority ||
      Number(other.active) - Number(one.active) ||
      time(other) - time(one) ||
      one.skid.localeCompare(other.skid) ||
      Number(isOfTrip(other)) - Number(isOfTrip(one)) ||
      Number(other.level === 'link') - Number(one.level === 'link') ||
      (one.raisedAt ?? 0) - (other.raisedAt ?? 0),
  );
}

/** A trip that was reset is of an earlier time, though nobody has acknowledged it. */
const isOfTrip = ({ level, active, priority }: AlarmView): boolean =>
  active && (level === 'trip' || level === 'doubt' || (level === 'link' && priority === 1));
