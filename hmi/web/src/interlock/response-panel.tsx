/** How long trips took from their sample to the field's own word, charted and in figures. */
import type { InterlockResponse } from '../../../../plant/ports/interlock-work.ts';
import { dateTimeText } from '../zone.ts';
import { ResponseChart } from './response-chart.tsx';
import type { Measured } from './response-scale.ts';
import { durationText } from './row-text.ts';
import { useWatched } from '../ui/use-watched.ts';

const everyMs = 5000;
const shown = 20;

export function ResponsePanel({ skid }: Readonly<{ skid: string }>) {
  const url = `/api/skids/${skid}/interlocks/responses`;
  const { value, problem } = useWatched<readonly InterlockResponse[]>(url, everyMs);
  const measured = (value ?? []).filter((one): one is Measured => one.responseMs !== null);
  return (
    <section class="panel" aria-label="Response times" data-testid="responses">
      <header>
        <h2>Response times</h2>
        <small>
          from the sample to the field&apos;s own word, without the row&apos;s delay; budget: half the process safety
          time
        </small>
        <a class="commands" href={`${url}.csv`} download data-testid="responses-csv">
          CSV
        </a>
      </header>
      {problem !== null && <p class="problem">{problem}</p>}
      {value?.length === 0 && <p class="faint">No trip has been measured yet.</p>}
      {measured.length > 0 && (
        <>
          <ResponseChart responses={measured} />
          <p class="faint">
            ● trip · ○ proof test · ✕ beyond the budget · <span class="budget-key" aria-hidden="true" /> budget
          </p>
        </>
      )}
      {value !== null && value.length > 0 && <Table responses={value} />}
    </section>
  );
}

const columns = ['Row', 'Demand', 'Sample', 'Vote after', 'Trip after', 'Command after', 'Field after', 'Response', ''];

const Table = ({ responses }: Readonly<{ responses: readonly InterlockResponse[] }>) => (
  <div class="wide" tabIndex={0} role="region" aria-label="Response times in figures">
    <table class="rows">
      <thead>
        <tr>
          {columns.map((title) => (
            <th key={title} scope="col">
              {title === '' ? <span class="unseen">Against the budget</span> : title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {responses.slice(0, shown).map((one) => (
          <tr key={`${one.row} ${one.sourceAt}`}>
            <th scope="row">
              {one.row} {one.title} {one.test && <small>proof test</small>}
            </th>
            <td>{one.demand}</td>
            <td>{dateTimeText(one.sourceAt)}</td>
            {[one.votedAt, one.trippedAt, one.commandedAt, one.confirmedAt].map((at, index) => (
              <td key={index}>{at === null ? 'never' : durationText(at - one.sourceAt)}</td>
            ))}
            <td>
              <b>{one.responseMs === null ? 'open' : durationText(one.responseMs)}</b>{' '}
              <small>of {durationText(one.budgetMs)}</small>
            </td>
            <td>
              {one.within === false ? <b class="trip-state tripped">✕ beyond</b> : one.within === true && 'within'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    {responses.length > shown && (
      <p class="faint">
        The {shown} newest of {responses.length}; the CSV has them all.
      </p>
    )}
  </div>
);
