/** Lots and dispensing: what is there, what happened to it, and what people do. The desk decides, and records what it refuses. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KitView } from '../../../plant/material-view.ts';
import type { MaterialAnswer } from '../../../plant/ports/material-desk.ts';
import {
  closeDispensingRequest,
  correctLotRequest,
  decideLotRequest,
  historyQuery,
  openDispensingRequest,
  receiveLotRequest,
  scanRequest,
  strikeRequest,
  weighRequest,
  type MaterialDoneAnswer,
  type MaterialHistoryAnswer,
  type MaterialsAnswer,
  type ScanAnswer,
} from '../../api/material-requests.ts';
import { checkedInput, checkedQuery } from '../checked-input.ts';
import { errorAnswer } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { signersOf } from './batch-refusal.ts';
import { personOf } from './guard.ts';

const receiveOf = checkedInput(receiveLotRequest);
const correctOf = checkedInput(correctLotRequest);
const decideOf = checkedInput(decideLotRequest);
const openOf = checkedInput(openDispensingRequest);
const weighOf = checkedInput(weighRequest);
const strikeOf = checkedInput(strikeRequest);
const closeOf = checkedInput(closeDispensingRequest);
const scanOf = checkedInput(scanRequest);
const historyOf = checkedQuery(historyQuery);

/** Of dispensings that are closed the page shows the newest; the others are found by their lots and batches. */
const mostClosed = 50;
function shown(kits: readonly KitView[]): readonly KitView[] {
  const closed = kits.filter(({ status }) => status !== 'open').slice(0, mostClosed);
  return kits.filter((kit) => kit.status === 'open' || closed.includes(kit));
}

type OfAny = { Params: { id?: string } };
type Act = (request: FastifyRequest<OfAny>, id: string) => Promise<MaterialAnswer>;

export function materialRoutes(api: FastifyInstance, { materials }: Pick<PagesOptions, 'materials'>): void {
  api.get('/materials', async (): Promise<MaterialsAnswer> => {
    const [lots, kits, substances] = await Promise.all([materials.lots(), materials.kits(), materials.substances()]);
    return { lots, kits: shown(kits), substances };
  });
  api.get('/materials/history', async ({ query }): Promise<MaterialHistoryAnswer> => ({
    entries: await materials.history(historyOf(query).of),
  }));
  api.post('/materials/scan', async ({ body }): Promise<ScanAnswer> => ({
    meaning: await materials.scan(scanOf(body).text),
  }));

  const post = (path: string, act: Act): void => {
    api.post<OfAny>(
      `/materials/${path}`,
      { config: { permission: 'by-desk' } },
      async (request, reply): Promise<MaterialDoneAnswer | FastifyReply> => {
        const { id = 'materials' } = request.params;
        const answer = await act(request, id);
        if (answer.done) return { id: answer.id };
        const { reason: problem, remedy } = answer;
        return reply.code(409).send(errorAnswer('refused', [{ where: id, problem, remedy }]));
      },
    );
  };
  const who = (request: FastifyRequest<OfAny>) => ({ actor: personOf(request) });

  post('lots', (request) => materials.receive({ ...receiveOf(request.body), ...who(request) }));
  post('lots/:id/correct', (request, id) =>
    materials.correct({ ...correctOf(request.body), ...who(request), lot: id }),
  );
  post('lots/:id/decide', (request, id) => {
    const { signer, ...asked } = decideOf(request.body);
    const credentials = { ...signer, terminal: request.ip };
    return materials.decide({ ...asked, ...who(request), lot: id, signer: credentials });
  });
  post('dispensings', (request) => materials.open({ ...openOf(request.body), ...who(request) }));
  post('dispensings/:id/weighings', (request, id) => {
    const { signers, ...asked } = weighOf(request.body);
    return materials.weigh({
      ...asked,
      ...who(request),
      kit: id,
      signers: signersOf(request, signers),
    });
  });
  post('dispensings/:id/strike', (request, id) => {
    const { signers, ...asked } = strikeOf(request.body);
    return materials.strike({ ...asked, ...who(request), kit: id, signers: signersOf(request, signers) });
  });
  post('dispensings/:id/give-up', (request, id) =>
    materials.giveUp({ ...closeOf(request.body), ...who(request), kit: id }),
  );
  post('dispensings/:id/give-back', (request, id) =>
    materials.giveBack({ ...closeOf(request.body), ...who(request), kit: id }),
  );
}
