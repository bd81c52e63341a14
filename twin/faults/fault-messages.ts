/**
 * Faults as they are asked for, one JSON object each: `{"fault": "pump-stop", "pump": "ligand"}`. A fault stands until it is
 * taken away; what stands is a list of such messages, each at its key, and `faultsOf` says what they come to.
 * `{"fault": "clear"}` takes all away, `{"fault": "clear", "only": {…}}` one.
 */
import { mesolineError } from '../../plant/errors.ts';
import { loopModes, type LoopMode } from '../controller/state.ts';
import { doorSwitches, gases, leakPlaces, noFaults, pHPlaces, withSensor, type Faults } from './faults.ts';
import { flushAgents, type FlushAgent } from '../skid/deposits.ts';
import { pumpNames, type PumpName } from '../skid/parameters.ts';
import { probePlaces } from '../skid/probe.ts';
import { analogPoints, contactPoints, instrumentPoints, type InstrumentPoint } from '../skid/signals.ts';

/** A fault that stands. Two messages with the same key are about the same thing: the later one counts. */
export type StandingFault = Readonly<{ key: string; message: Readonly<Record<string, unknown>> }>;

/** What is done once: to the process, to the surroundings, or by a person at the skid's panel. */
export type Action =
  | Readonly<{ kind: 'waste-level'; percent: number }>
  | Readonly<{ kind: 'drip-tray'; ml: number }>
  | Readonly<{ kind: 'air-bubble'; pump: PumpName; ml: number }>
  | Readonly<{ kind: 'clog-step'; factor: number }>
  | Readonly<{ kind: 'flush-agent'; agent: FlushAgent; ml: number }>
  | Readonly<{ kind: 'key-switch'; local: boolean }>
  | Readonly<{ kind: 'loop-mode'; mode: LoopMode; percent: number }>;

export type FaultRequest =
  | Readonly<{ kind: 'stands'; fault: StandingFault }>
  /** Takes away what stands at the key; null: all of it. */
  | Readonly<{ kind: 'clear'; key: string | null }>
  | Readonly<{ kind: 'action'; action: Action }>;

/** What a message asks for. @throws MesolineError `fault-refused` naming the part of the message that is wrong. */
export function readFault(message: unknown): FaultRequest {
  const fields = new Fields(message);
  const name = fields.value('fault');
  if (name === 'clear') {
    const only = fields.value('only');
    fields.checkAll();
    return { kind: 'clear', key: only === undefined ? null : keyOf(new Fields(only)) };
  }
  const action = typeof name === 'string' ? actions.get(name) : undefined;
  if (action !== undefined) {
    const asked = action(fields);
    fields.checkAll();
    return { kind: 'action', action: asked };
  }
  standingKind(fields).read(fields);
  fields.checkAll();
  return { kind: 'stands', fault: { key: keyOf(fields), message: fields.all } };
}

/** What all that stands comes to, in the order in which it came. */
export const faultsOf = (standing: readonly StandingFault[]): Faults =>
  standing.reduce((faults, { message }) => {
    const fields = new Fields(message);
    return standingKind(fields).read(fields)(faults);
  }, noFaults);

/** What stands after one more. */
export const standingWith = (standing: readonly StandingFault[], fault: StandingFault): readonly StandingFault[] => [
  ...standing.filter(({ key }) => key !== fault.key),
  fault,
];

type Change = (faults: Faults) => Faults;

/** A kind of fault that stands: the fields that say which thing it is about, and what it does. */
type StandingKind = Readonly<{ about: readonly string[]; read: (fields: Fields) => Change }>;

const set =
  (change: Partial<Faults>): Change =>
  (faults) => ({ ...faults, ...change });
const alone = (change: Partial<Faults>): StandingKind => ({ about: [], read: () => set(change) });

/** One of something that there are several of. */
const oneOfMany = (field: string, read: (fields: Fields) => Change): StandingKind => ({ about: [field], read });

const sensor = (more: (fields: Fields) => Parameters<typeof withSensor>[2]): StandingKind =>
  oneOfMany('point', (fields) => {
    const point = fields.oneOf('point', analogPoints);
    const wrong = more(fields);
    return (faults) => withSensor(faults, point, wrong);
  });

