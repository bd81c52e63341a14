/**
 * The service is killed and started again while a client is subscribed: the client, which does nothing about it, has its
 * subscription back, and nothing that it was told is older than it says.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiPerson } from '../support/api.ts';
import { Apart } from '../support/child.ts';
import { OpcUaWatcher } from '../support/opcua-watcher.ts';
import { freePort } from '../support/ports.ts';
import { Service, temporaryFolder, type ServiceOptions } from '../support/service.ts';
import { until } from '../support/waiting.ts';
import { controllerAlone, controllerType, testTypes } from '../support/fitted.ts';

/** The field controller's step: 1 after power-up; it leaves that one by itself once our heartbeat has stood for 3 s. */
const step = 'QD-1/PLC/safeState';
const folder = temporaryFolder('opcua-restart');
let twin: Apart;
let options: ServiceOptions;
let service: Service;
let client: OpcUaWatcher;

beforeAll(async () => {
  const twinPort = await freePort();
  twin = new Apart('twin/main.ts', ['--port', String(twinPort)]);
  const site = join(folder.path, 'site.yaml');
  writeFileSync(
    site,
    `site: restart\n${testTypes}\ntitle: Restart\nskids:\n  QD-1: { type: ${controllerType}, title: CdSe, twin: { run: apart }, ${controllerAlone}, links: { PLC-1: modbus-tcp://127.0.0.1:${twinPort}/1 } }\n`,
  );
  options = { site, data: join(folder.path, 'data'), httpPort: await freePort(), opcuaPort: await freePort() };
  service = await Service.start(options);
  const operator = await ApiPerson.firstLogin(service, 'operator');
  client = await OpcUaWatcher.connect(service, operator.user, operator.password, step);
});

afterAll(async () => {
  await client.close().catch(() => undefined);
  await service.stop();
  await twin.stop();
  folder.remove();
});

describe('a service that is killed while a client is subscribed', () => {
  let killedAt = 0;
  let startedAt = 0;

  it('has told the client the truth so far', async () => {
    await until(() => client.latest?.value.value === 1, { what: () => `step 1, not ${client.latest?.toString()}` });
  });

  it('gives the client its subscription back when it is started again', async () => {
    await service.stop('SIGKILL');
    killedAt = Date.now();
    // Long enough for the field to have gone on: what was true before is so no more.
    await until(() => Date.now() - killedAt > 5000, { what: 'the heartbeat to be missed' });
    const before = client.seen.length;
    startedAt = Date.now();
    service = await Service.start(options);
    await until(() => client.seen.slice(before).some(({ value }) => value.statusCode.isGood()), {
      withinMs: 60_000,
      what: () => `a Good value after the restart; so far ${client.seen.slice(before).map(String).join()}`,
    });
    process.stdout.write(`a Good value again ${Date.now() - startedAt} ms after the start\n`);
  });

  it('has told it nothing older than it says', () => {
    const after = client.seen.filter(({ at }) => at > killedAt);
    const old = after.filter(({ value }) => value.statusCode.isGood() && value.value.value === 1);
    expect(old.map(({ value }) => value.toString())).toEqual([]);
    for (const { value, at } of after) {
      const [source, server] = [value.sourceTimestamp?.getTime() ?? 0, value.serverTimestamp?.getTime() ?? 0];
      expect(source).toBeLessThanOrEqual(at);
      expect(server).toBeLessThanOrEqual(at);
      if (value.statusCode.isGood()) expect(source).toBeGreaterThan(startedAt);
    }
  });
});
