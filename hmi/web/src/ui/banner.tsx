/** The alarm banner of every page: the worst that nobody has acknowledged, and how many stand. */
import type { AlarmView } from '../../../../plant/ports/alarm-desk.ts';
import { timeText } from '../zone.ts';
import { alarms, serverTime } from '../live/stream.ts';
import { Link } from '../router.tsx';
import { byUrgency } from '../alarm/urgency.ts';
import { PriorityMark } from './marks.tsx';

export const standingAlarms = (skid?: string): AlarmView[] =>
  [...alarms.value.values()].filter((alarm) => skid === undefined || alarm.skid === skid).sort(byUrgency);

export function AlarmBanner() {
  const standing = standingAlarms().filter(({ suppressed }) => !suppressed);
  const waiting = standing.filter(({ acknowledged }) => !acknowledged).length;
  const [worst] = standing;
  if (worst === undefined) {
    return (
      <div class="banner" role="status">
        No alarms
      </div>
    );
  }
  return (
    <Link to="/alarms" class={`banner alarmed${worst.acknowledged ? '' : ` p${worst.priority}`}`}>
      <PriorityMark priority={worst.priority} quiet={worst.acknowledged} />
      <strong>{worst.id}</strong>
      <span>{worst.response}</span>
      <time>{timeText(worst.raisedAt, serverTime.value)}</time>
      <span class="count">
        {waiting} unacknowledged of {standing.length}
      </span>
    </Link>
  );
}
