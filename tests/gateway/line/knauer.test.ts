import { afterEach, describe, expect, it } from 'vitest';
import { milliseconds } from '../../../plant/clock.ts';
import { badConfigurationError, badDecodingError, badNotConnected, isGood } from '../../../plant/quality.ts';
import { LineServer } from '../../../twin/instruments/line-server.ts';
import { KnauerPump } from '../../../twin/instruments/knauer.ts';
import { HandClock } from '../support/house.ts';
import { Bench, shipped } from './support/bench.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function pumpOf(head: 10 | 50 = 50, model = shipped('knauer-azura-50')) {
  const clock = new HandClock();
  const pump = new KnauerPump(head, clock);
  const server = new LineServer({ host: '127.0.0.1', port: 0, instrument: pump });
  const bench = new Bench(model, await server.start());
  open.push(() => server.stop());
  open.push(() => bench.device.stop());
  bench.device.start();
  return { clock, pump, server, bench };
}

const connected = ({ device }: Bench) => device.state === 'connected';

describe('a Knauer pump', () => {
  it('is read, and never starts its motor by itself', async () => {
    const { bench, pump } = await pumpOf();
    await bench.until(() => isGood(bench.reading('pressure').quality));
    expect(bench.reading('flowSetpoint').value).toBe(0);
    expect(bench.reading('pressureMax').value).toBe(150);
    expect(bench.reading('startsUnasked').value).toBe(false);
    expect(bench.reading('startsWithoutContact').value).toBe(false);
    expect(pump.running).toBe(false);
    expect(bench.device.identity).toEqual({
      manufacturer: 'Knauer',
      product: 'AZURA compact P 2.1S, 50 mL head',
      serial: null,
      firmware: null,
    });
  });

  it('pumps what it is set to when its contact is closed, and its pressure follows', async () => {
    const { bench, pump, clock, server } = await pumpOf();
    await bench.until(() => connected(bench));
    await bench.set('flowSetpoint', 40);
    expect(await bench.device.read([bench.point('flowSetpoint')])).toEqual(new Map([['flowSetpoint', 40]]));
    expect(bench.reading('flowSetpoint').value).toBe(40);
    clock.now += 10_000;
    await bench.round();
    expect(bench.reading('pressure').value).toBe(0);
    server.take({ startIn: true });
    clock.now += 10_000;
    await bench.round();
    expect(bench.reading('pressure').value).toBe(60);
    expect(pump.running).toBe(true);
  });

  it('stops by itself above its highest pressure, and says why', async () => {
    const { bench, clock, server } = await pumpOf();
    await bench.until(() => connected(bench));
    await bench.set('pressureMax', 100);
    await bench.set('flowSetpoint', 40);
    server.take({ startIn: true, blocked: true });
    clock.now += 5000;
    await bench.round();
    expect(bench.reading('lastErrors').value).toBe('8,0,0,0,0');
    clock.now += 60_000;
    await bench.round();
    expect(bench.reading('pressure').value).toBe(0);
  });

  it('with the other head is not taken for it', async () => {
    const { bench } = await pumpOf(10);
    await bench.until(() => bench.device.notes().length > 0);
    expect(bench.device.notes()[0]).toMatch(/is not taken for a knauer-azura-50: .*"HEADTYPE:10"/u);
    expect(bench.device.state).toBe('lost');
    expect(isGood(bench.reading('pressure').quality)).toBe(false);
  });

  it('refuses what it does not take, and nothing else is lost', async () => {
    const model = shipped('knauer-azura-50');
    const points = model.points.map((point) =>
      point.name === 'pressureMin' ? { ...point, ask: 'PMIN70?' } : { ...point, range: { low: 0, high: 900 } },
    );
    const { bench } = await pumpOf(50, { ...model, points });
    await bench.until(() => isGood(bench.reading('pressure').quality));
    expect(bench.reading('pressureMin').quality).toBe(badConfigurationError);
    await expect(bench.set('pressureMax', 151)).rejects.toMatchObject({ code: 'device-refused' });
    expect(bench.device.figures.exceptions).toBeGreaterThan(1);
    expect(connected(bench)).toBe(true);
  });

  it('that answers slowly and in pieces is read all the same', async () => {
    const { bench, server } = await pumpOf(50, shipped('knauer-azura-50', { timeout: milliseconds(400) }));
    server.take({ manners: { delayMs: 5, pieceBytes: 3, pieceGapMs: 1 } });
    await bench.until(() => isGood(bench.reading('pressure').quality));
    expect(bench.device.figures).toMatchObject({ malformed: 0, timeouts: 0 });
  });

  it('that swallows, cuts short or repeats an answer is asked anew over a new connection', async () => {
    const { bench, server } = await pumpOf();
    await bench.until(() => isGood(bench.reading('pressure').quality));
    for (const manners of [{ drop: 1 }, { truncate: 1 }, { repeat: 1 }]) {
      const { reconnects } = bench.device.figures;
      server.take({ manners });
      await bench.until(() => bench.device.figures.reconnects > reconnects);
      await bench.round();
      expect(bench.reading('pressure').value).toBe(0);
    }
    expect(bench.device.figures.timeouts).toBeGreaterThanOrEqual(2);
    expect(bench.device.figures.malformed).toBeGreaterThanOrEqual(1);
  });

  it('whose cable is pulled has no Good value, and is back when it is', async () => {
    const { bench, server } = await pumpOf();
    await bench.until(() => isGood(bench.reading('pressure').quality));
    server.hangUp();
    await bench.until(() => bench.device.state === 'lost');
    expect([badNotConnected, badDecodingError]).toContain(bench.reading('pressure').quality);
    await bench.until(() => isGood(bench.reading('pressure').quality));
  });
});
