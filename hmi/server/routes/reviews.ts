/** Review by exception: what needs eyes, deviations, disposition, the record as a document and as paper. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MadeFile, MadeStream, ReviewAnswer, ReviewDesk } from '../../../plant/ports/review-desk.ts';
import type { ReviewView } from '../../../plant/review-view.ts';
import {
  decideRequest,
  disposeRequest,
  investigateRequest,
  judgeRequest,
  lateEntryRequest,
  raiseDeviationRequest,
  reviewedRequest,
  type ReviewedRequest,
} from '../../api/review-requests.ts';
import { utcMs } from '../../../plant/clock.ts';
import { checkedInput } from '../checked-input.ts';
import { errorAnswer, notFound } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { personOf } from './guard.ts';

const judgeOf = checkedInput(judgeRequest);
const raiseOf = checkedInput(raiseDeviationRequest);
const investigateOf = checkedInput(investigateRequest);
const decideOf = checkedInput(decideRequest);
const lateOf = checkedInput(lateEntryRequest);
const reviewedOf = checkedInput(reviewedRequest);
const disposeOf = checkedInput(disposeRequest);

type OfBatch = { Params: { id: string } };
type OfException = { Params: { id: string; exception: string } };
type Signed = Parameters<ReviewDesk['signReviewed']>[0];

export function reviewRoutes(api: FastifyInstance, { reviews, audit }: PagesOptions): void {
  const reading = { config: { permission: 'export record' } } as const;
  const acting = { config: { permission: 'by-desk' } } as const;

  const noteRead = (request: FastifyRequest<OfBatch>, as: string): Promise<void> =>
    audit.noteRead({ record: `batch/${request.params.id}`, as, actor: personOf(request) });

  const signed = (
    request: FastifyRequest<OfBatch>,
    { commandId, readHash, signer }: Pick<ReviewedRequest, 'commandId' | 'readHash' | 'signer'>,
  ): Signed => ({
    batch: request.params.id,
    commandId,
    readHash,
    actor: personOf(request),
    signer: { ...signer, terminal: request.ip },
  });
  const answered = (
    reply: FastifyReply,
    { params }: FastifyRequest<OfBatch>,
    answer: ReviewAnswer,
  ): FastifyReply | Readonly<{ review: ReviewView }> =>
    answer.done
      ? { review: answer.review }
      : reply
          .code(409)
          .send(errorAnswer('refused', [{ where: params.id, problem: answer.reason, remedy: answer.remedy }]));

  api.get<OfBatch>('/batches/:id/review', reading, async (request) => {
    const { id } = request.params;
    const review = await reviews.review(id);
    if (review === null) throw noBatch(id);
    await noteRead(request, 'review');
    return { review };
  });
  api.get('/reviews/again', reading, async () => ({ batches: await reviews.reReviews() }));
  api.get<OfException>('/batches/:id/review/exceptions/:exception/trace', reading, async ({ params }) => {
    const trace = await reviews.trace(params.id, params.exception);
    if (trace === null) throw notFound('trace', params.exception, 'See the review for what is drawn.');
    return { trace };
  });
  api.get<OfBatch>('/batches/:id/document', reading, async (request) => {
    const { id } = request.params;
    const document = await reviews.document(id);
    if (document === null) throw noBatch(id);
    await noteRead(request, 'page');
    return { document };
  });
  api.get<OfBatch>('/batches/:id/pdf', reading, async (request, reply) => {
    const made = await reviews.pdf(request.params.id);
    await noteRead(request, 'pdf');
    return download(reply, made);
  });
  api.get<OfBatch>('/batches/:id/export', reading, async (request, reply) => {
    const made = await reviews.exported(request.params.id);
    await noteRead(request, 'export');
    return streamed(reply, made);
  });

  api.post<OfBatch>('/batches/:id/review/judge', acting, async (request, reply) => {
    const { exceptions, reason, ...body } = judgeOf(request.body);
    return answered(reply, request, await reviews.judge({ ...signed(request, body), exceptions, reason }));
  });
  api.post<OfBatch>('/batches/:id/review/deviations', acting, async (request, reply) => {
    const { exceptions, title, classification, description, ...body } = raiseOf(request.body);
    const asked = { ...signed(request, body), exceptions, title, classification, description };
    return answered(reply, request, await reviews.raiseDeviation(asked));
  });
  api.post<OfBatch>('/batches/:id/review/investigate', acting, async (request, reply) => {
    const { deviation, cause, impact, ...body } = investigateOf(request.body);
    return answered(reply, request, await reviews.investigate({ ...signed(request, body), deviation, cause, impact }));
  });
  api.post<OfBatch>('/batches/:id/review/decide', acting, async (request, reply) => {
    const { deviation, decision, reason, action, ...body } = decideOf(request.body);
    const asked = { ...signed(request, body), deviation, decision, reason, action };
    return answered(reply, request, await reviews.decide(asked));
  });
  api.post<OfBatch>('/batches/:id/review/late-entries', acting, async (request, reply) => {
    const { what, value, unit, happenedAt, reason, ...body } = lateOf(request.body);
    const asked = { ...signed(request, body), what, value, unit, happenedAt: utcMs(happenedAt), reason };
    return answered(reply, request, await reviews.enterLate(asked));
  });
  api.post<OfBatch>('/batches/:id/review/sign', acting, async (request, reply) =>
    answered(reply, request, await reviews.signReviewed(signed(request, reviewedOf(request.body)))),
  );
  api.post<OfBatch>('/batches/:id/disposition', acting, async (request, reply) => {
    const { decision, reason, ...body } = disposeOf(request.body);
    return answered(reply, request, await reviews.dispose({ ...signed(request, body), decision, reason }));
  });
}

const noBatch = (id: string) => notFound('batch', id, 'See the list of batches.');

const headed = (reply: FastifyReply, { fileName, mediaType }: Pick<MadeFile, 'fileName' | 'mediaType'>): FastifyReply =>
  reply
    .header('content-type', mediaType)
    .header('content-disposition', `attachment; filename="${fileName.replaceAll(/[^A-Za-z0-9._-]/g, '-')}"`)
    .header('cache-control', 'no-store');

const download = (reply: FastifyReply, made: MadeFile): FastifyReply =>
  headed(reply, made).send(Buffer.from(made.bytes));

const streamed = (reply: FastifyReply, made: MadeStream): FastifyReply =>
  headed(reply, made).send(Readable.from(made.content, { objectMode: false }));
