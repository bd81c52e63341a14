/** Login, logout, the first password and who is logged in. */
import type { FastifyInstance } from 'fastify';
import { MesolineError } from '../../../plant/errors.ts';
import { permissions, type Decision, type Permission } from '../../../plant/ports/access.ts';
import type { SessionView } from '../../../plant/ports/access.ts';
import { personActor, type Actor } from '../../../plant/people.ts';
import type { SessionAnswer } from '../../api/answers.ts';
import { loginRequest, nothing, passwordRequest, provenRequest } from '../../api/requests.ts';
import { checkedInput } from '../checked-input.ts';
import type { PagesOptions } from '../options.ts';
import { type Sessions } from '../sessions.ts';
import type { StreamHub } from '../stream/hub.ts';
import { personOf, sessionOf } from './guard.ts';
import { siteView } from './health.ts';

const loginOf = checkedInput(loginRequest);
const passwordOf = checkedInput(passwordRequest);
const provenOf = checkedInput(provenRequest);
const nothingOf = checkedInput(nothing);

/** Logins from one address in a minute; the access room locks a person out long before that. */
const loginsPerMinute = 60;

export function accessRoutes(api: FastifyInstance, options: PagesOptions, sessions: Sessions, hub: StreamHub): void {
  const { access } = options;

  const answer = ({ person, locked }: SessionView, actor: Actor): SessionAnswer => ({
    person: { id: person.id, userName: person.userName, printedName: person.printedName, roles: person.roles },
    mustChangePassword: person.mustChangePassword,
    mustCertify: person.certified !== true && options.authority.decide(actor, 'sign record').allowed,
    locked,
    may: Object.fromEntries(
      permissions.map((permission) => [permission, options.authority.decide(actor, permission)]),
    ) as Record<Permission, Decision>,
    site: siteView(options),
    serverTime: options.clock.utc(),
  });

  api.post(
    '/login',
    { config: { open: true, rateLimit: { max: loginsPerMinute, timeWindow: 60_000 } } },
    async (request, reply) => {
      const { userName, password } = loginOf(request.body);
      const session = await access.login({ userName, password, terminal: request.ip });
      sessions.open(session, request, reply);
      return answer(session, personActor(session.person, request.ip));
    },
  );

  api.post('/logout', { config: { beforePasswordChange: true } }, async (request, reply) => {
    nothingOf(request.body);
    const { token } = sessionOf(request);
    sessions.close(token, reply);
    hub.endSession(token);
    await access.logout(token);
    return {};
  });

  api.get('/session', { config: { beforePasswordChange: true } }, (request) =>
    Promise.resolve(answer(sessionOf(request), personOf(request))),
  );

  for (const deed of ['unlock', 'certify'] as const) {
    api.post(
      `/${deed}`,
      { config: { beforePasswordChange: true, rateLimit: { max: loginsPerMinute, timeWindow: 60_000 } } },
      async (request, reply) => {
        const { password } = provenOf(request.body);
        try {
          const session = await access[deed](sessionOf(request).token, password, request.ip);
          sessions.open(session, request, reply);
          return answer(session, personActor(session.person, request.ip));
        } catch (thrown) {
          // A wrong password does not end what is only locked.
          if (thrown instanceof MesolineError && thrown.code === 'login-refused')
            throw new MesolineError('password-refused', thrown.faults);
          throw thrown;
        }
      },
    );
  }

  api.post('/password', { config: { beforePasswordChange: true } }, async (request, reply) => {
    const { oldPassword, newPassword } = passwordOf(request.body);
    const { token, person } = sessionOf(request);
    try {
      await access.changePassword(token, oldPassword, newPassword);
    } catch (thrown) {
      // A wrong old password is no ended session: the page keeps its login and says what is wrong.
      if (thrown instanceof MesolineError && thrown.code === 'login-refused') {
        throw new MesolineError('password-refused', thrown.faults);
      }
      throw thrown;
    }
    // The change ends every session of the person, this one too; whoever has just proven both passwords goes on.
    sessions.close(token, reply);
    for (const ended of [token, ...sessions.forgetPerson(person.id)]) hub.endSession(ended);
    const credentials = { userName: person.userName, password: newPassword, terminal: request.ip };
    const session = (await sessions.find(token)) ?? (await access.login(credentials));
    sessions.open(session, request, reply);
    return answer(session, personActor(session.person, request.ip));
  });
}
