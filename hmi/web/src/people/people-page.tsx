/** Who may act here: the administrator adds people, changes what they may, gives new first passwords and ends sessions. */
import { useState } from 'preact/hooks';
import type { PeopleAnswer } from '../../../api/answers.ts';
import { Link } from '../router.tsx';
import { denied } from '../session.ts';
import { Dialog, Press } from '../ui/dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { useWatched } from '../ui/use-watched.ts';
import { AddPersonDialog } from './add-person-dialog.tsx';
import { ChangeDialog, type Change } from './change-dialog.tsx';
import { LdapNameDialog } from './ldap-name-dialog.tsx';
import { OidcSubjectDialog } from './oidc-subject-dialog.tsx';
import { RolesDialog } from './roles-dialog.tsx';
import { SessionsTable } from './sessions-table.tsx';

type Listed = PeopleAnswer['people'][number];
type Other = 'roles' | 'ldap-name' | 'oidc-subject';
type Asked = Readonly<{ what: 'add' } | { what: Other | Change; person: Listed }>;
const others: ReadonlySet<string> = new Set(['add', 'roles', 'ldap-name', 'oidc-subject']);
const isChange = (asked: Asked): asked is Readonly<{ what: Change; person: Listed }> => !others.has(asked.what);
/** A first password, on this page alone and until it is closed. */
type Said = Readonly<{ printedName: string; firstPassword: string }>;

const lookEveryMs = 5000;

export function PeoplePage() {
  const { value, problem, again } = useWatched<PeopleAnswer>('/api/people', lookEveryMs);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const close = (): void => {
    setAsked(null);
    again();
  };
  const nameOf = (id: string): string => value?.people.find((one) => one.id === id)?.printedName ?? id;
  return (
    <>
      <h1>People</h1>
      {problem !== null && <p class="problem">{problem}</p>}
      {value !== null && (
        <>
          <PeopleTable people={value.people} hasLdap={value.hasLdap} hasOidc={value.hasOidc} ask={setAsked} />
          <SessionsTable sessions={value.sessions} nameOf={nameOf} done={again} />
        </>
      )}
      {asked?.what === 'add' && <AddPersonDialog onAdded={setSaid} onClose={close} />}
      {asked?.what === 'roles' && <RolesDialog person={asked.person} onClose={close} />}
      {asked?.what === 'ldap-name' && <LdapNameDialog person={asked.person} onPassword={setSaid} onClose={close} />}
      {asked?.what === 'oidc-subject' && <OidcSubjectDialog person={asked.person} onClose={close} />}
      {asked !== null && isChange(asked) && (
        <ChangeDialog change={asked.what} person={asked.person} onPassword={setSaid} onClose={close} />
      )}
      {said !== null && <FirstPassword said={said} onClose={() => setSaid(null)} />}
    </>
  );
}

type TableProps = Readonly<{
  people: readonly Listed[];
  hasLdap: boolean;
  hasOidc: boolean;
  ask: (asked: Asked) => void;
}>;

const passwordText = ({ ldapName, mustChangePassword }: Listed): string =>
  ldapName !== null ? `LDAP: ${ldapName}` : mustChangePassword ? 'first, to be changed' : 'own';

function PeopleTable({ people, hasLdap, hasOidc, ask }: TableProps) {
  const refusedBy = denied('manage people');
  return (
    <section class="panel" aria-label="People who may act here">
      <header>
        <h2>People</h2>
        <Press refusedBy={refusedBy} onPress={() => ask({ what: 'add' })} testid="person-add">
          Add a person …
        </Press>
      </header>
      <table class="rows" data-testid="people">
        <TableHead
          columns={['Printed name', 'User name', 'Roles', 'Password', 'Second factor', 'Signature', 'Certificates', '']}
        />
        <tbody>
          {people.map((person) => (
            <tr key={person.id} data-testid={`person-${person.userName}`}>
              <th scope="row">{person.printedName}</th>
              <td>{person.userName}</td>
              <td>{person.roles.join(', ')}</td>
              <td>
                {passwordText(person)}
                {person.oidc !== null && <div>OIDC: {person.oidc.subject}</div>}
              </td>
              <td>
                {person.secondFactor ? (
                  <Press
                    hideReason
                    refusedBy={refusedBy}
                    onPress={() => ask({ what: 'remove-second-factor', person })}
                    testid="remove-second-factor"
                  >
                    Remove …
                  </Press>
                ) : (
                  '–'
                )}
              </td>
              <td>{person.certified ? 'certified' : '–'}</td>
              <td>{person.certificates === 0 ? '–' : <Link to="/certificates">{person.certificates}</Link>}</td>
              <td>
                <span class="buttons">
                  <Press hideReason refusedBy={refusedBy} onPress={() => ask({ what: 'roles', person })} testid="roles">
                    Roles …
                  </Press>
                  {person.ldapName === null && (
                    <Press
                      hideReason
                      refusedBy={refusedBy}
                      onPress={() => ask({ what: 'reset-password', person })}
                      testid="reset-password"
                    >
                      New first password …
                    </Press>
                  )}
                  {(hasLdap || person.ldapName !== null) && (
                    <Press
                      hideReason
                      refusedBy={refusedBy}
                      onPress={() => ask({ what: 'ldap-name', person })}
                      testid="ldap-name"
                    >
                      LDAP …
                    </Press>
                  )}
                  {(hasOidc || person.oidc !== null) && (
                    <Press
                      hideReason
                      refusedBy={refusedBy}
                      onPress={() => ask({ what: 'oidc-subject', person })}
                      testid="oidc-subject"
                    >
                      OIDC …
                    </Press>
                  )}
                  <Press
                    hideReason
                    refusedBy={refusedBy}
                    onPress={() => ask({ what: 'deactivate', person })}
                    testid="deactivate"
                  >
                    Has left …
                  </Press>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function FirstPassword({ said, onClose }: Readonly<{ said: Said; onClose: () => void }>) {
  return (
    <Dialog title={`First password of ${said.printedName}`} onClose={onClose}>
      <p>
        <code data-testid="first-password">{said.firstPassword}</code>
      </p>
      <p>It is shown this once. Hand it over in person; it has to be changed at the first login.</p>
      <button type="button" class="strong" onClick={onClose} data-testid="first-password-close">
        It is handed over
      </button>
    </Dialog>
  );
}
