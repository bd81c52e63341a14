/** The skids as they are defined, as they read now, and their interlocks. */
import type { FastifyInstance } from 'fastify';
import { mesolineError } from '../../../plant/errors.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import type { SkidAnswer, SkidNow } from '../../api/answers.ts';
import { notFound } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { skidAnswer } from '../skid-view.ts';
import { now } from '../stream/skid-news.ts';

export function skidRoutes(api: FastifyInstance, { skids, field, interlocks }: PagesOptions): void {
  const definitions: readonly SkidAnswer[] = skids.map(skidAnswer);

  api.get('/skids', () => Promise.resolve(definitions));

  api.get<{ Params: { skid: string } }>('/skids/:skid/values', async ({ params }): Promise<SkidNow> => {
    const skid = skidOf(skids, params.skid);
    const news = await field.snapshot(skid.name);
    if (news !== null) return now(news, news.batch.samples);
    throw mesolineError('no-values-yet', skid.name, 'No scan is complete yet.', 'Ask again in a second.');
  });

  api.get<{ Params: { skid: string } }>('/skids/:skid/interlocks', ({ params }) =>
    interlocks.view(skidOf(skids, params.skid).name),
  );
}

/** @throws MesolineError `not-found` naming the skids there are. */
export function skidOf(skids: readonly Skid[], name: string): Skid {
  const found = skids.find((skid) => skid.name === name);
  if (found !== undefined) return found;
  throw notFound('skid', name, `The skids are ${skids.map((skid) => skid.name).join(', ')}.`);
}
