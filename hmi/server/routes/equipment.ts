/** Calibration, cleaning and training: how things stand, and what people enter. The desk decides, and records what it takes. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { utcMs } from '../../../plant/clock.ts';
import type { EquipmentAnswer } from '../../../plant/ports/equipment-desk.ts';
import { skidName } from '../../../plant/sample.ts';
import {
  acceptInstrumentRequest,
  calibrationRequest,
  calibrationsQuery,
  cleaningRequest,
  trainingRequest,
  type CalibrationsAnswer,
  type EquipmentAnswerView,
} from '../../api/equipment-requests.ts';
import { checkedInput, checkedQuery } from '../checked-input.ts';
import { errorAnswer } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { signersOf } from './batch-refusal.ts';
import { personOf } from './guard.ts';

const calibrationOf = checkedInput(calibrationRequest);
const acceptOf = checkedInput(acceptInstrumentRequest);
const cleaningOf = checkedInput(cleaningRequest);
const trainingOf = checkedInput(trainingRequest);
const queryOf = checkedQuery(calibrationsQuery);

type OfAny = { Params: { skid?: string } };
type Act = (request: FastifyRequest<OfAny>, skid: string) => Promise<EquipmentAnswer>;

export function equipmentRoutes(
  api: FastifyInstance,
  { equipment, access }: Pick<PagesOptions, 'equipment' | 'access'>,
): void {
  api.get('/equipment', async (): Promise<EquipmentAnswerView> => {
    const [instruments, identities, cleaning, trainings, trained, everybody] = await Promise.all([
      equipment.instruments(),
      equipment.identities(),
      equipment.cleaning(),
      equipment.trainings(),
      equipment.trained(),
      access.people(),
    ]);
    const people = everybody.map(({ id, printedName }) => ({ id, printedName }));
    return { instruments, identities, cleaning, trainings, trained, people };
  });
  api.get<{ Params: { skid: string } }>(
    '/equipment/:skid/calibrations',
    async ({ params, query }): Promise<CalibrationsAnswer> => ({
      calibrations: await equipment.calibrations(skidName(params.skid), queryOf(query).instrument),
    }),
  );

  const post = (path: string, act: Act): void => {
    api.post<OfAny>(
      `/equipment/${path}`,
      { config: { permission: 'by-desk' } },
      async (request, reply): Promise<Record<string, never> | FastifyReply> => {
        const { skid = 'training' } = request.params;
        const answer = await act(request, skid);
        if (answer.done) return {};
        const remedy = 'Put right what refuses it, then ask again.';
        return reply.code(409).send(errorAnswer('refused', [{ where: skid, problem: answer.reason, remedy }]));
      },
    );
  };

  post(':skid/calibrations', (request, skid) => {
    const { at, due, signers, ...asked } = calibrationOf(request.body);
    return equipment.recordCalibration({
      ...asked,
      skid: skidName(skid),
      at: utcMs(at),
      due: due === null ? null : utcMs(due),
      actor: personOf(request),
      signers: signersOf(request, signers),
    });
  });
  post(':skid/instruments', (request, skid) => {
    const { signers, ...asked } = acceptOf(request.body);
    const who = { actor: personOf(request), signers: signersOf(request, signers) };
    return equipment.acceptInstrument({ ...asked, ...who, skid: skidName(skid) });
  });
  post(':skid/cleaning', (request, skid) => {
    const { signers, ...asked } = cleaningOf(request.body);
    const who = { actor: personOf(request), signers: signersOf(request, signers) };
    return equipment.stateCleaning({ ...asked, ...who, skid: skidName(skid) });
  });
  post('trainings', (request) => {
    const { given, signers, ...asked } = trainingOf(request.body);
    const who = { actor: personOf(request), signers: signersOf(request, signers) };
    return equipment.recordTraining({ ...asked, ...who, given: utcMs(given) });
  });
}
