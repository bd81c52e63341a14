/** A unit of a batch: where its procedure stands, what it waits for, what it asks of people, and what people may do to it. */
import { useState } from 'preact/hooks';
import type { BatchView, UnitView } from '../../../../plant/batch-view.ts';
import type { RecipeOutlineAnswer } from '../../../api/answers.ts';
import type { ProceedRequest } from '../../../api/requests.ts';
import { commandId, post } from '../api.ts';
import { Link } from '../router.tsx';
import { blocked, tell } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { BatchCommands } from './batch-commands.tsx';
import { Ladder } from './ladder.tsx';
import { comesNext } from './procedure.ts';
import { PromptPanel } from './prompt-panel.tsx';
import { currentText, hasEnded, named, stateClass } from './states.ts';
import { ModeDialog, ReconcileDialog, ReconcileTable, ReplaceDialog } from './unit-dialogs.tsx';

type Props = Readonly<{ batch: BatchView; unit: UnitView; outline: RecipeOutlineAnswer | null }>;
type Opened = 'mode' | 'reconcile' | 'replace' | null;

export function UnitColumn({ batch, unit, outline }: Props) {
  const [opened, setOpened] = useState<Opened>(null);
  const close = (): void => setOpened(null);
  const dialog = { batch, unit, outline, onClose: close };
  const replaceable = batch.whenSkidFails === 'replace' && batch.spares.length > 0 && !unit.givenUp && !hasEnded(unit);
  return (
    <section class="panel unit-column" aria-label={unit.skid} data-testid={`unit-${unit.skid}`}>
      <header>
        <h2>
          <Link to={`/skids/${unit.skid}`}>{unit.skid}</Link>
        </h2>
        <strong class={stateClass(unit.state)} data-testid={`unit-state-${unit.skid}`}>
          {unit.state}
        </strong>
        {unit.givenUp && <strong class="tag-mark">GIVEN UP</strong>}
        {unit.mode !== 'automatic' && <strong class="tag-mark">{unit.mode.toUpperCase()}</strong>}
        <span class="number">{unit.collectedMl.toFixed(1)} mL</span>
      </header>
      {unit.message !== null && <p class="problem">{unit.message}</p>}
      <Now unit={unit} />
      {unit.resumesAt.length > 0 && <p>After a restart it goes on with {named(unit.resumesAt)}.</p>}
      {unit.equipment.length > 0 && (
        <p>
          {unit.equipment.map(({ name, title, place }) => (
            <span key={name} class="tag-mark" title={title}>
              {name}: {place === null ? 'held' : `waits, number ${place}`}
            </span>
          ))}
        </p>
      )}
      {unit.reconcile !== null && (
        <div class="refusing" data-testid={`reconcile-${unit.skid}`}>
          <b>After a restart of the service: sign what you found before it may be restarted.</b>
          <ReconcileTable lines={unit.reconcile} />
          <div class="touch">
            <Press
              strong
              refusedBy={blocked('command batch')}
              onPress={() => setOpened('reconcile')}
              testid={`reconcile-open-${unit.skid}`}
            >
              Sign what was found …
            </Press>
          </div>
        </div>
      )}
      <PromptPanel batch={batch} unit={unit} outline={outline} />
      {unit.proceed !== null && <Proceed batch={batch} unit={unit} proceed={unit.proceed} />}
      {!batch.archived && (
        <>
          {batch.units.length > 1 && <BatchCommands batch={batch} unit={unit} />}
          <div class="buttons touch">
            <Press
              refusedBy={modeRefusal(unit) ?? blocked('command batch')}
              hideReason
              onPress={() => setOpened('mode')}
              testid={`mode-open-${unit.skid}`}
            >
              Mode: {unit.mode} …
            </Press>
            {replaceable && (
              <Press
                refusedBy={blocked('command batch')}
                hideReason
                onPress={() => setOpened('replace')}
                testid={`replace-open-${unit.skid}`}
              >
                Replace by a spare …
              </Press>
            )}
          </div>
        </>
      )}
      <Ladder unit={unit} />
      {opened === 'mode' && <ModeDialog {...dialog} />}
      {opened === 'reconcile' && <ReconcileDialog {...dialog} />}
      {opened === 'replace' && <ReplaceDialog {...dialog} />}
    </section>
  );
}

const modeRefusal = ({ state }: UnitView): string | null =>
  state === 'Running' || state === 'Paused'
    ? null
    : `The mode is changed while the unit runs or is paused; it is ${state}.`;

/** The step it stands at, what that waits for, and what comes after it. */
function Now({ unit }: Readonly<{ unit: UnitView }>) {
  if (hasEnded(unit)) return null;
  const next = comesNext(unit.procedure, unit.steps);
  return (
    <dl class="now" data-testid={`now-${unit.skid}`}>
      <dt>Now</dt>
      <dd data-testid={`step-now-${unit.skid}`}>{currentText(unit) === '' ? 'no step' : currentText(unit)}</dd>
      {unit.next !== null && (
        <>
          <dt>Waits for</dt>
          <dd>
            {unit.next.waitsFor ?? unit.next.path} {unit.next.waitsFor !== null && <small>{unit.next.path}</small>}
          </dd>
        </>
      )}
      <dt>Next</dt>
      <dd>{next === null ? 'the end of the procedure' : `${next.title} (${next.path})`}</dd>
    </dl>
  );
}

type ProceedProps = Readonly<{ batch: BatchView; unit: UnitView; proceed: NonNullable<UnitView['proceed']> }>;

/** Goes at one press: it leads nowhere but to what the recipe names next. */
function Proceed({ batch, unit, proceed }: ProceedProps) {
  const [id, setId] = useState(commandId);
  const [sending, setSending] = useState(false);
  const send = async (): Promise<void> => {
    setSending(true);
    const request: ProceedRequest = { commandId: id, skid: unit.skid, path: proceed.path };
    const answer = await post(`/api/batches/${encodeURIComponent(batch.id)}/proceed`, request);
    setSending(false);
    if (answer.ok || answer.problem.status !== 0) setId(commandId());
    if (answer.ok) tell(true, `${proceed.path} has gone on.`);
    else tell(false, answer.problem.message, answer.problem.remedy ?? null);
  };
  return (
    <div class="prompt touch" role="status">
      <div>
        <b>{proceed.path} has ended</b> and waits for a person to let it go on.
      </div>
      <Press
        strong
        refusedBy={proceed.refusedBy ?? blocked('command batch') ?? (sending ? 'It has been sent.' : null)}
        onPress={() => void send()}
        testid={`proceed-${unit.skid}`}
      >
        Go on
      </Press>
    </div>
  );
}
