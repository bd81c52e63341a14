/** Reads a file of `twin/parameters/`. The schema is the list of what a twin needs to know of its skid. */
import { dirname, join } from 'node:path';
import { Type, type TSchema } from 'typebox';
import { readForm } from '../../plant/skid/form.ts';
import { Source } from '../../plant/skid/source.ts';
import { loadSurroundings } from '../surroundings/surroundings-file.ts';
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
    gain: exactly({ chalcogen: positive, cadmium: positive, ligand: positive, flush: positive, shell: positive }),
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
  heater: exactly({ maximumW: positive, deadTimeS: notNegative, lagS: positive, cutOutC: celsius }),
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
    yieldPH: pH,
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

/**
 * A file that says `like: cdse.yaml` says only what is different, section by section and number by number.
 *
 * @throws MesolineError `twin-parameters-invalid` with every fault of the file at its line.
 */
export function loadParameters(file: string): TwinParameters {
  const code = 'twin-parameters-invalid';
  const source = readLike(file, code);
  const parameters = readForm(source, parametersSchema);
  source.throwFaults(code);
  if (parameters === null) throw new TypeError('a form that fits gave no parameters');
  return { ...parameters, surroundings: loadSurroundings() };
}

function readLike(file: string, code: string): Source {
  const source = new Source(file, code);
  if (!isKeys(source.value) || !('like' in source.value)) return source;
  const { like, ...own } = source.value;
  if (typeof like !== 'string' || /[/\\]/u.test(like)) {
    source.fault(['like'], '"like" names no file beside this one.', 'Write its name, such as "cdse.yaml".');
    return source;
  }
  const base = new Source(join(dirname(file), like), code);
  if (!isKeys(base.value) || 'like' in base.value) {
    source.fault(['like'], `${like} does not stand on its own.`, 'Name a file that says all of its numbers.');
    return source;
  }
  const both = new Map(Object.entries(base.value));
  for (const [section, above] of Object.entries(own)) {
    const below = both.get(section);
    both.set(section, isKeys(below) && isKeys(above) ? { ...below, ...above } : above);
  }
  source.layOver(base, Object.fromEntries(both));
  return source;
}

const isKeys = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
