/** The thread in which a shift report is set as PDF. Entered by `report-thread.ts` only. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../plant/errors.ts';
import { pdfReport } from './report-pdf.ts';
import type { ReportOf } from './report.ts';

export type PdfAnswer = Readonly<{ bytes: Uint8Array } | { failure: string }>;

parentPort?.once('message', (report: ReportOf) => {
  pdfReport(report).then(
    (bytes) => parentPort?.postMessage({ bytes } satisfies PdfAnswer),
    (thrown: unknown) => parentPort?.postMessage({ failure: messageOf(thrown) } satisfies PdfAnswer),
  );
});
