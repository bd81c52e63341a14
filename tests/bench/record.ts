/**
 * The record as QA meets it: how soon a batch of eight hours on two skids is complete, on paper and on the page of its review, of the
 * service as it is; and how long a genealogy over a thousand batches takes.
 */
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { measureGenealogy } from './record/genealogy.ts';
import { measurePapers } from './record/papers.ts';
import { quantile, rounded } from './support/pairs.ts';

export const run: Run = async ({ say, quick = false }) => {
  const house = quick ? { batches: 20, lots: 10, linesEach: 5 } : { batches: 1000, lots: 200, linesEach: 200 };
  const genealogy = await measureGenealogy(house, say);
  const papers = await measurePapers(
    quick ? { hours: 1, everyS: 5, times: 1 } : { hours: 8, everyS: 1, times: 5 },
    say,
  );
  const worst = (times: readonly number[]): number => rounded(quantile(times, 1) / 1000, 3);
  return [
    atLeast('batches of the genealogy', genealogy.batches, '', house.batches),
    atLeast('  events of their record', genealogy.events, ''),
    atMost('  all of it read after a start', rounded(genealogy.readMs / 1000, 2), 's'),
    atLeast('  steps of the longest trace', genealogy.longest, ''),
    atMost('a lot forward to every container, worst', worst(genealogy.forwardMs), 's', 2),
    atMost('a container backward to the suppliers, worst', worst(genealogy.backwardMs), 's', 2),
    atLeast('skids of the batch', papers.skids, ''),
    atLeast('  values that were sealed', papers.points, ''),
    atMost(
      'its first document after the end, rules run over everything',
      rounded(papers.completeMs / 1000, 2),
      's',
      60,
    ),
    atMost('the review with its first exception, opened again, worst', worst(papers.reviewMs), 's', 1),
    atMost('  with the trace before and after it, worst', worst(papers.traceMs), 's'),
    atMost('the record as a document, worst', worst(papers.documentMs), 's'),
    atMost('its PDF, worst', worst(papers.pdfMs), 's', 10),
    atLeast('  size of the PDF', rounded(papers.pdfBytes / 1e6, 2), 'MB'),
  ];
};
