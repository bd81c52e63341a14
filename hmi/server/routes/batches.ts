/** Batches: the list, one of them, what has to be in order before a start, start, signature, and the record to take away. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { BatchView } from '../../../plant/batch-view.ts';
import type { BatchOrder } from '../../../plant/ports/batch-desk.ts';
import type { BatchAnswer, GatesAnswer, SectionsAnswer } from '../../api/answers.ts';
import { gatesRequest, signRequest, startBatchRequest, type BatchOrderRequest } from '../../api/requests.ts';
import { checkedInput } from '../checked-input.ts';
import { notFound } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { batchOf, batchOrRefusal, refuse, signersOf } from './batch-refusal.ts';
import { personOf } from './guard.ts';
import { skidOf } from './skids.ts';

const gatesOf = checkedInput(gatesRequest);
const startOf = checkedInput(startBatchRequest);
const signatureOf = checkedInput(signRequest);

type OfBatch = { Params: { id: string } };

export function batchRoutes(api: FastifyInstance, { batches, records, audit, skids }: PagesOptions): void {
  const answer = async (batch: BatchView): Promise<BatchAnswer> => ({
    batch,
    signatures: await records.signatures(batch.scope),
  });
  const named = (order: BatchOrderRequest): BatchOrder => ({
    ...order,
    skids: order.skids.map((skid) => skidOf(skids, skid).name),
    spares: order.spares.map((skid) => skidOf(skids, skid).name),
  });

  api.get('/batches', () => batches.batches());
  api.get<OfBatch>('/batches/:id', async ({ params }) => answer(await batchOf(batches, params.id)));

  api.get<OfBatch>('/batches/:id/sections', async ({ params }): Promise<SectionsAnswer> => {
    const sections = await batches.sections(params.id);
    if (sections === null) throw notFound('batch', params.id, 'See the list of batches.');
    return { sections };
  });

  api.post('/batches/gates', async (request): Promise<GatesAnswer> => ({
    gates: await batches.gates(named(gatesOf(request.body).order), personOf(request)),
  }));

  api.post('/batches', { config: { permission: 'by-desk' } }, async (request, reply) => {
    const { commandId, order, signers } = startOf(request.body);
    const done = await batches.start({
      commandId,
      order: named(order),
      actor: personOf(request),
      signers: signersOf(request, signers),
    });
    if (done.done) reply.code(201);
    return batchOrRefusal(reply, order.skids.join(', '), done);
  });

  api.post<OfBatch>('/batches/:id/sign', { config: { permission: 'by-desk' } }, async (request, reply) => {
    const { meaning, ...credentials } = signatureOf(request.body);
    const { id } = await batchOf(batches, request.params.id);
    const done = await batches.sign({ batch: id, meaning, credentials: { ...credentials, terminal: request.ip } });
    return done.done ? { signature: done.signature } : refuse(reply, id, done);
  });

  api.get<OfBatch>('/batches/:id/record', { config: { permission: 'export record' } }, async (request, reply) => {
    const { scope } = await batchOf(batches, request.params.id);
    const made = await records.export(scope);
    await audit.noteRead({ record: scope, as: 'json', actor: personOf(request) });
    return download(reply, made);
  });
}

function download(
  reply: FastifyReply,
  file: Readonly<{ fileName: string; mediaType: string; text: string }>,
): FastifyReply {
  const name = file.fileName.replaceAll(/[^A-Za-z0-9._-]/g, '-');
  return reply
    .header('content-type', file.mediaType)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store')
    .send(Buffer.from(file.text, 'utf8'));
}
