import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SpinsolveDevice } from '../../../gateway/spinsolve/spinsolve-device.ts';
import { systemTimers } from '../../../gateway/timers.ts';
import { createSpectrumReader } from '../../../pat/index.ts';
import { milliseconds } from '../../../plant/clock.ts';
import type { SpinsolveModel } from '../../../plant/device-model.ts';
import { badDecodingError, badDeviceFailure, badTimeout, good } from '../../../plant/quality.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { SpinsolveInstrument } from '../../../twin/instruments/spinsolve.ts';
import { until } from '../../support/waiting.ts';
import { Bench, shippedModel } from '../spectra/support/bench.ts';
import { silentLog } from '../support/house.ts';

const clock = systemClock();
const reader = createSpectrumReader({ clock, log: silentLog });
const shipped = shippedModel('magritek-spinsolve', 'spinsolve');
const folder = mkdtempSync(join(tmpdir(), 'mesoline-spinsolve-'));
const running: { stop(): Promise<void> }[] = [];
const soon = { everyMs: 5, withinMs: 5000 };

beforeAll(() => reader.start());
afterAll(async () => {
  await reader.stop();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.stop();
});

async function lab(change: Partial<SpinsolveModel['measurement']> = {}) {
  const instrument = new SpinsolveInstrument({ host: '127.0.0.1', port: 0, folder, random: Math.random });
  instrument.take({ world: { durationMs: 60, pieceMs: 5 } });
  running.push(instrument);
  const port = await instrument.start();
  const model: SpinsolveModel = {
    ...shipped,
    period: milliseconds(40),
    timeout: milliseconds(400),
    measurement: {
      protocolName: '1D PHOSPHORUS',
      options: { Number: '16' },
      folders: [{ theirs: 'C:\\Data', ours: folder }],
      settle: milliseconds(500),
      ...change,
    },
  };
  const link = { protocol: 'tcp', host: '127.0.0.1', port } as const;
  const bench = new Bench({ model, link, clock, timers: systemTimers, reader });
  const device = new SpinsolveDevice(model, bench.context);
  running.push(device);
  const run = model.points.find(({ name }) => name === 'run')!;
  const write = (value: number): Promise<void> => device.write([{ point: run, value }], () => null);
  const ready = (): Promise<void> => until(() => bench.value('sample') !== null, { ...soon, what: 'a greeting' });
  device.start();
  return { instrument, device, bench, write, ready, run };
}

