/** Login, logout, the first password and who is logged in. */
import type { FastifyInstance } from 'fastify';
import { MesolineError, mesolineError } from '../../../plant/errors.ts';
import type { FactorEnrolment } from '../../../plant/ports/access.ts';
import {
  askKeyRequest,
  codeRequest,
  loginRequest,
  newKeyRequest,
  nothing,
  passwordRequest,
  provenRequest,
} from '../../api/requests.ts';
import { checkedInput } from '../checked-input.ts';
import type { PagesOptions } from '../options.ts';
import { originOf, sessionAnswer } from '../session-answer.ts';
import { type Sessions } from '../sessions.ts';
import type { StreamHub } from '../stream/hub.ts';
import { sessionOf } from './guard.ts';

const loginOf = checkedInput(loginRequest);
const passwordOf = checkedInput(passwordRequest);
const provenOf = checkedInput(provenRequest);
const codeOf = checkedInput(codeRequest);
const nothingOf = checkedInput(nothing);
const askKeyOf = checkedInput(askKeyRequest);
const newKeyOf = checkedInput(newKeyRequest);

/** Logins from one address in a minute; the access room locks a person out long before that. */
const logins = { max: 60, timeWindow: 60_000 };

export function accessRoutes(api: FastifyInstance, options: PagesOptions, sessions: Sessions, hub: StreamHub): void {
  const { access } = options;

  api.post('/login', { config: { open: true, rateLimit: logins } }, async (request, reply) => {
    const { securityKey, ...credentials } = loginOf(request.body);
    const proof = securityKey === undefined ? {} : { securityKey: { answer: securityKey, origin: originOf(request) } };
    const session = await access.login({ ...credentials, ...proof, terminal: request.ip });
    sessions.open(session, request, reply);
    return sessionAnswer(options, session, request);
  });

  api.post('/login/security-key', { config: { open: true, rateLimit: logins } }, async (request) => {
    const credentials = { ...askKeyOf(request.body), terminal: request.ip };
    return { options: await access.askSecurityKey(credentials, originOf(request)) };
  });

  api.post('/security-keys/begin', { config: { rateLimit: logins } }, async (request) => {
    const { password } = provenOf(request.body);
    const { token } = sessionOf(request);
    return {
      options: await atHome(() => access.beginSecurityKey(token, password, originOf(request), request.ip)),
    };
  });

  api.post('/security-keys/confirm', { config: { rateLimit: logins } }, async (request) => {
    const { name, answer: said } = newKeyOf(request.body);
    const proof = { answer: said, origin: originOf(request) };
    await access.confirmSecurityKey(sessionOf(request).token, name, proof, request.ip);
    return {};
  });

  api.post('/logout', { config: { beforePasswordChange: true } }, async (request, reply) => {
    nothingOf(request.body);
    const { token } = sessionOf(request);
    sessions.close(token, reply);
    hub.endSession(token);
    await access.logout(token, request.ip);
    return {};
  });

  api.get('/session', { config: { beforePasswordChange: true } }, (request) =>
    Promise.resolve(sessionAnswer(options, sessionOf(request), request)),
  );

  for (const deed of ['unlock', 'certify'] as const) {
    api.post(`/${deed}`, { config: { beforePasswordChange: true, rateLimit: logins } }, async (request, reply) => {
      const { password } = provenOf(request.body);
      const session = await atHome(() => access[deed](sessionOf(request).token, password, request.ip));
      sessions.open(session, request, reply);
      return sessionAnswer(options, session, request);
    });
  }

  api.post('/second-factor/begin', { config: { rateLimit: logins } }, async (request): Promise<FactorEnrolment> => {
    const { password } = provenOf(request.body);
    return atHome(() => access.beginSecondFactor(sessionOf(request).token, password, request.ip));
  });

  api.post('/second-factor/confirm', { config: { rateLimit: logins } }, async (request) => {
    const { code } = codeOf(request.body);
    await access.confirmSecondFactor(sessionOf(request).token, code, request.ip);
    return {};
  });

  api.post('/password', { config: { beforePasswordChange: true } }, async (request, reply) => {
    const { oldPassword, newPassword } = passwordOf(request.body);
    const { token, person } = sessionOf(request);
    await atHome(() => access.changePassword(token, oldPassword, newPassword, request.ip));
    // The change ends every session of the person, this one too; whoever has just proven both passwords goes on.
    sessions.close(token, reply);
    for (const ended of [token, ...sessions.forgetPerson(person.id)]) hub.endSession(ended);
    const credentials = { userName: person.userName, password: newPassword, terminal: request.ip };
    if (person.secondFactor === true) {
      throw mesolineError('session-ended', 'session', 'The password is changed.', 'Log in by it, and by a new code.');
    }
    const session = (await sessions.find(token)) ?? (await access.login(credentials));
    sessions.open(session, request, reply);
    return sessionAnswer(options, session, request);
  });
}

/** A wrong password of whoever is logged in ends nothing: the page keeps its login and says what is wrong. */
async function atHome<T>(prove: () => Promise<T>): Promise<T> {
  try {
    return await prove();
  } catch (thrown) {
    if (thrown instanceof MesolineError && thrown.code === 'login-refused')
      throw new MesolineError('password-refused', thrown.faults);
    throw thrown;
  }
}
