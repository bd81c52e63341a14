/** Zones, who is in them, and what everyone has breathed in this shift against the limits. */
import { useEffect, useState } from 'preact/hooks';
import type { ExposurePageAnswer, ExposureZonesAnswer } from '../../../api/answers.ts';
import { watch } from '../api.ts';
import { serverNow } from '../live/stream.ts';
import { denied } from '../session.ts';
import { DosePanel } from './dose-panel.tsx';
import { FilterPanel } from './filter-panel.tsx';
import { PresencePanel } from './presence-panel.tsx';
import { ZonePanel } from './zone-panel.tsx';

const lookEveryMs = 3000;

export function ExposurePage() {
  const [zones, setZones] = useState<ExposureZonesAnswer | null>(null);
  const [exposure, setExposure] = useState<ExposurePageAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const hidden = denied('view exposure');
  const read = async (): Promise<void> => {
    const found = await watch<ExposureZonesAnswer>('/api/exposure/zones');
    if (found.ok) setZones(found.value);
    const doses = denied('view exposure') === null ? await watch<ExposurePageAnswer>('/api/exposure') : null;
    if (doses?.ok === true) setExposure(doses.value);
    const problems = [found, doses].flatMap((answer) => (answer === null || answer.ok ? [] : [answer.problem.message]));
    setProblem(problems[0] ?? null);
  };
  useEffect(() => {
    void read();
    const timer = setInterval(() => void read(), lookEveryMs);
    return () => clearInterval(timer);
  }, []);
  if (zones?.zones.length === 0)
    return (
      <>
        <h1>Exposure</h1>
        <p>This site names no zones. Add “zones” to the site file.</p>
      </>
    );
  return (
    <>
      <div class="page-head">
        <h1>Exposure</h1>
        {hidden === null && exposure !== null && <Reports />}
      </div>
      {problem !== null && <p class="problem">{problem}</p>}
      {zones !== null && (
        <>
          <ZonePanel zones={zones.zones} />
          <PresencePanel zones={zones.zones} persons={zones.persons} changed={read} />
        </>
      )}
      {hidden !== null && <p class="hint">{hidden}</p>}
      {exposure !== null && zones !== null && (
        <>
          <DosePanel people={exposure.people} zones={zones.zones} limits={exposure.limits} />
          <FilterPanel results={exposure.filterResults} persons={zones.persons} changed={read} />
        </>
      )}
    </>
  );
}

const hourMs = 3_600_000;

/** Of the shift that runs, and of the one that ended before it. */
function Reports() {
  const link = (back: number, format: 'pdf' | 'csv'): string =>
    `/api/exposure/report?at=${Math.round(serverNow() - back)}&format=${format}`;
  const shifts = [
    { title: 'This shift', back: 0 },
    { title: '8 h ago', back: 8 * hourMs },
  ];
  return (
    <span class="commands buttons">
      {shifts.map(({ title, back }) => (
        <span key={title}>
          {title}:{' '}
          <a href={link(back, 'pdf')} download data-testid={`report-pdf-${back / hourMs}`}>
            report (PDF)
          </a>{' '}
          <a href={link(back, 'csv')} download data-testid={`report-csv-${back / hourMs}`}>
            (CSV)
          </a>
        </span>
      ))}
    </span>
  );
}
