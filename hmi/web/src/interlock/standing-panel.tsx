/** How the interlocks of a skid stand: what came first, what refuses the reset, and all that is not as usual. */
import { Fragment } from 'preact';
import type { AlarmView } from '../../../../plant/ports/alarm-desk.ts';
import type { BypassView, ForceView, InterlockView } from '../../../../plant/ports/interlock-desk.ts';
import { spanText } from '../format.ts';
import { alarms, serverTime } from '../live/stream.ts';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { timeText } from '../zone.ts';
import { askAtOnce } from './work.ts';

type Props = Readonly<{ skid: string; view: InterlockView }>;

export function StandingPanel({ skid, view }: Props) {
  const { firstOut, resetRefusedBy, measures, proofTest, kpis } = view;
  return (
    <section class="panel" aria-label="How it stands" data-testid="standing">
      {firstOut.length > 0 && (
        <p class="first-out-band" role="status" data-testid="first-out">
          <b>{firstOut.length === 1 ? 'FIRST OUT' : 'FIRST OUT, in one scan'}</b>{' '}
          {firstOut.map(({ row, title, at, stampedBy }, index) => (
            <span key={`${row ?? ''} ${title}`}>
              {index > 0 && ' · '}
              {row === null ? '' : `row ${row}, `}
              {title}, {timeText(at, serverTime.value)}{' '}
              <small>{stampedBy === 'field' ? 'as the field keeps it' : 'time of the gateway'}</small>
            </span>
          ))}
        </p>
      )}
      <ToDo skid={skid} view={view} />
      {resetRefusedBy.length > 0 && (
        <div class="refusing" data-testid="refuses-reset">
          <b>A reset is refused now by</b>
          <ul>
            {resetRefusedBy.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
      {measures.length > 0 && (
        <p>
          <b>Held in the field:</b> {measures.join(', ')} <small>until a reset</small>
        </p>
      )}
      {proofTest !== null && (
        <p data-testid="proof-running">
          <b>PROOF TEST of row {proofTest.row}</b>, channel {proofTest.channel + 1}, {proofTest.step}; tester{' '}
          {proofTest.tester}, witness {proofTest.witness}
        </p>
      )}
      {view.bypasses.map((bypass) => (
        <Bypass key={bypass.row} skid={skid} bypass={bypass} />
      ))}
      {view.forces.map((force) => (
        <Force key={force.tag} skid={skid} force={force} />
      ))}
      <p class="line kpis" data-testid="kpis">
        <span>
          <b>{kpis.bypassesNow}</b> bypassed now
        </span>
        <span>
          <b>{kpis.bypasses30d}</b> {kpis.bypasses30d === 1 ? 'bypass' : 'bypasses'},{' '}
          <b>{Number(kpis.bypassHours30d.toFixed(1))}</b> h in 30 days
        </span>
        <span>
          <b>{kpis.trips30d}</b> {kpis.trips30d === 1 ? 'trip' : 'trips'} in 30 days
        </span>
        <span class={kpis.overdueTests > 0 ? 'abnormal' : undefined}>
          <b>{kpis.overdueTests}</b> {kpis.overdueTests === 1 ? 'proof test' : 'proof tests'} overdue
        </span>
      </p>
    </section>
  );
}

/** What is wrong, and what to do about it: the alarm of every row that acts, in the row's own words; the same words once. */
function ToDo({ skid, view: { rows } }: Props) {
  const acting = rows.filter(({ state }) => state === 'tripped' || state === 'latched');
  const told = new Map<string, typeof acting>();
  for (const row of acting) {
    const response = alarmOf(skid, row.row)?.response;
    if (response !== undefined) told.set(response, [...(told.get(response) ?? []), row]);
  }
  if (told.size === 0) return null;
  return (
    <dl class="to-do" data-testid="to-do">
      {[...told].map(([response, own]) => (
        <Fragment key={response}>
          {own.map(({ row, title, state }) => (
            <dt key={row}>
              Row {row}, {title}: {state === 'tripped' ? 'its cause is present' : 'its cause has gone'}
            </dt>
          ))}
          <dd>{response}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** The alarm of a row's trip, or that it had nothing Good left to go by. */
const alarmOf = (skid: string, row: number): AlarmView | undefined =>
  [`${skid}/interlock-${row}`, `${skid}/interlock-${row}.doubt`]
    .map((id) => alarms.value.get(id))
    .find((alarm) => alarm?.active === true);

const Left = ({ until }: Readonly<{ until: number }>) => (
  <b class="countdown" role="timer">
    {spanText(until - serverTime.value)} left
  </b>
);

const Bypass = ({ skid, bypass }: Readonly<{ skid: string; bypass: BypassView }>) => (
  <div class="standing-work" data-testid={`standing-bypass-${bypass.row}`}>
    <div>
      <b class="word">BYPASSED</b> row {bypass.row}, <span class="channel">{bypass.text}</span> ·{' '}
      <Left until={bypass.expiresAt} />
      <br />
      {bypass.reason} <b>Meanwhile:</b> {bypass.meanwhile}{' '}
      <small>
        {bypass.by} with {bypass.second}, since {timeText(bypass.since, serverTime.value)}
      </small>
    </div>
    <Press
      refusedBy={blocked('bypass interlock')}
      hideReason
      onPress={() =>
        void askAtOnce(skid, 'interlocks/end-bypass', { row: bypass.row }, `Row ${bypass.row} votes again.`)
      }
      testid={`end-bypass-${bypass.row}`}
    >
      End it
    </Press>
  </div>
);

const Force = ({ skid, force }: Readonly<{ skid: string; force: ForceView }>) => (
  <div class="standing-work" data-testid={`standing-force-${force.tag}`}>
    <div>
      <b class="word">FORCED</b> {force.tag} at <b>{String(force.value)}</b> · <Left until={force.expiresAt} />
      <br />
      {force.reason}{' '}
      <small>
        {force.by} with {force.second}, since {timeText(force.since, serverTime.value)}
      </small>
    </div>
    <Press
      refusedBy={blocked('force input')}
      hideReason
      onPress={() =>
        void askAtOnce(skid, 'interlocks/end-force', { tag: force.tag }, `${force.tag} reads the field again.`)
      }
      testid={`end-force-${force.tag}`}
    >
      End it
    </Press>
  </div>
);
