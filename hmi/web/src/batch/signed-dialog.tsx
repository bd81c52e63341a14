/**
 * A dialog for what is recorded with a reason and signed by the roles that the recipe asks: it is sent once under one id, and
 * what was typed stays after a refusal, but for the passwords.
 */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Permission } from '../../../../plant/ports/access.ts';
import { commandId, type Answer } from '../api.ts';
import { blocked, tell } from '../ui/command.ts';
import { Dialog, DialogButtons } from '../ui/dialog.tsx';
import type { Signer } from './signer.ts';
import { SignerFields } from './signer-fields.tsx';
import { signersMissing } from './start-order.ts';
import { SubmitOnEnter } from './submit-on-enter.tsx';

export type Signing = Readonly<{ commandId: string; reason: string; signers: Signer[] }>;

type Props = Readonly<{
  title: string;
  /** What the person at the page must be allowed; the signers are proven by the server. */
  permission: Permission;
  /** The word on the button that sends it. */
  confirm: string;
  /** Begins the test ids. */
  testid: string;
  /** Who signs, in order. */
  roles: readonly string[];
  /** `none`: it asks no reason; `optional`: it takes one. */
  reason?: 'none' | 'optional';
  /** What has not been filled in yet, or null. */
  missing?: string | null;
  send: (signing: Signing) => Promise<Answer<unknown>>;
  /** Said where it was done. */
  done: string;
  onDone?: () => void;
  onClose: () => void;
  wide?: boolean;
  children: ComponentChildren;
}>;

const nobody: Signer = { userName: '', password: '' };

export function SignedDialog(props: Props) {
  const { title, permission, confirm, testid, roles, reason: asks, missing, send, done, onDone, onClose, wide } = props;
  const [reason, setReason] = useState('');
  const [signers, setSigners] = useState<readonly Signer[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [id, setId] = useState(commandId);
  const [sending, setSending] = useState(false);
  const given = roles.map((_role, index) => signers[index] ?? nobody);
  const refusedBy =
    blocked(permission) ??
    (sending ? 'It has been sent.' : null) ??
    missing ??
    (asks === undefined && reason.trim() === '' ? 'Give the reason; it is recorded.' : null) ??
    signersMissing(roles, given);

  const act = async (): Promise<void> => {
    setSending(true);
    setProblem(null);
    const answer = await send({ commandId: id, reason: reason.trim(), signers: given });
    setSending(false);
    setSigners(given.map(({ userName }) => ({ userName, password: '' })));
    if (answer.ok) {
      tell(true, done);
      onDone?.();
      onClose();
      return;
    }
    // A refusal is an answer: what is asked next is something new. Without an answer the same is asked again.
    if (answer.problem.status !== 0) setId(commandId());
    setProblem(answer.problem.message);
  };

  return (
    <Dialog title={title} onClose={onClose} wide={wide === true}>
      <form
        class="form touch"
        onSubmit={(event) => {
          event.preventDefault();
          if (refusedBy === null) void act();
        }}
      >
        {props.children}
        {asks !== 'none' && (
          <label>
            Reason{asks === 'optional' ? ' (where there is one)' : ''}
            <input
              value={reason}
              maxLength={1000}
              onInput={(event) => setReason(event.currentTarget.value)}
              data-testid={`${testid}-reason`}
            />
          </label>
        )}
        <SignerFields roles={roles} signers={given} onChange={setSigners} />
        <SubmitOnEnter refused={refusedBy !== null} />
      </form>
      {problem !== null && (
        <p class="problem" role="alert" data-testid={`${testid}-problem`}>
          {problem}
        </p>
      )}
      <div class="touch">
        <DialogButtons
          confirm={confirm}
          refusedBy={refusedBy}
          onPress={() => void act()}
          testid={`${testid}-confirm`}
          onClose={onClose}
        />
      </div>
    </Dialog>
  );
}
