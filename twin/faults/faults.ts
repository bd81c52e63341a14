/** What can be wrong with a skid and its surroundings, as the process, the instruments and the controller of a twin see it. */
import { perPump, type PerPump, type PumpName } from '../skid/parameters.ts';
import type { ProbePlace } from '../skid/probe.ts';
import type { InstrumentPoint } from '../skid/signals.ts';

/** Before the reactor and cold; at the reactor, hot and under pressure; behind the regulator. */
export const leakPlaces = ['feed', 'reactor', 'outlet'] as const;
export type LeakPlace = (typeof leakPlaces)[number];

/** Of the line's pH transmitters: in the feed, and in the waste. */
export const pHPlaces = ['feed', 'waste'] as const;
export type PHPlace = (typeof pHPlaces)[number];

export const gases = ['h2s', 'h2se', 'h2'] as const;
export type Gas = (typeof gases)[number];

/** The two switches of a door. */
export const doorSwitches = ['A', 'B'] as const;
export type DoorSwitch = (typeof doorSwitches)[number];

/** What is wrong with one transmitter; it may be several things at once. */
export type SensorFault = Readonly<{
  /** It has no value at all. */
  broken: boolean;
  /** It goes on saying what it said when this began. */
  stuck: boolean;
  /** Added to what it says, in its unit. */
  offset: number;
  /** What is added grows by this in a minute of process time, in its unit. */
  driftPerMin: number;
  /** Multiplies its noise. */
  noiseFactor: number;
}>;

export const soundSensor: SensorFault = { broken: false, stuck: false, offset: 0, driftPerMin: 0, noiseFactor: 1 };

/** What is wrong now. */
export type Faults = Readonly<{
  stoppedPumps: ReadonlySet<PumpName>;
  /** The share of its stroke that runs back through a check valve, 0 to 1. */
  checkValveLoss: PerPump;
  leakMlPerMin: Readonly<Record<LeakPlace, number>>;
  /** The back pressure regulator stands open. */
  pressureLoss: boolean;
  blockedOutlet: boolean;
  /** Added to the amplitude with which the regulator hunts, in bar. */
  huntingBar: number;
  /** Multiplies the flow resistance of the reactor. */
  foulingFactor: number;
  /** The heater's thyristor is shorted: full power while its contactor is closed. */
  heaterStuckOn: boolean;
  /** What is left of the heater's power, 0 to 1. */
  heaterShare: number;
  /** Neither the cooler behind the reactor nor the reactor's jacket is cooled. */
  coolingLost: boolean;
  /** The pH of the feed, or of the waste, whatever the chemistry would make it; null: as it is. */
  pH: Readonly<Record<PHPlace, number | null>>;
  /** How far a film takes a probe's light away, 0 to 1; on top of what has grown by itself. */
  windowFilm: Readonly<Record<ProbePlace, number>>;
  /** The light of the absorbance and emission lamps against new ones. */
  lampShare: number;
  /** Added to a Raman shift because the laser drifts, in 1/cm. */
  laserShiftPerCm: number;
  /** Gas in the enclosure beside what the process gives off, in ppm. */
  gasPpm: Readonly<Record<Gas, number>>;
  ventilationFailed: boolean;
  openDoors: ReadonlySet<DoorSwitch>;
  emergencyStop: boolean;
  /** Instrument air or power is gone. */
  airLost: boolean;
  /** The field controller's program stands: what it says and moves stays as it was. */
  controllerHalted: boolean;
  sensors: ReadonlyMap<InstrumentPoint, SensorFault>;
}>;

export const noFaults: Faults = {
  stoppedPumps: new Set(),
  checkValveLoss: perPump(() => 0),
  leakMlPerMin: { feed: 0, reactor: 0, outlet: 0 },
  pressureLoss: false,
  blockedOutlet: false,
  huntingBar: 0,
  foulingFactor: 1,
  heaterStuckOn: false,
  heaterShare: 1,
  coolingLost: false,
  pH: { feed: null, waste: null },
  windowFilm: { stage1: 0, stage2: 0, shell: 0 },
  lampShare: 1,
  laserShiftPerCm: 0,
  gasPpm: { h2s: 0, h2se: 0, h2: 0 },
  ventilationFailed: false,
  openDoors: new Set(),
  emergencyStop: false,
  airLost: false,
  controllerHalted: false,
  sensors: new Map(),
};

/** The faults with one more thing wrong with a sensor. */
export const withSensor = (faults: Faults, point: InstrumentPoint, more: Partial<SensorFault>): Faults => {
  const before = faults.sensors.get(point) ?? soundSensor;
  const offset = before.offset + (more.offset ?? 0);
  return { ...faults, sensors: new Map(faults.sensors).set(point, { ...before, ...more, offset }) };
};
