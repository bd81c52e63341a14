/** Every alarm that stands, with what to do about it; acknowledged one by one or many at once, confirmed one by one. */
import { useState } from 'preact/hooks';
import type { AlarmView } from '../../../../plant/ports/alarm-desk.ts';
import type { AcknowledgeAnswer } from '../../../api/answers.ts';
import { post } from '../api.ts';
import { spanText, unitText, valueText } from '../format.ts';
import { timeText } from '../zone.ts';
import { serverTime } from '../live/stream.ts';
import { Link } from '../router.tsx';
import { standingAlarms } from '../ui/banner.tsx';
import { blocked, tell } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { PriorityMark } from '../ui/marks.tsx';
import { AlarmJournal } from './alarm-journal.tsx';

export function AlarmsPage() {
  const standing = standingAlarms();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [note, setNote] = useState('');
  const open = standing.filter(({ acknowledged }) => !acknowledged).map(({ id }) => id);
  const ids = open.filter((id) => chosen.has(id));

  const doTo = async (deed: 'acknowledge' | 'confirm', some: readonly string[]): Promise<void> => {
    const answer = await post<AcknowledgeAnswer>(`/api/alarms/${deed}`, { ids: some, note });
    if (!answer.ok) {
      tell(false, answer.problem.message);
      return;
    }
    const { refused } = answer.value;
    setChosen(new Set());
    setNote('');
    const done = deed === 'confirm' ? 'Confirmed.' : 'Acknowledged.';
    if (refused.length === 0) tell(true, some.length === 1 ? done : `${some.length} alarms acknowledged.`);
    else tell(false, refused.map(({ id, reason }) => `${id}: ${reason}`).join(' '));
  };
  const choose = (id: string, yes: boolean): void => {
    const next = new Set(chosen);
    if (yes) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const refusedBy = blocked('acknowledge alarm');

  return (
    <>
      <h1>Alarms</h1>
      <div class="buttons">
        <label class="inline">
          Note{' '}
          <input
            value={note}
            maxLength={1000}
            onInput={(event) => setNote(event.currentTarget.value)}
            data-testid="alarm-note"
          />
        </label>
        <Press
          refusedBy={refusedBy ?? (ids.length === 0 ? 'None is chosen.' : null)}
          onPress={() => void doTo('acknowledge', ids)}
          testid="acknowledge-chosen"
        >
          Acknowledge the chosen ({ids.length})
        </Press>
        <Press
          refusedBy={refusedBy ?? (open.length === 0 ? 'None waits.' : null)}
          hideReason
          onPress={() => setChosen(new Set(open))}
        >
          Choose all that wait
        </Press>
      </div>
      <table class="rows alarms">
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">Choose</span>
            </th>
            <th scope="col">Priority</th>
            <th scope="col">Raised</th>
            <th scope="col">Alarm</th>
            <th scope="col">Cause and response</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {standing.map((alarm) => (
            <AlarmRow
              key={alarm.id}
              alarm={alarm}
              chosen={chosen.has(alarm.id)}
              refusedBy={refusedBy}
              onChoose={(yes) => choose(alarm.id, yes)}
              onAcknowledge={() => void doTo('acknowledge', [alarm.id])}
              onConfirm={() => void doTo('confirm', [alarm.id])}
            />
          ))}
        </tbody>
      </table>
      {standing.length === 0 && <p class="faint">No alarm stands.</p>}
      <AlarmJournal />
    </>
  );
}

type RowProps = Readonly<{
  alarm: AlarmView;
  chosen: boolean;
  refusedBy: string | null;
  onChoose: (yes: boolean) => void;
  onAcknowledge: () => void;
  onConfirm: () => void;
}>;

function AlarmRow({ alarm, chosen, refusedBy, onChoose, onAcknowledge, onConfirm }: RowProps) {
  const now = serverTime.value;
  const text = stateText(alarm);
  return (
    <tr data-testid={`alarm-${alarm.id}`} class={alarm.suppressed ? 'faint' : ''}>
      <td>
        {!alarm.acknowledged && (
          <input
            type="checkbox"
            checked={chosen}
            aria-label={`Choose ${alarm.id}`}
            onChange={(event) => onChoose(event.currentTarget.checked)}
          />
        )}
      </td>
      <td>
        <PriorityMark priority={alarm.priority} quiet={alarm.acknowledged} /> {priorityText[alarm.priority]}
      </td>
      <td>
        <time>{timeText(alarm.raisedAt, now)}</time>
      </td>
      <td>
        <Link to={`/skids/${alarm.skid}`}>{alarm.id}</Link>
        <br />
        <small>
          {alarm.title}
          {alarm.limit !== null &&
            `: ${valueText(alarm.value, figures)} against ${alarm.level} ${alarm.limit} ${unitText(alarm.unit)}`}
        </small>
      </td>
      <td>
        <b>{alarm.response}</b> <small>within {spanText(alarm.respondWithinMs)}</small>
        <br />
        <small>
          {alarm.cause} {alarm.consequence}
        </small>
      </td>
      <td>
        {text}
        {!alarm.acknowledged && (
          <>
            <br />
            <Press refusedBy={refusedBy} hideReason onPress={onAcknowledge} testid={`acknowledge-${alarm.id}`}>
              Acknowledge
            </Press>
          </>
        )}
        {alarm.acknowledged && !alarm.confirmed && (
          <>
            <br />
            <Press refusedBy={refusedBy} hideReason onPress={onConfirm} testid={`confirm-${alarm.id}`}>
              Confirm
            </Press>
          </>
        )}
      </td>
    </tr>
  );
}

/** An alarm's value comes without its tag's decimals. */
const figures = { states: null, decimals: 2 };

const priorityText = { 1: 'high', 2: 'medium', 3: 'low' } as const;

function stateText(alarm: AlarmView): string {
  const { active, acknowledged, acknowledgedBy, confirmed, confirmedBy, suppressed, clearedAt } = alarm;
  if (suppressed) return 'suppressed by the phase';
  const by = (name: string | null): string => (name === null ? '' : ` by ${name}`);
  const gone = active ? 'active' : `gone since ${timeText(clearedAt, serverTime.value)}`;
  if (!acknowledged) return `${gone}, waits`;
  return `${gone}, acknowledged${by(acknowledgedBy)}${confirmed ? `, confirmed${by(confirmedBy)}` : ''}`;
}
