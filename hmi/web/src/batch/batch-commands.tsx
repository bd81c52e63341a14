/** The batch's commands with the reason each asks for. Those that the table does not take now say why. */
import { useState } from 'preact/hooks';
import type { BatchCommand, BatchView } from '../../../../plant/batch-view.ts';
import type { BatchCommandRequest } from '../../../api/requests.ts';
import { commandId, post } from '../api.ts';
import { blocked, tell } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { ReasonDialog } from '../ui/reason-dialog.tsx';
import { hasEnded } from './states.ts';

const always: readonly BatchCommand[] = ['Hold', 'Restart', 'Pause', 'Resume', 'Stop', 'Abort'];
const sometimes: readonly BatchCommand[] = ['Start', 'Reset'];

const meanings: Readonly<Record<BatchCommand, string>> = {
  Start: 'The procedure begins.',
  Pause: 'It stops at the next safe point.',
  Resume: 'It goes on from where it paused.',
  Hold: 'The skid goes to HOT-HOLD; the batch can be restarted.',
  Restart: 'It leaves the hold and goes on.',
  Stop: 'The procedure ends in order; the batch is over.',
  Abort: 'The procedure ends at once; the batch is over.',
  Reset: 'The skid is free for the next batch; this one is archived as it ended, and can still be signed.',
};

export function BatchCommands({ batch }: Readonly<{ batch: BatchView }>) {
  const [asked, setAsked] = useState<BatchCommand | null>(null);
  const refusal = (command: BatchCommand): string | null => {
    const known = batch.commands.find((one) => one.command === command);
    if (known?.legal !== true) return known?.refusedBy ?? `Not while it is ${batch.state}.`;
    return blocked('command batch') ?? known.refusedBy;
  };
  const over = hasEnded(batch);
  const shown = [...sometimes.filter((command) => refusal(command) === null), ...always];
  return (
    <div class="buttons commands" role="group" aria-label="Commands">
      {shown.map((command) => (
        <Press
          key={command}
          refusedBy={refusal(command)}
          hideReason={over}
          onPress={() => setAsked(command)}
          testid={`batch-${command.toLowerCase()}`}
        >
          {command}
        </Press>
      ))}
      {over && (
        <small>{batch.archived === true ? 'The batch has ended and is archived.' : 'The batch has ended.'}</small>
      )}
      {asked !== null && <CommandDialog batch={batch} command={asked} onClose={() => setAsked(null)} />}
    </div>
  );
}

type DialogProps = Readonly<{ batch: BatchView; command: BatchCommand; onClose: () => void }>;

function CommandDialog({ batch, command, onClose }: DialogProps) {
  const [id, setId] = useState(commandId);

  const send = async (reason: string): Promise<string | null> => {
    const request: BatchCommandRequest = { commandId: id, command, reason };
    const answer = await post<Readonly<{ batch: BatchView }>>(
      `/api/batches/${encodeURIComponent(batch.id)}/commands`,
      request,
    );
    if (answer.ok) {
      tell(true, `${command}: ${batch.id} is ${answer.value.batch.state}.`);
      return null;
    }
    if (answer.problem.status !== 0) setId(commandId());
    return answer.problem.message;
  };

  return (
    <ReasonDialog
      title={`${command} ${batch.id}`}
      permission="command batch"
      confirm={command}
      testid="command"
      send={send}
      onClose={onClose}
    >
      <p>{meanings[command]}</p>
    </ReasonDialog>
  );
}
