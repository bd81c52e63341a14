/** What a review writes into the batch's own record, in one place; review-book.ts reads it back. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { isoUtc, type UtcMs } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import { recordNumber, type RecordEvent, type RecordValue, type StoredEvent } from '../../plant/record-event.ts';
import type { Finding } from './rule.ts';
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

export type Known = Readonly<{ id: string; key: string; digest: string }>;

type Content = Readonly<{
  from: string;
  to: string;
  title: string;
  detail: string;
  lines: readonly Readonly<{ scope: string; seq: string; hash: string }>[];
  lineCount: string;
}>;

/** What a person has judged: where a later run finds anything else of it, it is another exception. */
export const contentDigest = ({ from, to, title, detail, lines, lineCount }: Content): string =>
  createHash('sha256')
    .update(canonicalize({ from, to, title, detail, lines, lineCount }) ?? '')
    .digest('hex');

const contentOf = (finding: Finding): Content => ({
  from: isoUtc(finding.from),
  to: isoUtc(finding.to),
  title: shortened(finding.title),
  detail: shortened(finding.detail),
  lines: finding.lines.slice(0, mostLines).map(({ scope, seq, hash }) => ({ scope, seq: recordNumber(seq), hash })),
  lineCount: recordNumber(finding.lines.length),
});

/** The lines of one run: that the rules ran, and every exception that was not known before, or not as it is found now. */
export function runRecord(
  batch: string,
  runs: readonly RuleRun[],
  known: readonly Known[],
  about: Readonly<{ fingerprint: string; head: Readonly<{ count: number; hash: string }>; build: string; at: UtcMs }>,
): readonly RecordEvent[] {
  const ids = new Map(known.map(({ id, key, digest }) => [`${key} ${digest}`, id]));
  const standing: string[] = [];
  const line = (action: string, object: string, data: Readonly<Record<string, RecordValue>>): RecordEvent => ({
    scope: batchScope(batch),
    actor: reviewActor,
    action,
    object,
    data,
  });
  const fresh: RecordEvent[] = [];
  for (const { rule, version, found } of runs) {
    for (const finding of found) {
      const content = contentOf(finding);
      const same = `${finding.key} ${contentDigest(content)}`;
      const id = ids.get(same) ?? `E-${ids.size + 1}`;
      standing.push(id);
      if (ids.has(same)) continue;
      ids.set(same, id);
      const { key, skid, tags } = finding;
      fresh.push(line('exception-found', id, { key, rule, version, skid, ...content, tags }));
    }
  }
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
    standing,
  });
  return [...fresh, executed];
}
