/** Other roles for a person, with the reason; they count from then on, also in sessions that stand. */
import { useState } from 'preact/hooks';
import type { PersonView } from '../../../api/answers.ts';
import { post } from '../api.ts';
import { ReasonDialog } from '../ui/reason-dialog.tsx';
import { RoleBoxes, rolesFault } from './role-boxes.tsx';

export function RolesDialog({ person, onClose }: Readonly<{ person: PersonView; onClose: () => void }>) {
  const [roles, setRoles] = useState(person.roles);
  const send = async (reason: string): Promise<string | null> => {
    const fault = rolesFault(roles);
    if (fault !== null) return fault;
    const answer = await post(`/api/people/${person.id}/roles`, { roles, reason });
    return answer.ok ? null : answer.problem.message;
  };
  return (
    <ReasonDialog
      title={`Roles of ${person.printedName}`}
      permission="manage people"
      confirm="Change the roles"
      testid="roles"
      send={send}
      onClose={onClose}
    >
      <p>Until now: {person.roles.join(', ')}.</p>
      <RoleBoxes held={roles} onChange={setRoles} />
    </ReasonDialog>
  );
}
