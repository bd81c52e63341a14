/** A batch record out of an archive: the review as it was recorded, no rule run again, and what was measured as it was sealed. */
import type { UtcMs } from '../../plant/clock.ts';
import type { RecordSection } from '../../plant/ports/batch-desk.ts';
import type { RecordDocument } from '../../plant/record-document.ts';
import type { ChainView } from '../../plant/review-view.ts';
import type { StoredEvent } from '../../plant/record-event.ts';
import { documentOf } from './documents.ts';
import { outlineOf, withMeasured, type Sources } from './gather.ts';
import { recordPdf } from './pdf/record-pdf.ts';
import { standingOf } from './reviewing.ts';

export type RestingSources = Sources &
  Readonly<{
    site: string;
    build: string;
    at: UtcMs;
    /** What the verifier said of the whole archive. */
    chain: ChainView;
    sections: (events: readonly StoredEvent[]) => readonly RecordSection[];
  }>;

export type RestingRecord = Readonly<{ document: RecordDocument; pdf: Uint8Array }>;

/**
 * @returns null where there is no such batch
 * @throws RangeError, MesolineError where its control recipe or what was measured cannot be read
 */
export async function recordAtRest(sources: RestingSources, batch: string): Promise<RestingRecord | null> {
  const outline = await outlineOf(sources, batch, '');
  if (outline === null) return null;
  const { chain, at } = sources;
  const evidence = await withMeasured(sources, outline);
  const more = { evidence, chain, sections: sources.sections(outline.events), madeAt: at };
  const document = documentOf(sources, standingOf(outline), more);
  return { document, pdf: await recordPdf(document) };
}
