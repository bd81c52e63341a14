/** Makes documents of reviewed batches: the record, its PDF and its export. */
import { mesolineError } from '../../plant/errors.ts';
import type { BatchDesk } from '../../plant/ports/batch-desk.ts';
import type { MadeFile } from '../../plant/ports/review-desk.ts';
import type { RecordDocument } from '../../plant/record-document.ts';
import { tagName } from '../../plant/sample.ts';
import type { Reviews, DeskPorts } from './desk.ts';
import { recordDocument } from './document.ts';
import { withMeasured } from './gather.ts';
import { PdfThread } from './threads.ts';
import { headOf } from './reviewing.ts';

export type DocumentPorts = DeskPorts & Readonly<{ batches: Pick<BatchDesk, 'sections'>; site: string }>;

export class Documents {
  readonly #ports: Omit<DocumentPorts, 'run'>;
  readonly #reviews: Reviews;
  readonly #thread = new PdfThread();

  constructor({ reviews, ...ports }: Omit<DocumentPorts, 'run'> & Readonly<{ reviews: Reviews }>) {
    this.#ports = ports;
    this.#reviews = reviews;
  }

  async document(batch: string): Promise<RecordDocument | null> {
    const found = await this.#reviews.reviewed(batch);
    if (found === null) return null;
    const { batches, clock, site, build, skids } = this.#ports;
    const { outline, book, standing } = found;
    const evidence = await withMeasured(this.#ports, outline);
    const sections = (await batches.sections(batch)) ?? [];
    const titles = this.#reviews.titles(
      skids
        .filter(({ name }) => outline.skids.includes(name))
        .flatMap(({ name, type }) => type.tags.map((tag) => tagName(name, tag.name))),
    );
    const head = headOf(outline.events);
    return recordDocument({
      evidence,
      book,
      sections,
      head,
      ended: standing.ended,
      site,
      build,
      madeAt: clock.utc(),
      titles,
      chain: null,
    });
  }

  async pdf(batch: string): Promise<MadeFile> {
    const document = await this.document(batch);
    if (document === null) throw noBatch(batch);
    const bytes = await this.#thread.run(document);
    return { fileName: `${batch}.record.pdf`, mediaType: 'application/pdf', bytes };
  }

  exported(batch: string): Promise<MadeFile> {
    return Promise.reject(noBatch(batch));
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }
}

const noBatch = (batch: string) =>
  mesolineError('record-not-made', `batch ${batch}`, 'There is no batch of that number.', 'See the list of batches.');