describe('a Spinsolve', () => {
  it('says who it is when it is connected', async () => {
    const { device, bench, ready } = await lab();
    await ready();
    expect(device.identity).toEqual({
      manufacturer: 'Magritek',
      product: 'Spinsolve 80 Phosphorus',
      serial: 'SPA-0815',
      firmware: '1.18.1.3062',
    });
    expect([bench.value('sample'), bench.value('connected'), bench.value('state')]).toEqual([
      'QD precursor & water',
      true,
      null,
    ]);
    expect(device.notes()).toEqual([]);
  });

  it('measures when it is told to, and its result comes as a spectrum', async () => {
    const { instrument, device, bench, write, ready, run } = await lab();
    await ready();
    await write(1);
    expect((await device.read([run])).get('run')).toBe(1);
    await expect(write(1)).rejects.toThrow(/runs "1D PHOSPHORUS" already/u);
    await until(() => bench.spectra.length === 1, soon);
    expect(instrument.started).toEqual([{ protocol: '1D PHOSPHORUS', options: { Number: '16' } }]);
    const [spectrum] = bench.spectra;
    expect([spectrum?.data.x.unit, spectrum?.data.y.values.length, spectrum?.quality]).toEqual(['ppm', 4096, good]);
    expect(spectrum?.origin).toMatch(/0001-1D PHOSPHORUS\/spectrum\.csv$/u);
    expect([bench.value('state'), bench.value('progress'), bench.value('run')]).toEqual([0, 100, 0]);
  });

  it('stops when it is told to, and gives no spectrum then', async () => {
    const { instrument, bench, write, ready } = await lab();
    instrument.take({ world: { durationMs: 60_000 } });
    await ready();
    await write(1);
    await write(0);
    await until(() => bench.value('state') === 0, soon);
    expect(bench.spectra).toEqual([]);
  });

  it('whose answers come in pieces, several at once, or unasked, is understood all the same', async () => {
    const { instrument, device, bench, write, ready } = await lab();
    instrument.take({ world: { pieceBytes: 3 } });
    await ready();
    instrument.take({
      say: '<Message><CheckShimResponse/></Message>\n<Message><GetResponse><Solvent>CDCl3</Solvent></GetResponse></Message>',
    });
    await write(1);
    await until(() => bench.spectra.length === 1, soon);
    expect([bench.value('solvent'), device.figures.malformed, device.figures.reconnects]).toEqual(['CDCl3', 0, 0]);
  });

  it('that refuses a start says why', async () => {
    const { instrument, bench, write, ready } = await lab();
    instrument.take({ world: { refusal: 'Sample temperature' } });
    await ready();
    await expect(write(1)).rejects.toMatchObject({
      code: 'device-refused',
      message: expect.stringMatching(/Sample temp/u) as string,
    });
    expect([bench.value('state'), bench.value('error')]).toEqual([3, 'Sample temperature']);
  });

  it('is not started with what it does not know, and its list is said', async () => {
    const { instrument, device, write, ready } = await lab({ options: { Number: '17' } });
    await ready();
    await expect(write(1)).rejects.toThrow(/takes 1, 4, 16, 64, not 17/u);
    expect(device.notes()[0]).toMatch(/not 17/u);
    expect(instrument.started).toEqual([]);
  });

  it('is written nothing that is taken back', async () => {
    const { device, instrument, ready, run } = await lab();
    await ready();
    const back = new Error('An interlock came.');
    await expect(device.write([{ point: run, value: 1 }], () => back as never)).rejects.toBe(back);
    expect(instrument.started).toEqual([]);
  });

  it('with software that is too old is not connected, and says so', async () => {
    const { instrument, device } = await lab();
    instrument.take({ world: { software: '1.15.2.1' } });
    instrument.take({ hangUp: true });
    await until(() => device.notes().length > 0, soon);
    expect([device.state, device.notes()[0]]).toEqual([
      'lost',
      expect.stringMatching(/1\.15\.2\.1 is older than 1\.18\.1\.3062/u),
    ]);
  });

  it('without its spectrometer says nothing of it that is Good, and is not started', async () => {
    const { instrument, device, bench, write, ready } = await lab();
    await ready();
    await write(1);
    await until(() => bench.value('state') === 0, soon);
    instrument.take({ world: { connected: false } });
    await until(() => bench.quality('state') === badDeviceFailure, soon);
    expect(device.notes()[0]).toMatch(/no connection to the spectrometer/u);
    await expect(write(1)).rejects.toMatchObject({ code: 'device-refused' });
  });

  it('that sends what is no message is connected anew, and its values are Bad meanwhile', async () => {
    const { instrument, device, bench, ready } = await lab();
    await ready();
    const before = bench.quality('connected');
    instrument.take({
      say: '<Message><StatusNotification><Progress percentage="200"/></StatusNotification></Message>',
    });
    await until(() => device.figures.malformed === 1, soon);
    expect([before, bench.quality('connected')]).toEqual([good, badDecodingError]);
    await until(() => device.figures.reconnects === 1 && bench.quality('connected') === good, soon);
  });

  it('that falls silent is lost, and found again', async () => {
    const { instrument, device, bench, write, ready } = await lab();
    await ready();
    instrument.take({ world: { silent: true } });
    await until(() => device.state === 'lost', soon);
    expect([bench.quality('connected'), device.figures.timeouts]).toEqual([badTimeout, 1]);
    await expect(write(1)).rejects.toMatchObject({ code: 'link-down' });
    instrument.take({ world: { silent: false } });
    await until(() => device.state === 'connected', soon);
  });

  it('whose result stays cut off gives none, and makes the one before it Bad', async () => {
    const { instrument, device, bench, write, ready } = await lab();
    await ready();
    await write(1);
    await until(() => bench.spectra.length === 1 && bench.value('state') === 0, soon);
    instrument.take({ world: { cutResult: true } });
    await write(1);
    await until(() => bench.lost.length === 1, soon);
    expect([bench.lost[0]?.quality, bench.spectra.length, device.counts()['spectraUnread']]).toEqual([
      badDecodingError,
      1,
      1,
    ]);
    expect(device.notes()[0]).toMatch(/gave no spectrum/u);
  });

  it("that measures something else by hand shows it, and its result is nobody's spectrum", async () => {
    const { instrument, bench, ready } = await lab();
    await ready();
    instrument.take({
      say: '<Message><StatusNotification><State protocol="1D PROTON" status="Running"/></StatusNotification></Message>',
    });
    instrument.take({
      say: '<Message><StatusNotification><Completed protocol="1D PROTON" completed="true" successful="true" dataFolder="C:\\Data\\x"/></StatusNotification></Message>',
    });
    await until(() => bench.value('protocol') === '1D PROTON' && bench.value('state') === 0, soon);
    expect([bench.spectra, bench.lost]).toEqual([[], []]);
  });
});
