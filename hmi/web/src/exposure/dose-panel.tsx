/** What each person has breathed in the shift: a bar against every limit, from what is sure to what is possible. */
import type { ExposureLimit, Interval } from '../../../../plant/exposure.ts';
import type { DoseLine, PersonExposure, ZoneView } from '../../../../plant/ports/exposure-desk.ts';
import { serverTime } from '../live/stream.ts';
import { timeText } from '../zone.ts';
import {
  amount,
  beyondText,
  intervalText,
  minutesText,
  shareText,
  spanOf,
  stateText,
  worstFirst,
} from './exposure-text.ts';

type Props = Readonly<{
  people: readonly PersonExposure[];
  zones: readonly ZoneView[];
  limits: readonly ExposureLimit[];
}>;

export const DosePanel = ({ people, zones, limits }: Props) => (
  <section class="panel" aria-label="People">
    <header>
      <h2>People in this shift</h2>
      <small>
        Averages are over 8 h, whatever the shift. The thin part of a bar is not known: it may be as much as that.
        <b> ? not known</b>: the limit may have been reached; after a quarter of an hour it counts as if it had.
      </small>
    </header>
    {people.length === 0 && <p class="faint">Nobody has been in a zone.</p>}
    {worstFirst(people).map((person) => (
      <PersonTable key={person.personId} person={person} zones={zones} limits={limits} />
    ))}
  </section>
);

const heads = ['Agent', 'Limit', 'State', 'So far', 'Worst 8 h, times', 'At shift end', 'Time left', 'Basis'];

type PersonProps = Omit<Props, 'people'> & Readonly<{ person: PersonExposure }>;

function PersonTable({ person, zones, limits }: PersonProps) {
  const { printedName, zone, shift, lines, mixture } = person;
  const place = zones.find((one) => one.zone === zone)?.title ?? zone;
  return (
    <div class="exposure-person" data-testid={`exposure-${person.personId}`}>
      <h3>
        {printedName}{' '}
        <small>
          {place === null ? 'in no zone' : `in ${place}`} · shift {timeText(shift.from, serverTime.value)} to{' '}
          {timeText(shift.to, serverTime.value)}
        </small>
      </h3>
      <div class="wide" tabIndex={0} role="region" aria-label={`Doses of ${printedName}`}>
        <table class="rows">
          <thead>
            <tr>
              {heads.map((title) => (
                <th key={title} scope="col" colSpan={title === 'So far' ? 2 : 1}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <LineRow
                key={`${line.jurisdiction} ${line.agent} ${line.fraction} ${line.kind} ${line.limit}`}
                line={line}
                span={spanOf(line, limits)}
              />
            ))}
            {mixture !== null && (
              <tr>
                <th scope="row">Mixture</th>
                <td>
                  sum of C/L 1{' '}
                  {!mixture.approved && <small title="Nobody of the site has approved this sum.">not approved</small>}
                </td>
                <State state={mixture.state} />
                <td class="dose-cell">
                  <Bar value={mixture.value} limit={1} />
                </td>
                <td class="number">{intervalText(mixture.value, 1)}</td>
                <td colSpan={4} />
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </div>
  );
}

const LineRow = ({ line, span }: Readonly<{ line: DoseLine; span: string }>) => (
  <tr>
    <th scope="row">
      {line.agent} <small>{line.fraction === 'gas' ? '' : line.fraction}</small>
    </th>
    <td>
      {line.jurisdiction} {line.kind} {amount(line.limit)} {line.unit}
      {span} {!line.approved && <small title="Nobody of the site has approved this figure.">not approved</small>}
    </td>
    <State state={line.state} />
    <td class="dose-cell">
      <Bar value={line.soFar} limit={line.limit} />
    </td>
    <td class="number">{intervalText(line.soFar, line.limit)}</td>
    <td class="number">{beyondText(line)}</td>
    <td class="number">{line.forecast === null ? '–' : intervalText(line.forecast, line.limit)}</td>
    <td class="number">{minutesText(line.minutesLeft)}</td>
    <td>
      {line.basis} <small>{shareText(line.measuredShare)} measured</small>
    </td>
  </tr>
);

const State = ({ state }: Readonly<{ state: DoseLine['state'] }>) => (
  <td class={state === 'below' ? '' : 'abnormal'}>{stateText(state)}</td>
);

const full = 125;

/** To 125 % of the limit, whose place is marked. */
function Bar({ value, limit }: Readonly<{ value: Interval; limit: number }>) {
  const part = (amountOf: number): number => Math.min(full, (100 * amountOf) / limit);
  const [sure, possible] = [part(value.lower), part(value.upper)];
  return (
    <svg
      class="dose-bar"
      viewBox={`0 0 ${full} 10`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${intervalText(value, limit)} of ${limit}`}
    >
      <rect class="ground" x="0" y="1" width={full} height="8" />
      <rect class="possible" x="0" y="3" width={possible} height="4" />
      <rect class={value.lower >= limit ? 'sure over' : 'sure'} x="0" y="2" width={sure} height="6" />
      <line class="mark" x1="100" x2="100" y1="0" y2="10" />
    </svg>
  );
}
