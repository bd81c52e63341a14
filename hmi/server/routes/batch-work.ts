/** What people do to a batch that runs: commands, modes, letting a step go on, answers, reconciling. The desk decides and records. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BatchView } from '../../../plant/batch-view.ts';
import type { Actor } from '../../../plant/people.ts';
import type { BatchAnswer, BatchDesk } from '../../../plant/ports/batch-desk.ts';
import type { SkidName } from '../../../plant/sample.ts';
import {
  batchCommandRequest,
  equipmentFailedRequest,
  proceedRequest,
  promptAnswerRequest,
  reconcileRequest,
  releaseEquipmentRequest,
  replaceSkidRequest,
  unitModeRequest,
  type BatchCommandRequest,
} from '../../api/requests.ts';
import { checkedInput } from '../checked-input.ts';
import { notFound } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { batchOf, batchOrRefusal, refuse, signersOf } from './batch-refusal.ts';
import { personOf } from './guard.ts';
import { skidOf } from './skids.ts';

const commandOf = checkedInput(batchCommandRequest);
const modeOf = checkedInput(unitModeRequest);
const proceedOf = checkedInput(proceedRequest);
const answerOf = checkedInput(promptAnswerRequest);
const reconcileOf = checkedInput(reconcileRequest);
const replaceOf = checkedInput(replaceSkidRequest);
const failedOf = checkedInput(equipmentFailedRequest);
const releaseOf = checkedInput(releaseEquipmentRequest);

type OfBatch = { Params: { id: string } };
type OfEquipment = { Params: { name: string } };
/** Which unit of which batch, and who asks. */
type OfUnit = Readonly<{ batch: string; skid: SkidName; actor: Actor }>;

const byDesk = { config: { permission: 'by-desk' } } as const;

export function batchWorkRoutes(api: FastifyInstance, { batches, skids }: PagesOptions): void {
  const named = (skid: string): SkidName => skidOf(skids, skid).name;

  api.post<OfBatch>(
    '/batches/:id/commands',
    { config: { permission: 'by-desk', safeDirection: asksToStop } },
    async (request, reply) => {
      const asked = commandOf(request.body);
      const { id } = request.params;
      const skid = asked.skid === undefined || asked.skid === null ? null : named(asked.skid);
      // What goes in the safe direction is not held up by looking first whether the batch exists.
      if (!asksToStop(asked)) await batchOf(batches, id);
      const given = asked.signers === undefined ? [] : signersOf(request, asked.signers);
      const done = await batches.command({ ...asked, batch: id, skid, actor: personOf(request), signers: given });
      return batchOrRefusal(reply, placeOf(id, skid), done);
    },
  );

  const ofUnit = async (request: FastifyRequest<OfBatch>, skid: string): Promise<OfUnit> => {
    const { id } = await batchOf(batches, request.params.id);
    return { batch: id, skid: named(skid), actor: personOf(request) };
  };
  const post = (
    path: string,
    act: (request: FastifyRequest<OfBatch>) => Promise<readonly [where: string, done: BatchAnswer]>,
  ): void => {
    api.post<OfBatch>(
      `/batches/:id/${path}`,
      byDesk,
      async (request, reply): Promise<Readonly<{ batch: BatchView }> | FastifyReply> =>
        batchOrRefusal(reply, ...(await act(request))),
    );
  };

  post('mode', async (request) => {
    const { signers, skid, ...asked } = modeOf(request.body);
    const unit = await ofUnit(request, skid);
    const done = await batches.setMode({ ...asked, ...unit, signers: signersOf(request, signers) });
    return [placeOf(unit.batch, unit.skid), done];
  });
  post('proceed', async (request) => {
    const { skid, ...asked } = proceedOf(request.body);
    const unit = await ofUnit(request, skid);
    return [`${placeOf(unit.batch, unit.skid)} ${asked.path}`, await batches.proceed({ ...asked, ...unit })];
  });
  post('answers', async (request) => {
    const { signers, skid, ...asked } = answerOf(request.body);
    const unit = await ofUnit(request, skid);
    const done = await batches.answer({ ...asked, ...unit, signers: signersOf(request, signers) });
    return [`${placeOf(unit.batch, unit.skid)} ${asked.prompt}`, done];
  });
  post('reconcile', async (request) => {
    const { signers, skid, ...asked } = reconcileOf(request.body);
    const unit = await ofUnit(request, skid);
    const done = await batches.reconcile({ ...asked, ...unit, signers: signersOf(request, signers) });
    return [placeOf(unit.batch, unit.skid), done];
  });
  post('replace', async (request) => {
    const { signers, skid, by, ...asked } = replaceOf(request.body);
    const unit = await ofUnit(request, skid);
    const done = await batches.replace({ ...asked, ...unit, by: named(by), signers: signersOf(request, signers) });
    return [placeOf(unit.batch, unit.skid), done];
  });

  api.get('/shared-equipment', () => batches.sharedEquipment());
  api.post<OfEquipment>('/shared-equipment/:name/failed', byDesk, async (request, reply) => {
    const asked = failedOf(request.body);
    const equipment = await equipmentOf(batches, request.params.name);
    const done = await batches.equipmentFailed({ ...asked, equipment, actor: personOf(request) });
    return done.done ? { held: done.held } : refuse(reply, equipment, done);
  });
  api.post<OfEquipment>('/shared-equipment/:name/release', byDesk, async (request, reply) => {
    const { signers, ...asked } = releaseOf(request.body);
    const equipment = await equipmentOf(batches, request.params.name);
    const done = await batches.releaseEquipment({
      ...asked,
      equipment,
      actor: personOf(request),
      signers: signersOf(request, signers),
    });
    return done.done ? batches.sharedEquipment() : refuse(reply, equipment, done);
  });
}

const asksToStop = (body: unknown): boolean => {
  const command = (body as Partial<BatchCommandRequest> | null | undefined)?.command;
  return command === 'Hold' || command === 'Stop' || command === 'Abort';
};

const placeOf = (batch: string, skid: string | null): string => (skid === null ? batch : `${batch} on ${skid}`);

async function equipmentOf(batches: BatchDesk, name: string): Promise<string> {
  const known = (await batches.sharedEquipment()).map((one) => one.name);
  if (known.includes(name)) return name;
  const remedy = known.length === 0 ? 'The skids of this site share none.' : `The skids share ${known.join(', ')}.`;
  throw notFound('shared equipment', name, remedy);
}
