/** The audit trail: a page of it, all of it as CSV, and the names of its chains. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { utcMs } from '../../../plant/clock.ts';
import type { AuditFilter, AuditPage } from '../../../plant/ports/audit-trail.ts';
import type { AuditScopesAnswer } from '../../api/answers.ts';
import { auditQuery } from '../../api/requests.ts';
import { checkedQuery } from '../checked-input.ts';
import type { PagesOptions } from '../options.ts';
import { personOf } from './guard.ts';

const queryOf = checkedQuery(auditQuery);
const reading = { config: { permission: 'read audit trail' } } as const;

export function auditRoutes(api: FastifyInstance, { audit }: PagesOptions): void {
  api.get('/audit', reading, async (request): Promise<AuditPage> => {
    const { filter, before } = askedOf(request.query);
    return audit.page(filter, before, personOf(request));
  });

  api.get('/audit/scopes', reading, async (): Promise<AuditScopesAnswer> => ({ scopes: await audit.scopes() }));

  api.get('/audit/csv', reading, async (request, reply) => {
    const { filter } = askedOf(request.query);
    const { fileName, mediaType, content } = await audit.csv(filter, personOf(request));
    return reply
      .header('content-type', mediaType)
      .header('content-disposition', `attachment; filename="${fileName}"`)
      .header('cache-control', 'no-store')
      .send(Readable.from(content, { objectMode: false }));
  });
}

function askedOf(query: unknown): Readonly<{ filter: AuditFilter; before: number | null }> {
  const { before = null, from, until, ...said } = queryOf(query);
  return {
    before,
    filter: {
      ...said,
      ...(from === undefined ? {} : { from: utcMs(from) }),
      ...(until === undefined ? {} : { until: utcMs(until) }),
    },
  };
}
