/** What passes between the process and its field controller: readings one way, outputs the other. */
import type { FlushAgent } from './deposits.ts';
import type { PerPump } from './parameters.ts';

type Pair = Readonly<{ A: number; B: number }>;
type Two = readonly [number, number];

/** What the transmitters and switches say. NaN where an instrument has no value. */
export type Readings = Readonly<{
  temperatureC: Readonly<{ A: number; B: number; independent: number; outlet: number }>;
  stage1C: number;
  shellC: number;
  pressureBarG: Readonly<{ A: number; B: number; C: number; feed: number }>;
  flowMlPerMin: PerPump;
  wasteLevelPercent: number;
  /** A switch of its own, beside the radar. */
  wasteLevelHigh: boolean;
  diverter: 'waste' | 'product';
  /** Where the valve before the waste tank stands: the end switch it reached last. */
  wasteOn: 'tank' | 'standby';
  pumpLimitTripped: boolean;
  airVelocityMPerS: Pair;
  /** Against the room; below 0 while the ventilation draws. */
  enclosurePa: Pair;
  dripTrayWet: Readonly<{ A: boolean; B: boolean }>;
  doorOpen: Readonly<{ A: boolean; B: boolean }>;
  emergencyStop: boolean;
  /** Instrument air or power is gone. */
  airLost: boolean;
  gas: Readonly<{ h2sPpm: readonly [number, number, number]; h2sePpm: Two; h2PercentLel: Two }>;
  pH: Readonly<{ feed: Two; waste: Two }>;
  aerosolMgPerM3: Two;
}>;

/** The transmitters, by the names of their points; those of field devices of their own by kind and number. */
export const analogPoints = [
  'reactorTemperatureA',
  'reactorTemperatureB',
  'reactorTemperatureIndependent',
  'outletTemperature',
  'reactorPressureA',
  'reactorPressureB',
  'reactorPressureC',
  'feedPressure',
  'chalcogenFlow',
  'cadmiumFlow',
  'ligandFlow',
  'flushFlow',
  'shellFlow',
  'stage1Temperature',
  'shellTemperature',
  'wasteLevel',
  'airVelocity.A',
  'airVelocity.B',
  'enclosurePressure.A',
  'enclosurePressure.B',
  'h2s.1',
  'h2s.2',
  'h2s.3',
  'h2se.1',
  'h2se.2',
  'h2.1',
  'h2.2',
  'feedPH.1',
  'feedPH.2',
  'wastePH.1',
  'wastePH.2',
  'aerosol.1',
  'aerosol.2',
] as const;
export type AnalogPoint = (typeof analogPoints)[number];

/** The contacts; one that is stuck goes on reporting what it reported. */
export const contactPoints = [
  'wasteLevelHigh',
  'dripTrayWet.A',
  'dripTrayWet.B',
  'doorOpen.A',
  'doorOpen.B',
  'emergencyStop',
  'airLost',
] as const;
export type ContactPoint = (typeof contactPoints)[number];

/** The instruments that can break. */
export const instrumentPoints: readonly InstrumentPoint[] = [...analogPoints, ...contactPoints];
export type InstrumentPoint = AnalogPoint | ContactPoint;

const bit = (value: boolean): number => (value ? 1 : 0);