const biased = (points: Readonly<Record<string, InstrumentPoint>>, unit: string, most: number): StandingKind =>
  oneOfMany('sensor', (fields) => {
    const point = points[fields.oneOf('sensor', Object.keys(points))];
    const offset = fields.number(unit, -most, most);
    return (faults) => (point === undefined ? faults : withSensor(faults, point, { offset }));
  });

const standingKinds: ReadonlyMap<string, StandingKind> = new Map<string, StandingKind>([
  [
    'pump-stop',
    oneOfMany('pump', (fields) => {
      const pump = fields.oneOf('pump', pumpNames);
      return (faults) => ({ ...faults, stoppedPumps: new Set([...faults.stoppedPumps, pump]) });
    }),
  ],
  [
    'check-valve',
    oneOfMany('pump', (fields) => {
      const pump = fields.oneOf('pump', pumpNames);
      const share = fields.number('share', 0, 1);
      return (faults) => ({ ...faults, checkValveLoss: { ...faults.checkValveLoss, [pump]: share } });
    }),
  ],
  [
    'leak',
    oneOfMany('place', (fields) => {
      const place = fields.oneOf('place', leakPlaces);
      const flow = fields.number('mlPerMin', 0, 80);
      return (faults) => ({ ...faults, leakMlPerMin: { ...faults.leakMlPerMin, [place]: flow } });
    }),
  ],
  ['pressure-loss', alone({ pressureLoss: true })],
  ['blocked-outlet', alone({ blockedOutlet: true })],
  ['bpr-hunting', { about: [], read: (fields) => set({ huntingBar: fields.number('bar', 0, 5) }) }],
  ['fouling', { about: [], read: (fields) => set({ foulingFactor: fields.number('factor', 1, 1000) }) }],
  ['heater-stuck-on', alone({ heaterStuckOn: true })],
  ['heater-weak', { about: [], read: (fields) => set({ heaterShare: fields.number('share', 0, 1) }) }],
  ['cooling-loss', alone({ coolingLost: true })],
  [
    'ph',
    oneOfMany('place', (fields) => {
      const place = fields.oneOf('place', pHPlaces);
      const value = fields.number('value', 0, 14);
      return (faults) => ({ ...faults, pH: { ...faults.pH, [place]: value } });
    }),
  ],
  [
    'window-film',
    oneOfMany('place', (fields) => {
      const place = fields.oneOf('place', probePlaces);
      const share = fields.number('share', 0, 1);
      return (faults) => ({ ...faults, windowFilm: { ...faults.windowFilm, [place]: share } });
    }),
  ],
  ['lamp-drift', { about: [], read: (fields) => set({ lampShare: fields.number('share', 0, 2) }) }],
  ['laser-drift', { about: [], read: (fields) => set({ laserShiftPerCm: fields.number('perCm', -50, 50) }) }],
  [
    'gas',
    oneOfMany('gas', (fields) => {
      const gas = fields.oneOf('gas', gases);
      const ppm = fields.number('ppm', 0, 100_000);
      return (faults) => ({ ...faults, gasPpm: { ...faults.gasPpm, [gas]: ppm } });
    }),
  ],
  ['ventilation-failure', alone({ ventilationFailed: true })],
  [
    'door',
    oneOfMany('switch', (fields) => {
      const which = fields.oneOf('switch', doorSwitches);
      const open = fields.oneOf('to', ['open', 'closed'] as const) === 'open';
      return (faults) => ({
        ...faults,
        openDoors: new Set([...faults.openDoors].filter((one) => one !== which).concat(open ? which : [])),
      });
    }),
  ],
  ['emergency-stop', alone({ emergencyStop: true })],
  ['air-loss', alone({ airLost: true })],
  ['controller-halt', alone({ controllerHalted: true })],
  ['pressure-bias', biased({ A: 'reactorPressureA', B: 'reactorPressureB', C: 'reactorPressureC' }, 'bar', 25)],
  [
    'temperature-bias',
    biased(
      { A: 'reactorTemperatureA', B: 'reactorTemperatureB', independent: 'reactorTemperatureIndependent' },
      'kelvin',
      200,
    ),
  ],
  ['sensor-nan', sensor(() => ({ broken: true }))],
  [
    'contact-break',
    oneOfMany('point', (fields) => {
      const point = fields.oneOf('point', contactPoints);
      return (faults) => withSensor(faults, point, { broken: true });
    }),
  ],
  [
    'sensor-stuck',
    oneOfMany('point', (fields) => {
      const point = fields.oneOf('point', instrumentPoints);
      return (faults) => withSensor(faults, point, { stuck: true });
    }),
  ],
  ['sensor-drift', sensor((fields) => ({ driftPerMin: fields.number('perMin', -1000, 1000) }))],
  ['sensor-offset', sensor((fields) => ({ offset: fields.number('by', -10_000, 10_000) }))],
  ['sensor-noise', sensor((fields) => ({ noiseFactor: fields.number('factor', 0, 1000) }))],
]);

