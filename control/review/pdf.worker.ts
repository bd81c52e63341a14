/** The thread in which a batch record is set as PDF. Entered by `threads.ts` only. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../plant/errors.ts';
import type { RecordDocument } from '../../plant/record-document.ts';
import type { TaskAnswer } from '../../plant/one-task-thread.ts';
import { recordPdf } from './pdf/record-pdf.ts';

export type PdfAnswer = TaskAnswer<Uint8Array>;

parentPort?.once('message', (document: RecordDocument) => {
  recordPdf(document).then(
    (result) => parentPort?.postMessage({ result } satisfies PdfAnswer),
    (thrown: unknown) => parentPort?.postMessage({ failure: messageOf(thrown) } satisfies PdfAnswer),
  );
});
