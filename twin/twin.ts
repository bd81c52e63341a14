/** A twin that runs: the line stepped in real time, its registers served over Modbus TCP, faults put on it from outside. */
import type { Clock, Milliseconds } from '../plant/clock.ts';
import type { RegisterModel } from '../plant/device-model.ts';
import { mesolineError } from '../plant/errors.ts';
import { writeController, writtenPoints } from './controller/writes.ts';
import { cycleS, initialLine, stepLine, withFault, type LineState } from './line.ts';
import type { DeviceObjects } from './modbus/bank.ts';
import { createPointBank } from './modbus/point-bank.ts';
import { createModbusServer } from './modbus/server.ts';
import { readPoint, servedPoints } from './points.ts';
import { createNoise } from './random.ts';
import type { TwinParameters } from './skid/parameters.ts';

export type TwinOptions = Readonly<{
  model: RegisterModel;
  parameters: TwinParameters;
  /** After how long without our heartbeat it goes to its safe state by itself, on wall time; null: it does not watch. */
  watchdog: Milliseconds | null;
  /** Runs the process `clock.timeScale` times as fast as the wall. */
  clock: Clock;
  seed: number;
  host: string;
  port: number;
  unitId: number;
  onBroken?: (reason: string) => void;
}>;

export interface Twin {
  /** Gives the port it answers on. */
  start(): Promise<number>;
  stop(): Promise<void>;
  /** Puts a fault on the skid, or takes all away. @throws MesolineError `fault-refused`. */
  fault(message: unknown): void;
  /** The line as it stands, for whoever watches from within the process. */
  line(): LineState;
}

const tickMs = 50;
/** After a longer halt of our own the process has stood still with us: no burst of minutes follows. */
const mostCatchUpMs = 2000;

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
  const noise = createNoise(options.seed);
  let line = initialLine(parameters, noise, options.watchdog);
  let timer: NodeJS.Timeout | null = null;
  let steppedTo = 0;

  const bank = createPointBank(
    model,
    {
      read: (name) => readPoint(line, parameters, name),
      write: (changes) => {
        const written = writeController(line.controller, changes, line.readings, clock.monotonic());
        if (typeof written === 'number') return written;
        line = { ...line, controller: written };
        return null;
      },
    },
    saysOfItself(options.seed),
  );
  const { host, port, unitId, onBroken } = options;
  const server = createModbusServer({ host, port, unitId, bank, ...(onBroken === undefined ? {} : { onBroken }) });

  const advance = (): void => {
    const now = clock.process();
    const cycleMs = cycleS * 1000;
    steppedTo = Math.max(steppedTo, now - mostCatchUpMs * clock.timeScale);
    const wall = clock.monotonic();
    while (steppedTo + cycleMs <= now) {
      line = stepLine(parameters, noise, line, wall);
      steppedTo += cycleMs;
    }
  };

  return {
    start: async () => {
      const listening = await server.start();
      steppedTo = clock.process();
      // Requests that wait are taken before the step: where we stood still, the service's heartbeat is not what was late.
      timer = setInterval(() => setImmediate(advance), tickMs);
      return listening;
    },
    stop: async () => {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await server.stop();
    },
    fault: (message) => {
      line = withFault(parameters, line, message);
    },
    line: () => line,
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
