/** What the analysers of one skid say: each analysis with its last values, how far they can be gone by, and its curves. */
import { useEffect, useState } from 'preact/hooks';
import type { AnalysisAnswer, SkidAnswer } from '../../../api/answers.ts';
import { watch } from '../api.ts';
import { Link } from '../router.tsx';
import { Twin } from '../ui/marks.tsx';
import { AnalysisPanel } from './analysis-panel.tsx';

const everyMs = 2000;

export function SpectraPage({ skid }: Readonly<{ skid: SkidAnswer }>) {
  const [analyses, setAnalyses] = useState<readonly AnalysisAnswer[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let stopped = false;
    const read = async (): Promise<void> => {
      const answer = await watch<readonly AnalysisAnswer[]>(`/api/skids/${skid.name}/analyses`);
      if (stopped) return;
      if (answer.ok) setAnalyses(answer.value);
      setProblem(answer.ok ? null : answer.problem.message);
    };
    void read();
    const timer = setInterval(() => void read(), everyMs);
    return () => {
      stopped = true;
      clearInterval(timer);
    };
  }, [skid.name]);
  return (
    <>
      <header class="page-head">
        <h1>
          Spectra of <Link to={`/skids/${skid.name}`}>{skid.name}</Link> <small>{skid.title}</small>
        </h1>
        {skid.twin && <Twin />}
      </header>
      {problem !== null && <p class="problem">{problem}</p>}
      {analyses?.length === 0 && <p>No spectrum of this skid is analysed.</p>}
      <div class="spectra">
        {analyses?.map((analysis) => (
          <AnalysisPanel key={analysis.name} skid={skid.name} analysis={analysis} />
        ))}
      </div>
    </>
  );
}
