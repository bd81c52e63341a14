/** How whatever goes wrong is answered: a status, and `{code, message, faults}` in words for the person who asked. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { MesolineError, mesolineError, messageOf, type Fault } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { ErrorAnswer } from '../api/answers.ts';

const statusOfCode: Readonly<Record<string, number>> = {
  'bad-request': 400,
  'not-logged-in': 401,
  'login-refused': 401,
  'session-ended': 401,
  'second-factor-required': 403,
  'security-key-refused': 409,
  'not-allowed': 403,
  'password-change-required': 403,
  'cross-site-request': 403,
  'not-permitted': 403,
  'not-found': 404,
  'certificate-unknown': 404,
  'no-such-record': 404,
  'session-locked': 423,
  'media-type': 415,
  'login-locked': 429,
  'too-many-requests': 429,
  'login-busy': 503,
  'breached-list-damaged': 503,
  'second-factor-unreadable': 503,
  'ldap-unreachable': 503,
  'oidc-unreachable': 503,
  'too-many-streams': 503,
  'record-refused': 503,
  'history-unavailable': 503,
  'genealogy-not-ready': 503,
  'configuration-not-ready': 503,
};

/** A refusal that another room threw is a conflict with the state of things, not a failure of ours. */
export const statusOf = (error: MesolineError): number => statusOfCode[error.code] ?? 409;

export const errorAnswer = (code: string, faults: readonly Fault[]): ErrorAnswer => ({
  code,
  message: faults.map(({ problem, remedy }) => `${problem} ${remedy}`).join(' '),
  faults,
});

export const notFound = (what: string, name: string, remedy: string): MesolineError =>
  mesolineError('not-found', what, `There is no ${what} "${name}".`, remedy);

export function answerError(log: Log) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = error instanceof MesolineError ? error : ofHttp(error as FastifyError, request);
    if (known !== null) return reply.code(statusOf(known)).send(errorAnswer(known.code, known.faults));
    log.error(
      { route: request.routeOptions.url, error: stackOf(error) },
      `a page's request failed: ${messageOf(error)}`,
    );
    return reply.code(500).send(
      errorAnswer('internal', [
        {
          where: `${request.method} ${request.routeOptions.url ?? request.url}`,
          problem: 'The server failed at this request.',
          remedy: 'Try again; if it stays, hand the log to maintenance.',
        },
      ]),
    );
  };
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** What fastify itself refuses: a body that is not JSON, one too long, another media type, too many logins. */
function ofHttp(error: FastifyError, request: FastifyRequest): MesolineError | null {
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return null;
  const where = `${request.method} ${request.url.split('?')[0] ?? ''}`;
  if (status === 415) {
    return mesolineError(
      'media-type',
      where,
      'The body is not application/json.',
      'Send Content-Type: application/json.',
    );
  }
  if (status === 429) {
    return mesolineError('too-many-requests', where, 'Too many logins were tried from here.', 'Wait a minute.');
  }
  return mesolineError('bad-request', where, `${error.message}.`.replace('..', '.'), 'Send a body that is valid JSON.');
}
