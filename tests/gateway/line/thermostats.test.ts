import { afterEach, describe, expect, it } from 'vitest';
import { milliseconds, type Clock } from '../../../plant/clock.ts';
import type { LineModel } from '../../../plant/device-model.ts';
import { badConfigurationError, badDeviceFailure, badSensorFailure, good, isGood } from '../../../plant/quality.ts';
import { HuberThermostat } from '../../../twin/instruments/huber.ts';
import type { LineInstrument } from '../../../twin/instruments/instrument.ts';
import { JulaboCirculator } from '../../../twin/instruments/julabo.ts';
import { LaudaThermostat } from '../../../twin/instruments/lauda.ts';
import { LineServer } from '../../../twin/instruments/line-server.ts';
import { HandClock } from '../support/house.ts';
import { Bench, shipped } from './support/bench.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function reached(make: (clock: Clock) => LineInstrument, model: LineModel) {
  const clock = new HandClock();
  const server = new LineServer({ host: '127.0.0.1', port: 0, instrument: make(clock) });
  const bench = new Bench(model, await server.start());
  open.push(() => server.stop());
  open.push(() => bench.device.stop());
  bench.device.start();
  await bench.until(() => isGood(bench.reading('setpoint').quality));
  return { clock, server, bench };
}

const readBack = async (bench: Bench, name: string) => (await bench.device.read([bench.point(name)])).get(name);

describe('a Huber thermostat', () => {
  const huber = () => reached((clock) => new HuberThermostat(clock), shipped('huber-pb'));

  it('is set below zero, is started, and cools as fast as it can', async () => {
    const { bench, clock } = await huber();
    await bench.set('setpoint', -10.25);
    await bench.set('controlling', true);
    expect(await readBack(bench, 'setpoint')).toBe(-10.25);
    expect(await readBack(bench, 'controlling')).toBe(true);
    clock.now += 600_000;
    await bench.round();
    expect(bench.reading('internalTemperature').value).toBeCloseTo(22 - 600 * (1.5 / 60), 1);
    expect(bench.reading('pumpPressure')).toMatchObject({ value: 620, quality: good });
  });

  it('without a probe has no process temperature', async () => {
    const { bench, server } = await huber();
    expect(bench.reading('processTemperature').value).toBe(22);
    server.take({ probe: false });
    await bench.round();
    expect(bench.reading('processTemperature')).toMatchObject({ value: 22, quality: badSensorFailure });
    expect(bench.reading('internalTemperature').quality).toBe(good);
  });

  it('says that its drip tray is full, and that it has failed, by bits that one line tells', async () => {
    const { bench, server } = await huber();
    expect(bench.reading('dripTrayFull').value).toBe(false);
    server.take({ dripTray: true, alarm: true });
    await bench.round();
    expect(bench.reading('dripTrayFull').value).toBe(true);
    expect(bench.reading('status.error').value).toBe(true);
    expect(bench.reading('errorNumber').value).toBe(-2033);
  });

  it('has not what it does not know', async () => {
    const model = shipped('huber-pb');
    const points = model.points.map((point) =>
      point.name === 'power' ? { ...point, ask: '{M7D****', answer: '{S7D{value:hex16}' } : point,
    );
    const { bench } = await reached((clock) => new HuberThermostat(clock), { ...model, points });
    expect(bench.reading('power').quality).toBe(badSensorFailure);
  });
});

describe('a LAUDA thermostat', () => {
  const lauda = () => reached((clock) => new LaudaThermostat(clock), shipped('lauda', { settle: milliseconds(0) }));

  it('is known by its type, set, and taken out of standby', async () => {
    const { bench, clock } = await lauda();
    await bench.until(() => bench.device.identity !== null);
    expect(bench.device.identity).toMatchObject({ manufacturer: 'LAUDA', product: 'XT' });
    expect(bench.reading('standby').value).toBe(true);
    await bench.set('setpoint', 35.5);
    await bench.set('standby', false);
    expect(await readBack(bench, 'setpoint')).toBe(35.5);
    expect(await readBack(bench, 'standby')).toBe(false);
    clock.now += 60_000;
    await bench.round();
    expect(bench.reading('bathTemperature').value).toBe(25);
  });

  it('that refuses a value says so, and keeps what it had', async () => {
    const { bench } = await lauda();
    await expect(bench.set('setpoint', 250)).rejects.toMatchObject({ code: 'device-refused' });
    expect(await readBack(bench, 'setpoint')).toBe(20);
    expect(bench.device.figures.exceptions).toBe(1);
    expect(bench.device.state).toBe('connected');
  });

  it('whose external probe is missing has that value Bad, and all others', async () => {
    const { bench, server } = await lauda();
    server.take({ probe: false });
    await bench.until(() => bench.reading('externalTemperature').quality === badDeviceFailure);
    await bench.round();
    expect(bench.reading('bathTemperature').quality).toBe(good);
  });

  it('is asked for nothing that it does not know', async () => {
    const { bench } = await lauda();
    await bench.round();
    for (const { name } of bench.model.points) expect(bench.reading(name).quality).not.toBe(badConfigurationError);
  });
});

describe('a JULABO circulator', () => {
  const julabo = () => reached((clock) => new JulaboCirculator(clock), shipped('julabo', { settle: milliseconds(10) }));

  it('that says nothing to a command is read back', async () => {
    const { bench } = await julabo();
    await bench.set('setpoint', 42.5);
    await bench.set('running', true);
    expect(await readBack(bench, 'setpoint')).toBe(42.5);
    await bench.until(() => bench.reading('status').value === 3);
    expect(bench.device.identity).toMatchObject({ firmware: 'CORIO CD-200F VERSION 1.0' });
    expect(bench.device.figures).toMatchObject({ malformed: 0, timeouts: 0 });
  });

  it('switched to its panel takes no command, which reading it back shows', async () => {
    const { bench, server } = await julabo();
    server.take({ remote: false });
    await bench.set('setpoint', 42.5);
    expect(await readBack(bench, 'setpoint')).toBe(20);
    await bench.until(() => bench.reading('status').value === 0);
  });
});
