/** Before every route of the API: same origin, a session, a password that was changed, and the permission. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MesolineError, mesolineError } from '../../../plant/errors.ts';
import { personActor, type Actor } from '../../../plant/people.ts';
import { watchingHeader } from '../../api/watching.ts';
import type { Access, Authority, Permission, SessionView } from '../../../plant/ports/access.ts';
import { requireSameOrigin } from '../same-origin.ts';
import { type Sessions } from '../sessions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    session: SessionView | null;
  }
  interface FastifyContextConfig {
    /** For whom the route is open without a login: health and login themselves. */
    open?: boolean;
    /** Open to somebody who has yet to change the first password, and in a locked session: it concerns that session alone. */
    beforePasswordChange?: boolean;
    /** What the person must be allowed; `by-desk` where the desk decides, and records its refusal. Left out: `view`. */
    permission?: Permission | 'by-desk';
    /** Whether this body asks for something in the safe direction, which waits for no other room. */
    safeDirection?: (body: unknown) => boolean;
  }
}

export function guardRoutes(api: FastifyInstance, sessions: Sessions, authority: Authority): void {
  api.decorateRequest('session', null);

  api.addHook('onRequest', (request, _reply, next) => {
    requireSameOrigin(request);
    next();
  });

  api.addHook('preHandler', async (request) => {
    const { open, beforePasswordChange, permission = 'view', safeDirection } = request.routeOptions.config;
    if (open === true || request.is404) return;
    const byItself = request.method === 'GET' && request.headers[watchingHeader] !== undefined;
    const isSafe = safeDirection?.(request.body) === true;
    const views = request.method === 'GET' && permission === 'view';
    const session = await (isSafe || (byItself && views) ? sessions.atOnce(request) : sessions.of(request, byItself));
    request.session = session;
    if (session.locked && !isSafe && !views && beforePasswordChange !== true) {
      throw mesolineError(
        'session-locked',
        session.person.userName,
        'Nobody has used this page for 10 minutes.',
        'Unlock it with your password; to watch, and to hold, stop or make safe, nothing has to be unlocked.',
      );
    }
    if (session.person.mustChangePassword && beforePasswordChange !== true) {
      throw mesolineError(
        'password-change-required',
        session.person.userName,
        'The first password has not been changed yet.',
        'Change it; then everything that your roles allow is open.',
      );
    }
    if (permission === 'by-desk' || beforePasswordChange === true) return;
    const decision = authority.decide(personActor(session.person, request.ip), permission);
    if (decision.allowed) return;
    throw mesolineError('not-allowed', permission, decision.reason, 'Ask somebody who holds the role.');
  });
}

const refusals: ReadonlySet<string> = new Set(['not-allowed', 'not-permitted']);

/** Puts on record whoever asks for what they may not, whether the guard, a desk or the rule of two people refuses. */
export function recordRefusals(api: FastifyInstance, access: Access): void {
  api.addHook('onError', (request, _reply, error, done) => {
    const refused = error instanceof MesolineError && refusals.has(error.code) ? error : null;
    if (refused !== null && request.session !== null) {
      const what = `${request.method} ${request.routeOptions.url ?? ''}`;
      access.refused({ actor: personOf(request), what, why: refused.faults.map(({ problem }) => problem).join(' ') });
    }
    done();
  });
}

/** The session that the guard has found. */
export function sessionOf(request: FastifyRequest): SessionView {
  if (request.session !== null) return request.session;
  throw mesolineError('not-logged-in', 'session', 'Nobody is logged in here.', 'Log in.');
}

export const personOf = (request: FastifyRequest): Actor => personActor(sessionOf(request).person, request.ip);
