/** One analysis: its values with their uncertainty, why it is undecided where it is, by which method, and the curves. */
import { useEffect, useState } from 'preact/hooks';
import type { AnalysisAnswer, AnalysisCurvesAnswer } from '../../../api/answers.ts';
import { get } from '../api.ts';
import { spanText } from '../format.ts';
import { serverTime } from '../live/stream.ts';
import { dateTimeText } from '../zone.ts';
import { estimateText } from './estimate-text.ts';
import { SpectrumChart } from './spectrum-chart.tsx';

type Props = Readonly<{ skid: string; analysis: AnalysisAnswer }>;

export function AnalysisPanel({ skid, analysis }: Props) {
  const { name, title, latest } = analysis;
  const [curves, setCurves] = useState<AnalysisCurvesAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const analysedAt = latest?.analysedAt;
  useEffect(() => {
    if (analysedAt === undefined) return undefined;
    let stopped = false;
    const read = async (): Promise<void> => {
      const answer = await get<AnalysisCurvesAnswer>(`/api/skids/${skid}/analyses/${name}/curves`);
      if (stopped) return;
      if (answer.ok) setCurves(answer.value);
      setProblem(answer.ok ? null : answer.problem.message);
    };
    void read();
    return () => {
      stopped = true;
    };
  }, [skid, name, analysedAt]);
  return (
    <section class="panel analysis" aria-label={title} data-testid={`analysis-${name}`}>
      <header>
        <h2>
          {title} <small>{name}</small>
        </h2>
        <VerdictMark latest={latest} />
      </header>
      {latest === null ? (
        <p class="faint">No spectrum was analysed since the service started.</p>
      ) : (
        <>
          <Reasons reasons={latest.reasons} />
          <Outputs analysis={analysis} latest={latest} />
        </>
      )}
      {problem !== null && <p class="problem">{problem}</p>}
      {curves !== null && <SpectrumChart title={title} answer={curves} />}
      <Fitness analysis={analysis} />
    </section>
  );
}

type Latest = NonNullable<AnalysisAnswer['latest']>;

function VerdictMark({ latest }: Readonly<{ latest: Latest | null }>) {
  if (latest === null) return null;
  const decided = latest.verdict === 'in domain';
  return (
    <span class={`demand ${decided ? 'calm' : 'blocked'}`} data-testid="verdict">
      <span aria-hidden="true">{decided ? '○' : '◧'}</span> {decided ? 'in domain' : 'undecided: do not use'}
    </span>
  );
}

const Reasons = ({ reasons }: Readonly<{ reasons: readonly string[] }>) => (
  <>
    {reasons.map((reason) => (
      <p key={reason} class="block-line">
        {reason}
      </p>
    ))}
  </>
);

function Outputs({ analysis, latest }: Readonly<{ analysis: AnalysisAnswer; latest: Latest }>) {
  const age = spanText(serverTime.value - latest.measuredAt);
  return (
    <>
      <dl class="outputs">
        {analysis.method.outputs.map(({ name, title, unit }) => (
          <div key={name}>
            <dt>{title}</dt>
            <dd class={latest.verdict === 'in domain' ? '' : 'undecided'} data-testid={`output-${name}`}>
              {estimateText(latest.outputs[name] ?? null, unit)}
            </dd>
          </div>
        ))}
      </dl>
      <p class="faint">
        sampled {dateTimeText(latest.sampleTime)} · measured {dateTimeText(latest.measuredAt)}, {age} ago · ± is the
        expanded uncertainty (k = 2)
      </p>
    </>
  );
}

function Fitness({ analysis: { method, suitability, latest, required } }: Readonly<{ analysis: AnalysisAnswer }>) {
  const unfit = suitability !== null && !suitability.fit;
  return (
    <details>
      <summary>
        Method {method.method} version {method.version},{' '}
        {method.approvedBy === null ? 'approved by nobody' : 'approved'}
        {suitability !== null && (unfit ? ' · ■ not fit' : ' · ○ fit')}
        {required && ' · a batch needs it'}
      </summary>
      <p>{method.source}</p>
      {suitability !== null && (
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">Suitability</th>
              <th scope="col">Found</th>
              <th scope="col">Asked</th>
              <th scope="col">Passed</th>
            </tr>
          </thead>
          <tbody>
            {suitability.checks.map(({ what, found, asked, passed }) => (
              <tr key={what}>
                <th scope="row">{what}</th>
                <td>{found}</td>
                <td>{asked}</td>
                <td class={passed ? '' : 'abnormal'}>{passed ? '○ yes' : '■ no'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="faint">
        Method file <code>{method.digest}</code>
        {latest !== null && (
          <>
            <br />
            Spectrum <code>{latest.input}</code>
          </>
        )}
      </p>
    </details>
  );
}
