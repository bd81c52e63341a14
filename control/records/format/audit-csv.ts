/** The audit trail of a record for a spreadsheet, a line for each event: made of the events alone, so that it can be made again and compared. */
import { csvText } from '../../../plant/csv.ts';
import type { RecordValue } from '../../../plant/record-event.ts';
import { canonicalText } from './canonical.ts';
import { isEventBody } from './event-body.ts';

export const auditColumns = [
  'scope', 'number', 'recorded_utc', 'happened_utc', 'printed_name', 'user_name', 'roles', 'terminal', 'acted_by', 'action', 'object',
  'old', 'new', 'unit', 'reason', 'data', 'sha256',
] as const; // prettier-ignore

type Written = Readonly<{ event: unknown; hash: string }>;

/** @param events as an export holds them; what is no event has a line with its hash alone. */
export const auditCsv = (events: readonly Written[]): string => auditHead + auditLines(events);

export const auditHead = csvText([auditColumns]);

/** The lines alone, for a file that is written part by part. */
export const auditLines = (events: readonly Written[]): string => csvText(events.map(rowOf));

function rowOf({ event, hash }: Written): readonly string[] {
  if (!isEventBody(event)) return [...auditColumns.slice(1).map(() => ''), hash];
  const { scope, seq, utc, happenedAt = '', actor, action, object, unit = '', reason = '', data } = event;
  const person =
    actor.kind === 'person'
      ? [actor.printedName, actor.userName, actor.roles.join('; '), actor.terminal, 'person']
      : ['', '', '', '', actor.kind === 'batch' ? `batch ${actor.batch}` : `service: ${actor.part}`];
  return [
    scope,
    String(seq),
    utc,
    happenedAt,
    ...person,
    action,
    object,
    said(event.old),
    said(event.new),
    unit,
    reason,
    data === undefined ? '' : canonicalText(data),
    hash,
  ];
}

const said = (value: RecordValue | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value : canonicalText(value);
