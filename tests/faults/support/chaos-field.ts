/**
 * A site as people have it: a CdSe line whose twin runs apart, and a bench with a pump, a thermostat, an NMR and two
 * controllers on a serial line, each behind a proxy; and what every tag of it should say.
 */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lengthOf, type RegisterModel } from '../../../plant/device-model.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { HuberThermostat } from '../../../twin/instruments/huber.ts';
import type { InstrumentServer } from '../../../twin/instruments/instrument.ts';
import { KnauerPump } from '../../../twin/instruments/knauer.ts';
import { LineServer } from '../../../twin/instruments/line-server.ts';
import { SpinsolveInstrument } from '../../../twin/instruments/spinsolve.ts';
import { createPointBank } from '../../../twin/modbus/point-bank.ts';
import { createModbusServer } from '../../../twin/modbus/server.ts';
import { Apart } from '../../support/child.ts';
import { freePort } from '../../support/ports.ts';
import { loadRegisterModel } from '../../support/register-model.ts';
import { ChaosProxy } from './chaos-proxy.ts';
import { askLine, askSpinsolve, readRegisters, valueOf } from './chaos-truth.ts';
import { FuzzRandom } from './fuzz-random.ts';
import { besideController, controllerAlone, controllerTypeFile, controllerType } from '../../support/fitted.ts';

const bench = `type: bench
title: Bench
definition: 1
units:
  P1: { title: Feed }
  T1: { title: Bath }
  A1: { title: Analyser }
  H1: { title: Heaters }
devices:
  PUMP: { model: knauer-azura-50 }
  BATH: { model: huber-pb }
  NMR: { model: magritek-spinsolve }
  TC-1: { model: eurotherm-3200 }
  TC-2: { model: eurotherm-3200 }
tags:
  P1/FIC-1.SP: { from: PUMP.flowSetpoint, title: Flow, unit: mL/min, range: 0..50, staleAfter: 2 s }
  P1/PT-1: { from: PUMP.pressure, title: Pressure, unit: bar(g), range: 0..150, staleAfter: 2 s }
  P1/PT-1.max: { from: PUMP.pressureMax, title: Pressure limit, unit: bar(g), range: 0..150, staleAfter: 2 s }
  T1/TIC-1.SP: { from: BATH.setpoint, title: Set point, unit: °C, range: -40..200, staleAfter: 4 s }
  T1/TT-1: { from: BATH.internalTemperature, title: Bath, unit: °C, range: -40..200, staleAfter: 4 s }
  T1/TT-2: { from: BATH.processTemperature, title: Process, unit: °C, range: -40..200, staleAfter: 4 s }
  T1/run: { from: BATH.controlling, title: Bath, states: { 0: standing, 1: running }, staleAfter: 4 s }
  A1/connected: { from: NMR.connected, title: Spectrometer, states: { 0: away, 1: there }, staleAfter: 20 s }
  H1/TT-1: { from: TC-1.processValue, title: Heater 1, unit: °C, range: 0..300, staleAfter: 4 s }
  H1/TIC-1.SP: { from: TC-1.workingSetpoint, title: Heater 1 set point, unit: °C, range: 0..300, staleAfter: 4 s }
  H1/TT-1.break: { from: TC-1.sensorBreak, title: Heater 1 sensor, states: { 0: whole, 1: broken }, staleAfter: 4 s }
  H1/TT-2: { from: TC-2.processValue, title: Heater 2, unit: °C, range: 0..300, staleAfter: 4 s }
  H1/TIC-2.SP: { from: TC-2.workingSetpoint, title: Heater 2 set point, unit: °C, range: 0..300, staleAfter: 4 s }
phases: [prime]
page: { overview: [P1/PT-1, T1/TT-1, H1/TT-1] }
`;

/** What is there, by `SKID/TAG`. */
export type Truth = ReadonlyMap<string, number | boolean>;

const clock = systemClock();

