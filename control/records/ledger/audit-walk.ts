/**
 * The audit trail's walk: backwards over the primary key in bounded steps, so that neither a long ledger nor a rare filter holds up
 * what is being recorded. Order is by number; a time only says where to begin and where to end.
 */
import { setImmediate as others } from 'node:timers/promises';
import { utcMs } from '../../../plant/clock.ts';
import { actorName } from '../../../plant/people.ts';
import type { AuditFilter, AuditPage } from '../../../plant/ports/audit-trail.ts';
import type { StoredEvent } from '../../../plant/record-event.ts';
import { auditLines } from '../format/audit-csv.ts';
import { eventOf, type EventBody } from '../format/event-body.ts';
import { ledgerDamaged } from './ledger-database.ts';
import type { LedgerStore, TrailRow } from './store.ts';

const rowsAStep = 1000;
/** A page looks at no more than these: well below a second on either store. */
const mostLookedAt = 50_000;
export const entriesAPage = 100;
/** Times rise with the numbers but for steps of the clock: up to this, a step hides nothing. */
const clockMarginMs = 3_600_000;

type Read = Pick<LedgerStore, 'trailBefore'>;
type Found = Readonly<{ body: EventBody; hash: string }>;
type Walked = Omit<AuditPage, 'entries'> & Readonly<{ found: readonly Found[] }>;

/** @throws MesolineError `ledger-damaged` where a row is missing between two others. */
export async function auditPage(store: Read, filter: AuditFilter, before: number | null): Promise<AuditPage> {
  const { found, ...rest } = await walk(store, filter, before, entriesAPage);
  return { ...rest, entries: found.map(storedOf) };
}

/** As `auditPage`, as lines of the CSV. */
export async function auditCsvPart(
  store: Read,
  filter: AuditFilter,
  before: number | null,
): Promise<Readonly<{ text: string; next: number | null }>> {
  const { found, next } = await walk(store, filter, before, rowsAStep);
  return { text: auditLines(found.map(({ body, hash }) => ({ event: body, hash }))), next };
}

async function walk(store: Read, filter: AuditFilter, before: number | null, most: number): Promise<Walked> {
  const scope = filter.scope ?? null;
  const fits = matcher(filter);
  const oldest = filter.from === undefined ? -Infinity : filter.from - clockMarginMs;
  const found: Found[] = [];
  const end = await endOf(store, scope, filter.until);
  let next = before === null ? end : Math.min(before, end);
  let lookedBackTo: AuditPage['lookedBackTo'] = null;
  for (let looked = 0; looked < mostLookedAt; looked += rowsAStep) {
    const rows = await store.trailBefore(scope, next, rowsAStep);
    for (const row of rows) {
      if (row.at !== next - 1) throw ledgerDamaged(scope ?? 'the site chain', `Entry ${next - 1} is missing.`);
      const body = JSON.parse(row.body) as EventBody;
      const utc = utcMs(Date.parse(body.utc));
      next = row.at;
      lookedBackTo = utc;
      if (utc < oldest) return { found, next: null, lookedBackTo };
      if (fits(body, utc)) found.push({ body, hash: row.hash });
      if (found.length === most) return { found, next: next > 1 ? next : null, lookedBackTo };
    }
    if (next > 1 && rows.length < rowsAStep)
      throw ledgerDamaged(scope ?? 'the site chain', `Entry ${next - 1} is missing.`);
    if (next <= 1) return { found, next: null, lookedBackTo };
    await others();
  }
  return { found, next, lookedBackTo };
}

/** The number before which everything lies that may have been recorded by `until`. */
async function endOf(store: Read, scope: string | null, until: number | undefined): Promise<number> {
  const [newest] = await store.trailBefore(scope, Number.MAX_SAFE_INTEGER, 1);
  if (newest === undefined) return 1;
  let high = newest.at + 1;
  if (until === undefined) return high;
  for (let low = 1; low < high;) {
    const middle = Math.floor((low + high) / 2);
    const [row] = await store.trailBefore(scope, middle + 1, 1);
    if (row !== undefined && timeOf(row) > until + clockMarginMs) high = middle;
    else low = middle + 1;
  }
  return high;
}

const timeOf = ({ body }: TrailRow): number => Date.parse((JSON.parse(body) as EventBody).utc);

function matcher({ from, until, person, action, object, withReason, onlyChanges }: AuditFilter) {
  const who = person?.toLowerCase();
  const what = object?.toLowerCase();
  return (body: EventBody, utc: number): boolean =>
    (from === undefined || utc >= from) &&
    (until === undefined || utc <= until) &&
    (action === undefined || body.action === action) &&
    (who === undefined || namesOf(body).some((name) => name.toLowerCase().includes(who))) &&
    (what === undefined || body.object.toLowerCase().includes(what)) &&
    (withReason !== true || (body.reason ?? '') !== '') &&
    (onlyChanges !== true || body.old !== undefined || body.new !== undefined);
}

const namesOf = ({ actor }: EventBody): readonly string[] =>
  actor.kind === 'person' ? [actor.printedName, actor.userName] : [actorName(actor)];

const storedOf = ({ body, hash }: Found): StoredEvent => ({
  scope: body.scope,
  seq: body.seq,
  hash,
  ...eventOf(body),
});
