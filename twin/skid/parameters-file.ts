/** Reads a file of `twin/parameters/`. The schema is the list of what a twin needs to know of its skid. */
import { Type, type TSchema } from 'typebox';
import { readForm } from '../../plant/skid/form.ts';
import { Source } from '../../plant/skid/source.ts';
import { loadSurroundings } from '../surroundings-file.ts';
import type { TwinParameters } from './parameters.ts';
import { dotMaterials } from './probe.ts';

const positive = Type.Number({ minimum: 1e-9 });
const notNegative = Type.Number({ minimum: 0 });
const share = Type.Number({ minimum: 0, maximum: 100 });
const celsius = Type.Number({ minimum: -20, maximum: 300 });
const few = Type.Integer({ minimum: 1, maximum: 100 });

const exactly = <T extends Record<string, TSchema>>(keys: T) => Type.Object(keys, { additionalProperties: false });

const arrhenius = exactly({ kRef: notNegative, referenceC: celsius, activationKJPerMol: notNegative });
const pH = Type.Number({ minimum: 0, maximum: 14 });
const toOne = Type.Number({ minimum: 0, maximum: 1 });

const parametersSchema = exactly({
  skidType: Type.String({ minLength: 1 }),
  feeds: exactly({
    temperatureC: celsius,
    pumpLimitMlPerMin: exactly({
      chalcogen: positive,
      cadmium: positive,
      ligand: positive,
      flush: positive,
      shell: notNegative,
    }),
    totalLimitMlPerMin: positive,
    timeConstantS: positive,
    ripplePercent: share,
    strokeVolumeMl: positive,
    pressureLimitBarG: positive,
    risePerMl: positive,
  }),
  stocks: exactly({
    tcepMolPerL: positive,
    sourceMolPerL: positive,
    cadmiumMolPerL: positive,
    ligandMolPerL: positive,
    zincMolPerL: notNegative,
    shellSourceMolPerL: notNegative,
    oxygenMolPerL: notNegative,
    pH: exactly({ tcep: pH, source: pH, cadmium: pH, ligand: pH, flush: pH, shell: pH }),
  }),
  stage1: exactly({ volumeMl: positive, cells: few, lineMl: positive, lineCells: few, lagS: positive }),
  reactor: exactly({
    volumeMl: positive,
    tubeDiameterMm: positive,
    dropPercent: positive,
    wallHeatCapacityJPerK: positive,
    wallToFluidWPerK: positive,
    lossWPerK: notNegative,
    coolingJacketWPerK: positive,
    ambientC: celsius,
    cells: few,
  }),
  shell: Type.Optional(exactly({ volumeMl: positive, cells: few, lagS: positive })),
  heater: exactly({ maximumW: positive, deadTimeS: notNegative, lagS: positive }),
  cooler: exactly({ coolantC: celsius, transferWPerK: positive, lagS: positive }),
  backPressure: exactly({
    hysteresisBar: notNegative,
    huntingBar: notNegative,
    huntingPeriodS: positive,
    lagS: positive,
    slewBarPerS: positive,
    leakBarPerMin: notNegative,
  }),
  growth: exactly({
    activationEnergyKJPerMol: positive,
    seedDiameterNm: positive,
    factorNm3PerS: positive,
    nucleationC: celsius,
    largestDiameterNm: positive,
    stokesShiftNm: notNegative,
    residence: Type.Union([Type.Literal('nominal'), Type.Literal('hot')]),
    halfSpeedMolPerL: notNegative,
  }),
  chemistry: exactly({
    coupling: arrhenius,
    decoupling: arrhenius,
    oxidation: arrhenius,
    exchange: arrhenius,
    shell: arrhenius,
  }),
  dots: exactly({
    material: Type.Union(dotMaterials.map((material) => Type.Literal(material))),
    unitVolumeNm3: positive,
    seedSpread: toOne,
    coreYield: toOne,
    shellYield: toOne,
    yieldShellDepthNm: positive,
    yieldLigandRatio: positive,
    yieldHalfLigandRatio: positive,
    yieldLossOfSpread: notNegative,
  }),
  gas: exactly({ chalcogenideShare: toOne, hydrideMolPerMolSource: notNegative, lagS: positive }),
  fouling: exactly({
    growthPerHour: notNegative,
    rinsePerHour: notNegative,
    bridgesPerHour: notNegative,
    bridgeTimes: Type.Number({ minimum: 1 }),
    oilSlugTimes: positive,
    acidTimes: positive,
    acidMolPerL: notNegative,
    hydroxideTimes: notNegative,
    filmPerHour: notNegative,
    filmRinsePerHour: notNegative,
  }),
  outlet: exactly({
    probeLineMl: positive,
    probeLineCells: few,
    diverterTravelS: positive,
    wasteTankL: positive,
    wasteTankStartPercent: share,
  }),
  instruments: exactly({
    temperatureSigmaC: notNegative,
    temperatureLagS: notNegative,
    temperatureOffsetC: exactly({ A: Type.Number(), B: Type.Number(), independent: Type.Number() }),
    pressureFullScaleBar: positive,
    pressureAccuracyPercent: share,
    flowSigmaPercent: share,
    flowLagS: notNegative,
    emissionSigmaNm: notNegative,
    diameterSigmaNm: notNegative,
  }),
  fieldController: exactly({
    defaultRampCPerMin: positive,
    gainWPerK: positive,
    integralS: positive,
    hotHoldFlushMlPerMin: positive,
    hotHoldLigandMlPerMin: notNegative,
    coolingLimitCPerMin: positive,
  }),
});

/** @throws MesolineError `twin-parameters-invalid` with every fault of the file at its line. */
export function loadParameters(file: string): TwinParameters {
  const code = 'twin-parameters-invalid';
  const source = new Source(file, code);
  const parameters = readForm(source, parametersSchema);
  source.throwFaults(code);
  if (parameters === null) throw new TypeError('a form that fits gave no parameters');
  return { ...parameters, surroundings: loadSurroundings() };
}
