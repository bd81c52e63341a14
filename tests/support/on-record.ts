/** What was asked of a service over HTTP, held against what its record says of it, by the list in `docs/audited.yaml`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { isoUtc, utcMs } from '../../plant/clock.ts';
import { anyParameter, readAudited, type AuditedList, type AuditedRow } from '../trace/audited-list.ts';

const file = 'docs/audited.yaml';
export const houseAudited = (): AuditedList =>
  readAudited(file, readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));

/** A request that was answered without a refusal. */
export type Asked = Readonly<{ url: string; body: unknown; from: number; to: number }>;
type Event = Readonly<Record<string, unknown>>;
type Place = Readonly<{ url: string; data: string }>;

/** Said of a service by its address, since each runs on a port of its own. */
const asked = new Map<string, Asked[]>();

export function note(base: string, one: Asked): void {
  asked.set(base, [...(asked.get(base) ?? []), one]);
}

/** Notes whatever the page asks from now on. */
export function noteRequests(page: Page, base: string): void {
  page.on('requestfinished', (request) => {
    const url = request.url().replace('//localhost:', '//127.0.0.1:').slice(base.length);
    if (request.method() !== 'POST' || !url.startsWith('/api/')) return;
    const { startTime } = request.timing();
    const body: unknown = request.postDataJSON();
    void request.response().then((answer) => {
      if (answer?.ok() === true) note(base, { url, body, from: startTime, to: Date.now() });
    });
  });
}

/**
 * What of the requests so far is not on record, a sentence each; and which routes the list says this test sees, and nobody asked.
 * @param test the file, as the list names it
 */
export function unrecorded({ url: base, data }: Place, test: string): readonly string[] {
  const { changes } = houseAudited();
  const events = ledgerOf(data);
  const seen = new Set<string>();
  const missing = (asked.get(base) ?? []).flatMap((one) => {
    const route = Object.keys(changes).find((each) => parametersIn(each, one.url) !== null);
    if (route === undefined) return [];
    seen.add(route);
    const near = events.filter(({ utc }) => {
      const at = Date.parse(String(utc));
      return at >= one.from - slackMs && at <= one.to + slackMs;
    });
    return lost(route, changes[route]!, { ...(one.body as object), ...parametersIn(route, one.url) }, near);
  });
  const unseen = Object.entries(changes).filter(([route, { tests }]) => test in tests && !seen.has(route));
  return [...missing, ...unseen.map(([route]) => `${route}: nobody asked it here.`)];
}

/** What people do is on record before they are told so; what follows from it may come a scan later. */
const slackMs = 1500;

/** What of a request the house's list says is on record, and is not in these events; `but` is looked at elsewhere. */
export function fieldsLost(
  route: string,
  request: object,
  events: readonly object[],
  but: readonly string[] = [],
): readonly string[] {
  const row = houseAudited().changes[route];
  if (row === undefined) return [`${route}: it has no row.`];
  const kept = Object.fromEntries(Object.entries(row.kept).filter(([field]) => !but.includes(field)));
  return lost(route, { ...row, kept }, request, events as readonly Event[]);
}

/** The fields of a request that the events do not have at their place, a sentence each. */
export function lost(
  route: string,
  { leaves, kept }: AuditedRow,
  request: unknown,
  events: readonly Event[],
): readonly string[] {
  const left = events.filter(({ action }) => leaves.includes(String(action)));
  if (left.length === 0) return [`${route}: none of ${leaves.join(', ')} is on record.`];
  return Object.entries(kept).flatMap(([field, places]) => {
    const found = places.split(', ').flatMap((place) => left.flatMap((event) => leavesAt(event, place)));
    const there = new Set(found.flatMap(spellings));
    return leavesAt(request, field)
      .filter((value) => value !== '' && !spellings(value).some((text) => isAmong(text, there)))
      .map((value) => `${route}: ${field} "${value}" is not at ${places} of ${leaves.join(', ')}.`);
  });
}

/** A moment is written as a number or with its zone, a version with a letter before it, the words of an action with dashes. */
function spellings(value: string): readonly string[] {
  if (/^[1-9][0-9]{12}$/u.test(value)) return [value, isoUtc(utcMs(Number(value)))];
  if (/^[1-9][0-9]{0,3}$/u.test(value)) return [value, `v${value}`];
  return [value, value.replaceAll(' ', '-')];
}

const isAmong = (text: string, there: ReadonlySet<string>): boolean =>
  there.has(text) || [...there].some((one) => one.split(/[^\w.:-]+/u).includes(text) || (text.length > 4 && one.includes(text))); // prettier-ignore

/** Every leaf below a path, as text; `[]` and lists are gone through, a parameter of the route stands under its own name. */
function leavesAt(value: unknown, path: string): readonly string[] {
  if (path.startsWith(':')) return leavesOf((value as Event)[path]);
  let found: readonly unknown[] = [value];
  for (const part of path.replaceAll('[]', '').split('.'))
    found = found.flatMap((one) => {
      const next: unknown = one !== null && typeof one === 'object' ? (one as Event)[part] : undefined;
      return Array.isArray(next) ? (next as unknown[]) : [next];
    });
  return found.flatMap(leavesOf);
}

function leavesOf(value: unknown): readonly string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  if (typeof value === 'object') return Object.entries(value).flatMap(([key, one]) => [key, ...leavesOf(one)]);
  return typeof value === 'string' ? [value] : [JSON.stringify(value)];
}

/** The parameters of a route as a request has them; null where it is another route. */
function parametersIn(route: string, url: string): Readonly<Record<string, string>> | null {
  const names = route.split('/');
  const parts = url.split('?')[0]!.split('/');
  if (names.length !== parts.length) return null;
  const pairs = names.map((name, at) => [name, decodeURIComponent(parts[at]!)] as const);
  if (pairs.some(([name, part]) => !name.startsWith(':') && name !== part)) return null;
  return Object.fromEntries(pairs.filter(([name]) => name.startsWith(':')));
}

function ledgerOf(data: string): readonly Event[] {
  const database = new Database(join(data, 'ledger', 'ledger.db'), { readonly: true, fileMustExist: true });
  try {
    const rows = database.prepare<[], { body: string }>('SELECT body FROM event').all();
    return rows.map(({ body }) => JSON.parse(body) as Event);
  } finally {
    database.close();
  }
}

export { anyParameter };
