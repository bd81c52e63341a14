/** Alarms that stand, their acknowledgement and confirmation, and their journal. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { utcMs } from '../../../plant/clock.ts';
import type { AcknowledgeAnswer } from '../../api/answers.ts';
import { acknowledgeRequest, journalQuery } from '../../api/requests.ts';
import { checkedInput, checkedQuery } from '../checked-input.ts';
import { errorAnswer } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { personOf } from './guard.ts';

const acknowledgementOf = checkedInput(acknowledgeRequest);
const journalOf = checkedQuery(journalQuery);
const dayMs = 86_400_000;

export function alarmRoutes(api: FastifyInstance, { alarms, clock }: PagesOptions): void {
  api.get('/alarms', () => alarms.standing());

  const doTo = async (deed: 'acknowledge' | 'confirm', request: FastifyRequest, reply: FastifyReply) => {
    const { ids, note } = acknowledgementOf(request.body);
    const refused = await alarms[deed](ids, personOf(request), note ?? '');
    if (refused.length < new Set(ids).size) return { refused } satisfies AcknowledgeAnswer;
    const faults = refused.map(({ id, reason }) => ({
      where: id,
      problem: reason,
      remedy: 'Look at the alarm again.',
    }));
    return reply.code(409).send(errorAnswer('refused', faults));
  };
  for (const deed of ['acknowledge', 'confirm'] as const) {
    api.post(`/alarms/${deed}`, { config: { permission: 'by-desk' } }, (request, reply) => doTo(deed, request, reply));
  }

  api.get('/alarms/journal', async (request) => {
    const { from, to = clock.utc(), limit = 500 } = journalOf(request.query);
    return alarms.journal(utcMs(from ?? to - dayMs), utcMs(to), limit);
  });
}
