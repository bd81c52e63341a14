/** Orders, samples and the files that brought them; the desk decides, and records what it refuses. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ExchangeAnswer as DeskAnswer, ExchangeDesk } from '../../../plant/ports/exchange-desk.ts';
import {
  analysesRequest,
  assignRequest,
  type ExchangeAnswer,
  type ExchangeDoneAnswer,
} from '../../api/label-requests.ts';
import { checkedInput } from '../checked-input.ts';
import { errorAnswer } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { personOf } from './guard.ts';

const assignOf = checkedInput(assignRequest);
const analysesOf = checkedInput(analysesRequest);

type OfAny = { Params: { id?: string } };
type Act = (desk: ExchangeDesk, request: FastifyRequest<OfAny>, id: string) => Promise<DeskAnswer>;

export function exchangeRoutes(api: FastifyInstance, { exchange }: Pick<PagesOptions, 'exchange'>): void {
  api.get('/exchange', async (): Promise<ExchangeAnswer> => {
    if (exchange === null) return { exchanging: false, orders: [], samples: [], files: [] };
    const [orders, samples, files] = await Promise.all([exchange.orders(), exchange.samples(), exchange.files()]);
    return { exchanging: true, orders, samples, files };
  });

  const post = (path: string, act: Act): void => {
    api.post<OfAny>(
      `/exchange/${path}`,
      { config: { permission: 'by-desk' } },
      async (request, reply): Promise<ExchangeDoneAnswer | FastifyReply> => {
        const { id = 'exchange' } = request.params;
        const answer: DeskAnswer =
          exchange === null
            ? { done: false, reason: 'This site exchanges no files.', remedy: 'Have it set up.' }
            : await act(exchange, request, id);
        if (answer.done) return { id: answer.id };
        const { reason: problem, remedy } = answer;
        return reply.code(409).send(errorAnswer('refused', [{ where: id, problem, remedy }]));
      },
    );
  };

  post('orders/:id/assign', (desk, request, id) =>
    desk.assign({ ...assignOf(request.body), actor: personOf(request), order: id }),
  );
  post('samples', (desk, request) => desk.requestAnalyses({ ...analysesOf(request.body), actor: personOf(request) }));
}