const said: Readonly<Record<InstrumentPoint, (readings: Readings) => number>> = {
  reactorTemperatureA: ({ temperatureC }) => temperatureC.A,
  reactorTemperatureB: ({ temperatureC }) => temperatureC.B,
  reactorTemperatureIndependent: ({ temperatureC }) => temperatureC.independent,
  outletTemperature: ({ temperatureC }) => temperatureC.outlet,
  reactorPressureA: ({ pressureBarG }) => pressureBarG.A,
  reactorPressureB: ({ pressureBarG }) => pressureBarG.B,
  reactorPressureC: ({ pressureBarG }) => pressureBarG.C,
  feedPressure: ({ pressureBarG }) => pressureBarG.feed,
  chalcogenFlow: ({ flowMlPerMin }) => flowMlPerMin.chalcogen,
  cadmiumFlow: ({ flowMlPerMin }) => flowMlPerMin.cadmium,
  ligandFlow: ({ flowMlPerMin }) => flowMlPerMin.ligand,
  flushFlow: ({ flowMlPerMin }) => flowMlPerMin.flush,
  shellFlow: ({ flowMlPerMin }) => flowMlPerMin.shell,
  stage1Temperature: ({ stage1C }) => stage1C,
  shellTemperature: ({ shellC }) => shellC,
  wasteLevel: ({ wasteLevelPercent }) => wasteLevelPercent,
  'airVelocity.A': ({ airVelocityMPerS }) => airVelocityMPerS.A,
  'airVelocity.B': ({ airVelocityMPerS }) => airVelocityMPerS.B,
  'enclosurePressure.A': ({ enclosurePa }) => enclosurePa.A,
  'enclosurePressure.B': ({ enclosurePa }) => enclosurePa.B,
  'h2s.1': ({ gas }) => gas.h2sPpm[0],
  'h2s.2': ({ gas }) => gas.h2sPpm[1],
  'h2s.3': ({ gas }) => gas.h2sPpm[2],
  'h2se.1': ({ gas }) => gas.h2sePpm[0],
  'h2se.2': ({ gas }) => gas.h2sePpm[1],
  'h2.1': ({ gas }) => gas.h2PercentLel[0],
  'h2.2': ({ gas }) => gas.h2PercentLel[1],
  'feedPH.1': ({ pH }) => pH.feed[0],
  'feedPH.2': ({ pH }) => pH.feed[1],
  'wastePH.1': ({ pH }) => pH.waste[0],
  'wastePH.2': ({ pH }) => pH.waste[1],
  'aerosol.1': ({ aerosolMgPerM3 }) => aerosolMgPerM3[0],
  'aerosol.2': ({ aerosolMgPerM3 }) => aerosolMgPerM3[1],
  wasteLevelHigh: ({ wasteLevelHigh }) => bit(wasteLevelHigh),
  'dripTrayWet.A': ({ dripTrayWet }) => bit(dripTrayWet.A),
  'dripTrayWet.B': ({ dripTrayWet }) => bit(dripTrayWet.B),
  'doorOpen.A': ({ doorOpen }) => bit(doorOpen.A),
  'doorOpen.B': ({ doorOpen }) => bit(doorOpen.B),
  emergencyStop: ({ emergencyStop }) => bit(emergencyStop),
  airLost: ({ airLost }) => bit(airLost),
};

/** What the instrument of a point says; of a contact 1 where it reports. */
export const readingOf = (readings: Readings, point: InstrumentPoint): number => said[point](readings);

/** What the controller moves: every enable, set value and pilot. */
export type ControllerOutputs = Readonly<{
  flowMlPerMin: PerPump;
  /** Feeds and heater lose their supply, and the feeds are shut off before the pumps; the way out stays open. */
  deEnergised: boolean;
  heaterEnabled: boolean;
  heaterW: number;
  /** 0 to 1: the thermostat's loop on its cooling side. */
  jacketCooling: number;
  outletCooling: boolean;
  /** What the thermostat of the first stage is set to, in °C; null: off. */
  stage1C: number | null;
  /** What the thermostat of the shell step is set to, in °C; null: off. */
  shellC: number | null;
  /** Mol of chalcogen the feed's two heads give to a mol of TCEP. */
  chalcogenRatio: number;
  extractionAtMaximum: boolean;
  diverter: 'waste' | 'product';
  /** Where the waste stream is sent: into the tank or the standby container; where nothing moves the valve it stays. */
  wasteTo: 'tank' | 'standby' | 'stays';
  /** What the flush pump draws. */
  flushLiquid: FlushAgent;
  backPressureBarG: number;
  clearPumpLimit: boolean;
}>;
