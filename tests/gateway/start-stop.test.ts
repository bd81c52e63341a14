/** Faults of others that must not stop the scan, and stops that come early. */
import { afterEach, describe, expect, it } from 'vitest';
import { SpectrumBoard } from '../../gateway/spectra/spectrum-board.ts';
import { milliseconds, monotonic, utcMs } from '../../plant/clock.ts';
import type { RingCursor } from '../../plant/ports/history.ts';
import { localTag } from '../../plant/sample.ts';
import type { SpectrumDefinition } from '../../plant/skid/definition.ts';
import { HandClock, House, silentLog } from './support/house.ts';
import { cdse, Plc, skidOf } from './support/plc.ts';

const open: { stop: () => Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

describe('a gateway that is stopped while it starts', () => {
  it('opens nothing afterwards', async () => {
    const plc = new Plc();
    await plc.listen();
    const house = new House([skidOf(cdse, plc.port)]);
    open.push({ stop: () => plc.close() }, { stop: () => house.gateway.stop() });
    const { promise, resolve } = Promise.withResolvers<readonly RingCursor[]>();
    house.store.cursors = () => promise;
    const starting = house.gateway.start();
    await house.gateway.stop();
    resolve([]);
    await starting;
    expect(house.gateway.health().state).toBe('stopped');
    await new Promise((done) => setTimeout(done, 50));
    expect([plc.connections, house.news.length]).toEqual([0, 0]);
  });
});

describe('one who is told of spectra and fails', () => {
  it('keeps neither the scan nor the others from going on', () => {
    const definition = {
      name: localTag('X300/nmr'),
      device: 'NMR-1',
      staleAfter: milliseconds(1000),
      source: { name: 'phosphorus' },
    } as SpectrumDefinition;
    const skid = skidOf({ ...cdse, spectra: [definition] }, 1);
    const told: string[] = [];
    const fails = (): never => {
      throw new Error('a fault of its own');
    };
    const clock = new HandClock();
    const board = new SpectrumBoard(
      skid,
      clock,
      [
        { acceptSpectrum: fails, loseSpectrum: fails },
        { acceptSpectrum: () => told.push('taken'), loseSpectrum: () => told.push('lost') },
      ],
      silentLog,
    );
    const data = { x: new Float64Array(1), y: new Float64Array(1), takenAt: null };
    const taken = { source: 'phosphorus', data: data as never, origin: 'a file', digest: '' };
    board.take('NMR-1', taken, utcMs(clock.now));
    board.age(monotonic(clock.now + 2000));
    expect(told).toEqual(['taken', 'lost']);
  });
});
