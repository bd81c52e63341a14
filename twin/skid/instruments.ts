/** What the transmitters say of the process: their lag, their noise and what is wrong with them. NaN where one has no value. */
import type { Faults } from '../faults.ts';
import type { Noise } from '../random.ts';
import { cdseExcitonNm, productDiameterNm, water } from './chemistry.ts';
import { lagged } from './lag.ts';
import { perPump, totalOf, type PerPump, type TwinParameters } from './parameters.ts';
import { wasteLevelPercent } from './outlet.ts';
import type { ProcessState } from './process.ts';
import type { InstrumentPoint, Readings } from './signals.ts';

/** The lagging parts of the instruments; noise is added when they are read. */
export type InstrumentState = Readonly<{ wellC: number; outletWellC: number; flowMlPerMin: PerPump }>;

export const initialInstruments = ({ reactor }: TwinParameters): InstrumentState => ({
  wellC: reactor.ambientC,
  outletWellC: reactor.ambientC,
  flowMlPerMin: perPump(() => 0),
});

export function stepInstruments(
  { instruments }: TwinParameters,
  state: InstrumentState,
  process: ProcessState,
  dtS: number,
): InstrumentState {
  return {
    wellC: lagged(state.wellC, process.heat.fluidC, instruments.temperatureLagS, dtS),
    outletWellC: lagged(state.outletWellC, process.heat.outletC, instruments.temperatureLagS, dtS),
    flowMlPerMin: perPump((pump) =>
      lagged(state.flowMlPerMin[pump], process.flowMlPerMin[pump], instruments.flowLagS, dtS),
    ),
  };
}

/** @param step which step's noise it is */
export function readInstruments(
  parameters: TwinParameters,
  state: InstrumentState,
  process: ProcessState,
  faults: Faults,
  noise: Noise,
  step: number,
): Readings {
  const { instruments } = parameters;
  const { A, B, independent } = instruments.temperatureOffsetC;
  const broken = (point: InstrumentPoint, value: number): number =>
    faults.brokenPoints.has(point) ? Number.NaN : value;
  const celsius = (value: number, channel: number): number =>
    value + instruments.temperatureSigmaC * noise(step, channel);
  const pressureSigma = ((instruments.pressureAccuracyPercent / 100) * instruments.pressureFullScaleBar) / 3;
  const bar = (value: number, channel: number): number => value + pressureSigma * noise(step, channel);
  const { outletBarG } = process.hydraulics;
  const flow = (value: number, channel: number): number =>
    value * (1 + (instruments.flowSigmaPercent / 100) * noise(step, channel));
  const diameter =
    totalOf(process.flowMlPerMin) < 1 ? Number.NaN : productDiameterNm(parameters, process.probeLine.at(-1) ?? water);
  const bias = faults.temperatureBiasK;
  return {
    temperatureC: {
      A: broken('reactorTemperatureA', celsius(state.wellC + A + bias.A, 0)),
      B: broken('reactorTemperatureB', celsius(state.wellC + B + bias.B, 1)),
      independent: broken('reactorTemperatureIndependent', celsius(state.wellC + independent + bias.independent, 2)),
      outlet: broken('outletTemperature', celsius(state.outletWellC, 3)),
    },
    pressureBarG: {
      A: broken('reactorPressureA', bar(outletBarG + faults.pressureBiasBar.A, 4)),
      B: broken('reactorPressureB', bar(outletBarG + faults.pressureBiasBar.B, 5)),
      C: broken('reactorPressureC', bar(outletBarG + faults.pressureBiasBar.C, 6)),
      feed: broken('feedPressure', bar(process.feedBarG, 7)),
    },
    flowMlPerMin: {
      chalcogen: broken('chalcogenFlow', flow(state.flowMlPerMin.chalcogen, 8)),
      cadmium: broken('cadmiumFlow', flow(state.flowMlPerMin.cadmium, 9)),
      ligand: broken('ligandFlow', flow(state.flowMlPerMin.ligand, 10)),
      flush: broken('flushFlow', flow(state.flowMlPerMin.flush, 11)),
      shell: flow(state.flowMlPerMin.shell, 14),
    },
    emissionNm: broken(
      'emissionPeak',
      cdseExcitonNm(diameter) + parameters.growth.stokesShiftNm + instruments.emissionSigmaNm * noise(step, 12),
    ),
    diameterNm: broken('particleSize', diameter + instruments.diameterSigmaNm * noise(step, 13)),
    wasteLevelPercent: wasteLevelPercent(parameters, process.outlet),
    diverter: process.outlet.position,
    pumpLimitTripped: process.pumps.limitTripped,
  };
}