export class ChaosField {
  readonly site: string;
  readonly proxies: readonly ChaosProxy[];
  readonly #twin: Apart;
  readonly #ports: Ports;
  readonly #stops: readonly (() => Promise<unknown>)[];

  private constructor(
    site: string,
    proxies: readonly ChaosProxy[],
    twin: Apart,
    ports: Ports,
    stops: readonly (() => Promise<unknown>)[],
  ) {
    [this.site, this.proxies, this.#twin, this.#ports, this.#stops] = [site, proxies, twin, ports, stops];
  }

  /** @param everyMs between two troubles of one proxy, on average */
  static async start(folder: string, seed: number, everyMs: number): Promise<ChaosField> {
    const twinPort = await freePort();
    const twin = new Apart('twin/main.ts', ['--port', String(twinPort)]);
    const pump = new LineServer({ host: '127.0.0.1', port: 0, instrument: new KnauerPump(50, clock) });
    const bath = new LineServer({ host: '127.0.0.1', port: 0, instrument: new HuberThermostat(clock) });
    const results = join(folder, 'results');
    mkdirSync(results);
    const nmr = new SpinsolveInstrument({ host: '127.0.0.1', port: 0, folder: results, random: () => 0.5 });
    const heaters = heaterLine();
    const instruments: readonly InstrumentServer[] = [pump, bath, nmr];
    const [pumpPort = 0, bathPort = 0, nmrPort = 0] = await Promise.all(instruments.map((each) => each.start()));
    const ports: Ports = {
      twin: twinPort,
      pump: pumpPort,
      bath: bathPort,
      nmr: nmrPort,
      heaters: await heaters.start(),
    };
    await askLine(ports.pump, 'FLOW:12500', ends.pump);
    pump.take({ startIn: true });
    for (const line of ['{M0009C4', '{M140001']) await askLine(ports.bath, line, ends.bath);
    const proxies = Object.entries(ports).map(
      ([name, port], index) => new ChaosProxy(name, port, new FuzzRandom(seed + index), everyMs),
    );
    const through: Record<string, number> = {};
    for (const proxy of proxies) through[proxy.name] = await proxy.start();
    const types = join(folder, 'types');
    mkdirSync(types);
    writeFileSync(join(types, 'bench.yaml'), bench);
    copyFileSync(controllerTypeFile, join(types, 'cdse-controller.yaml'));
    const site = join(folder, 'site.yaml');
    writeFileSync(site, siteFile(through));
    const stops = [...proxies, ...instruments, heaters, twin].map((each) => () => Promise.resolve(each.stop()));
    return new ChaosField(site, proxies, twin, ports, stops);
  }

  wild(): void {
    for (const proxy of this.proxies) proxy.wild();
  }

  honest(): void {
    for (const proxy of this.proxies) proxy.honest();
  }

  /** Whether the twin's process still runs. */
  get twinLives(): boolean {
    return this.#twin.child.exitCode === null;
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) await stop();
  }

