/** Whether the service can be used, for whoever watches it from outside, and the system page's view of it. */
import type { FastifyInstance } from 'fastify';
import type { HealthAnswer, SiteView, SystemAnswer } from '../../api/answers.ts';
import type { PagesOptions } from '../options.ts';

export function healthRoutes(api: FastifyInstance, options: PagesOptions): void {
  api.get('/health', { config: { open: true } }, async (_request, reply) => {
    const answer = healthAnswer(options);
    return reply
      .code(answer.status === 'ready' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(answer);
  });

  api.get('/system', async (): Promise<SystemAnswer> => {
    const [links, fingerprint] = await Promise.all([options.field.links(), options.records.fingerprint()]);
    return { site: siteView(options), fingerprint, links, health: healthAnswer(options) };
  });
}

export function healthAnswer({ health, site }: PagesOptions): HealthAnswer {
  const { ready, stopping, rooms } = health();
  const status = stopping ? 'stopping' : ready ? 'ready' : 'starting';
  return { status, site: site.name, build: site.build, timeScale: site.timeScale, rooms };
}

export const siteView = ({ site }: PagesOptions): SiteView => ({
  name: site.name,
  title: site.title,
  timeScale: site.timeScale,
  build: site.build,
  opcuaEndpoint: site.opcuaEndpoint ?? null,
});
