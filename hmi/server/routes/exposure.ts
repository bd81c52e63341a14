/** People's exposure: zones, doses, the log of presence, personal samples and shift reports. The desk decides and records. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { utcMs } from '../../../plant/clock.ts';
import { mesolineError } from '../../../plant/errors.ts';
import type { ExposureAnswer, ExposureDesk } from '../../../plant/ports/exposure-desk.ts';
import type { ExposurePageAnswer, ExposureZonesAnswer } from '../../api/answers.ts';
import { badgeRequest, exposureReportQuery, filterResultRequest, presenceRequest } from '../../api/requests.ts';
import { checkedInput, checkedQuery } from '../checked-input.ts';
import { errorAnswer } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { personOf, sessionOf } from './guard.ts';
import { personActor } from '../../../plant/people.ts';

const presenceOf = checkedInput(presenceRequest);
const badgeOf = checkedInput(badgeRequest);
const resultOf = checkedInput(filterResultRequest);
const reportOf = checkedQuery(exposureReportQuery);

const byDesk = { config: { permission: 'by-desk' } } as const;

export function exposureRoutes(api: FastifyInstance, { exposure, access }: PagesOptions): void {
  api.get('/exposure/zones', async (): Promise<ExposureZonesAnswer> => ({
    zones: exposure === null ? [] : await exposure.zones(),
    // Whoever keeps the log names people by their names.
    persons: (await access.people()).map(({ id, printedName }) => ({ id, printedName })),
  }));

  api.get('/exposure', { config: { permission: 'view exposure' } }, async (): Promise<ExposurePageAnswer> => {
    if (exposure === null) return { people: [], limits: [], filterResults: [] };
    const [people, limits, filterResults] = await Promise.all([
      exposure.people(),
      exposure.limits(),
      exposure.filterResults(),
    ]);
    return { people, limits, filterResults };
  });

  api.get('/exposure/report', { config: { permission: 'view exposure' } }, async (request, reply) => {
    const { at, format } = reportOf(request.query);
    const { fileName, mediaType, bytes } = await deskOf(exposure).report(utcMs(at), format);
    return reply
      .header('content-type', mediaType)
      .header('content-disposition', `attachment; filename="${fileName}"`)
      .send(Buffer.from(bytes));
  });

  api.post('/exposure/presence', byDesk, async (request, reply) => {
    const { at, ...said } = presenceOf(request.body);
    const asked = { ...said, ...(at === undefined ? {} : { at: utcMs(at) }) };
    return answer(reply, 'presence', await deskOf(exposure).presence(asked, personOf(request)));
  });

  api.post('/exposure/badges', byDesk, async (request, reply) =>
    answer(reply, 'badge', await deskOf(exposure).giveBadge(badgeOf(request.body), whoOf(request))),
  );

  api.post('/exposure/filter-results', byDesk, async (request, reply) => {
    const { from, to, ...result } = resultOf(request.body);
    const whole = { ...result, from: utcMs(from), to: utcMs(to) };
    return answer(reply, 'filter result', await deskOf(exposure).addFilterResult(whole, whoOf(request)));
  });
}

const whoOf = (request: FastifyRequest): ReturnType<typeof personActor> =>
  personActor(sessionOf(request).person, request.ip);

/** @throws MesolineError `not-found` where the site has no zones */
function deskOf(exposure: ExposureDesk | null): ExposureDesk {
  if (exposure !== null) return exposure;
  throw mesolineError('not-found', 'exposure', 'This site names no zones.', 'Add "zones" to the site file.');
}

const answer = (reply: FastifyReply, where: string, said: ExposureAnswer): FastifyReply | object =>
  said.done
    ? {}
    : reply.code(409).send(errorAnswer('refused', [{ where, problem: said.reason, remedy: 'Nothing was recorded.' }]));
