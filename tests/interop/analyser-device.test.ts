import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AnalyserDevice } from '../../gateway/opcua-client/analyser-device.ts';
import { pinFile } from '../../gateway/opcua-client/pinned-certificate.ts';
import { systemTimers } from '../../gateway/timers.ts';
import { milliseconds } from '../../plant/clock.ts';
import type { AnalyserModel } from '../../plant/device-model.ts';
import { badNotConnected, badOutOfRange, good } from '../../plant/quality.ts';
import { systemClock } from '../../plant/system-clock.ts';
import { RamanServer } from '../../twin/instruments/raman-server.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/waiting.ts';
import { Bench, shippedModel } from '../gateway/spectra/support/bench.ts';

const clock = systemClock();
const folder = mkdtempSync(join(tmpdir(), 'mesoline-analyser-'));
const pkiFolder = join(folder, 'client');
const model: AnalyserModel = {
  ...shippedModel('raman-adi', 'opcua'),
  period: milliseconds(50),
  timeout: milliseconds(2000),
};
const soon = { everyMs: 20, withinMs: 15_000 };
let port = 0;
let server: RamanServer;
let device: AnalyserDevice;
let bench: Bench;

const newServer = (open = false): RamanServer =>
  new RamanServer({ host: '127.0.0.1', port, folder, clock, random: Math.random, open });

function connect(change: Partial<AnalyserModel> = {}, keys = pkiFolder): void {
  const own = { ...model, ...change };
  const link = { protocol: 'opc.tcp', host: '127.0.0.1', port, path: '/' } as const;
  bench = new Bench({ model: own, link, clock, timers: systemTimers, more: { pkiFolder: keys } });
  device = new AnalyserDevice(own, bench.context);
  device.start();
}

beforeAll(async () => {
  port = await freePort();
});
beforeEach(async () => {
  server = newServer();
  await server.start();
});
afterEach(async () => {
  await device.stop();
  await server.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an analyser with an OPC UA server', () => {
  it('gives its values with their StatusCodes and times unchanged, and its spectra along their axis', async () => {
    connect();
    await until(() => device.state === 'connected' && bench.spectra.length > 0, soon);
    expect([bench.value('laserPower'), bench.value('shutterOpen'), bench.value('serial')]).toEqual([
      0.4,
      true,
      'RA-2077',
    ]);
    expect(device.identity).toMatchObject({ serial: 'RA-2077', firmware: '3.2.1' });
    expect(device.notes()).toEqual([]);
    expect(existsSync(pinFile(join(pkiFolder, 'QD-1_AT-401')))).toBe(true);
    const [spectrum] = bench.spectra;
    expect([spectrum?.data.x.unit, spectrum?.data.x.values.length, spectrum?.data.x.values[0]]).toEqual([
      '1/cm',
      2048,
      100,
    ]);

    const uncertain = 0x4093_0000;
    server.take({ set: 'temperature', value: -55, status: 'UncertainSensorNotAccurate' });
    await until(() => bench.quality('detectorTemperature') === uncertain, soon);
    expect(bench.value('detectorTemperature')).toBe(-55);
    server.take({ set: 'temperature', value: 300 });
    await until(() => bench.quality('detectorTemperature') === badOutOfRange, soon);

    const before = bench.spectra.length;
    server.measure(new Float64Array(2048).fill(7));
    await until(() => bench.spectra.length > before, soon);
    expect(bench.spectra.at(-1)?.data.y.values.every((value) => value === 7)).toBe(true);
    expect(bench.spectra.at(-1)?.digest).toMatch(/^[0-9a-f]{64}$/u);

    // A curve that is not that of the axis is none.
    server.measure(new Float64Array(100));
    await until(() => bench.lost.length === 1, soon);
    expect(device.notes()[0]).toMatch(/is no spectrum/u);
    // A value that is no number neither.
    server.measure(new Float64Array(2048).fill(Number.NaN));
    await until(() => device.figures.malformed === 2, soon);
  });

  it('that goes is lost, its values Bad, and found again when it is there', async () => {
    connect();
    await until(() => device.state === 'connected', soon);
    await server.stop();
    await until(() => device.state === 'lost', soon);
    expect([bench.quality('laserPower'), bench.value('laserPower')]).toEqual([badNotConnected, 0.4]);
    server = newServer();
    await server.start();
    await until(() => device.state === 'connected' && bench.quality('laserPower') === good, soon);
    expect(device.figures.reconnects).toBe(1);
  });

  it('that shows another certificate than before is not spoken with', async () => {
    const keys = join(folder, 'other');
    connect({}, keys);
    await until(() => device.state === 'connected', soon);
    await device.stop();
    writeFileSync(pinFile(join(keys, 'QD-1_AT-401')), 'another');
    connect({}, keys);
    await until(() => device.notes().length > 0, soon);
    expect(device.notes()[0]).toMatch(/another certificate .* than the one that was kept/u);
    expect(device.state).toBe('lost');
  });

  it('without an encrypted endpoint is read and said to be open; one that had one is not', async () => {
    await server.stop();
    server = newServer(true);
    await server.start();
    connect({}, join(folder, 'fresh'));
    await until(() => device.state === 'connected', soon);
    expect(device.notes()[0]).toMatch(/openly over the network/u);
    await device.stop();
    connect();
    await until(() => device.notes().length > 0, soon);
    expect([device.state, device.notes()[0]]).toEqual(['lost', expect.stringMatching(/no encrypted endpoint/u)]);
  });

  it('without one of the nodes gives the others, and that one as the server has it', async () => {
    const points = model.points.map((point) =>
      point.name === 'laserPower' ? { ...point, item: '/RamanAnalyser/Nothing' } : point,
    );
    connect({ points });
    await until(() => device.state === 'connected' && bench.quality('shutterOpen') === good, soon);
    expect(bench.quality('laserPower')).toBe(0x8034_0000);
  });
});
