/** The alarm banner of every page: the worst that nobody has acknowledged, and how many stand. */
import type { AlarmView } from '../../../../plant/ports/alarm-desk.ts';
import { timeText } from '../zone.ts';
import { alarms, lostSince, primed, serverTime } from '../live/stream.ts';
import { Link } from '../router.tsx';
import { inUrgency } from '../alarm/urgency.ts';
import { PriorityMark } from './marks.tsx';

export const standingAlarms = (skid?: string): AlarmView[] =>
  inUrgency([...alarms.value.values()].filter((alarm) => skid === undefined || alarm.skid === skid));

export function AlarmBanner() {
  const standing = standingAlarms().filter(({ suppressed }) => !suppressed);
  const waiting = standing.filter(({ acknowledged }) => !acknowledged).length;
  const [worst] = standing;
  if (lostSince.value !== null) return <UnknownAlarms stood={standing.length} since={lostSince.value} />;
  if (!primed.value) return <UnknownAlarms stood={0} since={null} />;
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
      <strong>
        {worst.skid}: {worst.title}
      </strong>
      <span>{worst.response}</span>
      <time>{timeText(worst.raisedAt, serverTime.value)}</time>
      <span class="count">
        {waiting} unacknowledged of {standing.length}
      </span>
    </Link>
  );
}

/** Without the server, that there are no alarms cannot be said. */
function UnknownAlarms({ stood, since }: Readonly<{ stood: number; since: number | null }>) {
  return (
    <div class="banner hatched" role="status" data-testid="alarms-unknown">
      <strong>{since === null ? 'Alarms are not known yet' : 'Alarms are not known now'}</strong>
      {since !== null && (
        <span>
          The link to the server is lost; {stood} stood at {timeText(since, since)}.
        </span>
      )}
    </div>
  );
}
