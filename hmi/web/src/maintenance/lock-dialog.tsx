/** Locking out a device or a skid, or giving it back: with a reason that whoever is refused by it reads. */
import { useState } from 'preact/hooks';
import type { BlocksAnswer } from '../../../api/answers.ts';
import type { LockOutRequest } from '../../../api/requests.ts';
import { post } from '../api.ts';
import { blocked, tell } from '../ui/command.ts';
import { Dialog, Press } from '../ui/dialog.tsx';

export type LockTarget = Readonly<{ skid: string; device: string | null; back: boolean }>;

type Props = Readonly<{ target: LockTarget; onClose: () => void }>;

export function LockDialog({ target: { skid, device, back }, onClose }: Props) {
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const place = device === null ? skid : `${skid}/${device}`;
  const refusedBy =
    blocked('lock out for maintenance') ??
    (reason.trim() === '' ? 'Give the reason; it is recorded.' : null) ??
    (sending ? 'It has been sent.' : null);

  const send = async (): Promise<void> => {
    setSending(true);
    const request: LockOutRequest = { device, reason };
    const url = `/api/skids/${encodeURIComponent(skid)}/${back ? 'give-back' : 'lock-out'}`;
    const answer = await post<BlocksAnswer>(url, request);
    setSending(false);
    if (!answer.ok) {
      setProblem(answer.problem.message);
      return;
    }
    tell(true, back ? `${place} was given back.` : `${place} is locked out.`);
    onClose();
  };

  return (
    <Dialog title={back ? `Give back ${place}` : `Lock out ${place}`} onClose={onClose}>
      <p>
        {back
          ? 'Whoever worked there has left, guards are on, and it may be commanded again. Nothing starts by itself.'
          : 'No set point is written there, no safe state of the skid is left and no batch is started until it is given back. A batch that runs is held. Safe states can still be asked for.'}
      </p>
      <p class="faint">This is no substitute for a lock at the energy source.</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (refusedBy === null) void send();
        }}
      >
        <label>
          Reason
          <input
            value={reason}
            maxLength={1000}
            autofocus
            onInput={(event) => setReason(event.currentTarget.value)}
            data-testid="reason"
          />
        </label>
      </form>
      {problem !== null && (
        <p class="problem" role="alert" data-testid="lock-problem">
          {problem}
        </p>
      )}
      <div class="buttons">
        <Press strong refusedBy={refusedBy} onPress={() => void send()} testid="lock-confirm">
          {back ? 'Give back' : 'Lock out'}
        </Press>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}
