/** Locking out a device or a skid, or giving it back: with a reason that whoever is refused by it reads. */
import type { BlocksAnswer } from '../../../api/answers.ts';
import type { LockOutRequest } from '../../../api/requests.ts';
import { post } from '../api.ts';
import { tell } from '../ui/command.ts';
import { ReasonDialog } from '../ui/reason-dialog.tsx';

export type LockTarget = Readonly<{ skid: string; device: string | null; back: boolean }>;

type Props = Readonly<{ target: LockTarget; onClose: () => void }>;

export function LockDialog({ target: { skid, device, back }, onClose }: Props) {
  const place = device === null ? skid : `${skid}/${device}`;

  const send = async (reason: string): Promise<string | null> => {
    const request: LockOutRequest = { device, reason };
    const url = `/api/skids/${encodeURIComponent(skid)}/${back ? 'give-back' : 'lock-out'}`;
    const answer = await post<BlocksAnswer>(url, request);
    if (!answer.ok) return answer.problem.message;
    tell(true, back ? `${place} was given back.` : `${place} is locked out.`);
    return null;
  };

  return (
    <ReasonDialog
      title={back ? `Give back ${place}` : `Lock out ${place}`}
      permission="lock out for maintenance"
      confirm={back ? 'Give back' : 'Lock out'}
      testid="lock"
      send={send}
      onClose={onClose}
    >
      <p>
        {back
          ? 'Whoever worked there has left, guards are on, and it may be commanded again. Nothing starts by itself.'
          : 'No set point is written there, no safe state of the skid is left and no batch is started until it is given back. A batch that runs is held. Safe states can still be asked for.'}
      </p>
      <p class="faint">This is no substitute for a lock at the energy source.</p>
    </ReasonDialog>
  );
}
