/** Each zone: what its instruments read, who is in it, and whether people may go in. */
import type { ZoneView } from '../../../../plant/ports/exposure-desk.ts';
import { serverTime } from '../live/stream.ts';
import { timeText } from '../zone.ts';
import { amount } from './exposure-text.ts';
import { TableHead } from '../ui/table-head.tsx';

export const ZonePanel = ({ zones }: Readonly<{ zones: readonly ZoneView[] }>) => (
  <section class="panel" aria-label="Zones">
    <header>
      <h2>Zones</h2>
    </header>
    <div class="wide" tabIndex={0} role="region" aria-label="Zones and who is in them">
      <table class="rows zones">
        <TableHead columns={['Zone', 'Reads now', 'People inside', 'Entry']} />
        <tbody>
          {zones.map((zone) => (
            <tr key={zone.zone} data-testid={`zone-${zone.zone}`}>
              <th scope="row">{zone.title}</th>
              <td>
                {zone.readings.map(({ agent, value, unit, surrogate, tag, at }) => (
                  <p key={agent} class="block-line" title={tag}>
                    {agent}{' '}
                    {value === null ? (
                      <strong class="hatched">
                        not known{at === null ? '' : ` since ${timeText(at, serverTime.value)}`}
                      </strong>
                    ) : (
                      <>
                        <b>{amount(value)}</b> {unit}
                      </>
                    )}{' '}
                    {surrogate && <small>surrogate, indicative</small>}
                  </p>
                ))}
              </td>
              <td>
                {zone.people.length === 0 && <span class="faint">nobody</span>}
                {zone.people.map(({ personId, printedName, since }) => (
                  <p key={personId} class="block-line">
                    {printedName} <small>since {timeText(since, serverTime.value)}</small>
                  </p>
                ))}
              </td>
              <td>
                <EntryState zone={zone} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
);

function EntryState({ zone: { evacuate, entryStopped } }: Readonly<{ zone: ZoneView }>) {
  if (evacuate !== null)
    return (
      <p class="problem" role="alert">
        <strong>■ LEAVE THIS ZONE.</strong> {evacuate}
      </p>
    );
  if (entryStopped !== null)
    return (
      <p class="block-line">
        <strong class="tag-mark blocking">■ NO ENTRY</strong> {entryStopped}
      </p>
    );
  return <>○ open</>;
}
