/** The audit trail at the main thread's side: notes who reads, asks the worker, and makes the CSV part by part. */
import { isoUtc, type Clock } from '../../plant/clock.ts';
import type { AuditFilter, AuditTrail, RecordRead } from '../../plant/ports/audit-trail.ts';
import type { RecordValue } from '../../plant/record-event.ts';
import { auditHead } from './format/audit-csv.ts';
import { checkScope, recordable } from './ledger/event-check.ts';
import { ReadLog } from './read-log.ts';
import type { WorkerCalls } from './worker-calls.ts';
import type { WorkerLink } from './worker-link.ts';

type CsvPart = Awaited<ReturnType<WorkerCalls['auditCsv']>>;

const trail = 'audit trail';

/** @param line the open line to the worker; throws MesolineError `record-refused` where there is none. */
export function createAuditTrail(line: () => Pick<WorkerLink, 'call'>, clock: Clock): AuditTrail {
  const reads = new ReadLog();

  async function note(read: RecordRead, data?: Readonly<{ [key: string]: RecordValue }>): Promise<void> {
    const open = line();
    const event = reads.take(read, clock.monotonic(), data);
    if (event === null) return;
    await open.call('recordOrOwe', recordable(event), { utc: clock.utc(), monotonic: clock.monotonic() });
  }

  const checked = (filter: AuditFilter): void => {
    if (filter.scope !== undefined) checkScope(filter.scope);
  };

  async function* partsOf(filter: AuditFilter): AsyncGenerator<Uint8Array> {
    yield Buffer.from(auditHead);
    for (let before: number | null = null; ;) {
      const { text, next }: CsvPart = await line().call('auditCsv', filter, before);
      if (text !== '') yield Buffer.from(text);
      if (next === null) return;
      before = next;
    }
  }

  return {
    async page(filter, before, actor) {
      checked(filter);
      await note({ record: trail, as: 'page', actor }, { filter: filterSaid(filter) });
      return line().call('auditPage', filter, before);
    },
    async csv(filter, actor) {
      checked(filter);
      await note({ record: trail, as: 'csv', actor }, { filter: filterSaid(filter) });
      return { fileName: 'audit-trail.csv', mediaType: 'text/csv; charset=utf-8', content: partsOf(filter) };
    },
    scopes: async () => (await line().call('scopes', '')).map(({ scope }) => scope).sort(),
    noteRead: note,
  };
}

/** What was asked for, as a record says it: times with their zone. */
function filterSaid({ from, until, ...said }: AuditFilter): Readonly<{ [key: string]: RecordValue }> {
  return {
    ...said,
    ...(from === undefined ? {} : { from: isoUtc(from) }),
    ...(until === undefined ? {} : { until: isoUtc(until) }),
  };
}
