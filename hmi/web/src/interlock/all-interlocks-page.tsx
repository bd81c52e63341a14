/** Which skid's interlocks to look at, the ones that are not as usual told at a glance. */
import type { InterlockSummary } from '../../../api/stream.ts';
import { interlocks } from '../live/stream.ts';
import { Link } from '../router.tsx';
import { skids } from '../session.ts';
import { DemandMark } from '../ui/marks.tsx';
import { TableHead } from '../ui/table-head.tsx';

const columns = ['Skid', 'Demand', 'First out', 'Not healthy', 'Bypassed', 'Forced', 'Tests overdue', 'Mode'];

export const AllInterlocksPage = () => (
  <>
    <header class="page-head">
      <h1>Interlocks</h1>
    </header>
    <section class="panel" aria-label="Interlocks of every skid">
      <div class="wide" tabIndex={0} role="region" aria-label="Skids">
        <table class="rows">
          <TableHead columns={columns} />
          <tbody>
            {skids.value.map(({ name, title }) => (
              <tr key={name} data-testid={`interlocks-of-${name}`}>
                <th scope="row">
                  <Link to={`/interlocks/${name}`}>{name}</Link> {title}
                </th>
                <Cells view={interlocks.value.get(name)} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  </>
);

function Cells({ view }: Readonly<{ view: InterlockSummary | undefined }>) {
  if (view === undefined) return <td colSpan={7}>not heard yet</td>;
  if (view.rows === 0) return <td colSpan={7}>no interlocks</td>;
  return (
    <>
      <td>
        <DemandMark demand={view.demand} />
      </td>
      <td>
        {view.firstOut.map(({ row, title }) => (row === null ? title : `row ${row}, ${title}`)).join(' · ') || '–'}
      </td>
      <Count value={view.unhealthy} of={view.rows} />
      <Count value={view.bypasses} />
      <Count value={view.forces} />
      <Count value={view.overdueTests} />
      <td>
        {view.changeover && <b class="word">CHANGEOVER</b>} {view.underTest && <b class="word">TEST</b>}
      </td>
    </>
  );
}

const Count = ({ value, of }: Readonly<{ value: number; of?: number }>) => (
  <td class={value > 0 ? 'abnormal' : undefined}>
    {value}
    {of !== undefined && <small> of {of}</small>}
  </td>
);
