/** Where a person's password is kept: by the LDAP server under a name there, or here. */
import { useState } from 'preact/hooks';
import type { PeopleAnswer } from '../../../api/answers.ts';
import { post } from '../api.ts';
import { ReasonDialog } from '../ui/reason-dialog.tsx';

type Props = Readonly<{
  person: PeopleAnswer['people'][number];
  onPassword: (said: Readonly<{ printedName: string; firstPassword: string }>) => void;
  onClose: () => void;
}>;

export function LdapNameDialog({ person, onPassword, onClose }: Props) {
  const { id, printedName } = person;
  const [text, setText] = useState(person.ldapName ?? '');
  const ldapName = text.trim() === '' ? null : text.trim();
  const send = async (reason: string): Promise<string | null> => {
    const answer = await post<Readonly<{ firstPassword: string | null }>>(`/api/people/${id}/ldap-name`, {
      ldapName,
      reason,
    });
    if (!answer.ok) return answer.problem.message;
    const { firstPassword } = answer.value;
    if (firstPassword !== null) onPassword({ printedName, firstPassword });
    return null;
  };
  return (
    <ReasonDialog
      title={`Where the password of ${printedName} is kept`}
      permission="manage people"
      confirm={ldapName === null ? 'Keep it here, by a first password' : 'Keep it by the LDAP server'}
      testid="ldap-name"
      send={send}
      onClose={onClose}
    >
      <label>
        Name at the LDAP server, as a bind takes it; empty: the password is kept here
        <input
          value={text}
          maxLength={500}
          autocomplete="off"
          placeholder="uid=ada,ou=people,dc=example,dc=com"
          onInput={(event) => setText(event.currentTarget.value)}
          data-testid="ldap-name-text"
        />
      </label>
      <p>Every session of the person ends now. Roles, second factor and what was signed stay as they are.</p>
    </ReasonDialog>
  );
}
