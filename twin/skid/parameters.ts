/** What is particular to one simulated skid: its sizes, lags and constants, from a file in `twin/parameters/`. */
import type { SurroundingsParameters } from '../surroundings.ts';

/**
 * `chalcogen` has two heads, one for TCEP and one for the chalcogen's source, whose liquid meets in the first stage; `shell`
 * joins behind the reactor, and stands on a skid without a shell step.
 */
export type PumpName = 'chalcogen' | 'cadmium' | 'ligand' | 'flush' | 'shell';
export const pumpNames: readonly PumpName[] = ['chalcogen', 'cadmium', 'ligand', 'flush', 'shell'];

/** A number a pump. Made so that no loop over pumps can forget one. */
export type PerPump = Readonly<Record<PumpName, number>>;
export const perPump = (of: (pump: PumpName) => number): PerPump => ({
  chalcogen: of('chalcogen'),
  cadmium: of('cadmium'),
  ligand: of('ligand'),
  flush: of('flush'),
  shell: of('shell'),
});
export const totalOf = (flows: PerPump): number =>
  flows.chalcogen + flows.cadmium + flows.ligand + flows.flush + flows.shell;

/** Units are in the names; the file says where each number comes from. */
export type TwinParameters = Readonly<{
  skidType: string;
  surroundings: SurroundingsParameters;
  feeds: Readonly<{
    temperatureC: number;
    pumpLimitMlPerMin: PerPump;
    totalLimitMlPerMin: number;
    timeConstantS: number;
    ripplePercent: number;
    strokeVolumeMl: number;
    pressureLimitBarG: number;
    risePerMl: number;
  }>;
  reactor: Readonly<{
    volumeMl: number;
    tubeDiameterMm: number;
    dropPercent: number;
    wallHeatCapacityJPerK: number;
    wallToFluidWPerK: number;
    lossWPerK: number;
    coolingJacketWPerK: number;
    ambientC: number;
    cells: number;
  }>;
  heater: Readonly<{ maximumW: number; deadTimeS: number; lagS: number }>;
  cooler: Readonly<{ coolantC: number; transferWPerK: number; lagS: number }>;
  backPressure: Readonly<{
    hysteresisBar: number;
    huntingBar: number;
    huntingPeriodS: number;
    lagS: number;
    slewBarPerS: number;
    leakBarPerMin: number;
  }>;
  growth: Readonly<{
    activationEnergyKJPerMol: number;
    seedDiameterNm: number;
    factorNm3PerS: number;
    nucleationC: number;
    largestDiameterNm: number;
    stokesShiftNm: number;
  }>;
  fouling: Readonly<{ growthPerHour: number; rinsePerHour: number }>;
  outlet: Readonly<{
    probeLineMl: number;
    probeLineCells: number;
    diverterTravelS: number;
    wasteTankL: number;
    wasteTankStartPercent: number;
  }>;
  instruments: Readonly<{
    temperatureSigmaC: number;
    temperatureLagS: number;
    temperatureOffsetC: Readonly<{ A: number; B: number; independent: number }>;
    pressureFullScaleBar: number;
    pressureAccuracyPercent: number;
    flowSigmaPercent: number;
    flowLagS: number;
    emissionSigmaNm: number;
    diameterSigmaNm: number;
  }>;
  fieldController: Readonly<{
    defaultRampCPerMin: number;
    gainWPerK: number;
    integralS: number;
    hotHoldFlushMlPerMin: number;
    hotHoldLigandMlPerMin: number;
    coolingLimitCPerMin: number;
  }>;
}>;
