/** A balance beside the skids: its driver reads the weight at rest, and says so where there is none. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SkidNow } from '../../hmi/api/answers.ts';
import { isGood } from '../../plant/quality.ts';
import { MtSicsBalance } from '../../twin/instruments/balance-mt-sics.ts';
import { LineServer } from '../../twin/instruments/line-server.ts';
import { ApiPerson } from '../support/api.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { until } from '../support/waiting.ts';

const folder = temporaryFolder('balance');
const server = new LineServer({ host: '127.0.0.1', port: 0, instrument: new MtSicsBalance() });
let service!: Service;
let operator!: ApiPerson;

beforeAll(async () => {
  const port = await server.start();
  const site = join(folder.path, 'site.yaml');
  const balance = `{ type: balance, title: Weighing room, links: { W-1: 'tcp://127.0.0.1:${port}' } }`;
  writeFileSync(site, `site: balance\ntitle: Balance\nskids:\n  W-1: ${balance}\n`);
  service = await Service.start({ site, data: join(folder.path, 'data') });
  operator = await ApiPerson.firstLogin(service, 'operator');
});
afterAll(async () => {
  expect((await service.stop()).code, service.log()).toBe(0);
  await server.stop();
  folder.remove();
});

const weight = async (): Promise<SkidNow['samples'][string] | undefined> =>
  (await operator.get<SkidNow>('/api/skids/W-1/values')).body.samples['BAL/WT-1'];
const reads = (grams: number | null): Promise<void> =>
  until(
    async () => {
      const [value, quality] = (await weight()) ?? [null, null];
      const isRead = quality !== null && isGood(quality);
      return grams === null ? !isRead : isRead && value === grams;
    },
    { withinMs: 30_000, what: () => `the balance to read ${grams ?? 'nothing'}` },
  );

it('is read as what lies on it, and is no weight while it moves', async () => {
  await reads(0);
  // No row watches it: it waits for nobody to reset it.
  expect((await operator.get<SkidNow>('/api/skids/W-1/values')).body).toMatchObject({ demand: 'none', causes: [] });
  server.take({ grams: 12.1 });
  await reads(12.1);
  server.take({ grams: 13.05, resting: false });
  await reads(null);
  server.take({ grams: 13.05, resting: true });
  await reads(13.05);
}, 120_000);
