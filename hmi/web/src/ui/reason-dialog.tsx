/** A dialog for what is recorded with a reason: it asks for one, sends once, and says what was refused. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Permission } from '../../../../plant/ports/access.ts';
import { blocked } from './command.ts';
import { Dialog, DialogButtons } from './dialog.tsx';

type Props = Readonly<{
  title: string;
  /** What the person must be allowed. */
  permission: Permission;
  /** The word on the button that sends it. */
  confirm: string;
  /** Begins the test ids of the button and of the refusal. */
  testid: string;
  /** Gives why it was refused, or null where it was done: then the dialog closes. */
  send: (reason: string) => Promise<string | null>;
  onClose: () => void;
  children: ComponentChildren;
}>;

export function ReasonDialog({ title, permission, confirm, testid, send, onClose, children }: Props) {
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const refusedBy =
    blocked(permission) ??
    (reason.trim() === '' ? 'Give the reason; it is recorded.' : null) ??
    (sending ? 'It has been sent.' : null);

  const act = async (): Promise<void> => {
    setSending(true);
    const refusal = await send(reason);
    setSending(false);
    if (refusal === null) onClose();
    else setProblem(refusal);
  };

  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (refusedBy === null) void act();
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
        <p class="problem" role="alert" data-testid={`${testid}-problem`}>
          {problem}
        </p>
      )}
      <DialogButtons
        confirm={confirm}
        refusedBy={refusedBy}
        onPress={() => void act()}
        testid={`${testid}-confirm`}
        onClose={onClose}
      />
    </Dialog>
  );
}
