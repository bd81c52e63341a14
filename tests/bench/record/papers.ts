/** A batch made in a time of its own, and the service asked for its review and its papers as pages ask it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordDocument } from '../../../plant/record-document.ts';
import type { ReviewView } from '../../../plant/review-view.ts';
import { ApiPerson } from '../../support/api.ts';
import { makeBatch, passwordOf, type MadeBench } from '../../support/made-batch.ts';
import { Service, temporaryFolder } from '../../support/service.ts';

export type PaperFigures = Readonly<{
  skids: number;
  /** Values of all tags that were sealed. */
  points: number;
  /** From the first look after the batch's end to the document with every rule run. */
  completeMs: number;
  reviewMs: readonly number[];
  traceMs: readonly number[];
  documentMs: readonly number[];
  pdfMs: readonly number[];
  pdfBytes: number;
}>;

const skids = 2;

/** A stage that is too warm for a while in each hour, so that there is something to find. */
const plant = (made: MadeBench, hours: number): void => {
  made.plant.stage1OffK = hours % 1 > 0.02 && hours % 1 < 0.06 ? 12 : 0;
};

export async function measurePapers(
  { times, ...made }: Readonly<{ hours: number; everyS: number; times: number }>,
  say: (line: string) => void,
): Promise<PaperFigures> {
  const folder = temporaryFolder('bench-record');
  const data = join(folder.path, 'data');
  const began = performance.now();
  const { view, bench } = await makeBatch({ folder: data, ...made, skids, during: plant });
  say(`${view.id}: ${made.hours} h on ${skids} skids, made in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  const site = join(folder.path, 'site.yaml');
  const twins = Array.from({ length: skids }, (_, n) => `  QD-${n + 1}: { type: cdse-two-stage, title: Line ${n + 1}, twin: { run: here, seed: ${n + 1} } }`); // prettier-ignore
  writeFileSync(site, ['site: bench', 'title: Bench', 'skids:', ...twins, ''].join('\n'));
  const service = await Service.start({ site, data });
  try {
    return await asked(
      await ApiPerson.knowing(service, 'qa-reviewer', passwordOf(bench, 'qa-reviewer')),
      view.id,
      times,
    );
  } finally {
    await service.stop();
    folder.remove();
  }
}

async function asked(reviewer: ApiPerson, batch: string, times: number): Promise<PaperFigures> {
  const url = `/api/batches/${batch}`;
  const timed = async <T>(task: () => Promise<T>): Promise<Readonly<{ ms: number; value: T }>> => {
    const began = performance.now();
    const value = await task();
    return { ms: performance.now() - began, value };
  };
  const document = () => reviewer.get<{ document: RecordDocument }>(`${url}/document`);
  const review = () => reviewer.get<{ review: ReviewView }>(`${url}/review`);
  const complete = await timed(document);
  const { body } = await review();
  const [first] = body.review.exceptions;
  if (body.review.ranAt === null || first === undefined) throw new RangeError('the rules have found nothing');
  const pages: Record<'review' | 'trace' | 'document' | 'pdf', number[]> = {
    review: [],
    trace: [],
    document: [],
    pdf: [],
  };
  let pdfBytes = 0;
  for (let turn = 0; turn < times; turn += 1) {
    pages.review.push((await timed(review)).ms);
    pages.trace.push((await timed(() => reviewer.get(`${url}/review/exceptions/${first.id}/trace`))).ms);
    pages.document.push((await timed(document)).ms);
    const pdf = await timed(() => reviewer.bytes(`${url}/pdf`));
    if (pdf.value.status !== 200) throw new RangeError(`no PDF: ${pdf.value.bytes.toString()}`);
    pages.pdf.push(pdf.ms);
    pdfBytes = pdf.value.bytes.length;
  }
  const limits = body.review.rules.find(({ rule }) => rule === 'limits');
  return {
    skids,
    points: limits?.looked ?? 0,
    completeMs: complete.ms,
    reviewMs: pages.review,
    traceMs: pages.trace,
    documentMs: pages.document,
    pdfMs: pages.pdf,
    pdfBytes,
  };
}
