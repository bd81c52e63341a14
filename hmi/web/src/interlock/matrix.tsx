/** The cause-and-effect matrix: each row's channels against its condition, what it does, and how it stands. */
import { useState } from 'preact/hooks';
import type { InterlockRowView, InterlockView } from '../../../../plant/ports/interlock-desk.ts';
import { isGood, qualityName } from '../../../../plant/quality.ts';
import { actionText, spanText } from '../format.ts';
import { serverTime } from '../live/stream.ts';
import { blocked } from '../ui/command.ts';
import { dateTimeText, timeText } from '../zone.ts';
import { byNumber, channelValue, durationText, isForced, isWhole, stateMarks, worstFirst } from './row-text.ts';
import { TableHead } from '../ui/table-head.tsx';

type Props = Readonly<{
  view: InterlockView;
  onBypass: (row: InterlockRowView) => void;
  onProof: (row: InterlockRowView) => void;
}>;

const columns = ['Row', 'State', 'Channels against the condition', 'Then', 'Process safety time', 'Proof test', 'Work'];

export function Matrix({ view, onBypass, onProof }: Props) {
  const [worst, setWorst] = useState(true);
  const rows = worst ? worstFirst(view.rows, view.firstOut) : byNumber(view.rows);
  const whole = rows.filter(isWhole).length;
  return (
    <section class="panel" aria-label="Matrix">
      <header>
        <h2>Matrix</h2>
        <small>
          {whole} of {rows.length} rows healthy and whole
        </small>
        <span class="buttons commands" role="group" aria-label="Order of the rows">
          <button type="button" aria-pressed={worst} onClick={() => setWorst(true)} data-testid="order-worst">
            Not healthy first
          </button>
          <button type="button" aria-pressed={!worst} onClick={() => setWorst(false)} data-testid="order-number">
            By number
          </button>
        </span>
      </header>
      <div class="wide" tabIndex={0} role="region" aria-label="Rows of the matrix">
        <table class="rows matrix">
          <TableHead columns={columns} />
          <tbody>
            {rows.map((row) => (
              <Row key={row.row} row={row} view={view} onBypass={onBypass} onProof={onProof} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ row, view, onBypass, onProof }: Props & Readonly<{ row: InterlockRowView }>) {
  const first = view.firstOut.some((one) => one.row === row.row);
  return (
    <tr class={first ? 'first-row' : undefined} data-testid={`row-${row.row}`} data-state={row.state}>
      <th scope="row">
        <b>{row.row}</b> {row.title}
        {first && <b class="first-out">FIRST OUT</b>}
        <details>
          <summary>why</summary>
          <small>{row.why}</small>
        </details>
      </th>
      <State row={row} />
      <td>
        {row.channels.map((channel) => (
          <div key={channel.text} class={isGood(channel.quality) ? 'channel' : 'channel hatched'}>
            <span class="faint">{channel.text}</span> <b>{channelValue(channel)}</b> {channel.unit}{' '}
            {!isGood(channel.quality) && <b>{qualityName(channel.quality)}</b>}{' '}
            {channel.votesTrip && <b>■ votes trip</b>} {channel.bypassed && <b class="word">BYPASSED</b>}{' '}
            {isForced(channel, view.forces) && <b class="word">FORCED</b>}
          </div>
        ))}
        <small>
          {row.condition === '' ? (
            'watches the data itself: tags that are not Good stand here'
          ) : (
            <>
              trips where <span class="condition">{row.condition}</span>
            </>
          )}
        </small>
      </td>
      <td>
        <b>{row.action}</b> {actionText(row.action)}
        {row.measures.map((measure) => (
          <div key={measure}>{measure}</div>
        ))}
        {row.mirrors && (
          <div>
            <small>mirrored: the field acts by itself</small>
          </div>
        )}
      </td>
      <td>
        <span class="number">{durationText(row.processSafetyTimeMs)}</span>
        {row.backup !== null && (
          <div>
            <small>
              <b>backup:</b> {row.backup}
            </small>
          </div>
        )}
      </td>
      <Proof proofTest={row.proofTest} />
      <Work row={row} onBypass={onBypass} onProof={onProof} />
    </tr>
  );
}

const State = ({ row }: Readonly<{ row: InterlockRowView }>) => (
  <td>
    <span class={`trip-state ${row.state}`}>{stateMarks[row.state]}</span>
    {!row.armed && (
      <div>
        <small>not armed now</small>
      </div>
    )}
    {row.degraded && (
      <div>
        <b class="degraded">DEGRADED</b>
      </div>
    )}
    {row.trippedAt !== null && <div>{timeText(row.trippedAt, serverTime.value)}</div>}
    {row.healthyForMs !== null && row.state === 'latched' && (
      <div>
        <small>gone for {spanText(row.healthyForMs)}</small>
      </div>
    )}
  </td>
);

function Proof({ proofTest }: Pick<InterlockRowView, 'proofTest'>) {
  if (proofTest === null) return <td class="faint">in the field</td>;
  const { everyMs, lastAt, dueAt, overdue } = proofTest;
  return (
    <td>
      {overdue && (
        <div>
          <b class="trip-state warned">△ overdue</b>
        </div>
      )}
      <small class="dates">
        {lastAt === null ? 'never done' : `last ${dayOf(lastAt)}`}
        <br />
        {dueAt === null ? `every ${durationText(everyMs)}` : `due ${dayOf(dueAt)}`}
        {lastAt !== null && dueAt === null && (
          <>
            <br />
            not every channel yet
          </>
        )}
      </small>
    </td>
  );
}

const dayOf = (utc: number): string => dateTimeText(utc).slice(0, 10);

function Work({ row, onBypass, onProof }: Omit<Props, 'view'> & Readonly<{ row: InterlockRowView }>) {
  const noBypass = blocked('bypass interlock');
  const noProof = blocked('proof test');
  return (
    <td class="matrix-work">
      {row.bypass === 'never' ? (
        <small>never bypassed</small>
      ) : (
        <button
          type="button"
          disabled={noBypass !== null}
          title={noBypass ?? undefined}
          onClick={() => onBypass(row)}
          aria-label={`Bypass a channel of row ${row.row}`}
          data-testid={`bypass-${row.row}`}
        >
          Bypass …
        </button>
      )}
      {row.proofTest !== null && (
        <button
          type="button"
          disabled={noProof !== null}
          title={noProof ?? undefined}
          onClick={() => onProof(row)}
          aria-label={`Proof test of row ${row.row}`}
          data-testid={`proof-${row.row}`}
        >
          Test …
        </button>
      )}
    </td>
  );
}
