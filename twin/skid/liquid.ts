/**
 * The liquid of the whole line: what is fed, moves through its tanks, reacts, and leaves. All of it stands in one array of amounts;
 * what goes in is found again in what the line holds, has collected, wasted, or lost by leaks.
 */
import { constantsAt, react } from '../blocks/reactions.ts';
import { flowThrough, type Train } from '../blocks/tanks.ts';
import { dissociated, tcepPKa } from './acid-base.ts';
import type { FlushAgent } from './deposits.ts';
import { growIn, growthNm3PerS } from './growth.ts';
import { liquidPlanOf, reactionAt, type LiquidPlan } from './liquid-plan.ts';
import type { PerPump, TwinParameters } from './parameters.ts';
import { at, stride } from './species.ts';
import { densityKgPerM3 } from './water.ts';

export type LiquidInput = Readonly<{
  flowMlPerMin: PerPump;
  /** Mol of chalcogen to a mol of TCEP in what the feed's two heads give. */
  chalcogenRatio: number;
  celsius: Readonly<{ stage1: number; reactor: number; shell: number; outlet: number }>;
  /** It says how much of the TCEP is free to react. */
  pH: Readonly<{ stage1: number; reactor: number }>;
  /** 0 to 1: how much of the reactor is steam. */
  voidShare: number;
  /** Boiled in this step, in kg; it leaves the reactor and is water again in the cooler. */
  steamKg: number;
  leakMlPerMin: Readonly<{ feed: number; reactor: number; outlet: number }>;
  /** 0 to 1: how far the diverter stands on product, and the valve of the waste on the standby container. */
  opening: number;
  standbyOpening: number;
  /** What the flush pump gives. */
  flushAgent: FlushAgent;
}>;

/** What passed in the step, in kg. */
export type LiquidMoved = Readonly<{
  intoReactorKg: number;
  outOfReactorKg: number;
  outOfLineKg: number;
  steamKg: number;
}>;

const kgPerMl25 = densityKgPerM3(25) / 1e6;

/** A line full of water of the flush's kind, cold, and a waste tank with `tankKg` of it. */
export function initialLiquid(parameters: TwinParameters, tankKg: number): Float64Array {
  const plan = liquidPlanOf(parameters);
  const liquid = new Float64Array(plan.length);
  const water = plan.perMl.flush;
  const fill = (from: number, kg: number): void => {
    for (let i = 0; i < stride; i += 1) liquid[from + i] = ((water[i] ?? 0) / kgPerMl25) * kg;
  };
  for (const train of Object.values(plan.trains)) {
    if (train === null) continue;
    const kg = capacityKg(train, parameters.reactor.ambientC);
    for (let cell = 0; cell < train.cells; cell += 1) fill((train.firstCell + cell) * stride, kg);
  }
  fill(plan.rows.tank, tankKg);
  return liquid;
}

const capacityKg = ({ litresPerCell }: Train, celsius: number): number =>
  (densityKgPerM3(celsius) / 1000) * litresPerCell;

