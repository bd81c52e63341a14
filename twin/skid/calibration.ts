/**
 * What the growth's constants are set by, and what they cannot be told by.
 *
 * Two corners were published for lines of this kind: 3.31 nm at the mildest (120 °C, 45 s) and 4.0 nm at the harshest (200 °C, 60 s), in
 * a row that pools materials. The law D³ = D0³ + A·exp(−Ea/RT)·t has three constants: for every activation energy there are an A and a
 * D0 that meet both corners exactly. Which of them is true only sizes between the corners can tell.
 */
import { gasConstantKJPerMolK } from '../blocks/arrhenius.ts';
import { sizesOf } from './growth.ts';
import { initialLiquid, stepLiquid } from './liquid.ts';
import { liquidPlanOf } from './liquid-plan.ts';
import { perPump, type TwinParameters } from './parameters.ts';
import { at, stride } from './species.ts';

export type SizePoint = Readonly<{ celsius: number; residenceS: number; diameterNm: number }>;

/** Table 2, entry 5 of the review of aqueous flow syntheses, after Petit et al., Chem. Sci. 2024, 15, 13148. */
export const publishedCorners: readonly [SizePoint, SizePoint] = [
  { celsius: 120, residenceS: 45, diameterNm: 3.31 },
  { celsius: 200, residenceS: 60, diameterNm: 4.0 },
];

export type GrowthLaw = Readonly<{ activationKJPerMol: number; factorNm3PerS: number; seedDiameterNm: number }>;

/** exp(−Ea/RT)·t, in s. */
const exposure = (activationKJPerMol: number, { celsius, residenceS }: Omit<SizePoint, 'diameterNm'>): number =>
  residenceS * Math.exp(-activationKJPerMol / (gasConstantKJPerMolK * (celsius + 273.15)));

/** What a law says of a temperature and a time, in nm. */
export const lawDiameterNm = (law: GrowthLaw, where: Omit<SizePoint, 'diameterNm'>): number =>
  Math.cbrt(law.seedDiameterNm ** 3 + law.factorNm3PerS * exposure(law.activationKJPerMol, where));

/** The one law of this activation energy that meets both points; null where its seeds would have no volume. */
export function lawThrough(
  [mild, harsh]: readonly [SizePoint, SizePoint],
  activationKJPerMol: number,
): GrowthLaw | null {
  const [less, more] = [exposure(activationKJPerMol, mild), exposure(activationKJPerMol, harsh)];
  const factorNm3PerS = (harsh.diameterNm ** 3 - mild.diameterNm ** 3) / (more - less);
  const seedNm3 = mild.diameterNm ** 3 - factorNm3PerS * less;
  return seedNm3 > 0 ? { activationKJPerMol, factorNm3PerS, seedDiameterNm: Math.cbrt(seedNm3) } : null;
}

export type Identified = Readonly<{
  /** Every law of the ridge meets both points exactly. */
  ridge: readonly GrowthLaw[];
  /** What they say between the points, from the least to the most. */
  between: Readonly<{ celsius: number; residenceS: number; leastNm: number; mostNm: number }>;
  /** How ln A and D0 go with 1 kJ/mol more of Ea, along which neither point changes: they are told together or not at all. */
  blind: Readonly<{ lnFactorPerKJ: number; seedNmPerKJ: number }>;
  cannotTell: string;
}>;

