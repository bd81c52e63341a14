/**
 * What the transmitters and switches say of the process and its surroundings: their lag, their noise and what is wrong with
 * them. NaN where one has no value.
 */
import { airVelocityMPerS, enclosurePa, type EnclosureState } from '../surroundings/enclosure.ts';
import { soundSensor, type Faults, type SensorFault } from '../faults/faults.ts';
import type { Noise } from '../random.ts';
import { lagged } from './lag.ts';
import { perPump, type PerPump, type TwinParameters } from './parameters.ts';
import { wasteLevelPercent } from './outlet.ts';
import type { ProcessState } from './process.ts';
import { readingOf, type AnalogPoint, type ContactPoint, type InstrumentPoint, type Readings } from './signals.ts';

/** The lagging parts of the instruments, and what a broken one keeps; noise is added when they are read. */
export type InstrumentState = Readonly<{
  wellC: number;
  outletWellC: number;
  stage1WellC: number;
  shellWellC: number;
  flowMlPerMin: PerPump;
  air: Readonly<{ mPerS: number; pa: number }>;
  /** In the cells of the detectors, in ppm. */
  gasPpm: Readonly<{ h2s: number; h2se: number; h2: number }>;
  aerosolMgPerM3: number;
  pH: Readonly<{ feed: number; waste: number }>;
  /** What a stuck instrument goes on saying. */
  held: Readonly<Partial<Record<InstrumentPoint, number>>>;
  /** How far a drifting one has gone. */
  drifted: Readonly<Partial<Record<InstrumentPoint, number>>>;
}>;

/** What the instruments stand in. */
export type Seen = Readonly<{ process: ProcessState; enclosure: EnclosureState }>;

export function initialInstruments(parameters: TwinParameters, seen: Seen, faults: Faults): InstrumentState {
  const { ambientC } = parameters.reactor;
  return {
    wellC: ambientC,
    outletWellC: ambientC,
    stage1WellC: ambientC,
    shellWellC: ambientC,
    flowMlPerMin: perPump(() => 0),
    air: airOf(parameters, seen, faults),
    gasPpm: { h2s: 0, h2se: 0, h2: 0 },
    aerosolMgPerM3: 0,
    pH: { feed: seen.process.pH.stage1, waste: seen.process.pH.waste },
    held: {},
    drifted: {},
  };
}

/** @param before what they said last: what is stuck goes on saying it */
export function stepInstruments(
  parameters: TwinParameters,
  state: InstrumentState,
  seen: Seen,
  faults: Faults,
  before: Readings,
  dtS: number,
): InstrumentState {
  const { instruments, surroundings } = parameters;
  const { process, enclosure } = seen;
  const { lagS } = surroundings.transmitters;
  const air = airOf(parameters, seen, faults);
  const gas = (one: 'h2s' | 'h2se' | 'h2'): number =>
    lagged(state.gasPpm[one], enclosure.gasPpm[one] + faults.gasPpm[one], lagS.gas, dtS);
  const well = (value: number, target: number, lag: number): number => lagged(value, target, lag, dtS);
  return {
    wellC: well(state.wellC, process.heat.fluidC, instruments.temperatureLagS),
    outletWellC: well(state.outletWellC, process.heat.outletC, instruments.temperatureLagS),
    stage1WellC: well(state.stage1WellC, process.stage1C, lagS.thermostat),
    shellWellC: well(state.shellWellC, process.shellC, lagS.thermostat),
    flowMlPerMin: perPump((pump) => well(state.flowMlPerMin[pump], process.flowMlPerMin[pump], instruments.flowLagS)),
    air: { mPerS: well(state.air.mPerS, air.mPerS, lagS.air), pa: well(state.air.pa, air.pa, lagS.air) },
    gasPpm: { h2s: gas('h2s'), h2se: gas('h2se'), h2: gas('h2') },
    aerosolMgPerM3: well(state.aerosolMgPerM3, enclosure.aerosolMgPerM3, lagS.aerosol),
    pH: {
      feed: well(state.pH.feed, process.pH.stage1, lagS.pH),
      waste: well(state.pH.waste, process.pH.waste, lagS.pH),
    },
    ...kept(state, faults, before, dtS),
  };
}