/** @param liquid changed in place */
export function stepLiquid(
  parameters: TwinParameters,
  liquid: Float64Array,
  input: LiquidInput,
  dtS: number,
): LiquidMoved {
  const plan = liquidPlanOf(parameters);
  const { moving } = plan.scratch;
  const { celsius, flowMlPerMin: flow, leakMlPerMin: leak } = input;
  const { trains } = plan;
  const ml = (mlPerMin: number): number => (mlPerMin * dtS) / 60;

  moving.fill(0);
  feedChalcogen(plan, liquid, input, ml(flow.chalcogen));
  flowThrough(liquid, stride, trains.stage1, capacityKg(trains.stage1, celsius.stage1), moving);
  flowThrough(liquid, stride, trains.stage1Line, capacityKg(trains.stage1Line, parameters.reactor.ambientC), moving);

  feed(plan, liquid, plan.perMl.cadmium, ml(flow.cadmium));
  feed(plan, liquid, plan.perMl.ligand, ml(flow.ligand));
  feedFlush(parameters, plan, liquid, input.flushAgent, ml(flow.flush));
  leakOut(plan, liquid, ml(leak.feed));
  const intoReactorKg = moving[at.kg] ?? 0;

  const steamKg = boilOff(liquid, trains.reactor, input.steamKg);
  const reactorKg = capacityKg(trains.reactor, celsius.reactor) * (1 - input.voidShare);
  flowThrough(liquid, stride, trains.reactor, reactorKg, moving);
  const outOfReactorKg = moving[at.kg] ?? 0;
  moving[at.kg] = outOfReactorKg + steamKg;
  leakOut(plan, liquid, ml(leak.reactor));

  if (trains.shell !== null) {
    feed(plan, liquid, plan.perMl.shell, ml(flow.shell));
    flowThrough(liquid, stride, trains.shell, capacityKg(trains.shell, celsius.shell), moving);
  }
  flowThrough(liquid, stride, trains.outlet, capacityKg(trains.outlet, celsius.outlet), moving);
  leakOut(plan, liquid, ml(leak.outlet));
  const outOfLineKg = moving[at.kg] ?? 0;
  divert(plan, liquid, input);

  reactEverywhere(parameters, plan, liquid, input, dtS);
  return { intoReactorKg, outOfReactorKg, outOfLineKg, steamKg };
}

/** Two heads, set so that the mol of chalcogen to TCEP are as asked; one whose vessel is empty of either gives what it has. */
function feedChalcogen(plan: LiquidPlan, liquid: Float64Array, { chalcogenRatio }: LiquidInput, ml: number): void {
  if (ml <= 0) return;
  const { tcep, source } = plan.perMl;
  const wanted = (chalcogenRatio * (tcep[at.tcep] ?? 0)) / (source[at.source] ?? 1);
  const sourceShare = wanted / (1 + wanted);
  feed(plan, liquid, tcep, ml * (1 - sourceShare));
  feed(plan, liquid, source, ml * sourceShare);
}

function feed({ rows, scratch: { moving } }: LiquidPlan, liquid: Float64Array, perMl: Float64Array, ml: number): void {
  if (ml <= 0) return;
  for (let i = 0; i < stride; i += 1) {
    const amount = (perMl[i] ?? 0) * ml;
    moving[i] = (moving[i] ?? 0) + amount;
    liquid[rows.fed + i] = (liquid[rows.fed + i] ?? 0) + amount;
  }
}

/** Dilute acid is the flush's water with strong acid in it; oil is so much volume in which nothing is dissolved. */
function feedFlush(
  { fouling }: TwinParameters,
  plan: LiquidPlan,
  liquid: Float64Array,
  agent: FlushAgent,
  ml: number,
): void {
  if (agent === 'oil slug') feed(plan, liquid, oilPerMl, ml);
  else feed(plan, liquid, plan.perMl.flush, ml);
  if (agent === 'dilute acid' && ml > 0) feedAcid(plan, liquid, fouling.acidMolPerL, ml);
}

const oilPerMl = new Float64Array(stride);
oilPerMl[at.kg] = kgPerMl25;

function feedAcid({ rows, scratch: { moving } }: LiquidPlan, liquid: Float64Array, molPerL: number, ml: number): void {
  const mol = (molPerL * ml) / 1000;
  moving[at.base] = (moving[at.base] ?? 0) - mol;
  liquid[rows.fed + at.base] = (liquid[rows.fed + at.base] ?? 0) - mol;
}

/** A leak takes of what passes, and no more than that. */
function leakOut({ rows, scratch: { moving } }: LiquidPlan, liquid: Float64Array, ml: number): void {
  const kg = moving[at.kg] ?? 0;
  if (ml <= 0 || kg <= 0) return;
  takeShare(moving, liquid, rows.leaked, Math.min(1, (ml * kgPerMl25) / kg));
}

function takeShare(moving: Float64Array, liquid: Float64Array, row: number, share: number): void {
  if (share <= 0) return;
  for (let i = 0; i < stride; i += 1) {
    const amount = (moving[i] ?? 0) * share;
    moving[i] = (moving[i] ?? 0) - amount;
    liquid[row + i] = (liquid[row + i] ?? 0) + amount;
  }
}

