/** One batch: how it stands as a whole, a column for each skid, its signatures and its record. */
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
import { RecordSections } from './record-sections.tsx';
import { SharedEquipment } from './shared-equipment.tsx';
import { SignSection } from './sign-section.tsx';
import { currentText, named, stateClass } from './states.ts';
import { UnitColumn } from './unit-column.tsx';
import { useOutline } from './use-outline.ts';

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
  }, [id, live?.state, live?.signed, live === undefined ? null : signedActs(live)]);
  const batch = live ?? answer?.batch;
  const { outline } = useOutline(batch?.recipe ?? '', batch?.recipeVersion ?? null);
  if (batch === undefined) return <p class={problem === null ? 'faint' : 'problem'}>{problem ?? 'Asking …'}</p>;
  return (
    <>
      {batch.purpose === 'rehearsal' && (
        <p class="rehearsal-band">
          <Rehearsal /> on twins; its product and its record are not for release.
        </p>
      )}
      <BatchHead batch={batch} />
      {batch.message !== null && batch.units.length > 1 && <p class="problem">{batch.message}</p>}
      <BatchCommands batch={batch} />
      <div class="unit-columns">
        {batch.units.map((unit) => (
          <UnitColumn key={unit.skid} batch={batch} unit={unit} outline={outline} />
        ))}
      </div>
      <SharedEquipment batch={batch.id} />
      <div class="unit-grid">
        <Figures batch={batch} />
        <div class="column">
          <SignSection batch={batch} signatures={answer?.signatures ?? []} onSigned={() => void read()} />
          <RecordLink batch={batch} />
          <RecordSections batch={batch.id} />
        </div>
      </div>
    </>
  );
}

/** Changes with whatever people may have signed meanwhile. */
const signedActs = ({ units }: BatchView): string =>
  units
    .map(({ skid, mode, reconcile, prompts }) => {
      const answers = prompts.reduce((sum, prompt) => sum + prompt.answers.length, 0);
      return `${skid} ${mode} ${reconcile === null ? 'reconciled' : 'to be reconciled'} ${answers}`;
    })
    .join(', ');

function BatchHead({ batch }: Readonly<{ batch: BatchView }>) {
  const { recipe, recipeTitle, recipeVersion, recipeDigest, state, archived, units, spares } = batch;
  const where = [...new Set(units.map(currentText).filter((text) => text !== ''))];
  return (
    <header class="page-head">
      <h1>{batch.id}</h1>
      <span>
        <Link to={`/recipes/${encodeURIComponent(recipe)}`}>{recipeTitle}</Link>{' '}
        {recipeVersion === 0 ? 'as shipped' : `v${recipeVersion}`}{' '}
        <small>
          digest <code title={recipeDigest}>{recipeDigest.slice(0, 12)}</code>
        </small>
      </span>
      <span>
        on {named(units.map(({ skid }) => skid))}
        {spares.length > 0 && <small> · {named(spares)} by</small>}
      </span>
      <span>{batch.purpose}</span>
      <Scale times={batch.timeScale} />
      <strong data-testid="batch-state" class={stateClass(state)}>
        {state}
      </strong>
      {archived && <small>archived</small>}
      <span data-testid="batch-phase">{where.join(' · ')}</span>
      <span class="line">
        <progress
          max={Math.max(batch.targetMl, 1e-9)}
          value={Math.min(batch.collectedMl, batch.targetMl)}
          aria-label="Collected"
        />
        <b data-testid="batch-collected">
          {batch.collectedMl.toFixed(1)} of {batch.targetMl.toFixed(1)} mL
        </b>
      </span>
    </header>
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
      {batch.units.length > 1 && (
        <p class="line">
          <span class="label">Collected</span>
          {batch.units.map(({ skid, collectedMl }) => `${skid} ${collectedMl.toFixed(1)} mL`).join(' · ')}
        </p>
      )}
      <p>When a skid fails: {batch.whenSkidFails}.</p>
    </section>
  );
}

function RecordLink({ batch }: Readonly<{ batch: BatchView }>) {
  const refused = denied('export record');
  if (refused !== null) return <p class="faint">The record cannot be taken away here: {refused}</p>;
  return (
    <p>
      <Link to={`/batches/${batch.id}/review`} testid="review-open">
        Review
      </Link>{' '}
      ·{' '}
      <Link to={`/genealogy/batch/${encodeURIComponent(batch.id)}`} testid="genealogy-open">
        Genealogy
      </Link>{' '}
      ·{' '}
      <Link to={`/batches/${batch.id}/record`} testid="record-open">
        The whole record
      </Link>{' '}
      ·{' '}
      <a href={`/api/batches/${encodeURIComponent(batch.id)}/record`} download data-testid="record-download">
        Download the record
      </a>{' '}
      <small>verify it with the service's fingerprint, on the system page</small>
    </p>
  );
}
