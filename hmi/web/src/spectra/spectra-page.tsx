/** What the analysers of one skid say: each analysis with its last values, how far they can be gone by, and its curves. */
import type { AnalysisAnswer, SkidAnswer } from '../../../api/answers.ts';
import { Link } from '../router.tsx';
import { Twin } from '../ui/marks.tsx';
import { useWatched } from '../ui/use-watched.ts';
import { AnalysisPanel } from './analysis-panel.tsx';

const everyMs = 2000;

export function SpectraPage({ skid }: Readonly<{ skid: SkidAnswer }>) {
  const url = `/api/skids/${skid.name}/analyses`;
  const { value: analyses, problem } = useWatched<readonly AnalysisAnswer[]>(url, everyMs);
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
