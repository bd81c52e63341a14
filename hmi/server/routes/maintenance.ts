/** Locking out for maintenance, and giving back. The maintenance desk decides and records. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MaintenanceDesk } from '../../../plant/ports/maintenance-desk.ts';
import type { BlocksAnswer } from '../../api/answers.ts';
import { lockOutRequest } from '../../api/requests.ts';
import { checkedInput } from '../checked-input.ts';
import { errorAnswer, notFound } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { personOf } from './guard.ts';
import { skidOf } from './skids.ts';

const requestOf = checkedInput(lockOutRequest);

type OfSkid = { Params: { skid: string } };

export function maintenanceRoutes(api: FastifyInstance, { maintenance, skids }: PagesOptions): void {
  const answer =
    (act: MaintenanceDesk['lockOut'], remedy: string) =>
    async (request: FastifyRequest<OfSkid>, reply: FastifyReply): Promise<BlocksAnswer | FastifyReply> => {
      const { device, reason } = requestOf(request.body);
      const { name, type } = skidOf(skids, request.params.skid);
      const devices = type.devices.map((each) => each.name);
      if (device !== null && !devices.includes(device)) {
        throw notFound('device', device, `The devices of ${name} are ${devices.join(', ')}.`);
      }
      const done = await act({ skid: name, device, reason, actor: personOf(request) });
      if (done.done) return { blocks: await maintenance.blocks(name) };
      const where = device === null ? name : `${name}/${device}`;
      return reply.code(409).send(errorAnswer('refused', [{ where, problem: done.reason, remedy }]));
    };

  api.get<OfSkid>('/skids/:skid/blocks', async ({ params }): Promise<BlocksAnswer> => ({
    blocks: await maintenance.blocks(skidOf(skids, params.skid).name),
  }));
  api.post<OfSkid>(
    '/skids/:skid/lock-out',
    { config: { permission: 'by-desk' } },
    answer((request) => maintenance.lockOut(request), 'Nothing was locked out.'),
  );
  api.post<OfSkid>(
    '/skids/:skid/give-back',
    { config: { permission: 'by-desk' } },
    answer((request) => maintenance.giveBack(request), 'Nothing was given back.'),
  );
}