  /** As the devices have it now. Values that are reckoned from others are not asked. */
  async truth(): Promise<Truth> {
    const truth = new Map<string, number | boolean>();
    const parts = await Promise.all([this.#line(), this.#bench()]);
    for (const [tag, value] of parts.flat()) truth.set(tag, value);
    return truth;
  }

  async #line(): Promise<readonly Read[]> {
    const { tags } = loadSkidType(controllerTypeFile, { without: besideController });
    const reads: Read[] = [];
    for (const { name, source } of tags) {
      if (source.kind !== 'point' || source.point.via !== 'register') continue;
      const { point } = source;
      const length = lengthOf(point);
      const where = { port: this.#ports.twin, unit: 1, framing: 'tcp' } as const;
      reads.push([`QD-1/${name}`, valueOf(point, await readRegisters(where, { ...point, length }))]);
    }
    return reads;
  }

  async #bench(): Promise<readonly Read[]> {
    const { pump, bath, nmr, heaters } = this.#ports;
    const number = async (line: string): Promise<number> =>
      Number((await askLine(pump, line, ends.pump)).split(':')[1]);
    const hundredths = async (address: string): Promise<number> => {
      const answer = await askLine(bath, `{M${address}****`, ends.bath);
      return ((Number.parseInt(answer.slice(4), 16) << 16) >> 16) / 100;
    };
    const heater = async (unit: number, address: number): Promise<number> => {
      const words = await readRegisters(
        { port: heaters, unit, framing: 'rtu' },
        { area: 'holding', address, length: 2 },
      );
      const bytes = Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff]));
      return new DataView(bytes.buffer).getFloat32(0);
    };
    const [status = 0] = await readRegisters(
      { port: heaters, unit: 1, framing: 'rtu' },
      { area: 'holding', address: 75, length: 1 },
    );
    return [
      ['BENCH-1/P1/FIC-1.SP', (await number('FLOW?')) / 1000],
      ['BENCH-1/P1/PT-1', await number('PRESSURE?')],
      ['BENCH-1/P1/PT-1.max', await number('PMAX50?')],
      ['BENCH-1/T1/TIC-1.SP', await hundredths('00')],
      ['BENCH-1/T1/TT-1', await hundredths('01')],
      ['BENCH-1/T1/TT-2', await hundredths('07')],
      ['BENCH-1/T1/run', (await hundredths('14')) * 100],
      [
        'BENCH-1/A1/connected',
        Number((await askSpinsolve(nmr, '<HardwareRequest/>', 'ConnectedToHardware')) === 'true'),
      ],
      ['BENCH-1/H1/TT-1', await heater(1, 32_770)],
      ['BENCH-1/H1/TIC-1.SP', await heater(1, 32_778)],
      ['BENCH-1/H1/TT-1.break', (status >> 5) & 1],
      ['BENCH-1/H1/TT-2', await heater(2, 32_770)],
      ['BENCH-1/H1/TIC-2.SP', await heater(2, 32_778)],
    ];
  }
}

type Ports = Readonly<Record<'twin' | 'pump' | 'bath' | 'nmr' | 'heaters', number>>;
type Read = readonly [tag: string, value: number];

const ends = { pump: { ask: '\n\r', answer: '\n\r' }, bath: { ask: '\r\n', answer: '\r\n' } } as const;

const siteFile = (ports: Readonly<Record<string, number>>): string => {
  const at = (name: string): string => `127.0.0.1:${ports[name] ?? 0}`;
  return `site: soak
title: Soak
skidTypes: types
skids:
  QD-1: { type: ${controllerType}, title: CdSe, twin: { run: apart }, ${controllerAlone}, links: { PLC-1: modbus-tcp://${at('twin')}/1 } }
  BENCH-1:
    type: bench
    title: Bench
    twin: { run: apart }
    links:
      PUMP: tcp://${at('pump')}
      BATH: tcp://${at('bath')}
      NMR: tcp://${at('nmr')}
      TC-1: modbus-rtu-tcp://${at('heaters')}/1
      TC-2: modbus-rtu-tcp://${at('heaters')}/2
`;
};

/** Two temperature controllers on one serial line behind a TCP serial server; their temperatures swing slowly. */
function heaterLine() {
  const model: RegisterModel = loadRegisterModel('gateway/devices/eurotherm-3200.yaml');
  const began = performance.now();
  const bank = (unit: number) =>
    createPointBank(model, {
      read: (name) => {
        const seconds = (performance.now() - began) / 1000;
        if (name === 'processValue') return 80 * unit + 10 * Math.sin(seconds / 60);
        return name === 'workingSetpoint' ? 80 * unit : 0;
      },
      write: () => null,
    });
  const others = new Map([[2, bank(2)]]);
  return createModbusServer({ host: '127.0.0.1', port: 0, unitId: 1, bank: bank(1), others, framing: 'rtu' });
}
