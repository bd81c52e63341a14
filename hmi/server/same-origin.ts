/**
 * Refuses what another site's page makes a browser send. A browser always names the page's origin in a request that
 * changes something; a program that is not a browser carries no cookie it was not given, and needs no such proof.
 */
import type { FastifyRequest } from 'fastify';
import { mesolineError } from '../../plant/errors.ts';

/** @throws MesolineError `cross-site-request` or `media-type`. */
export function requireSameOrigin(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const fromElsewhere = origin === undefined ? site !== undefined && site !== 'same-origin' : hostOf(origin) !== host;
  if (fromElsewhere) {
    throw mesolineError(
      'cross-site-request',
      'Origin',
      `The request comes from a page of ${origin ?? 'another site'}, not of ${host ?? 'this server'}.`,
      'Use the pages of this server under the address they were opened with.',
    );
  }
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw mesolineError(
      'media-type',
      'Content-Type',
      `The body is ${mediaType ?? 'of no type'}, not application/json.`,
      'Send Content-Type: application/json.',
    );
  }
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);
