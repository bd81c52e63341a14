/** What a review writes into the batch's own record, in one place; review-book.ts reads it back. */
import { isoUtc, type UtcMs } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import { recordNumber, type RecordEvent, type RecordValue, type StoredEvent } from '../../plant/record-event.ts';
import type { RuleRun } from './run-rules.ts';

export const reviewActor: Actor = { kind: 'service', part: 'review' };
export const batchScope = (batch: string): string => `batch/${batch}`;

/** What a person does in a review; the signature that follows at once belongs to it. */
export const actActions = [
  'exception-judged',
  'deviation-raised',
  'deviation-investigated',
  'deviation-decided',
  'late-entry',
  'batch-disposed',
] as const;
export type ActAction = (typeof actActions)[number];

export type Act = Omit<RecordEvent, 'scope' | 'actor' | 'action'> & Readonly<{ action: ActAction }>;

/** Lines that say nothing new of the batch: what was signed before them is still signed as it stands. */
const saysNothingNew: ReadonlySet<string> = new Set(['signed', 'rules-executed', 'batch-disposed', 'unit-archived']);

export function changesRecord({ event }: StoredEvent): boolean {
  if (event.action === 'batch-commanded') return event.object !== 'Reset';
  if (event.action === 'state-changed') return event.new !== 'Idle';
  return !saysNothingNew.has(event.action);
}

/** The longest a title or a reason may be in a line that many of them share. */
const longest = 400;
const shortened = (text: string): string => (text.length <= longest ? text : `${text.slice(0, longest - 1)}…`);
/** Lines of the record that one exception names at most; how many there were is said. */
const mostLines = 50;

/** Exceptions by key: those that are known keep their number, new ones get the next. */
export function numbered(runs: readonly RuleRun[], known: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const ids = new Map(known);
  for (const { found } of runs) for (const { key } of found) if (!ids.has(key)) ids.set(key, `E-${ids.size + 1}`);
  return ids;
}

/** The lines of one run: that the rules ran, and every exception that was not known before. */
export function runRecord(
  batch: string,
  runs: readonly RuleRun[],
  known: ReadonlyMap<string, string>,
  about: Readonly<{ fingerprint: string; head: Readonly<{ count: number; hash: string }>; build: string; at: UtcMs }>,
): readonly RecordEvent[] {
  const ids = numbered(runs, known);
  const line = (action: string, object: string, data: Readonly<Record<string, RecordValue>>): RecordEvent => ({
    scope: batchScope(batch),
    actor: reviewActor,
    action,
    object,
    data,
  });
  const found = runs.flatMap(({ rule, version, found: all }) => all.map((finding) => ({ rule, version, finding })));
  const fresh = found
    .filter(({ finding }) => !known.has(finding.key))
    .map(({ rule, version, finding }) =>
      line('exception-found', ids.get(finding.key) ?? '', {
        key: finding.key,
        rule,
        version,
        skid: finding.skid,
        from: isoUtc(finding.from),
        to: isoUtc(finding.to),
        title: shortened(finding.title),
        detail: shortened(finding.detail),
        lines: finding.lines
          .slice(0, mostLines)
          .map(({ scope, seq, hash }) => ({ scope, seq: recordNumber(seq), hash })),
        lineCount: recordNumber(finding.lines.length),
        tags: finding.tags,
      }),
    );
  const executed = line('rules-executed', batch, {
    fingerprint: about.fingerprint,
    readTo: recordNumber(about.head.count),
    readHash: about.head.hash,
    build: about.build,
    rules: runs.map(({ rule, version, title, counts, looked, found: all }) => ({
      rule,
      version,
      title,
      counts,
      looked: recordNumber(looked),
      found: recordNumber(all.length),
    })),
    standing: found.map(({ finding }) => ids.get(finding.key) ?? ''),
  });
  return [...fresh, executed];
}
