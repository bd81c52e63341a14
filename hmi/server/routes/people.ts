/** People, as an administrator keeps them, and the sessions that stand: one's own, and everybody's for an administrator. */
import type { FastifyInstance } from 'fastify';
import type { OpenSession } from '../../../plant/ports/people-desk.ts';
import type { FirstPasswordAnswer, PeopleAnswer } from '../../api/answers.ts';
import {
  ldapNameRequest,
  newPersonRequest,
  oidcSubjectRequest,
  reasonRequest,
  rolesRequest,
} from '../../api/requests.ts';
import { checkedInput } from '../checked-input.ts';
import type { PagesOptions } from '../options.ts';
import type { Sessions } from '../sessions.ts';
import type { StreamHub } from '../stream/hub.ts';
import { personOf, sessionOf } from './guard.ts';

const newPersonOf = checkedInput(newPersonRequest);
const rolesOf = checkedInput(rolesRequest);
const reasonOf = checkedInput(reasonRequest);
const ldapNameOf = checkedInput(ldapNameRequest);
const oidcSubjectOf = checkedInput(oidcSubjectRequest);

type OfOne = { Params: { id: string } };
const managed = { config: { permission: 'manage people' } } as const;

export function peopleRoutes(
  api: FastifyInstance,
  { people, access }: PagesOptions,
  sessions: Sessions,
  hub: StreamHub,
): void {
  api.get('/people', managed, async (request): Promise<PeopleAnswer> => {
    const [everybody, given, standing] = await Promise.all([
      access.people(),
      people.certificates(),
      people.sessions(personOf(request)),
    ]);
    return {
      people: everybody.map(
        ({ id, userName, printedName, roles, mustChangePassword, certified, secondFactor, ldapName, oidc }) => ({
          id,
          userName,
          printedName,
          roles,
          mustChangePassword,
          certified: certified === true,
          secondFactor: secondFactor === true,
          ldapName: ldapName ?? null,
          oidc: oidc ?? null,
          certificates: given.filter(({ personId }) => personId === id).length,
        }),
      ),
      sessions: standing,
      hasLdap: people.hasLdap(),
      hasOidc: access.oidcName() !== null,
    };
  });

  api.post('/people', managed, async (request): Promise<FirstPasswordAnswer> => {
    const { firstPassword } = await people.add(newPersonOf(request.body), personOf(request));
    return { firstPassword };
  });

  api.post<OfOne>('/people/:id/roles', managed, async (request) => {
    const { roles, reason } = rolesOf(request.body);
    const { id } = request.params;
    await people.setRoles(id, roles, reason, personOf(request));
    // Records name the roles a person held: the next request is asked of the access room again.
    sessions.forgetPerson(id);
    return {};
  });

  api.post<OfOne>('/people/:id/deactivate', managed, async (request) => {
    const { reason } = reasonOf(request.body);
    await people.deactivate(request.params.id, reason, personOf(request));
    await showOut(request.params.id);
    return {};
  });

  api.post<OfOne>('/people/:id/reset-password', managed, async (request): Promise<FirstPasswordAnswer> => {
    const { reason } = reasonOf(request.body);
    const answer = await people.resetPassword(request.params.id, reason, personOf(request));
    await showOut(request.params.id);
    return answer;
  });

  api.post<OfOne>('/people/:id/ldap-name', managed, async (request) => {
    const { ldapName, reason } = ldapNameOf(request.body);
    const answer = await people.setLdapName(request.params.id, ldapName, reason, personOf(request));
    await showOut(request.params.id);
    return answer;
  });

  api.post<OfOne>('/people/:id/oidc-subject', managed, async (request) => {
    const { oidcSubject, reason } = oidcSubjectOf(request.body);
    await people.setOidcSubject(request.params.id, oidcSubject, reason, personOf(request));
    await showOut(request.params.id);
    return {};
  });

  api.post<OfOne>('/people/:id/remove-second-factor', managed, async (request) => {
    const { reason } = reasonOf(request.body);
    await people.removeSecondFactor(request.params.id, reason, personOf(request));
    await showOut(request.params.id);
    return {};
  });

  api.get('/sessions', async (request): Promise<readonly OpenSession[]> => {
    const { id } = sessionOf(request).person;
    return (await people.sessions(personOf(request))).filter(({ personId }) => personId === id);
  });

  api.post<OfOne>('/sessions/:id/end', { config: { permission: 'by-desk' } }, async (request) => {
    const { reason } = reasonOf(request.body);
    const { personId } = await people.endSession(request.params.id, reason, personOf(request));
    await showOut(personId);
    return {};
  });

  /** Ends the streams of the person's sessions that stand no longer, and remembers none that has ended. */
  async function showOut(personId: string): Promise<void> {
    for (const token of sessions.forgetPerson(personId))
      if ((await sessions.standing(token)) === null) hub.endSession(token);
  }
}
