/** The HTTP application: headers, cookies, the API under `/api`, and the pages for every other path. */
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance } from 'fastify';
import { answerError } from './errors.ts';
import type { PagesOptions } from './options.ts';
import { accessRoutes } from './routes/access.ts';
import { alarmRoutes } from './routes/alarms.ts';
import { analysisRoutes } from './routes/analyses.ts';
import { auditRoutes } from './routes/audit.ts';
import { batchWorkRoutes } from './routes/batch-work.ts';
import { batchRoutes } from './routes/batches.ts';
import { reviewRoutes } from './routes/reviews.ts';
import { certificateRoutes } from './routes/certificates.ts';
import { configurationRoutes } from './routes/configuration.ts';
import { commandRoutes } from './routes/commands.ts';
import { equipmentRoutes } from './routes/equipment.ts';
import { exchangeRoutes } from './routes/exchange.ts';
import { exposureRoutes } from './routes/exposure.ts';
import { genealogyRoutes } from './routes/genealogy.ts';
import { guardRoutes, recordRefusals } from './routes/guard.ts';
import { healthRoutes } from './routes/health.ts';
import { interlockRoutes } from './routes/interlocks.ts';
import { labelRoutes } from './routes/labels.ts';
import { maintenanceRoutes } from './routes/maintenance.ts';
import { materialRoutes } from './routes/materials.ts';
import { oidcRoutes } from './routes/oidc.ts';
import { peopleRoutes } from './routes/people.ts';
import { recipeOutlineRoutes } from './routes/recipe-outlines.ts';
import { recipeRoutes } from './routes/recipes.ts';
import { skidRoutes } from './routes/skids.ts';
import { streamRoutes } from './routes/stream.ts';
import { historyExportRoutes } from './routes/history-export.ts';
import { trendRoutes } from './routes/trends.ts';
import type { Sessions } from './sessions.ts';
import { servePages } from './static-pages.ts';
import type { StreamHub } from './stream/hub.ts';

const longestBodyBytes = 65_536;

export async function buildApp(
  options: PagesOptions,
  sessions: Sessions,
  hub: StreamHub,
  pagesFolder: string,
): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: longestBodyBytes,
    forceCloseConnections: true,
    requestTimeout: 30_000,
    return503OnClosing: true,
    routerOptions: { maxParamLength: 300 },
  });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(answerError(options.log));
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    // Plain HTTP on loopback; whoever puts TLS in front sets this there.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'same-origin' },
  });
  await app.register(cookie);
  await app.register(rateLimit, { global: false });
  await app.register(
    async (api) => {
      guardRoutes(api, sessions, options.authority);
      recordRefusals(api, options.access);
      api.addHook('onSend', async (_request, reply) => {
        if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
      });
      healthRoutes(api, options);
      accessRoutes(api, options, sessions, hub);
      oidcRoutes(api, options, sessions);
      skidRoutes(api, options);
      commandRoutes(api, options);
      maintenanceRoutes(api, options);
      interlockRoutes(api, options);
      alarmRoutes(api, options);
      batchRoutes(api, options);
      reviewRoutes(api, options);
      auditRoutes(api, options);
      batchWorkRoutes(api, options);
      recipeOutlineRoutes(api, options);
      recipeRoutes(api, options);
      materialRoutes(api, options);
      labelRoutes(api, options);
      genealogyRoutes(api, options);
      exchangeRoutes(api, options);
      equipmentRoutes(api, options);
      configurationRoutes(api, options);
      trendRoutes(api, options);
      historyExportRoutes(api, options);
      analysisRoutes(api, options);
      exposureRoutes(api, options);
      certificateRoutes(api, options);
      peopleRoutes(api, options, sessions, hub);
      streamRoutes(api, hub);
      await Promise.resolve();
    },
    { prefix: '/api' },
  );
  await servePages(app, pagesFolder);
  return app;
}
