/** The events of one scope as they stand in a ledger or an export. Whether they hold is the verifier's to say. */
import { readFileSync } from 'node:fs';
import { mesolineError } from '../../../plant/errors.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { eventOf, isEventBody } from '../format/event-body.ts';
import { isExport } from '../format/export.ts';
import { openForReading } from './open-ledger.ts';
import { storedRows } from './stored-rows.ts';

export type ScopeEvent = Readonly<{ scope: string; seq: number; event: RecordEvent }>;

/** @throws MesolineError `ledger-unreadable` */
export function eventsInLedger(path: string, scope: string): readonly ScopeEvent[] {
  const { database, close } = openForReading(path);
  try {
    const rows = storedRows(database);
    const last = rows.scopes().find((one) => one.scope === scope)?.last ?? 0;
    return Array.from({ length: last }, (_, index) => rows.event(scope, index + 1)).flatMap((row) =>
      row?.body == null ? [] : eventIn(JSON.parse(row.body)),
    );
  } finally {
    close();
  }
}

/** @param path of record.json. @throws MesolineError `export-unreadable` */
export function eventsInExport(path: string, scope: string): readonly ScopeEvent[] {
  const document: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isExport(document))
    throw mesolineError('export-unreadable', path, 'It is no exported record.', 'Name the folder of an export.');
  return document.events.flatMap(({ event }) => eventIn(event)).filter((one) => one.scope === scope);
}

function eventIn(body: unknown): readonly ScopeEvent[] {
  if (!isEventBody(body)) return [];
  return [{ scope: body.scope, seq: body.seq, event: eventOf(body).event }];
}
