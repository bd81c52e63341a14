/** Commands to a batch or to one of its units, with the reason each asks for. Those that the table does not take now say why. */
import { useState } from 'preact/hooks';
import type { BatchCommand, BatchView, UnitView } from '../../../../plant/batch-view.ts';
import type { Permission } from '../../../../plant/ports/access.ts';
import type { BatchCommandRequest } from '../../../api/requests.ts';
import { commandId, post } from '../api.ts';
import { blocked, tell } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { ReasonDialog } from '../ui/reason-dialog.tsx';
import { SignedDialog } from './signed-dialog.tsx';
import { hasEnded } from './states.ts';
import { useOutline } from './use-outline.ts';

const always: readonly BatchCommand[] = ['Hold', 'Restart', 'Pause', 'Resume', 'Stop', 'Abort'];
const sometimes: readonly BatchCommand[] = ['Start', 'Reset'];

const meanings: Readonly<Record<BatchCommand, string>> = {
  Start: 'The procedure begins.',
  Pause: 'It stops at the next safe point.',
  Resume: 'It goes on from where it paused.',
  Hold: 'It goes to HOT-HOLD, and can be restarted.',
  Restart: 'It leaves the hold; what it stands on is proven anew, to waste, and then it goes on.',
  Stop: 'The procedure ends in order, through HOT-HOLD, and is over.',
  Abort: 'The procedure ends at once, through HOT-HOLD, and is over.',
  Reset: 'The equipment is free for the next batch; this one is archived as it ended, and can still be signed.',
};

/** Whoever may ask a safe state may hold a batch too. */
const mayHold = (): string | null => (blocked('command batch') === null ? null : blocked('ask safe state'));

type Props = Readonly<{
  batch: BatchView;
  /** One unit; left out: every unit of the batch that takes the command. */
  unit?: UnitView;
}>;

export function BatchCommands({ batch, unit }: Props) {
  const [asked, setAsked] = useState<BatchCommand | null>(null);
  const of = unit ?? batch;
  const refusal = (command: BatchCommand): string | null => {
    const known = of.commands.find((one) => one.command === command);
    if (known?.legal !== true) return known?.refusedBy ?? `Not while it is ${of.state}.`;
    return (command === 'Hold' ? mayHold() : blocked('command batch')) ?? known.refusedBy;
  };
  const over = hasEnded(of);
  const shown = [...sometimes.filter((command) => refusal(command) === null), ...always];
  const id = unit === undefined ? 'batch' : `unit-${unit.skid}`;
  return (
    <div
      class="buttons commands touch"
      role="group"
      aria-label={unit === undefined ? 'Commands to all' : `Commands to ${unit.skid}`}
    >
      {shown.map((command) => (
        <Press
          key={command}
          refusedBy={refusal(command)}
          hideReason={over || unit !== undefined}
          onPress={() => setAsked(command)}
          testid={`${id}-${command.toLowerCase()}`}
        >
          {command}
          {unit === undefined && batch.units.length > 1 ? ' all' : ''}
        </Press>
      ))}
      {over && unit === undefined && (
        <small>{batch.archived ? 'The batch has ended and is archived.' : 'The batch has ended.'}</small>
      )}
      {unit !== undefined && !over && <WhyNot refusals={shown.map((command) => [command, refusal(command)])} />}
      {asked !== null && (
        <CommandDialog batch={batch} skid={unit?.skid ?? null} command={asked} onClose={() => setAsked(null)} />
      )}
    </div>
  );
}

/** On a unit's narrow column the reasons stand together, one press away. */
function WhyNot({ refusals }: Readonly<{ refusals: readonly (readonly [BatchCommand, string | null])[] }>) {
  const refused = refusals.filter(([, why]) => why !== null);
  if (refused.length === 0) return null;
  return (
    <details class="why-not">
      <summary>Why not {refused.map(([command]) => command).join(', ')}</summary>
      <ul>
        {refused.map(([command, why]) => (
          <li key={command}>
            {command}: {why}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Commands that a recipe may ask signatures of; what goes to safety waits for nobody. */
const signedAs: Readonly<Partial<Record<BatchCommand, 'pause' | 'resume' | 'restart' | 'reset'>>> = {
  Pause: 'pause',
  Resume: 'resume',
  Restart: 'restart',
  Reset: 'reset',
};

type DialogProps = Readonly<{ batch: BatchView; skid: string | null; command: BatchCommand; onClose: () => void }>;

function CommandDialog(props: DialogProps) {
  const { batch, command } = props;
  const act = signedAs[command];
  const { outline } = useOutline(act === undefined ? '' : batch.recipe, batch.recipeVersion);
  const roles = act === undefined ? [] : (outline?.signatures[act] ?? []);
  return roles.length === 0 ? <PlainCommand {...props} /> : <SignedCommand {...props} roles={roles} />;
}

const sendCommand = (batch: string, request: BatchCommandRequest) =>
  post<Readonly<{ batch: BatchView; recordFollows?: true }>>(
    `/api/batches/${encodeURIComponent(batch)}/commands`,
    request,
  );

const placeOf = ({ batch, skid }: Pick<DialogProps, 'batch' | 'skid'>): string =>
  skid === null ? batch.id : `${skid} of ${batch.id}`;

function Meaning({ batch, skid, command }: DialogProps) {
  return (
    <p>
      {meanings[command]}
      {skid === null && batch.units.length > 1 && ` Asked of all ${batch.units.length} skids of the batch.`}
    </p>
  );
}

function SignedCommand(props: DialogProps & Readonly<{ roles: readonly string[] }>) {
  const { batch, skid, command, roles, onClose } = props;
  return (
    <SignedDialog
      title={`${command} ${placeOf(props)}`}
      permission="command batch"
      confirm={command}
      testid="command"
      roles={roles}
      send={(signing) => sendCommand(batch.id, { ...signing, skid, command })}
      done={`${command} of ${placeOf(props)} is signed.`}
      onClose={onClose}
    >
      <Meaning {...props} />
    </SignedDialog>
  );
}

function PlainCommand(props: DialogProps) {
  const { batch, skid, command, onClose } = props;
  const [id, setId] = useState(commandId);
  const permission: Permission =
    command === 'Hold' && blocked('command batch') !== null ? 'ask safe state' : 'command batch';

  const send = async (reason: string): Promise<string | null> => {
    const answer = await sendCommand(batch.id, { commandId: id, skid, command, reason });
    if (answer.ok) {
      const { batch: now, recordFollows } = answer.value;
      if (recordFollows === true)
        tell(false, `${command} of ${batch.id} is done and not on record yet: the ledger does not answer. Call QA.`);
      else tell(true, `${command}: ${batch.id} is ${now.state}.`);
      return null;
    }
    if (answer.problem.status !== 0) setId(commandId());
    return answer.problem.message;
  };

  return (
    <ReasonDialog
      title={`${command} ${placeOf(props)}`}
      permission={permission}
      confirm={command}
      testid="command"
      send={send}
      onClose={onClose}
    >
      <Meaning {...props} />
    </ReasonDialog>
  );
}
