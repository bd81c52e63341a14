/** Labels: what was printed, a copy as it is printed, and what people do. The desk decides, and records what it refuses. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LabelAnswer } from '../../../plant/ports/label-desk.ts';
import {
  labelsQuery,
  markRequest,
  printKnownRequest,
  printProductRequest,
  reconcileRequest,
  reprintRequest,
  type LabelDoneAnswer,
  type LabelsAnswer,
} from '../../api/label-requests.ts';
import { checkedInput, checkedQuery } from '../checked-input.ts';
import { errorAnswer } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { signersOf } from './batch-refusal.ts';
import { personOf } from './guard.ts';

const labelsOf = checkedQuery(labelsQuery);
const knownOf = checkedInput(printKnownRequest);
const productOf = checkedInput(printProductRequest);
const reprintOf = checkedInput(reprintRequest);
const markOf = checkedInput(markRequest);
const reconcileOf = checkedInput(reconcileRequest);

type OfAny = { Params: { id?: string } };
type Act = (request: FastifyRequest<OfAny>, id: string) => Promise<LabelAnswer>;

export function labelRoutes(api: FastifyInstance, { labels }: Pick<PagesOptions, 'labels'>): void {
  api.get('/labels', async ({ query }): Promise<LabelsAnswer> => {
    const { of = null } = labelsOf(query);
    const [all, counts] = await Promise.all([labels.labels(of), labels.counts()]);
    return { labels: all, counts };
  });
  api.get<{ Params: { code: string } }>('/labels/copies/:code', async ({ params: { code } }, reply) => {
    const drawing = await labels.drawing(code);
    if (drawing !== null) return reply.type('image/svg+xml').send(drawing);
    const fault = { where: code, problem: 'There is no such label.', remedy: 'See the list of labels.' };
    return reply.code(404).send(errorAnswer('not-found', [fault]));
  });

  const post = (path: string, act: Act): void => {
    api.post<OfAny>(
      `/labels/${path}`,
      { config: { permission: 'by-desk' } },
      async (request, reply): Promise<LabelDoneAnswer | FastifyReply> => {
        const { id = 'labels' } = request.params;
        const answer = await act(request, id);
        if (answer.done) return { codes: answer.codes };
        const { reason: problem, remedy } = answer;
        return reply.code(409).send(errorAnswer('refused', [{ where: id, problem, remedy }]));
      },
    );
  };
  const who = (request: FastifyRequest<OfAny>) => ({ actor: personOf(request) });

  post('known', (request) => labels.printKnown({ ...knownOf(request.body), ...who(request) }));
  post('product', (request) => labels.printProduct({ ...productOf(request.body), ...who(request) }));
  post('of/:id/reprint', (request, id) => labels.reprint({ ...reprintOf(request.body), ...who(request), serial: id }));
  post('mark', (request) => labels.mark({ ...markOf(request.body), ...who(request) }));
  post('reconcile', (request) => {
    const { signers, ...asked } = reconcileOf(request.body);
    return labels.reconcile({ ...asked, ...who(request), signers: signersOf(request, signers) });
  });
}
