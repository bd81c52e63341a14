/** Entries of the audit trail, each as its event says it. */
import { actorName, type Actor } from '../../../../plant/people.ts';
import type { RecordValue, StoredEvent } from '../../../../plant/record-event.ts';
import { TableHead } from '../ui/table-head.tsx';
import { dateTimeText } from '../zone.ts';

const columns = [
  'Record, number',
  'Recorded',
  'Who',
  'Terminal',
  'Action',
  'Object',
  'Old',
  'New',
  'Unit',
  'Reason',
  'Further',
];

export function AuditTable({ entries }: Readonly<{ entries: readonly StoredEvent[] }>) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Entries of the audit trail">
      <table class="rows" data-testid="audit-entries">
        <TableHead columns={columns} />
        <tbody>
          {entries.map(({ scope, seq, utc, hash, event }) => (
            <tr key={`${scope} ${seq}`} title={`SHA-256 ${hash}`}>
              <th scope="row">
                {scope} {seq}
              </th>
              <td>
                {dateTimeText(utc)}
                {event.happenedAt !== undefined && <small>happened {dateTimeText(event.happenedAt)}</small>}
              </td>
              <td>
                <Who actor={event.actor} />
              </td>
              <td>{event.actor.kind === 'person' ? event.actor.terminal : ''}</td>
              <td>{event.action}</td>
              <td>{event.object}</td>
              <td>{valueText(event.old)}</td>
              <td>{valueText(event.new)}</td>
              <td>{event.unit}</td>
              <td>{event.reason}</td>
              <td class="further">{partsText(event.data ?? {})}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Who = ({ actor }: Readonly<{ actor: Actor }>) =>
  actor.kind === 'person' ? (
    <>
      {actor.printedName}{' '}
      <small>
        {actor.userName}, {actor.roles.join(', ')}
      </small>
    </>
  ) : (
    <>{actorName(actor)}</>
  );

const valueText = (value: RecordValue | undefined): string => {
  if (value === undefined) return '';
  if (value === null) return '(none)';
  return typeof value === 'object' ? partsText(value) : String(value);
};

function partsText(value: readonly RecordValue[] | Readonly<{ [name: string]: RecordValue }>): string {
  const inner = (part: RecordValue): string =>
    part !== null && typeof part === 'object' ? `(${partsText(part) || 'none'})` : valueText(part);
  if (Array.isArray(value)) return (value as readonly RecordValue[]).map(inner).join(', ');
  return Object.entries(value)
    .map(([name, part]) => `${name}: ${inner(part)}`)
    .join('; ');
}
