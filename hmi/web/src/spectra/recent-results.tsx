/** The last results of an analysis as the historian has them, with the time when the liquid of each left. */
import { useEffect, useState } from 'preact/hooks';
import type { AnalysisAnswer, AnalysisResultsAnswer } from '../../../api/answers.ts';
import { watch } from '../api.ts';
import { serverTime } from '../live/stream.ts';
import { dateTimeText } from '../zone.ts';
import { estimateText } from './estimate-text.ts';

type Props = Readonly<{ skid: string; analysis: AnalysisAnswer }>;

const most = 10;
/** A result may be dated by a clock that is ahead of this one. */
const aheadMs = 60_000;

export function RecentResults({ skid, analysis: { name, method, latest } }: Props) {
  const [results, setResults] = useState<AnalysisResultsAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const newest = latest?.analysedAt;
  useEffect(() => {
    let stopped = false;
    const read = async (): Promise<void> => {
      const to = Math.ceil(serverTime.peek()) + aheadMs;
      const url = `/api/skids/${skid}/analyses/${name}/results?from=0&to=${to}&limit=${most}`;
      const answer = await watch<AnalysisResultsAnswer>(url);
      if (stopped) return;
      if (answer.ok) setResults(answer.value);
      setProblem(answer.ok ? null : answer.problem.message);
    };
    void read();
    return () => {
      stopped = true;
    };
  }, [skid, name, newest]);
  if (problem !== null) return <p class="problem">{problem}</p>;
  if (results === null) return <p class="faint">The last results are read …</p>;
  if (results.length === 0) return <p class="faint">No result is kept yet.</p>;
  return (
    <div class="wide">
      <table class="rows recent" data-testid="recent-results">
        <thead>
          <tr>
            <th scope="col">Sampled</th>
            {method.outputs.map((output) => (
              <th key={output.name} scope="col">
                {output.title}
              </th>
            ))}
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {results.map(({ input, sampleTime, analysedAt, outcome }) => (
            <tr key={`${input} ${analysedAt}`}>
              <th scope="row">{dateTimeText(sampleTime)}</th>
              {method.outputs.map((output) => (
                <td key={output.name} class={outcome.verdict === 'in domain' ? 'number' : 'number undecided'}>
                  {estimateText(outcome.outputs[output.name] ?? null, output.unit)}
                </td>
              ))}
              <td title={outcome.reasons.join(' ')}>
                {outcome.verdict === 'in domain' ? '○ in domain' : '◧ undecided'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
