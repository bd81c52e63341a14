/** Verifies one record that was just exported, and ends. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../plant/errors.ts';
import type { TaskAnswer } from '../../plant/one-task-thread.ts';
import { verifyExport, type ExportQuestion } from './verify/verify-export.ts';
import type { Report } from './verify/report.ts';

parentPort?.once('message', (question: ExportQuestion) => {
  parentPort?.postMessage(answer(question));
});

function answer(question: ExportQuestion): TaskAnswer<Report> {
  try {
    return { result: verifyExport(question) };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}
