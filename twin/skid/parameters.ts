/** What is particular to one simulated skid: its sizes, lags and constants, from a file in `twin/parameters/`. */
import type { Arrhenius } from '../blocks/arrhenius.ts';
import type { SurroundingsParameters } from '../surroundings/surroundings.ts';
import type { DotMaterial } from './probe.ts';

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
    /** What a pump gives of what it is asked for; 1 where its calibration is right. */
    gain: PerPump;
    ripplePercent: number;
    strokeVolumeMl: number;
    pressureLimitBarG: number;
    risePerMl: number;
  }>;
  /** As they stand in their vessels, at 25 °C. */
  stocks: Readonly<{
    tcepMolPerL: number;
    sourceMolPerL: number;
    cadmiumMolPerL: number;
    ligandMolPerL: number;
    zincMolPerL: number;
    /** Of what gives the shell its sulfur. */
    shellSourceMolPerL: number;
    /** Dissolved in each. */
    oxygenMolPerL: number;
    pH: Readonly<Record<'tcep' | 'source' | 'cadmium' | 'ligand' | 'flush' | 'shell', number>>;
  }>;
  stage1: Readonly<{ volumeMl: number; cells: number; lineMl: number; lineCells: number; lagS: number }>;
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
  /** The shell step; without it the skid has none. */
  shell?: Readonly<{ volumeMl: number; cells: number; lagS: number }>;
  heater: Readonly<{
    maximumW: number;
    deadTimeS: number;
    lagS: number;
    /** Of the wall: where a hard-wired cut-out opens the heater's contactor. */
    cutOutC: number;
  }>;
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
    /** What the time is that the factor and the activation energy were set by. */
    residence: 'nominal' | 'hot';
    /** CdX left to grow by at which growth is half as fast. */
    halfSpeedMolPerL: number;
  }>;
  /** Rate constants in L/(mol·s), but for `decoupling`, in 1/s. */
  chemistry: Readonly<Record<'coupling' | 'decoupling' | 'oxidation' | 'exchange' | 'shell', Arrhenius>>;
  dots: Readonly<{
    material: DotMaterial;
    /** Of one CdX in the particle. */
    unitVolumeNm3: number;
    /** Standard deviation of the seeds' diameters over their mean. */
    seedSpread: number;
    coreYield: number;
    shellYield: number;
    yieldShellDepthNm: number;
    /** Mol of ligand to a mol of cadmium, and the pH, at which the yields are as given; thiolate that covers half of the surface. */
    yieldLigandRatio: number;
    yieldPH: number;
    yieldHalfLigandRatio: number;
    yieldLossOfSpread: number;
  }>;
  gas: Readonly<{
    /** Of the source that is not coupled: the share that stands free as chalcogenide. */
    chalcogenideShare: number;
    hydrideMolPerMolSource: number;
    lagS: number;
  }>;
  fouling: Readonly<{
    growthPerHour: number;
    rinsePerHour: number;
    bridgesPerHour: number;
    bridgeTimes: number;
    oilSlugTimes: number;
    acidTimes: number;
    acidMolPerL: number;
    hydroxideTimes: number;
    filmPerHour: number;
    filmRinsePerHour: number;
  }>;
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
