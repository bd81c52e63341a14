/** What a page is told of who is logged in there, and the origin that it names. */
import type { FastifyRequest } from 'fastify';
import { personActor } from '../../plant/people.ts';
import { permissions, type Decision, type Permission, type SessionView } from '../../plant/ports/access.ts';
import type { SessionAnswer } from '../api/answers.ts';
import type { PagesOptions } from './options.ts';
import { siteView } from './routes/health.ts';

export function sessionAnswer(
  options: PagesOptions,
  { person, locked }: SessionView,
  { ip }: FastifyRequest,
): SessionAnswer {
  const actor = personActor(person, ip);
  const { authority, clock } = options;
  return {
    person: { id: person.id, userName: person.userName, printedName: person.printedName, roles: person.roles },
    mustChangePassword: person.mustChangePassword,
    mustCertify: person.certified !== true && authority.decide(actor, 'sign record').allowed,
    locked,
    secondFactor: person.secondFactor === true,
    may: Object.fromEntries(
      permissions.map((permission) => [permission, authority.decide(actor, permission)]),
    ) as Record<Permission, Decision>,
    site: siteView(options),
    serverTime: clock.utc(),
  };
}

/** The page's, as its browser names it; the guard has seen to it that it is of this server. Empty where there is no browser. */
export const originOf = ({ headers }: FastifyRequest): string => headers.origin ?? '';
