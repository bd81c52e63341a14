/** A batch's review as it stands: gathered, the rules run where something has come since, and told. */
import type { Clock, UtcMs } from '../../plant/clock.ts';
import type { GroupKeeper } from '../../plant/ports/record-keeper.ts';
import type { StoredEvent } from '../../plant/record-event.ts';
import type { ExceptionView, ReviewView } from '../../plant/review-view.ts';
import type { Evidence } from './evidence.ts';
import { outlineOf, withMeasured, type Outline, type Sources } from './gather.ts';
import { opposesDisposition, opposesRelease, opposesReview, type Standing } from './opposes.ts';
import { reviewBook, type KnownException, type ReviewBook } from './review-book.ts';
import { reReviewRecord } from './re-reviews.ts';
import { runRecord } from './review-events.ts';
import { rules } from './rules/index.ts';
import type { RuleRun } from './run-rules.ts';

export type ReviewPorts = Sources &
  Readonly<{
    clock: Clock;
    records: GroupKeeper;
    build: string;
    /** Runs the rules, off the thread of the scan. */
    run: (evidence: Evidence) => Promise<readonly RuleRun[]>;
  }>;

export type Reviewed = Readonly<{ outline: Outline; book: ReviewBook; standing: Standing }>;

/** By name and version: another set of rules reads everything again. */
const rulesId = rules.map(({ name, version }) => `${name} ${version}`).join(', ');

/** While the rules run, what they read may change; more often than this it is left to the next look. */
const mostRuns = 3;

export async function reviewedBatch(ports: ReviewPorts, batch: string): Promise<Reviewed | null> {
  for (let turn = 1; ; turn += 1) {
    const outline = await outlineOf(ports, batch, rulesId);
    if (outline === null) return null;
    const reviewed = standingOf(outline);
    const { standing, book } = reviewed;
    if (!standing.ended || !isSealed(outline, ports.clock.utc()) || standing.rulesAreCurrent || turn > mostRuns)
      return reviewed;
    const runs = await ports.run(await withMeasured(ports, outline));
    const { fingerprint } = outline;
    const about = { fingerprint, head: headOf(outline.events), build: ports.build, at: ports.clock.utc() };
    const lines = runRecord(batch, runs, [...book.exceptions.values()], about);
    const again = book.disposition === null ? null : reReviewRecord(batch, book.disposition.decision, lines);
    await ports.records.appendAll(again === null ? lines : [...lines, again]);
  }
}

export function standingOf(outline: Outline): Reviewed {
  const book = reviewBook(outline.events);
  const standing: Standing = {
    ended: hasEnded(outline.events),
    purpose: outline.purpose,
    book,
    rulesAreCurrent: book.run?.fingerprint === outline.fingerprint,
  };
  return { outline, book, standing };
}

export const hasEnded = (events: readonly StoredEvent[]): boolean =>
  events.some(({ event }) => event.action === 'batch-ended');

/** Beyond this after the end nothing more is waited for: what is not sealed then is missing, and found so. */
const sealedWithinMs = 45_000;
/** The last scan before the end is that much before it at most. */
const nearEndMs = 2_000;

/** What was measured up to the end is sealed, or had its time. */
export function isSealed({ skids, segments, span, unitSpans }: Outline, now: UtcMs): boolean {
  if (now - span.to > sealedWithinMs) return true;
  return skids.every((skid) => {
    const end = unitSpans.get(skid)?.to ?? span.to;
    return segments.some((one) => one.skid === skid && one.to >= end - nearEndMs);
  });
}

/** What an export of now would lack, and one of a minute later would not: files that were begun, of a batch that has just ended. */
export function unsealedYet({ events, span }: Outline, now: UtcMs): readonly string[] {
  if (!hasEnded(events) || now - span.to > sealedWithinMs) return [];
  const sealed = new Set(
    events.filter(({ event }) => event.action === 'segment-sealed').map(({ event }) => event.object),
  );
  return events
    .filter(({ event }) => event.action === 'segment-opened' && !sealed.has(event.object))
    .map(({ event }) => event.object);
}

export const headOf = (events: readonly StoredEvent[]): Readonly<{ count: number; hash: string }> => ({
  count: events.at(-1)?.seq ?? 0,
  hash: events.at(-1)?.hash ?? '',
});

export function viewOf({ outline, book, standing }: Reviewed): ReviewView {
  const exceptions = [...book.exceptions.values()].map(viewOfException);
  return {
    batch: outline.batch,
    head: headOf(outline.events),
    ranAt: book.run?.at ?? null,
    rules: book.run?.rules ?? [],
    exceptions,
    deviations: [...book.deviations.values()],
    lateEntries: book.lateEntries,
    reviewed: book.reviewed,
    disposition: book.disposition,
    earlierDispositions: book.earlierDispositions,
    opposesReview: opposesReview(standing),
    opposesRelease: opposesRelease(standing),
    opposesDisposition: opposesDisposition(standing),
  };
}

function viewOfException(one: KnownException): ExceptionView {
  const { id, rule, skid, from, to, title, detail, lines, tags } = one;
  const { stillFound, judged, deviation, replacedBy, byDeviation } = one;
  return {
    id,
    rule,
    skid,
    from,
    to,
    title,
    detail,
    lines,
    tags,
    stillFound,
    judged,
    deviation,
    replacedBy,
    byDeviation,
  };
}