const airOf = ({ surroundings }: TwinParameters, { enclosure }: Seen, faults: Faults): InstrumentState['air'] => ({
  mPerS: airVelocityMPerS(surroundings.enclosure, enclosure, faults),
  pa: enclosurePa(surroundings.enclosure, enclosure, faults),
});

/** What broken instruments remember; a mended one remembers nothing. */
function kept(
  state: InstrumentState,
  { sensors }: Faults,
  before: Readings,
  dtS: number,
): Pick<InstrumentState, 'held' | 'drifted'> {
  if (sensors.size === 0) return nothingKept;
  const held: Partial<Record<InstrumentPoint, number>> = {};
  const drifted: Partial<Record<InstrumentPoint, number>> = {};
  for (const [point, { stuck, driftPerMin }] of sensors) {
    if (stuck) held[point] = state.held[point] ?? readingOf(before, point);
    if (driftPerMin !== 0) drifted[point] = (state.drifted[point] ?? 0) + (driftPerMin * dtS) / 60;
  }
  return { held, drifted };
}

const nothingKept: Pick<InstrumentState, 'held' | 'drifted'> = { held: {}, drifted: {} };

/** @param step which step's noise it is */
export function readInstruments(
  parameters: TwinParameters,
  state: InstrumentState,
  seen: Seen,
  faults: Faults,
  noise: Noise,
  step: number,
): Readings {
  const { instruments } = parameters;
  const { process } = seen;
  const say = speaker(state, faults, noise, step);
  const { A, B, independent } = instruments.temperatureOffsetC;
  const sigmaC = instruments.temperatureSigmaC;
  const sigmaBar = ((instruments.pressureAccuracyPercent / 100) * instruments.pressureFullScaleBar) / 3;
  const flow = (point: AnalogPoint, value: number, channel: number): number =>
    say(point, value, (Math.abs(value) * instruments.flowSigmaPercent) / 100, channel);
  const { outletBarG } = process.hydraulics;
  const { flowMlPerMin } = state;
  return {
    temperatureC: {
      A: say('reactorTemperatureA', state.wellC + A, sigmaC, 0),
      B: say('reactorTemperatureB', state.wellC + B, sigmaC, 1),
      independent: say('reactorTemperatureIndependent', state.wellC + independent, sigmaC, 2),
      outlet: say('outletTemperature', state.outletWellC, sigmaC, 3),
    },
    stage1C: say('stage1Temperature', state.stage1WellC, sigmaC, 15),
    shellC: say('shellTemperature', state.shellWellC, sigmaC, 16),
    pressureBarG: {
      A: say('reactorPressureA', outletBarG, sigmaBar, 4),
      B: say('reactorPressureB', outletBarG, sigmaBar, 5),
      C: say('reactorPressureC', outletBarG, sigmaBar, 6),
      feed: say('feedPressure', process.feedBarG, sigmaBar, 7),
    },
    flowMlPerMin: {
      chalcogen: flow('chalcogenFlow', flowMlPerMin.chalcogen, 8),
      cadmium: flow('cadmiumFlow', flowMlPerMin.cadmium, 9),
      ligand: flow('ligandFlow', flowMlPerMin.ligand, 10),
      flush: flow('flushFlow', flowMlPerMin.flush, 11),
      shell: flow('shellFlow', flowMlPerMin.shell, 14),
    },
    diverter: process.outlet.position,
    wasteOn: process.outlet.wasteOn,
    pumpLimitTripped: process.pumps.limitTripped,
    ...readSurroundings(parameters, state, seen, faults, say, step),
  };
}

type Say = (point: AnalogPoint, value: number, sigma: number, channel: number) => number;

/** What a transmitter makes of the true value: noise of its channel, and what is wrong with it. */
function speaker({ held, drifted }: InstrumentState, { sensors }: Faults, noise: Noise, step: number): Say {
  if (sensors.size === 0) return (_point, value, sigma, channel) => value + sigma * noise(step, channel);
  return (point, value, sigma, channel) => {
    const fault: SensorFault = sensors.get(point) ?? soundSensor;
    if (fault.broken) return Number.NaN;
    const stuckAt = held[point];
    if (stuckAt !== undefined) return stuckAt;
    return value + fault.offset + (drifted[point] ?? 0) + sigma * fault.noiseFactor * noise(step, channel);
  };
}