const actions: ReadonlyMap<string, (fields: Fields) => Action> = new Map<string, (fields: Fields) => Action>([
  ['waste-level', (fields) => ({ kind: 'waste-level', percent: fields.number('percent', 0, 100) })],
  ['drip-tray', (fields) => ({ kind: 'drip-tray', ml: fields.number('ml', 0, 10_000) })],
  [
    'air-bubble',
    (fields) => ({ kind: 'air-bubble', pump: fields.oneOf('pump', pumpNames), ml: fields.number('ml', 0, 20) }),
  ],
  [
    'flush-agent',
    (fields) => ({ kind: 'flush-agent', agent: fields.oneOf('agent', flushAgents), ml: fields.number('ml', 0, 1000) }),
  ],
  ['clog-step', (fields) => ({ kind: 'clog-step', factor: fields.number('factor', 1, 1000) })],
  [
    'key-switch',
    (fields) => ({ kind: 'key-switch', local: fields.oneOf('to', ['local', 'remote'] as const) === 'local' }),
  ],
  [
    'loop-mode',
    (fields) => {
      const mode = fields.oneOf('mode', loopModes);
      return { kind: 'loop-mode', mode, percent: mode === 'manual' ? fields.number('percent', 0, 100) : 0 };
    },
  ],
]);

/** The names by which a fault or an action is asked for. */
export const faultNames: readonly string[] = [...standingKinds.keys(), ...actions.keys(), 'clear'];

function standingKind(fields: Fields): StandingKind {
  const name = fields.value('fault');
  const kind = typeof name === 'string' ? standingKinds.get(name) : undefined;
  if (kind === undefined) throw refused('fault', name, faultNames.join(', '));
  return kind;
}

const keyOf = (fields: Fields): string =>
  ['fault', ...standingKind(fields).about].map((field) => fields.text(field)).join(' ');

/** The fields of a message, each read as what it should be. */
class Fields {
  readonly all: Readonly<Record<string, unknown>>;
  readonly #read = new Set<string>();

  constructor(message: unknown) {
    this.all = typeof message === 'object' && message !== null ? { ...message } : {};
  }

  value(key: string): unknown {
    this.#read.add(key);
    return Object.hasOwn(this.all, key) ? this.all[key] : undefined;
  }

  /** @throws MesolineError `fault-refused` where there is a field that nothing was read from. */
  checkAll(): void {
    const unknown = Object.keys(this.all).find((key) => !this.#read.has(key));
    if (unknown === undefined) return;
    throw refused(unknown, this.all[unknown], [...this.#read].join(', '));
  }

  oneOf<T extends string>(key: string, choices: readonly T[]): T {
    const value = this.value(key);
    const choice = choices.find((one) => one === value);
    if (choice === undefined) throw refused(key, value, choices.join(', '));
    return choice;
  }

  text(key: string): string {
    const value = this.value(key);
    if (typeof value === 'string') return value;
    throw refused(key, value, 'the name of one');
  }

  number(key: string, low: number, high: number): number {
    const value = this.value(key);
    if (typeof value === 'number' && value >= low && value <= high) return value;
    throw refused(key, value, `a number from ${low} to ${high}`);
  }
}

const refused = (key: string, value: unknown, expected: string): Error =>
  mesolineError('fault-refused', key, `${shown(value)} is not known here.`, `Use ${expected}.`);

const longestShown = 80;

/** What was sent may be of any size and depth; a few words of it tell which it was. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a group of fields';
  if (typeof value === 'bigint') return String(value);
  return JSON.stringify(typeof value === 'string' ? value.slice(0, longestShown) : value);
}
