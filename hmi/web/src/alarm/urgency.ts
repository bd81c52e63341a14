/** Which alarm comes first. Pure. */
import type { AlarmView } from '../../../../plant/ports/alarm-desk.ts';

/** Unacknowledged first, then the most urgent, then the newest; what is suppressed by design comes last. */
export function byUrgency(one: AlarmView, other: AlarmView): number {
  return (
    Number(one.suppressed) - Number(other.suppressed) ||
    Number(one.acknowledged) - Number(other.acknowledged) ||
    one.priority - other.priority ||
    (other.raisedAt ?? 0) - (one.raisedAt ?? 0)
  );
}