/** What two sizes leave open: the ridge of laws that fit equally, over activation energies thought possible. */
export function whatTwoSizesTell(
  points: readonly [SizePoint, SizePoint],
  energies: readonly number[],
  between: Readonly<{ celsius: number; residenceS: number }>,
): Identified {
  const ridge = energies.map((energy) => lawThrough(points, energy)).filter((law) => law !== null);
  const sizes = ridge.map((law) => lawDiameterNm(law, between));
  const [first, last] = [ridge[0], ridge.at(-1)];
  const across = first === undefined || last === undefined ? 0 : last.activationKJPerMol - first.activationKJPerMol;
  const perKJ = (of: (law: GrowthLaw) => number): number =>
    first === undefined || last === undefined || across === 0 ? Number.NaN : (of(last) - of(first)) / across;
  const [leastNm, mostNm] = [Math.min(...sizes), Math.max(...sizes)];
  return {
    ridge,
    between: { ...between, leastNm, mostNm },
    blind: {
      lnFactorPerKJ: perKJ(({ factorNm3PerS }) => Math.log(factorNm3PerS)),
      seedNmPerKJ: perKJ(({ seedDiameterNm }) => seedDiameterNm),
    },
    cannotTell:
      `Activation energy, factor and seed diameter: ${ridge.length} laws from ${first?.activationKJPerMol ?? Number.NaN} to ` +
      `${last?.activationKJPerMol ?? Number.NaN} kJ/mol meet both sizes exactly, and differ by ${(mostNm - leastNm).toFixed(3)} nm at ` +
      `${between.celsius} °C and ${between.residenceS} s.`,
  };
}

/** The parameters with another law. */
export const withLaw = (parameters: TwinParameters, law: GrowthLaw): TwinParameters => ({
  ...parameters,
  growth: {
    ...parameters.growth,
    activationEnergyKJPerMol: law.activationKJPerMol,
    factorNm3PerS: law.factorNm3PerS,
    seedDiameterNm: law.seedDiameterNm,
  },
});

/** Residence times after which what leaves no longer changes: twenty tanks in series have forgotten by three. */
const settledAfter = 4;

/**
 * The size that comes out of the twin's own tanks, growth and mass balance when it is run at one temperature with equal feeds.
 *
 * @param residenceS volume of the reactor by the flow of cold liquid
 */
export function twinDiameterNm(
  parameters: TwinParameters,
  { celsius, residenceS }: Omit<SizePoint, 'diameterNm'>,
  dtS = 0.05,
): number {
  const plan = liquidPlanOf(parameters);
  const { trains } = plan;
  const liquid = initialLiquid(parameters, 0);
  const third = parameters.reactor.volumeMl / (residenceS / 60) / 3;
  const flowMlPerMin = perPump((pump) => (pump === 'flush' || pump === 'shell' ? 0 : third));
  const input = {
    flowMlPerMin,
    chalcogenRatio: 1.2,
    celsius: { stage1: 60, reactor: celsius, shell: parameters.reactor.ambientC, outlet: parameters.reactor.ambientC },
    pH: { stage1: parameters.stocks.pH.tcep, reactor: parameters.stocks.pH.tcep },
    voidShare: 0,
    steamKg: 0,
    leakMlPerMin: { feed: 0, reactor: 0, outlet: 0 },
    opening: 0,
    standbyOpening: 0,
    flushAgent: 'water',
  } as const;
  const lasts = settledAfter * residenceS + (60 * parameters.stage1.volumeMl * 3) / third;
  for (let doneS = 0; doneS < lasts; doneS += dtS) stepLiquid(parameters, liquid, input, dtS);
  const from = (trains.reactor.firstCell + trains.reactor.cells - 1) * stride;
  const of = (place: number): number => liquid[from + place] ?? 0;
  return sizesOf(parameters, of(at.particles), of(at.core), of(at.secondMoment), plan.unitsPerNm3).diameterNm;
}

/**
 * The law by which the whole twin, rather than the formula alone, meets both points: what its residence times, its reaction before
 * growth and its running out of CdX take away is made good in the factor and the seeds.
 */
export function calibrated(
  parameters: TwinParameters,
  points: readonly [SizePoint, SizePoint],
  activationKJPerMol: number,
  dtS = 0.05,
): GrowthLaw | null {
  let aims = points;
  for (let round = 0; round < 3; round += 1) {
    const law = lawThrough(aims, activationKJPerMol);
    if (law === null) return null;
    const twin = withLaw(parameters, law);
    const [mild, harsh] = points;
    const missed = (aim: SizePoint, point: SizePoint): SizePoint => ({
      ...aim,
      diameterNm: aim.diameterNm + point.diameterNm - twinDiameterNm(twin, point, dtS),
    });
    aims = [missed(aims[0], mild), missed(aims[1], harsh)];
  }
  return lawThrough(aims, activationKJPerMol);
}