/** Steam takes water alone, alike from every cell, and leaves each at least half of its liquid in a step. */
function boilOff(liquid: Float64Array, { firstCell, cells }: Train, wantedKg: number): number {
  if (wantedKg <= 0) return 0;
  let boiled = 0;
  for (let cell = firstCell; cell < firstCell + cells; cell += 1) {
    const place = cell * stride + at.kg;
    const kg = liquid[place] ?? 0;
    const taken = Math.min(kg / 2, wantedKg / cells);
    liquid[place] = kg - taken;
    boiled += taken;
  }
  return boiled;
}

function divert(
  { rows, scratch: { moving } }: LiquidPlan,
  liquid: Float64Array,
  { opening, standbyOpening }: LiquidInput,
): void {
  takeShare(moving, liquid, rows.collected, opening);
  for (let i = 0; i < stride; i += 1) {
    const amount = moving[i] ?? 0;
    liquid[rows.wasted + i] = (liquid[rows.wasted + i] ?? 0) + amount;
    const aside = amount * standbyOpening;
    liquid[rows.tank + i] = (liquid[rows.tank + i] ?? 0) + amount - aside;
    liquid[rows.standby + i] = (liquid[rows.standby + i] ?? 0) + aside;
  }
}

function reactEverywhere(
  parameters: TwinParameters,
  plan: LiquidPlan,
  liquid: Float64Array,
  { celsius, pH }: LiquidInput,
  dtS: number,
): void {
  const { trains, scratch } = plan;
  const { ambientC } = parameters.reactor;
  const reactAt = (train: Train, moduleC: number, modulePH: number): void => {
    constantsAt(plan.network, moduleC, scratch.constants);
    const coupling = scratch.constants[reactionAt.coupling] ?? 0;
    scratch.constants[reactionAt.coupling] = coupling * dissociated(modulePH, tcepPKa);
    reactIn(parameters, plan, liquid, train, moduleC, dtS);
  };
  reactAt(trains.stage1, celsius.stage1, pH.stage1);
  reactAt(trains.stage1Line, ambientC, pH.stage1);
  reactAt(trains.reactor, celsius.reactor, pH.reactor);
  if (trains.shell !== null) reactAt(trains.shell, celsius.shell, pH.reactor);
}

/** Ligand to cadmium below which what forms is a precipitate rather than particles. */
const leastLigandToCadmium = 0.5;

function reactIn(
  parameters: TwinParameters,
  plan: LiquidPlan,
  liquid: Float64Array,
  { firstCell, cells }: Train,
  celsius: number,
  dtS: number,
): void {
  const { network, rows, scratch, unitsPerNm3 } = plan;
  const { constants } = scratch;
  const litresPerKg = 1000 / densityKgPerM3(celsius);
  const isHot = celsius >= parameters.growth.nucleationC;
  const exchange = isHot ? (constants[reactionAt.exchange] ?? 0) : 0;
  const shell = constants[reactionAt.shell] ?? 0;
  const grownNm3 = growthNm3PerS(parameters, celsius) * dtS;
  const reacted = liquid.subarray(rows.reacted, rows.reacted + stride);
  for (let cell = firstCell; cell < firstCell + cells; cell += 1) {
    const from = cell * stride;
    const litres = (liquid[from + at.kg] ?? 0) * litresPerKg;
    if (litres <= 0) continue;
    const isHeld = (liquid[from + at.ligand] ?? 0) >= leastLigandToCadmium * (liquid[from + at.cadmium] ?? 0);
    constants[reactionAt.exchange] = isHeld ? exchange : 0;
    constants[reactionAt.shell] = (liquid[from + at.particles] ?? 0) > 0 ? shell : 0;
    react(network, liquid, from, litres, constants, dtS, reacted);
    if (grownNm3 > 0) growIn(parameters, liquid, from, litres, grownNm3, unitsPerNm3, reacted);
  }
}
