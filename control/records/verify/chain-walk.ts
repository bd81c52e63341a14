/**
 * Walks the site chain from one position to its end and every event it binds, and compares what the checkpoints said along
 * the way. Pure reading; the service uses the same walk at its start for the newest part of the ledger.
 */
import { chainHash, genesis, isHash, siteText } from '../format/chain.ts';
import type { ChainHead, Checkpoint } from '../format/checkpoint.ts';
import { actionOf, checkEvent, type Keys } from './event-check.ts';
import type { EventName, Findings } from './report.ts';
import type { BoundRow, StoredRows } from './stored-rows.ts';

export type WalkStart = Readonly<{ position: number; siteHead: string }>;

export type WalkEnd = Readonly<{
  site: ChainHead;
  /** Heads of the scopes the walk came across. */
  heads: ReadonlyMap<string, ChainHead>;
  signatures: number;
}>;

export const fromGenesis: WalkStart = { position: 0, siteHead: genesis };

/** @param checkpoints in order; those that speak of a position before the start are not looked at. */
export function walkChains(
  rows: StoredRows,
  start: WalkStart,
  checkpoints: readonly Checkpoint[],
  keys: Keys,
  findings: Findings,
): WalkEnd {
  const heads = new Map<string, ChainHead>();
  const due = checkpoints.filter(({ site }) => site.count > start.position || start.position === 0);
  let site: ChainHead = { count: start.position, head: start.siteHead };
  let next = 0;
  let signatures = 0;

  const compareCheckpoints = (): void => {
    for (
      let checkpoint = due[next];
      checkpoint !== undefined && checkpoint.site.count <= site.count;
      next += 1, checkpoint = due[next]
    ) {
      compareCheckpoint(checkpoint, site, heads, findings);
      if (start.position === 0 && checkpoint.scopes !== heads.size) {
        findings.add(
          `checkpoint ${checkpoint.number}`,
          `It says that there were ${checkpoint.scopes} scopes; there were ${heads.size}.`,
        );
      }
    }
  };

  compareCheckpoints();
  for (const row of rows.bound(start.position)) {
    const action = walkEntry(row, site, rows, start, heads, keys, findings);
    if (action === 'signed') signatures += 1;
    site = { count: row.entry.seq, head: row.entry.hash ?? '' };
    compareCheckpoints();
  }
  for (const missed of due.slice(next)) {
    for (const [scope, said] of Object.entries(missed.heads)) {
      if (rows.event(scope, said.count) !== null) continue;
      const name = { scope, seq: said.count, action: null };
      findings.addEvent(
        name,
        `Checkpoint ${missed.number} was signed over it, but it is not there: the end was cut off.`,
      );
    }
    findings.add(
      `checkpoint ${missed.number}`,
      `It says that the ledger held ${missed.site.count} events; there are ${site.count}: the end was cut off.`,
    );
  }
  return { site, heads, signatures };
}

function walkEntry(
  { entry: row, event: stored }: BoundRow,
  site: ChainHead,
  rows: StoredRows,
  start: WalkStart,
  heads: Map<string, ChainHead>,
  keys: Keys,
  findings: Findings,
): string | null {
  const { scope, eventSeq, eventHash } = row;
  if (scope === null || eventHash === null || row.hash === null || !isHash(eventHash) || !isHash(row.hash)) {
    findings.add(`site chain entry ${row.seq}`, 'It is not legible.');
  }
  const name: EventName = {
    scope: scope ?? '?',
    seq: eventSeq,
    // Only where something is found.
    get action() {
      return actionOf(stored?.body ?? null);
    },
  };
  if (row.seq !== site.count + 1) {
    findings.addEvent(name, `The site chain has no entry ${site.count + 1} before this event's entry ${row.seq}.`);
  }
  const said = siteText(row.seq, { scope: scope ?? '', seq: eventSeq, hash: eventHash ?? '' });
  if (chainHash(site.head, said) !== row.hash) {
    findings.addEvent(
      name,
      `Entry ${row.seq} of the site chain, which binds it, does not give the hash that stands beside it.`,
    );
  }
  if (scope === null) return null;
  const before = heads.get(scope) ?? headBefore(rows, scope, eventSeq, start);
  if (stored === null) {
    findings.addEvent(name, 'The site chain binds it, but it is not there: it was removed or renamed.');
    if (eventSeq !== before.count + 1) nameUnbound(rows, scope, before.count + 1, before.count + 1, findings);
    heads.set(scope, { count: eventSeq, head: eventHash ?? '' });
    return null;
  }
  if (eventSeq !== before.count + 1) {
    findings.addEvent(name, `It is bound after event #${before.count} of its scope: one is missing or out of order.`);
    nameUnbound(rows, scope, before.count + 1, Math.max(before.count + 1, eventSeq - 1), findings);
  }
  if (stored.hash !== eventHash) findings.addEvent(name, 'Its hash is not the one that the site chain binds.');
  const event = checkEvent(name, stored.body, stored.hash, before.head, keys, findings);
  heads.set(scope, { count: eventSeq, head: stored.hash ?? '' });
  return event?.action ?? null;
}

/** The head of a scope before the first of its events that the walk meets. */
function headBefore(rows: StoredRows, scope: string, seq: number, start: WalkStart): ChainHead {
  if (start.position === 0 || seq === 1) return { count: 0, head: genesis };
  return { count: seq - 1, head: rows.event(scope, seq - 1)?.hash ?? '' };
}

function compareCheckpoint(
  checkpoint: Checkpoint,
  site: ChainHead,
  heads: ReadonlyMap<string, ChainHead>,
  findings: Findings,
): void {
  const where = `checkpoint ${checkpoint.number}`;
  if (checkpoint.site.count !== site.count || checkpoint.site.head !== site.head) {
    findings.add(
      where,
      `At entry ${site.count} the site chain is not the one it was signed for: records were changed or made anew.`,
    );
  }
  for (const [scope, said] of Object.entries(checkpoint.heads)) {
    const found = heads.get(scope);
    if (found?.count !== said.count || found.head !== said.head) {
      findings.addEvent({ scope, seq: said.count, action: null }, `It is not the one that ${where} was signed for.`);
    }
  }
}

/** Every stored event must be one that the site chain binds. */
export function checkUnbound(rows: StoredRows, heads: ReadonlyMap<string, ChainHead>, findings: Findings): void {
  for (const { scope, count, last } of rows.scopes()) {
    const bound = (scope === null ? undefined : heads.get(scope))?.count ?? 0;
    if (bound === count && bound === last) continue;
    findings.add(
      `scope ${scope ?? '?'}`,
      `It has ${count} stored events up to #${last}, but the site chain binds ${bound}.`,
    );
    if (scope !== null) nameUnbound(rows, scope, bound + 1, last, findings);
  }
}

const mostNamed = 20;

function nameUnbound(rows: StoredRows, scope: string, from: number, to: number, findings: Findings): void {
  // Counted in steps: to a number beyond 2^53, as a changed byte makes one, adding 1 changes nothing.
  for (let step = 0; step <= mostNamed && from + step <= to; step += 1) {
    const seq = from + step;
    const stored = rows.event(scope, seq);
    if (stored !== null)
      findings.addEvent({ scope, seq, action: actionOf(stored.body) }, 'The site chain does not bind it.');
  }
  const last = rows.event(scope, to);
  if (last !== null && to > from + mostNamed) {
    findings.addEvent({ scope, seq: to, action: actionOf(last.body) }, 'The site chain does not bind it.');
  }
}
