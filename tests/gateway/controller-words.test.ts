/** The words of a field controller: as its registers have them, and not after their time. */
import { afterEach, describe, expect, it } from 'vitest';
import type { RegisterModel, RegisterPoint } from '../../plant/device-model.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { utcMs } from '../../plant/clock.ts';
import { until } from '../support/waiting.ts';
import { House, tripped } from './support/house.ts';
import { cdse, Plc, plcModel, skidOf } from './support/plc.ts';

const open: { stop: () => Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

/** The skid, its controller's model changed. */
function skidWith(port: number, change: (model: RegisterModel) => RegisterModel): Skid {
  const skid = skidOf(cdse, port);
  const devices = skid.type.devices.map((device) => ({ ...device, model: change(plcModel) }));
  return { ...skid, type: { ...skid.type, devices } };
}

async function begin(
  change: (model: RegisterModel) => RegisterModel = (model) => model,
  prepare: (plc: Plc) => void = () => undefined,
) {
  const plc = new Plc();
  plc.step = 0;
  prepare(plc);
  await plc.listen();
  const house = new House([skidWith(plc.port, change)]);
  open.push({ stop: () => plc.close() }, { stop: () => house.gateway.stop() });
  await house.gateway.start();
  await house.until(() => house.news.at(-1)?.fieldDemand != null, 'the first step');
  return { plc, house };
}

const said = (plc: Plc, address: number): number[] =>
  plc.requests.filter(({ code, address: at }) => code === 16 && at === address).map(({ words }) => words[0]!);

describe('a controller whose registers have their bytes swapped', () => {
  it('is asked for a safe state in its own order', async () => {
    const swapped = (point: RegisterPoint): RegisterPoint =>
      point.name === 'safeStateRequest' ? { ...point, order: 'BADC' } : point;
    const { plc, house } = await begin(
      (model) => ({ ...model, points: model.points.map(swapped) }),
      (each) => (each.obeys = false),
    );
    house.verdict = tripped('S');
    await house.until(() => said(plc, 1).length > 0, 'the request');
    expect(said(plc, 1)[0]).toBe(20 << 8);
  });
});

describe('a controller that leaves its identification unanswered', () => {
  it('is read all the same, and asked for a safe state', async () => {
    const identity = { manufacturer: 'Acme', product: 'PLC', deviceIdentification: true };
    const { plc, house } = await begin(
      (model) => ({ ...model, identity }),
      (each) => (each.mangle = (answer, { code }) => (code === 43 ? null : answer)),
    );
    house.verdict = tripped('H');
    await house.until(() => plc.step === 10);
    const connections = plc.connections;
    const scan = house.news.length;
    await house.until(() => house.news.length > scan + 30);
    expect(plc.connections).toBe(connections);
  });
});

describe('a device that was exchanged', () => {
  it('is not taken for the one before it while it does not say who it is', async () => {
    const identity = { manufacturer: 'Acme', product: 'PLC', deviceIdentification: true };
    const { plc, house } = await begin((model) => ({ ...model, identity }));
    const known = async (): Promise<boolean> => (await house.gateway.field.links())[0]?.identity != null;
    await until(known, { everyMs: 5 });
    const { port } = plc;
    await plc.close();
    await house.until(() => house.news.at(-1)?.fieldDemand === null);
    const other = new Plc();
    other.step = 0;
    other.mangle = (answer, { code }) => (code === 43 ? null : answer);
    open.push({ stop: () => other.close() });
    await other.listen(port);
    await house.until(() => house.news.at(-1)?.fieldDemand === 'none');
    expect(await known()).toBe(false);
  });
});

describe('a release', () => {
  it('that has expired before the field was let go raises no pulse, and the safe state stands', async () => {
    const { plc, house } = await begin();
    await house.execute({ kind: 'safe-state', action: 'H' });
    // The request word reads back as it was until the command is too old.
    const course = { slow: true };
    plc.mangle = (answer, { code, address, quantity }) => {
      if (code === 3 && address <= 1 && address + quantity > 1 && course.slow)
        answer.writeUInt16BE(10, 9 + 2 * (1 - address));
      return answer;
    };
    const now = house.clock.utc();
    const released = house.execute({ kind: 'release' }, { issuedAt: now, expiresAt: utcMs(now + 80) });
    await until(() => house.clock.utc() > now + 100, { everyMs: 5 });
    course.slow = false;
    expect((await released).status).not.toBe('done');
    expect(said(plc, 2)).not.toContain(1);
    await house.until(() => plc.request === 10 && plc.step === 10);
  });
});
