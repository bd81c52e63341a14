/** Trends of the critical parameters with their limits, and what happened meanwhile. Pure. */
import type { DocumentBlock } from '../../../plant/record-document.ts';
import { timeOf, skidOf, type Evidence, type UnitEvidence } from '../evidence.ts';
import type { ReviewBook } from '../review-book.ts';
import { traceOf, type Titles } from '../trace.ts';
import { watchedOf, type Watched } from '../watched.ts';

type Parts = Readonly<{ evidence: Evidence; book: ReviewBook; titles: Titles }>;

/** Of the first stage: what makes the chalcogenide. Everything else belongs to the second. */
const ofStage1 = /^(stage1|conversion|.*ToTcep$)/u;

export function trends({ evidence, book, titles }: Parts, stage: 'stage 1' | 'stage 2'): readonly DocumentBlock[] {
  return evidence.units.flatMap((unit) => {
    if (unit.unreadable !== null)
      return [{ kind: 'missing', text: `${unit.skid}: ${unit.unreadable}` } satisfies DocumentBlock];
    const { watched } = watchedOf(evidence.recipe, unit);
    return watched
      .filter(({ name }) => ofStage1.test(name) === (stage === 'stage 1'))
      .map((one) => trendOf(unit, one, evidence, book, titles));
  });
}

function trendOf(
  unit: UnitEvidence,
  watched: Watched,
  evidence: Evidence,
  book: ReviewBook,
  titles: Titles,
): DocumentBlock {
  const { skid, span } = unit;
  const changes = evidence.events
    .filter((stored) => stored.event.action === 'state-changed' && skidOf(stored) === skid)
    .map((stored) => ({ at: timeOf(stored), text: typeof stored.event.new === 'string' ? stored.event.new : '' }));
  const found = [...book.exceptions.values()]
    .filter((one) => one.skid === skid)
    .map(({ from, id }) => ({ at: from, text: id }));
  return {
    kind: 'trend',
    title: `${skid} ${watched.title}`,
    trace: { ...span, pens: traceOf(unit, watched.tags, span, [watched], titles).pens.slice(0, 1) },
    marks: [...changes, ...found].sort((one, other) => one.at - other.at),
  };
}
