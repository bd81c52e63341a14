/** A rule of review by exception: looks at all of the evidence, says how much it looked at, and what needs eyes. Pure. */
import type { UtcMs } from '../../plant/clock.ts';
import type { StoredEvent } from '../../plant/record-event.ts';
import type { SkidName, TagName } from '../../plant/sample.ts';
import type { Evidence } from './evidence.ts';

/** What needs eyes. */
export type Finding = Readonly<{
  /** The same for the same thing, however often the rules are run: an exception that was judged is not found anew. */
  key: string;
  skid: SkidName | null;
  from: UtcMs;
  to: UtcMs;
  /** `Reactor temperature outside 150 to 170 °C` */
  title: string;
  /** With figures and reasons: `up to 171.3 °C for 42 s, 35 mL of product meanwhile`. */
  detail: string;
  /** The lines of the record that it stands on. */
  lines: readonly StoredEvent[];
  /** What is drawn beside it, from before to after. */
  tags: readonly TagName[];
}>;

export type Looked = Readonly<{ looked: number; found: readonly Finding[] }>;

export type Rule = Readonly<{
  name: string;
  /** Another where it would find something else in the same evidence. */
  version: string;
  /** What holds where it finds nothing. */
  title: string;
  /** What `looked` counts: `values`, `lines`. */
  counts: string;
  /** What it finds touches product, safety or the record itself: a word that it was looked at is not enough. */
  byDeviation?: boolean;
  run: (evidence: Evidence) => Looked;
}>;

/** A finding from one line of the record. */
export const findingOf = (
  stored: StoredEvent,
  at: UtcMs,
  about: Readonly<{ skid: SkidName | null; title: string; detail: string; tags?: readonly TagName[]; to?: UtcMs }>,
): Finding => ({
  key: `${stored.scope}#${stored.seq}`,
  skid: about.skid,
  from: at,
  to: about.to ?? at,
  title: about.title,
  detail: about.detail,
  lines: [stored],
  tags: about.tags ?? [],
});
