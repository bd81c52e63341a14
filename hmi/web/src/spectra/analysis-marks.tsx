/** What an analysis is worth, at a glance: its verdict on the last spectrum, its fitness, and who approved its method. */
import type { AnalysisAnswer } from '../../../api/answers.ts';

export function AnalysisMarks({ latest, suitability, method }: AnalysisAnswer) {
  return (
    <>
      {latest !== null && <VerdictMark decided={latest.verdict === 'in domain'} />}
      {suitability !== null && <FitMark fit={suitability.fit} />}
      {method.approvedBy === null && (
        <span class="tag-mark blocking" title="Its values are no evidence for a release" data-testid="unapproved">
          approved by nobody
        </span>
      )}
    </>
  );
}

const VerdictMark = ({ decided }: Readonly<{ decided: boolean }>) => (
  <span class={`demand ${decided ? 'calm' : 'blocked'}`} data-testid="verdict">
    <span aria-hidden="true">{decided ? '○' : '◧'}</span> {decided ? 'in domain' : 'undecided: do not use'}
  </span>
);

const FitMark = ({ fit }: Readonly<{ fit: boolean }>) => (
  <span class={`demand ${fit ? 'calm' : 'blocked'}`} data-testid="fit">
    <span aria-hidden="true">{fit ? '○' : '■'}</span> {fit ? 'fit to start a batch' : 'not fit to start a batch'}
  </span>
);
