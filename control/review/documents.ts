/** Makes documents of reviewed batches: the record, its PDF and its export. */
import { mesolineError } from '../../plant/errors.ts';
import type { BatchDesk } from '../../plant/ports/batch-desk.ts';
import type { RecordExport } from '../../plant/ports/record-export.ts';
import type { MadeFile, MadeStream } from '../../plant/ports/review-desk.ts';
import type { SealedSegment } from '../../plant/ports/sealed-telemetry.ts';
import type { RecordDocument } from '../../plant/record-document.ts';
import { tagName, type SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { chainOf } from './chain.ts';
import type { Reviews, DeskPorts } from './desk.ts';
import { recordDocument, type DocumentParts } from './document.ts';
import { withMeasured } from './gather.ts';
import { recordFolder } from './record-folder.ts';
import { batchScope } from './review-events.ts';
import { PdfThread } from './threads.ts';
import { headOf, unsealedYet, type Reviewed } from './reviewing.ts';
import { titlesOf } from './trace.ts';

export type DocumentPorts = DeskPorts &
  Readonly<{ batches: Pick<BatchDesk, 'sections'>; exports: RecordExport; site: string }>;

/** Lines that come while a record is put together make it another record; beyond this it is left to whoever asks again. */
const mostTurns = 3;

type Made = Readonly<{
  document: RecordDocument;
  segments: readonly SealedSegment[];
  skids: readonly SkidName[];
  /** Files of telemetry that will be sealed within a minute. */
  unsealed: readonly string[];
}>;

export class Documents {
  readonly #ports: Omit<DocumentPorts, 'run'>;
  readonly #reviews: Reviews;
  readonly #thread = new PdfThread();

  constructor({ reviews, ...ports }: Omit<DocumentPorts, 'run'> & Readonly<{ reviews: Reviews }>) {
    this.#ports = ports;
    this.#reviews = reviews;
  }

  async document(batch: string): Promise<RecordDocument | null> {
    return (await this.#made(batch))?.document ?? null;
  }

  async pdf(batch: string): Promise<MadeFile> {
    const made = await this.#made(batch);
    if (made === null) throw noBatch(batch);
    const bytes = await this.#thread.run(made.document);
    return { fileName: `${batch}.record.pdf`, mediaType: 'application/pdf', bytes };
  }

  /** Paper and record of the same moment. */
  async exported(batch: string): Promise<MadeStream> {
    for (let turn = 1; turn <= mostTurns; turn += 1) {
      const made = await this.#made(batch);
      if (made === null) throw noBatch(batch);
      const { document, segments, skids, unsealed } = made;
      if (unsealed.length > 0) throw notSealed(batch, unsealed);
      const paper = await this.#thread.run(document);
      const record = await this.#ports.exports.record(batchScope(batch), relatedOf(skids));
      if (record.head === document.head.hash) return recordFolder(this.#ports, { batch, record, paper, segments });
    }
    throw mesolineError(
      'record-not-made',
      `batch ${batch}`,
      'Lines came to its record faster than it could be put together.',
      'Ask again when the batch is quiet.',
    );
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }

  async #made(batch: string): Promise<Made | null> {
    const found = await this.#reviews.reviewed(batch);
    if (found === null) return null;
    const { batches, clock } = this.#ports;
    const { outline } = found;
    // Neither waits for the other: what was measured is read in one thread, the chain verified in another.
    const [evidence, chain] = await Promise.all([
      withMeasured(this.#ports, outline),
      chainOf(this.#ports, batch, outline.segments),
    ]);
    const sections = (await batches.sections(batch)) ?? [];
    const document = documentOf(this.#ports, found, { evidence, chain, sections, madeAt: clock.utc() });
    const unsealed = unsealedYet(outline, clock.utc());
    return { document, segments: outline.segments, skids: outline.skids, unsealed };
  }
}

/** A batch's review as it stands, and what was measured, as a document. */
export function documentOf(
  { site, build, skids }: Readonly<{ site: string; build: string; skids: readonly Skid[] }>,
  { outline, book, standing }: Reviewed,
  more: Pick<DocumentParts, 'evidence' | 'chain' | 'sections' | 'madeAt'>,
): RecordDocument {
  const tags = skids
    .filter(({ name }) => outline.skids.includes(name))
    .flatMap(({ name, type }) => type.tags.map((tag) => tagName(name, tag.name)));
  return recordDocument({
    ...more,
    book,
    head: headOf(outline.events),
    ended: standing.ended,
    site,
    build,
    titles: titlesOf(skids, tags),
  });
}

/** Scopes beside the batch's own in which something is said of its skids. */
const relatedOf = (skids: readonly SkidName[]): readonly string[] => [
  ...skids.flatMap((skid) => [`skid/${skid}`, `maintenance/${skid}`, `equipment/${skid}`]),
  'alarms',
];

const notSealed = (batch: string, files: readonly string[]) =>
  mesolineError(
    'record-not-made',
    `batch ${batch}`,
    `What was measured last is being sealed (${files.join(', ')}).`,
    'Ask again in a minute.',
  );

const noBatch = (batch: string) =>
  mesolineError('record-not-made', `batch ${batch}`, 'There is no batch of that number.', 'See the list of batches.');
