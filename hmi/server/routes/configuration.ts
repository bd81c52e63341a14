/** Change control: what the service is configured with, what changed of it and how, and its approval. The desk decides, and records. */
import type { FastifyInstance } from 'fastify';
import {
  approveConfigurationRequest,
  differenceQuery,
  type DifferenceAnswer,
} from '../../api/configuration-requests.ts';
import { checkedInput, checkedQuery } from '../checked-input.ts';
import { errorAnswer, notFound } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { signersOf } from './batch-refusal.ts';
import { personOf } from './guard.ts';

const approveOf = checkedInput(approveConfigurationRequest);
const differenceOf = checkedQuery(differenceQuery);

const orNull = (digest: string): string | null => (digest === 'none' ? null : digest);

export function configurationRoutes(
  api: FastifyInstance,
  { configuration }: Pick<PagesOptions, 'configuration'>,
): void {
  api.get('/configuration', () => configuration.view());
  api.get('/configuration/difference', async ({ query }): Promise<DifferenceAnswer> => {
    const { old, new: now } = differenceOf(query);
    const lines = await configuration.difference(orNull(old), orNull(now));
    if (lines === null) throw notFound('text', `${old} or ${now}`, 'Only what a service has started with is kept.');
    return { lines };
  });
  api.post('/configuration/approve', { config: { permission: 'by-desk' } }, async (request, reply) => {
    const { signers, ...asked } = approveOf(request.body);
    const who = { actor: personOf(request), signers: signersOf(request, signers) };
    const answer = await configuration.approve({ ...asked, ...who });
    if (answer.done) return {};
    const remedy = 'Put right what refuses it, then ask again.';
    const where = asked.changeNumber.trim() === '' ? 'configuration' : asked.changeNumber;
    return reply.code(409).send(errorAnswer('refused', [{ where, problem: answer.reason, remedy }]));
  });
}
