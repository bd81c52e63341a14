/** One batch: where its procedure stands and what it waits for, its commands, its signatures and its record. */
import { useEffect, useState } from 'preact/hooks';
import type { BatchView } from '../../../../plant/batch-view.ts';
import type { BatchAnswer } from '../../../api/answers.ts';
import { watch } from '../api.ts';
import { spanText } from '../format.ts';
import { timeText } from '../zone.ts';
import { batches, serverTime } from '../live/stream.ts';
import { Link } from '../router.tsx';
import { denied } from '../session.ts';
import { Rehearsal, Scale } from '../ui/marks.tsx';
import { BatchCommands } from './batch-commands.tsx';
import { SignSection } from './sign-section.tsx';
import { phaseWord } from './states.ts';

export function BatchPage({ id }: Readonly<{ id: string }>) {
  const [answer, setAnswer] = useState<BatchAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const live = batches.value.get(id);
  const read = async (): Promise<void> => {
    const found = await watch<BatchAnswer>(`/api/batches/${encodeURIComponent(id)}`);
    setProblem(found.ok ? null : found.problem.message);
    if (found.ok) setAnswer(found.value);
  };
  useEffect(() => {
    void read();
  }, [id, live?.state, live?.signed]);
  const batch = live ?? answer?.batch;
  if (batch === undefined) return <p class={problem === null ? 'faint' : 'problem'}>{problem ?? 'Asking …'}</p>;
  return (
    <>
      {batch.rehearsal && (
        <p class="rehearsal-band">
          <Rehearsal /> on a twin; its product and its record are not for release.
        </p>
      )}
      <header class="page-head">
        <h1>{batch.id}</h1>
        <span>
          <Link to={`/skids/${batch.skid}`}>{batch.skid}</Link> · {batch.recipeTitle}{' '}
          <small>
            digest <code>{batch.recipeDigest.slice(0, 12)}</code>
          </small>
        </span>
        <Scale times={batch.timeScale} />
        <strong data-testid="batch-state" class={`batch-state ${batch.state.toLowerCase()}`}>
          {batch.state}
        </strong>
        {batch.archived === true && <small>archived</small>}
        <span data-testid="batch-phase">{batch.phase ?? ''}</span>
      </header>
      {batch.message !== null && <p class="problem">{batch.message}</p>}
      {(batch.resumesAt ?? null) !== null && <p>After a restart it goes on with {batch.resumesAt}.</p>}
      <BatchCommands batch={batch} />
      <div class="unit-grid">
        <Ladder batch={batch} />
        <div class="column">
          <Figures batch={batch} />
          <SignSection batch={batch} signatures={answer?.signatures ?? []} onSigned={() => void read()} />
          <RecordLink batch={batch} />
        </div>
      </div>
    </>
  );
}

const ladderMarks: Readonly<Record<string, string>> = { done: '✓', active: '▶', waiting: '○', skipped: '–' };
const standsMark = '‖';

function Ladder({ batch }: Readonly<{ batch: BatchView }>) {
  const now = serverTime.value;
  const next = batch.phases.findIndex(({ state }) => state === 'waiting');
  return (
    <section class="panel" aria-label="Procedure">
      <header>
        <h2>Procedure</h2>
      </header>
      <ol class="ladder">
        {batch.phases.map((phase, index) => (
          <li key={phase.name} class={phase.state} data-testid={`phase-${phase.name}`} data-state={phase.state}>
            <span aria-hidden="true">{ladderMarks[phaseWord(batch, phase)] ?? standsMark}</span>
            <div>
              <b>{phase.title}</b> <small>{index === next ? 'next' : phaseWord(batch, phase)}</small>
              {(phase.runs ?? 1) > 1 && <small> begun {phase.runs} times</small>}
              {phase.startedAt !== null && (
                <small>
                  {' '}
                  {timeText(phase.startedAt, now)}, {spanText((phase.endedAt ?? now) - phase.startedAt)}
                </small>
              )}
              {phase.waitsFor !== null && <div>{phase.waitsFor}</div>}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Figures({ batch }: Readonly<{ batch: BatchView }>) {
  const end = batch.endedAt ?? serverTime.value;
  return (
    <section class="panel" aria-label="Figures">
      <p class="line">
        <span class="label">Started</span> {timeText(batch.startedAt, serverTime.value)}
      </p>
      <p class="line">
        <span class="label">Elapsed</span> {batch.startedAt === null ? '–' : spanText(end - batch.startedAt)}
      </p>
      <p class="line">
        <span class="label">Collected</span>
        <progress max={Math.max(batch.targetMl, 1e-9)} value={Math.min(batch.collectedMl, batch.targetMl)} />
        <b data-testid="batch-collected">
          {batch.collectedMl.toFixed(1)} of {batch.targetMl.toFixed(1)} mL
        </b>
      </p>
    </section>
  );
}

function RecordLink({ batch }: Readonly<{ batch: BatchView }>) {
  const refused = denied('export record');
  if (refused !== null) return <p class="faint">The record cannot be taken away here: {refused}</p>;
  return (
    <p>
      <a href={`/api/batches/${encodeURIComponent(batch.id)}/record`} download data-testid="record-download">
        Download the record
      </a>{' '}
      <small>verify it with the service's fingerprint, on the system page</small>
    </p>
  );
}
