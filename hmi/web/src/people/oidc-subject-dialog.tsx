/** Whom the identity provider of the house knows a person as. */
import { useState } from 'preact/hooks';
import type { PeopleAnswer } from '../../../api/answers.ts';
import { post } from '../api.ts';
import { ReasonDialog } from '../ui/reason-dialog.tsx';

type Props = Readonly<{ person: PeopleAnswer['people'][number]; onClose: () => void }>;

export function OidcSubjectDialog({ person: { id, printedName, oidc }, onClose }: Props) {
  const [text, setText] = useState(oidc?.subject ?? '');
  const oidcSubject = text.trim() === '' ? null : text.trim();
  const send = async (reason: string): Promise<string | null> => {
    const answer = await post(`/api/people/${id}/oidc-subject`, { oidcSubject, reason });
    return answer.ok ? null : answer.problem.message;
  };
  return (
    <ReasonDialog
      title={`How the login of the house knows ${printedName}`}
      permission="manage people"
      confirm={oidcSubject === null ? 'It knows nobody here as that person' : 'Bind the person to it'}
      testid="oidc-subject"
      send={send}
      onClose={onClose}
    >
      <label>
        Subject (<code>sub</code>) in its tokens; empty: none
        <input
          value={text}
          maxLength={255}
          autocomplete="off"
          onInput={(event) => setText(event.currentTarget.value)}
          data-testid="oidc-subject-text"
        />
      </label>
      <p>
        Somebody who logs in there and is not bound yet is told their subject, and it stands in the audit trail. Every
        session of the person ends now. A signature asks the password, as before.
      </p>
    </ReasonDialog>
  );
}
