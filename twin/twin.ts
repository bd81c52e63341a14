/**
 * A twin that runs: the line stepped in real time, its field controller served over Modbus TCP, its other devices each as its
 * real counterpart is reached, faults put on it from outside.
 */
import { elapsed, type Clock, type Milliseconds } from '../plant/clock.ts';
import type { RegisterModel } from '../plant/device-model.ts';
import { mesolineError } from '../plant/errors.ts';
import { writtenPoints } from './controller/writes.ts';
import type { OtherDevice } from './definition.ts';
import { createFieldDevice } from './field-devices/field-device.ts';
import { createSkidInstrument, type SkidInstrument } from './instruments/skid-instrument.ts';
import { cycleS, type LineState } from './line/line.ts';
import type { DeviceObjects } from './modbus/bank.ts';
import { createPointBank } from './modbus/point-bank.ts';
import { createModbusServer } from './modbus/server.ts';
import { readPoint, servedPoints } from './line/points.ts';
import type { ScriptEntry } from './faults/script-entry.ts';
import { sightOf } from './line/sights.ts';
import { createSkidLine } from './line/skid-line.ts';
import type { TwinParameters } from './skid/parameters.ts';

export type TwinOptions = Readonly<{
  /** The field controller's name, and its registers. */
  controller: string;
  model: RegisterModel;
  /** Every other device, served beside it. */
  others: readonly OtherDevice[];
  parameters: TwinParameters;
  /** After how long without our heartbeat it goes to its safe state by itself, on wall time; null: it does not watch. */
  watchdog: Milliseconds | null;
  /** Runs the process `clock.timeScale` times as fast as the wall. */
  clock: Clock;
  seed: number;
  host: string;
  /** By the devices' names; without one the system chooses. */
  ports: Readonly<Record<string, number>>;
  unitId: number;
  /** Where spectra and results are written, in a folder of each device's own; null where no device writes any. */
  folder: string | null;
  /** Told what keeps an instrument from what it should do. */
  onFault?: (reason: string) => void;
  onBroken?: (reason: string) => void;
}>;

/** How each device is reached, by its name, as a site file writes it. */
export type TwinLinks = Readonly<Record<string, string>>;

export interface Twin {
  /** Gives the port of the field controller, and all links. @throws MesolineError `port-in-use`, `twin-cannot-serve` */
  start(): Promise<Readonly<{ port: number; links: TwinLinks }>>;
  stop(): Promise<void>;
  /** Puts a fault on the skid, or takes all away. @throws MesolineError `fault-refused`. */
  fault(message: unknown): void;
  /** Begins a fault script now, instead of what another still had to do. */
  script(entries: readonly ScriptEntry[]): void;
  /** The line as text, and the line gone on with from one. @throws MesolineError `twin-state-invalid` */
  save(): string;
  load(text: string): void;
  /** The line as it stands, for whoever watches from within the process. */
  line(): LineState;
}

const tickMs = 50;
/** After a longer halt of our own the process has stood still with us: no burst of minutes follows. */
const mostCatchUpMs = 2000;
/** A turn takes no longer: where the machine cannot go as fast as it is asked, requests are answered all the same. */
const longestTurnMs = 35;
/** The clock is looked at now and then only. */
const stepsBetweenLooks = 50;

/** By 43/14: vendor, product code, revision, and the product's name; never to be taken for a real controller. */
const saysOfItself = (seed: number): DeviceObjects =>
  new Map([
    [0, 'Mesoline'],
    [1, `TWIN-${seed}`],
    [2, '1'],
    [4, 'Digital twin of a skid'],
  ]);

/** @throws MesolineError `twin-cannot-serve` where the model has a point that the line does not know. */
export function createTwin(options: TwinOptions): Twin {
  const { model, parameters, clock } = options;
  checkPoints(model);
  const skid = createSkidLine(options);
  let timer: NodeJS.Timeout | null = null;
  let steppedTo = 0;

  const bank = createPointBank(
    model,
    {
      read: (name) => readPoint(skid.state(), parameters, name),
      write: (changes) => skid.write(changes, clock.monotonic()),
    },
    saysOfItself(options.seed),
  );
  const { host, ports, unitId, onBroken } = options;
  const server = createModbusServer({
    ...{ host, port: ports[options.controller] ?? 0, unitId, bank },
    ...(onBroken === undefined ? {} : { onBroken }),
  });
  const instruments: SkidInstrument[] = [];

  const createInstrument = ({ device, model: its, index, place }: OtherDevice): Promise<SkidInstrument> =>
    createSkidInstrument({
      ...{ device, model: its, index, host, port: ports[device] ?? 0, clock, seed: options.seed },
      folder: options.folder,
      sightOf: (looks) => sightOf(looks, parameters, () => skid.state()),
      bank: (registers) => createFieldDevice(registers, place, parameters, () => skid.state().readings),
      onFault: (reason) => options.onFault?.(`${device}: ${reason}`),
    });

  const advance = (): void => {
    const now = clock.process();
    const cycleMs = cycleS * 1000;
    steppedTo = Math.max(steppedTo, now - mostCatchUpMs * clock.timeScale);
    const wall = clock.monotonic();
    for (let steps = 1; steppedTo + cycleMs <= now; steps += 1) {
      skid.step(wall);
      steppedTo += cycleMs;
      if (steps % stepsBetweenLooks === 0 && elapsed(wall, clock.monotonic()) > longestTurnMs) break;
    }
  };

  return {
    start: async () => {
      const links: Record<string, string> = {};
      for (const other of options.others) {
        const instrument = await createInstrument(other);
        instruments.push(instrument);
        links[other.device] = await instrument.start();
      }
      const port = await server.start();
      links[options.controller] = `modbus-tcp://${host}:${port}/${unitId}`;
      steppedTo = clock.process();
      // Requests that wait are taken before the step: where we stood still, the service's heartbeat is not what was late.
      timer = setInterval(() => setImmediate(advance), tickMs);
      return { port, links };
    },
    stop: async () => {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await Promise.all([server, ...instruments.splice(0)].map((each) => each.stop()));
    },
    fault: (message) => skid.fault(message),
    script: (entries) => skid.script(entries),
    save: () => skid.save(clock.monotonic()),
    load: (text) => skid.load(text, clock.monotonic()),
    line: () => skid.state(),
  };
}

function checkPoints(model: RegisterModel): void {
  for (const { name, access } of model.points) {
    const served = access === 'read-write' ? writtenPoints.has(name) && servedPoints.has(name) : servedPoints.has(name);
    if (!served) {
      throw mesolineError(
        'twin-cannot-serve',
        `${model.model}: ${name}`,
        'The twin does not know this point.',
        'Use a device model whose points the twin serves (docs/field-controller.md).',
      );
    }
  }
}