type AroundReadings = Pick<
  Readings,
  | 'wasteLevelPercent'
  | 'wasteLevelHigh'
  | 'airVelocityMPerS'
  | 'enclosurePa'
  | 'dripTrayWet'
  | 'doorOpen'
  | 'emergencyStop'
  | 'airLost'
  | 'gas'
  | 'pH'
  | 'aerosolMgPerM3'
>;

/** A gas cell or a photometer without gas shows 0, not a number below it. */
const notBelow0 = (value: number): number => (value < 0 ? 0 : value);

function readSurroundings(
  parameters: TwinParameters,
  state: InstrumentState,
  { process, enclosure }: Seen,
  faults: Faults,
  say: Say,
  step: number,
): AroundReadings {
  const { enclosure: limits, transmitters } = parameters.surroundings;
  const { sigma, pHOffset } = transmitters;
  const levelPercent = wasteLevelPercent(parameters, process.outlet);
  const aged = (transmitters.pHDriftPerDay * step) / cyclesADay;
  const ph = (point: AnalogPoint, value: number, offset: number, channel: number): number =>
    say(point, value + offset + Math.sign(offset) * aged, sigma.pH, channel);
  const { h2s, h2se, h2 } = state.gasPpm;
  const lel = (100 * h2) / transmitters.h2LelPpm;
  const gas = (point: AnalogPoint, value: number, noise: number, channel: number): number =>
    notBelow0(say(point, value, noise, channel));
  const aerosol = state.aerosolMgPerM3 + transmitters.aerosolBackgroundMgPerM3;
  const level = say('wasteLevel', levelPercent, sigma.levelPercent, 17);
  const contact = (point: ContactPoint, reports: boolean): boolean => {
    // Their circuits are closed while all is well: a broken wire reports.
    if (faults.sensors.get(point)?.broken === true) return true;
    const stuckAt = state.held[point];
    return stuckAt === undefined ? reports : stuckAt !== 0;
  };
  return {
    wasteLevelPercent: Math.min(100, notBelow0(level)),
    wasteLevelHigh: contact('wasteLevelHigh', levelPercent >= limits.wasteHighPercent),
    airVelocityMPerS: {
      A: notBelow0(say('airVelocity.A', state.air.mPerS, sigma.airMPerS, 18)),
      B: notBelow0(say('airVelocity.B', state.air.mPerS, sigma.airMPerS, 19)),
    },
    enclosurePa: {
      A: say('enclosurePressure.A', state.air.pa, sigma.enclosurePa, 20),
      B: say('enclosurePressure.B', state.air.pa, sigma.enclosurePa, 21),
    },
    dripTrayWet: {
      A: contact('dripTrayWet.A', enclosure.trayMl >= limits.trayWetMl.A),
      B: contact('dripTrayWet.B', enclosure.trayMl >= limits.trayWetMl.B),
    },
    doorOpen: {
      A: contact('doorOpen.A', faults.openDoors.has('A')),
      B: contact('doorOpen.B', faults.openDoors.has('B')),
    },
    emergencyStop: contact('emergencyStop', faults.emergencyStop),
    airLost: contact('airLost', faults.airLost),
    gas: {
      h2sPpm: [
        gas('h2s.1', h2s, sigma.h2sPpm, 22),
        gas('h2s.2', h2s, sigma.h2sPpm, 23),
        gas('h2s.3', h2s, sigma.h2sPpm, 24),
      ],
      h2sePpm: [gas('h2se.1', h2se, sigma.h2sePpm, 25), gas('h2se.2', h2se, sigma.h2sePpm, 26)],
      h2PercentLel: [gas('h2.1', lel, sigma.h2PercentLel, 27), gas('h2.2', lel, sigma.h2PercentLel, 28)],
    },
    pH: {
      feed: [ph('feedPH.1', state.pH.feed, pHOffset.one, 29), ph('feedPH.2', state.pH.feed, pHOffset.two, 30)],
      waste: [ph('wastePH.1', state.pH.waste, pHOffset.one, 31), ph('wastePH.2', state.pH.waste, pHOffset.two, 32)],
    },
    aerosolMgPerM3: [
      gas('aerosol.1', aerosol, sigma.aerosolMgPerM3, 33),
      gas('aerosol.2', aerosol, sigma.aerosolMgPerM3, 34),
    ],
  };
}

/** Cycles of 0.05 s in a day. */
const cyclesADay = 1_728_000;
