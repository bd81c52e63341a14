/** A new person: names that are never given to another, roles, and how it was made sure who it is (21 CFR 11.100(b)). */
import { useState } from 'preact/hooks';
import type { Role } from '../../../../plant/people.ts';
import type { FirstPasswordAnswer } from '../../../api/answers.ts';
import { post } from '../api.ts';
import { blocked } from '../ui/command.ts';
import { Dialog, DialogButtons } from '../ui/dialog.tsx';
import { RoleBoxes, rolesFault } from './role-boxes.tsx';

type Props = Readonly<{
  onAdded: (said: Readonly<{ printedName: string; firstPassword: string }>) => void;
  onClose: () => void;
}>;

export function AddPersonDialog({ onAdded, onClose }: Props) {
  const [userName, setUserName] = useState('');
  const [printedName, setPrintedName] = useState('');
  const [identityProof, setIdentityProof] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const missing = [userName, printedName, identityProof].some((text) => text.trim() === '')
    ? 'Fill in every field.'
    : rolesFault(roles);
  const send = async (): Promise<void> => {
    setSending(true);
    const answer = await post<FirstPasswordAnswer>('/api/people', { userName, printedName, roles, identityProof });
    setSending(false);
    if (!answer.ok) {
      setProblem(answer.problem.message);
      return;
    }
    onAdded({ printedName, firstPassword: answer.value.firstPassword });
    onClose();
  };
  return (
    <Dialog title="Add a person" onClose={onClose}>
      <div class="form">
        <label>
          Printed name, as it stands beside a signature
          <input
            value={printedName}
            maxLength={200}
            autofocus
            onInput={(event) => setPrintedName(event.currentTarget.value)}
            data-testid="person-printed-name"
          />
        </label>
        <label>
          User name, never given to another
          <input
            value={userName}
            maxLength={40}
            autocomplete="off"
            onInput={(event) => setUserName(event.currentTarget.value)}
            data-testid="person-user-name"
          />
        </label>
        <RoleBoxes held={roles} onChange={setRoles} />
        <label>
          How it was made sure who this is, and by whom
          <input
            value={identityProof}
            maxLength={1000}
            onInput={(event) => setIdentityProof(event.currentTarget.value)}
            data-testid="person-identity-proof"
          />
        </label>
      </div>
      {problem !== null && (
        <p class="problem" role="alert" data-testid="person-problem">
          {problem}
        </p>
      )}
      <DialogButtons
        confirm="Add"
        refusedBy={blocked('manage people') ?? missing ?? (sending ? 'It has been sent.' : null)}
        onPress={() => void send()}
        testid="person-add-confirm"
        onClose={onClose}
      />
    </Dialog>
  );
}
