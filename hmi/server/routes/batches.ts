/** Recipes and batches: start, command, sign, and the record to take away. The batch desk decides and records. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BatchView } from '../../../plant/batch-view.ts';
import type { BatchDesk, BatchRefusal } from '../../../plant/ports/batch-desk.ts';
import type { BatchAnswer } from '../../api/answers.ts';
import { batchCommandRequest, signRequest, startBatchRequest, type BatchCommandRequest } from '../../api/requests.ts';
import { checkedInput } from '../checked-input.ts';
import { errorAnswer, notFound } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { personOf } from './guard.ts';
import { skidOf } from './skids.ts';

const startOf = checkedInput(startBatchRequest);
const commandOf = checkedInput(batchCommandRequest);
const signatureOf = checkedInput(signRequest);

type OfBatch = { Params: { id: string } };

export function batchRoutes(api: FastifyInstance, { batches, records, skids }: PagesOptions): void {
  const answer = async (batch: BatchView): Promise<BatchAnswer> => ({
    batch,
    signatures: await records.signatures(batch.scope),
  });

  api.get('/recipes', () => batches.recipes());
  api.get('/batches', () => batches.batches());
  api.get<OfBatch>('/batches/:id', async ({ params }) => answer(await batchOf(batches, params.id)));

  api.post('/batches', { config: { permission: 'by-desk' } }, async (request, reply) => {
    const { signers, ...asked } = startOf(request.body);
    const done = await batches.start({
      ...asked,
      skid: skidOf(skids, asked.skid).name,
      actor: personOf(request),
      signers: signers.map((signer) => ({ ...signer, terminal: request.ip })),
    });
    return done.done ? reply.code(201).send({ batch: done.batch }) : refuse(reply, asked.skid, done);
  });

  api.post<OfBatch>(
    '/batches/:id/commands',
    { config: { permission: 'by-desk', safeDirection: asksToStop } },
    async (request, reply) => {
      const asked = commandOf(request.body);
      const { id } = request.params;
      // What goes in the safe direction is not held up by looking first whether the batch exists.
      if (!asksToStop(asked)) await batchOf(batches, id);
      const done = await batches.command({ ...asked, batch: id, actor: personOf(request) });
      return done.done ? { batch: done.batch } : refuse(reply, id, done);
    },
  );

  api.post<OfBatch>('/batches/:id/sign', { config: { permission: 'by-desk' } }, async (request, reply) => {
    const { meaning, ...credentials } = signatureOf(request.body);
    const { id } = await batchOf(batches, request.params.id);
    const done = await batches.sign({ batch: id, meaning, credentials: { ...credentials, terminal: request.ip } });
    return done.done ? { signature: done.signature } : refuse(reply, id, done);
  });

  api.get<OfBatch>('/batches/:id/record', { config: { permission: 'export record' } }, async (request, reply) => {
    const { scope } = await batchOf(batches, request.params.id);
    return download(request, reply, await records.export(scope));
  });
}

const asksToStop = (body: unknown): boolean => {
  const command = (body as Partial<BatchCommandRequest> | null | undefined)?.command;
  return command === 'Hold' || command === 'Stop' || command === 'Abort';
};

async function batchOf(batches: BatchDesk, id: string): Promise<BatchView> {
  const batch = await batches.batch(id);
  if (batch !== null) return batch;
  throw notFound('batch', id, 'See the list of batches.');
}

function refuse(reply: FastifyReply, where: string, { reason }: BatchRefusal): FastifyReply {
  const remedy = 'Put right what refuses it, then ask again.';
  const answer = errorAnswer('refused', [{ where, problem: reason, remedy }]);
  return reply.code(409).send({ ...answer, message: reason, where, remedy, live: null });
}

function download(
  _request: FastifyRequest,
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
