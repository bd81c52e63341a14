/** A login by the identity provider of the house: the browser goes there, and what it brings back is handed in by the page it returns to. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OidcReturn } from '../../../plant/ports/oidc.ts';
import type { HouseLoginAnswer } from '../../api/answers.ts';
import { nothing, oidcKeyRequest, oidcRequest } from '../../api/requests.ts';
import { checkedInput } from '../checked-input.ts';
import type { PagesOptions } from '../options.ts';
import { originOf, sessionAnswer } from '../session-answer.ts';
import type { Sessions } from '../sessions.ts';

const nothingOf = checkedInput(nothing);
const oidcOf = checkedInput(oidcRequest);
const oidcKeyOf = checkedInput(oidcKeyRequest);

const cookieName = 'mesoline-oidc';
const cookiePath = '/api/login/oidc';
/** A login is begun for ten minutes. */
const cookieSeconds = 600;
const logins = { max: 60, timeWindow: 60_000 };
const open = { config: { open: true, rateLimit: logins } } as const;

export function oidcRoutes(api: FastifyInstance, options: PagesOptions, sessions: Sessions): void {
  const { access } = options;

  api.get('/login/oidc', { config: { open: true } }, (): Promise<HouseLoginAnswer> =>
    Promise.resolve({ name: access.oidcName() }),
  );

  api.post('/login/oidc/begin', open, async (request, reply) => {
    nothingOf(request.body);
    const { url, browser } = await access.beginOidc(originOf(request), request.ip);
    keep(browser, request, reply);
    return { url };
  });

  api.post('/login/oidc/end', open, async (request, reply) => {
    const { query, code, securityKey } = oidcOf(request.body);
    const proof = securityKey === undefined ? {} : { securityKey: { answer: securityKey, origin: originOf(request) } };
    const factor = code === undefined ? proof : { code, ...proof };
    const session = await access.loginOidc({ ...backOf(query, request), ...factor, terminal: request.ip });
    reply.clearCookie(cookieName, { path: cookiePath });
    sessions.open(session, request, reply);
    return sessionAnswer(options, session, request);
  });

  api.post('/login/oidc/security-key', open, async (request) => {
    const { query } = oidcKeyOf(request.body);
    return { options: await access.askSecurityKeyOidc(backOf(query, request), originOf(request), request.ip) };
  });
}

const backOf = (query: string, { cookies }: FastifyRequest): OidcReturn => ({
  query,
  browser: cookies[cookieName] ?? '',
});

const keep = (browser: string, { protocol }: FastifyRequest, reply: FastifyReply): FastifyReply =>
  reply.setCookie(cookieName, browser, {
    path: cookiePath,
    httpOnly: true,
    sameSite: 'strict',
    secure: protocol === 'https',
    maxAge: cookieSeconds,
  });
