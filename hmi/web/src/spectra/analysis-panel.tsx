/** One analysis: its values with their uncertainty, why it is undecided where it is, by which method, and the curves. */
import { useEffect, useState } from 'preact/hooks';
import type { AnalysisAnswer, AnalysisCurvesAnswer } from '../../../api/answers.ts';
import { watch } from '../api.ts';
import { spanText } from '../format.ts';
import { serverTime } from '../live/stream.ts';
import { dateTimeText } from '../zone.ts';
import { ageText } from './age.ts';
import { AnalysisMarks } from './analysis-marks.tsx';
import { estimateText } from './estimate-text.ts';
import { MethodDetails } from './method-details.tsx';
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
      const answer = await watch<AnalysisCurvesAnswer>(`/api/skids/${skid}/analyses/${name}/curves`);
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
        <AnalysisMarks {...analysis} />
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
      <MethodDetails skid={skid} analysis={analysis} />
    </section>
  );
}

type Latest = NonNullable<AnalysisAnswer['latest']>;

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
  const now = serverTime.value;
  const age = ageText(latest, now);
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
      {age !== null && (
        <p class="age" data-testid="age">
          <span aria-hidden="true">◷</span> {age}
        </p>
      )}
      <p class="faint">
        sampled {dateTimeText(latest.sampleTime)} · measured {dateTimeText(latest.measuredAt)},{' '}
        {spanText(now - latest.measuredAt)} ago · ± is the expanded uncertainty (k = 2)
      </p>
    </>
  );
}
