/** Faults that can be put on a twin while it runs, one JSON object each; `{"fault": "clear"}` takes all of them away. */
import { mesolineError } from '../plant/errors.ts';
import { loopModes, type LoopMode } from './controller/state.ts';
import { pumpNames, type PumpName } from './skid/parameters.ts';
import { instrumentPoints, type InstrumentPoint } from './skid/signals.ts';

export type PressureSensor = 'A' | 'B' | 'C';
export type TemperatureSensor = 'A' | 'B' | 'independent';

/** What is wrong with the skid now. */
export type Faults = Readonly<{
  stoppedPumps: ReadonlySet<PumpName>;
  /** Added to what a pressure transmitter says, in bar. */
  pressureBiasBar: Readonly<Record<PressureSensor, number>>;
  /** Added to what a thermometer says, in K. */
  temperatureBiasK: Readonly<Record<TemperatureSensor, number>>;
  /** The back pressure regulator stands open. */
  pressureLoss: boolean;
  blockedOutlet: boolean;
  /** The heater's thyristor is shorted: full power while its contactor is closed. */
  heaterStuckOn: boolean;
  /** Multiplies the flow resistance of the reactor. */
  foulingFactor: number;
  /** Points whose instrument is broken; they say NaN. */
  brokenPoints: ReadonlySet<InstrumentPoint>;
}>;

export const noFaults: Faults = {
  stoppedPumps: new Set(),
  pressureBiasBar: { A: 0, B: 0, C: 0 },
  temperatureBiasK: { A: 0, B: 0, independent: 0 },
  pressureLoss: false,
  blockedOutlet: false,
  heaterStuckOn: false,
  foulingFactor: 1,
  brokenPoints: new Set(),
};

/** A fault, or something that is none: of the skid's surroundings, or done by a person at its panel. */
export type FaultRequest =
  | Readonly<{ kind: 'faults'; change: (faults: Faults) => Faults }>
  | Readonly<{ kind: 'waste-level'; percent: number }>
  | Readonly<{ kind: 'key-switch'; local: boolean }>
  | Readonly<{ kind: 'loop-mode'; mode: LoopMode; percent: number }>;

/** What a message asks for. @throws MesolineError `fault-refused` naming the part of the message that is wrong. */
export function readFault(message: unknown): FaultRequest {
  const fields =
    typeof message === 'object' && message !== null ? new Map(Object.entries(message)) : new Map<string, unknown>();
  const change = (of: (faults: Faults) => Partial<Faults>): FaultRequest => ({
    kind: 'faults',
    change: (faults) => ({ ...faults, ...of(faults) }),
  });
  switch (fields.get('fault')) {
    case 'pump-stop': {
      const pump = oneOf(fields, 'pump', pumpNames);
      return change(({ stoppedPumps }) => ({ stoppedPumps: new Set([...stoppedPumps, pump]) }));
    }
    case 'pressure-bias': {
      const sensor = oneOf(fields, 'sensor', ['A', 'B', 'C'] as const);
      const bar = numberOf(fields, 'bar', -25, 25);
      return change(({ pressureBiasBar }) => ({ pressureBiasBar: { ...pressureBiasBar, [sensor]: bar } }));
    }
    case 'temperature-bias': {
      const sensor = oneOf(fields, 'sensor', ['A', 'B', 'independent'] as const);
      const kelvin = numberOf(fields, 'kelvin', -200, 200);
      return change(({ temperatureBiasK }) => ({ temperatureBiasK: { ...temperatureBiasK, [sensor]: kelvin } }));
    }
    case 'pressure-loss':
      return change(() => ({ pressureLoss: true }));
    case 'blocked-outlet':
      return change(() => ({ blockedOutlet: true }));
    case 'heater-stuck-on':
      return change(() => ({ heaterStuckOn: true }));
    case 'fouling': {
      const factor = numberOf(fields, 'factor', 1, 1000);
      return change(() => ({ foulingFactor: factor }));
    }
    case 'sensor-nan': {
      const point = oneOf(fields, 'point', instrumentPoints);
      return change(({ brokenPoints }) => ({ brokenPoints: new Set([...brokenPoints, point]) }));
    }
    case 'waste-level':
      return { kind: 'waste-level', percent: numberOf(fields, 'percent', 0, 100) };
    case 'key-switch':
      return { kind: 'key-switch', local: oneOf(fields, 'to', ['local', 'remote'] as const) === 'local' };
    case 'loop-mode': {
      const mode = oneOf(fields, 'mode', loopModes);
      return { kind: 'loop-mode', mode, percent: mode === 'manual' ? numberOf(fields, 'percent', 0, 100) : 0 };
    }
    case 'clear':
      return change(() => noFaults);
    default:
      throw refused('fault', fields.get('fault'), faultNames.join(', '));
  }
}

const faultNames = [
  'pump-stop',
  'pressure-bias',
  'temperature-bias',
  'pressure-loss',
  'blocked-outlet',
  'heater-stuck-on',
  'fouling',
  'sensor-nan',
  'waste-level',
  'key-switch',
  'loop-mode',
  'clear',
] as const;

function oneOf<T extends string>(fields: ReadonlyMap<string, unknown>, key: string, choices: readonly T[]): T {
  const value = fields.get(key);
  const choice = choices.find((one) => one === value);
  if (choice === undefined) throw refused(key, value, choices.join(', '));
  return choice;
}

function numberOf(fields: ReadonlyMap<string, unknown>, key: string, low: number, high: number): number {
  const value = fields.get(key);
  if (typeof value === 'number' && value >= low && value <= high) return value;
  throw refused(key, value, `a number from ${low} to ${high}`);
}

const refused = (key: string, value: unknown, expected: string): Error =>
  mesolineError(
    'fault-refused',
    key,
    `${value === undefined ? 'nothing' : JSON.stringify(value)} is not known here.`,
    `Use ${expected}.`,
  );
