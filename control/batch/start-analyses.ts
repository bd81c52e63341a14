/** Whether the analyses of a skid may be gone by in a batch that is to start: put on its record, and a reason not to start. */
import type { AnalysisDesk, Suitability } from '../../plant/ports/analysis-desk.ts';
import { recordNumber, type RecordValue } from '../../plant/record-event.ts';
import type { SkidName } from '../../plant/sample.ts';

export type StartAnalyses = Readonly<{
  /** Of every analysis its method and what it failed, for the record of the start; null where the skid has none. */
  record: RecordValue;
  /** Why the batch must not start by them, or null. */
  refusal: string | null;
}>;

export async function checkAnalyses(desk: AnalysisDesk | undefined, skid: SkidName): Promise<StartAnalyses> {
  const found = (await desk?.suitability(skid)) ?? [];
  const unfit = found.find(({ required, fit }) => required && !fit);
  return {
    record: found.length === 0 ? null : found.map(recordOf),
    refusal: unfit === undefined ? null : refusalBy(unfit),
  };
}

function refusalBy({ skid, analysis, title, checks }: Suitability): string {
  const [failed] = checks.filter(({ passed }) => !passed);
  const why = failed === undefined ? '' : `: ${failed.what} is ${failed.found}, asked is ${failed.asked}`;
  return `${title} (${skid}/${analysis}) is not fit to be gone by${why}. Look after the analyser, or have its method looked at.`;
}

const recordOf = ({ analysis, method, fit, required, checks }: Suitability): RecordValue => ({
  analysis,
  method: method.method,
  version: recordNumber(method.version),
  digest: method.digest,
  approvedBy: method.approvedBy,
  fit,
  required,
  failed: checks.filter(({ passed }) => !passed).map(({ what, found, asked }) => ({ what, found, asked })),
});
