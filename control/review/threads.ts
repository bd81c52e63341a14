/** The threads of a review: rules and paper. */
import { mesolineError } from '../../plant/errors.ts';
import type { RecordDocument } from '../../plant/record-document.ts';
import type { Evidence } from './evidence.ts';
import { OneTaskThread } from '../../plant/one-task-thread.ts';
import type { RuleRun } from './run-rules.ts';

export class RulesThread extends OneTaskThread<Evidence, readonly RuleRun[]> {
  constructor() {
    super({
      entry: new URL('./rules.worker.ts', import.meta.url),
      name: 'review-rules',
      deadlineMs: 45_000,
      heapMb: 512,
      refusal: (why) =>
        mesolineError(
          'rules-not-run',
          'rules of review',
          `They could not be run: ${why}.`,
          'Open the review again; tell whoever keeps the service where it stays so.',
        ),
    });
  }

  /** Hands the courses over: they are not needed here any more. @throws MesolineError `rules-not-run` */
  runOn(evidence: Evidence): Promise<readonly RuleRun[]> {
    const courses = evidence.units.flatMap((unit) => [...unit.courses.values()]);
    const buffers = courses.flatMap(({ times, values, qualities }) => [times.buffer, values.buffer, qualities.buffer]);
    return this.run(evidence, [...new Set(buffers)]);
  }
}

/** @throws from `run`: MesolineError `record-not-made` */
export class PdfThread extends OneTaskThread<RecordDocument, Uint8Array> {
  constructor() {
    super({
      entry: new URL('./pdf.worker.ts', import.meta.url),
      name: 'record-pdf',
      deadlineMs: 60_000,
      heapMb: 512,
      refusal: (why) =>
        mesolineError(
          'record-not-made',
          'PDF',
          `It could not be made: ${why}.`,
          'Ask again; read the record on the page.',
        ),
    });
  }
}
