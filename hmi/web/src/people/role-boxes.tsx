/** Which roles a person holds, to be ticked. */
import { roles, type Role } from '../../../../plant/people.ts';

type Props = Readonly<{ held: readonly Role[]; onChange: (held: readonly Role[]) => void }>;

export function RoleBoxes({ held, onChange }: Props) {
  return (
    <fieldset>
      <legend>Roles</legend>
      {roles.map((role) => (
        <label key={role}>
          <input
            type="checkbox"
            checked={held.includes(role)}
            onChange={({ currentTarget }) =>
              onChange(currentTarget.checked ? [...held, role] : held.filter((one) => one !== role))
            }
            data-testid={`role-${role.replaceAll(' ', '-')}`}
          />{' '}
          {role}
        </label>
      ))}
    </fieldset>
  );
}

/** Why these roles cannot be given together, or null. The server judges for itself. */
export function rolesFault(held: readonly Role[]): string | null {
  if (held.length === 0) return 'Give at least one role.';
  return held.includes('administrator') && held.length > 1 ? 'An administrator holds no other role.' : null;
}
