/** Who stands behind a request: its cookie, asked of the access room, and what a person may do. */
// For the cookies that it adds to fastify's types.
import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { elapsed, type Clock, type Monotonic } from '../../plant/clock.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { Access, SessionView } from '../../plant/ports/access.ts';

const cookieName = 'mesoline-session';
/** A person who asks for nothing this long is asked of the access room again, which ends what was not used. */
const rememberedForMs = 30 * 60_000;

export interface Sessions {
  /** @param watching asked by the page itself: no use of the session. @throws MesolineError `not-logged-in`. */
  of(request: FastifyRequest, watching?: boolean): Promise<SessionView>;
  /**
   * The same without asking the access room where the session was used within the last half hour: for what goes in the
   * safe direction, which waits for nothing slow, and for what a page asks by itself, which is no use of the session.
   */
  atOnce(request: FastifyRequest): Promise<SessionView>;
  find(token: string): Promise<SessionView | null>;
  /** Whether a stream may go on; watching is no use of the session either. */
  standing(token: string): Promise<SessionView | null>;
  open(session: SessionView, request: FastifyRequest, reply: FastifyReply): void;
  close(token: string, reply: FastifyReply): void;
  /** Every session of the person has ended. @returns their tokens, as far as they were seen here. */
  forgetPerson(personId: string): readonly string[];
}

export function createSessions(access: Access, clock: Clock): Sessions {
  const remembered = new Map<string, Readonly<{ session: SessionView; at: Monotonic }>>();

  const remember = (session: SessionView): void => {
    const now = clock.monotonic();
    for (const [token, { at }] of remembered) if (elapsed(at, now) > rememberedForMs) remembered.delete(token);
    remembered.set(session.token, { session, at: now });
  };
  const recall = (token: string): SessionView | null => {
    const known = remembered.get(token);
    if (known === undefined || clock.utc() >= known.session.expiresAt) return null;
    return elapsed(known.at, clock.monotonic()) < rememberedForMs ? known.session : null;
  };
  const find = async (token: string, watching = false): Promise<SessionView | null> => {
    const session = await access.session(token, watching);
    if (session === null) remembered.delete(token);
    else remember(session);
    return session;
  };
  const require = (session: SessionView | null): SessionView => {
    if (session !== null) return session;
    throw mesolineError('not-logged-in', 'session', 'Nobody is logged in here, or the session has ended.', 'Log in.');
  };

  return {
    find: (token) => find(token),
    standing: async (token) => recall(token) ?? (await find(token, true)),
    async of(request, watching = false) {
      const token = tokenOf(request);
      return require(token === null ? null : await find(token, watching));
    },
    async atOnce(request) {
      const token = tokenOf(request);
      return require(token === null ? null : (recall(token) ?? (await find(token, true))));
    },
    open(session, request, reply) {
      remember(session);
      reply.setCookie(cookieName, session.token, {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: request.protocol === 'https',
      });
    },
    close(token, reply) {
      remembered.delete(token);
      reply.clearCookie(cookieName, { path: '/' });
    },
    forgetPerson(personId) {
      const tokens = [...remembered].flatMap(([token, { session }]) => (session.person.id === personId ? [token] : []));
      for (const token of tokens) remembered.delete(token);
      return tokens;
    },
  };
}

export function tokenOf(request: FastifyRequest): string | null {
  const token = request.cookies[cookieName];
  return token === undefined || token === '' ? null : token;
}
