/** How a refusal of the batch desk is answered, and who signs. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BatchView } from '../../../plant/batch-view.ts';
import type { BatchAnswer, BatchDesk, BatchRefusal } from '../../../plant/ports/batch-desk.ts';
import type { Credentials } from '../../../plant/ports/record-desk.ts';
import type { BatchRefusalAnswer } from '../../api/answers.ts';
import { errorAnswer, notFound } from '../errors.ts';

export function refuse(reply: FastifyReply, where: string, { reason, gates = [] }: BatchRefusal): FastifyReply {
  const remedy = 'Put right what refuses it, then ask again.';
  const answer: BatchRefusalAnswer = {
    ...errorAnswer('refused', [{ where, problem: reason, remedy }]),
    message: reason,
    where,
    remedy,
    live: null,
    gates,
  };
  return reply.code(409).send(answer);
}

export const batchOrRefusal = (
  reply: FastifyReply,
  where: string,
  done: BatchAnswer,
): Readonly<{ batch: BatchView; recordFollows?: true }> | FastifyReply => {
  if (!done.done) return refuse(reply, where, done);
  // Done, and not on record yet: accepted is all that can be said.
  if (done.recordFollows === true) reply.code(202);
  return { batch: done.batch, ...(done.recordFollows === true ? { recordFollows: true } : {}) };
};

/** @throws MesolineError `not-found` */
export async function batchOf(batches: BatchDesk, id: string): Promise<BatchView> {
  const batch = await batches.batch(id);
  if (batch !== null) return batch;
  throw notFound('batch', id, 'See the list of batches.');
}

/** Whoever signs, from where the request came. Who may sign with whom is the desk's to say, and to record. */
export const signersOf = (
  request: FastifyRequest,
  signers: readonly Readonly<{ userName: string; password: string }>[],
): readonly Credentials[] => signers.map((signer) => ({ ...signer, terminal: request.ip }));
