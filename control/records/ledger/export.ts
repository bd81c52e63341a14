/** Makes the export of a scope from the ledger; what it holds and why is said in format/export.ts. */
import { isoUtc } from '../../../plant/clock.ts';
import { mesolineError } from '../../../plant/errors.ts';
import { canonicalText } from '../format/canonical.ts';
import { genesis } from '../format/chain.ts';
import type { Stamp } from '../format/event-body.ts';
import { contentDigest, exportFormat, exportMediaType, manifestText, type ExportDocument } from '../format/export.ts';
import { folderTexts } from '../format/folder-texts.ts';
import { signText } from '../format/key.ts';
import { signedAction } from '../format/signature.ts';
import type { ExportedRecord } from '../../../plant/ports/record-export.ts';
import type { Ledger } from './ledger.ts';

/** How many rows are read before others get their turn. */
const page = 2000;

/**
 * @param related beginnings of the names of other scopes whose events, as far as the run binds them, go with it
 * @param ledger with a checkpoint that covers everything in the scope: the caller has just asked for one.
 * @throws MesolineError `no-such-record`.
 */
export async function exportScope(
  ledger: Ledger,
  scope: string,
  build: string,
  stamp: Stamp,
  related: readonly string[] = [],
): Promise<ExportedRecord> {
  const { count, head } = ledger.head(scope);
  if (count === 0) {
    throw mesolineError(
      'no-such-record',
      scope,
      'There is no record of that name.',
      'Ask for one of the scopes that exist.',
    );
  }
  const stored = await allOf(ledger, scope, count);
  const events = stored.map(({ body, hash }) => ({ event: JSON.parse(body) as { action: string }, hash }));
  const { from, entries, before, line } = await boundBy(ledger, scope, count);
  const document: Omit<ExportDocument, 'manifest'> = {
    format: exportFormat,
    events,
    site: { before, from, entries },
    related: await relatedEvents(ledger, scope, related, entries),
    checkpoint: line,
    key: ledger.key.record,
  };
  const unsigned = {
    purpose: 'export' as const,
    scope,
    events: count,
    head,
    signatures: events.flatMap(({ event }, index) => (event.action === signedAction ? [index + 1] : [])),
    exportedAt: isoUtc(stamp.utc),
    build,
    digest: contentDigest(document),
    signature: '',
  };
  const manifest = { ...unsigned, signature: signText(manifestText(unsigned), ledger.key.secret) };
  return {
    fileName: `${scope.replaceAll('/', '-')}.record.json`,
    mediaType: exportMediaType,
    text: `${canonicalText({ ...document, manifest })}\n`,
    head,
    events: count,
    checkpoint: line,
    texts: folderTexts({ ...document, manifest }),
  };
}

/** Events of other scopes that the run binds, each with the head of its scope before it. */
async function relatedEvents(
  ledger: Ledger,
  scope: string,
  prefixes: readonly string[],
  entries: readonly Readonly<{ scope: string; seq: number }>[],
): Promise<{ event: unknown; before: string; hash: string }[]> {
  const meant = entries.filter(
    (entry) => entry.scope !== scope && prefixes.some((prefix) => entry.scope.startsWith(prefix)),
  );
  const stored = async (of: string, seq: number) => {
    const [row] = await ledger.store.events(of, seq, 1);
    return row?.seq === seq ? row : undefined;
  };
  const found: { event: unknown; before: string; hash: string }[] = [];
  for (const [index, entry] of meant.entries()) {
    const row = await stored(entry.scope, entry.seq);
    if (row === undefined) continue;
    const before = entry.seq === 1 ? genesis : ((await stored(entry.scope, entry.seq - 1))?.hash ?? genesis);
    found.push({ event: JSON.parse(row.body) as unknown, before, hash: row.hash });
    if (index % page === page - 1) await turn();
  }
  return found;
}

/** The site chain's run from the scope's first event to the first checkpoint that covers its last. */
async function boundBy(ledger: Ledger, scope: string, count: number) {
  const { store } = ledger;
  const from = (await store.positionOf(scope, 1)) ?? 1;
  const last = (await store.positionOf(scope, count)) ?? 1;
  const checkpoint = await store.checkpointCovering(last);
  if (checkpoint === null) {
    throw mesolineError(
      'checkpoint-refused',
      scope,
      'No checkpoint covers it yet.',
      'Make room on the disk and ask again.',
    );
  }
  const before = from === 1 ? genesis : await store.siteHash(from - 1);
  const entries: { scope: string; seq: number; hash: string }[] = [];
  for (let at = from - 1; at < checkpoint.siteCount;) {
    const rows = await store.site(at, checkpoint.siteCount, page);
    if (rows.length === 0) break;
    for (const { position, ...entry } of rows) {
      entries.push(entry);
      at = position;
    }
    await turn();
  }
  return { from, entries, before: before ?? genesis, line: checkpoint.line };
}

type EventRow = { seq: number; body: string; hash: string };

async function allOf(ledger: Ledger, scope: string, count: number): Promise<EventRow[]> {
  const all: EventRow[] = [];
  while (all.length < count) {
    const rows = await ledger.store.events(scope, all.length + 1, Math.min(page, count - all.length));
    if (rows.length === 0) break;
    all.push(...rows);
    await turn();
  }
  return all;
}

/** Lets what waits for the disk go first. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
