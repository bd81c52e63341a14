/** The interlocks of a skid: each row's condition against what its channels read, and which tripped first. */
import { isGood, qualityName } from '../../../../plant/quality.ts';
import type { InterlockRowView, InterlockView } from '../../../../plant/ports/interlock-desk.ts';
import { actionText, spanText } from '../format.ts';
import { channelValue, isForced, stateMarks } from '../interlock/row-text.ts';
import { Link } from '../router.tsx';
import { timeText } from '../zone.ts';
import { serverTime } from '../live/stream.ts';

export function InterlockPanel({ skid, view }: Readonly<{ skid: string; view: InterlockView | null }>) {
  return (
    <section class="panel" aria-label={`Interlocks of ${skid}`} data-testid="interlocks">
      <header>
        <h2>Interlocks</h2>
        <small>operational; hard-wired protection stands beside them</small>
        <Link to={`/interlocks/${skid}`} class="commands" testid="interlocks-open">
          Matrix, bypass, force, proof test
        </Link>
      </header>
      {view === null ? (
        <p class="faint">The interlocks have not been heard yet.</p>
      ) : view.rows.length === 0 && view.firstOut.length === 0 ? (
        <p class="faint" data-testid="no-interlocks">
          none
        </p>
      ) : (
        <>
          {view.firstOut.length > 0 && (
            <p class="line">
              <b>First out:</b>{' '}
              {view.firstOut
                .map(
                  ({ row, title, at }) =>
                    `${row === null ? '' : `row ${row}, `}${title}, ${timeText(at, serverTime.value)}`,
                )
                .join(' · ')}
            </p>
          )}
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">Row</th>
                <th scope="col">State</th>
                <th scope="col">Channels against the condition</th>
                <th scope="col">Then</th>
              </tr>
            </thead>
            <tbody>
              {view.rows.map((row) => (
                <Row
                  key={row.row}
                  row={row}
                  first={view.firstOut.some((one) => one.row === row.row)}
                  forces={view.forces}
                />
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

type RowProps = Readonly<{ row: InterlockRowView; first: boolean; forces: InterlockView['forces'] }>;

function Row({ row, first, forces }: RowProps) {
  return (
    <tr data-testid={`interlock-${row.row}`} data-state={row.state}>
      <th scope="row" title={row.why}>
        {row.row} {row.title}
        {first && <b class="first-out"> FIRST OUT</b>}
      </th>
      <td>
        <span class={`trip-state ${row.state}`}>{stateMarks[row.state]}</span>
        {!row.armed && row.state === 'healthy' && <small> not armed</small>}
        {row.degraded && <b class="degraded"> DEGRADED</b>}
        {row.trippedAt !== null && <small> {timeText(row.trippedAt, serverTime.value)}</small>}
        {row.healthyForMs !== null && row.state === 'latched' && <small> gone for {spanText(row.healthyForMs)}</small>}
      </td>
      <td>
        {row.channels.map((channel) => (
          <div
            key={channel.text}
            class={isGood(channel.quality) ? 'channel' : 'channel hatched'}
            title={qualityName(channel.quality)}
          >
            <span class="faint">{channel.text}</span> <b>{channelValue(channel)}</b> {channel.unit}{' '}
            {channel.votesTrip && <b>■ votes trip</b>} {channel.bypassed && <b>BYPASSED</b>}{' '}
            {isForced(channel, forces) && <b>FORCED</b>}
          </div>
        ))}
        <small>{row.condition === '' ? row.why : `trips where ${row.condition} (${row.vote})`}</small>
      </td>
      <td title={row.backup ?? undefined}>
        {row.action} <small>{actionText(row.action)}</small>
      </td>
    </tr>
  );
}
