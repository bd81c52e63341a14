/** What a recipe makes of one skid type: flows and set points, from residence time and molar ratios. */
import { convert } from '../units.ts';
import { marginPressureBarG } from './boiling.ts';
import { hasShellStep, usesOf, type FormulaUse } from './chemistry.ts';
import { expansion, type Equipment } from './equipment.ts';
import type { BatchRule, FeedName, MasterRecipe, RecipeStep } from './recipe.ts';
import { chemistryOf } from './roles.ts';

/** Derived once, when a batch's control recipe is made; what a skid has not is null. */
export type Plan = Readonly<{
  temperatureC: number;
  residenceTimeS: number;
  backPressureBarG: number;
  /** Of the first stage-1 step. */
  stage1TemperatureC: number | null;
  shellTemperatureC: number | null;
  /** Moles of chalcogen to one of phosphine; null where the recipe leaves it as the skid has it. */
  chalcogenRatio: number | null;
  chalcogenMlPerMin: number;
  cadmiumMlPerMin: number;
  ligandMlPerMin: number;
  shellMlPerMin: number;
  /** Sum of the three feeds of the reactor; while one of them is off, flush makes up for it. */
  totalMlPerMin: number;
  /** What leaves the line: the shell's feed comes behind the reactor. */
  outletMlPerMin: number;
  targetBy: BatchRule['by'] | null;
  /** What the batch's rule comes to at the outlet; 0 for a cleaning. */
  targetMl: number;
  lowestMl: number;
  highestMl: number;
}>;

/** Below what pumps and controllers resolve. */
const flowStepMlPerMin = 0.01;
/** Of dilute water at 25 °C, by which a mass is a volume. */
const gramsPerMl = 0.997;

/**
 * Residence time is that of the hot liquid: τ = V · ρ(T) / ρ(25 °C) / ΣQ, so ΣQ = V · ρ(T) / ρ(25 °C) / τ. It parts into
 * cadmium 1, chalcogen c(Cd) / (Cd:X · c(X)) and ligand MPA:Cd · c(Cd) / c(MPA); the shell's feed is Zn:Cd · c(Cd) / c(Zn)
 * of the cadmium's.
 */
export function planOf(recipe: MasterRecipe, equipment: Pick<Equipment, 'reactorVolumeMl'>): Plan {
  if (recipe.kind === 'cleaning') return cleaningPlan(recipe, equipment);
  const hasShell = hasShellStep(recipe.procedure);
  const chemistry = chemistryOf(feedstockOf(recipe, 'chalcogen').name);
  if (chemistry === null) throw new RangeError(`${recipe.name} was not checked: its chalcogen is not known`);
  const uses = usesOf(chemistry, hasShell);
  const temperatureC = neededValue(recipe, uses.temperature);
  const residenceTimeS = neededValue(recipe, uses.residenceTime);
  const concentration = (feed: FeedName): number => feedstockOf(recipe, feed).concentrationMm;
  const cadmium = concentration('cadmium');
  const chalcogenShare = cadmium / (neededValue(recipe, uses.cadmium) * concentration('chalcogen'));
  const ligandShare = (neededValue(recipe, uses.ligand) * cadmium) / concentration('ligand');
  const total = (equipment.reactorVolumeMl * expansion(temperatureC) * 60) / residenceTimeS;
  const part = total / (1 + chalcogenShare + ligandShare);
  const shellMlPerMin = hasShell
    ? rounded((part * neededValue(recipe, uses.shell) * cadmium) / concentration('shell'))
    : 0;
  const [chalcogenMlPerMin, cadmiumMlPerMin, ligandMlPerMin] = [
    rounded(part * chalcogenShare),
    rounded(part),
    rounded(part * ligandShare),
  ];
  const totalMlPerMin = rounded(chalcogenMlPerMin + cadmiumMlPerMin + ligandMlPerMin);
  const outletMlPerMin = rounded(totalMlPerMin + shellMlPerMin);
  return {
    temperatureC,
    residenceTimeS,
    backPressureBarG: backPressureOf(recipe, temperatureC),
    stage1TemperatureC: firstNumber(recipe, 'stage-1', 'temperature'),
    shellTemperatureC: firstNumber(recipe, 'shell', 'temperature'),
    chalcogenRatio: formulaValue(recipe, uses.excess),
    chalcogenMlPerMin,
    cadmiumMlPerMin,
    ligandMlPerMin,
    shellMlPerMin,
    totalMlPerMin,
    outletMlPerMin,
    ...volumesOf(recipe.batch, outletMlPerMin),
  };
}

/** A cleaning knows no residence time of its own: that of its fastest flush stands for it. */
function cleaningPlan(
  { procedure, batch }: MasterRecipe,
  { reactorVolumeMl }: Pick<Equipment, 'reactorVolumeMl'>,
): Plan {
  const flows = procedure.steps.flatMap(({ values: { flow } }) => (typeof flow === 'number' ? [flow] : []));
  const totalMlPerMin = flows.length === 0 ? 0 : Math.max(...flows);
  return {
    temperatureC: 0,
    residenceTimeS: totalMlPerMin === 0 ? 0 : (60 * reactorVolumeMl) / totalMlPerMin,
    backPressureBarG: 0,
    stage1TemperatureC: null,
    shellTemperatureC: null,
    chalcogenRatio: null,
    chalcogenMlPerMin: 0,
    cadmiumMlPerMin: 0,
    ligandMlPerMin: 0,
    shellMlPerMin: 0,
    totalMlPerMin,
    outletMlPerMin: totalMlPerMin,
    ...volumesOf(batch, totalMlPerMin),
  };
}

type Volumes = Pick<Plan, 'targetBy' | 'targetMl' | 'lowestMl' | 'highestMl'>;

function volumesOf(batch: BatchRule | null, outletMlPerMin: number): Volumes {
  if (batch === null) return { targetBy: null, targetMl: 0, lowestMl: 0, highestMl: 0 };
  const { by, target, bounds } = batch;
  const ml = { 'collected volume': 1, 'collected mass': 1 / gramsPerMl, 'run time': outletMlPerMin / 60 }[by];
  return { targetBy: by, targetMl: target * ml, lowestMl: bounds.low * ml, highestMl: bounds.high * ml };
}

/** What the first heat-up asks, or the margin to boiling at the hottest that any step asks. */
function backPressureOf(recipe: MasterRecipe, temperatureC: number): number {
  const asked = firstNumber(recipe, 'heat-up', 'pressure');
  return asked ?? marginPressureBarG(Math.max(temperatureC, hottestOf(recipe)));
}

/** The hottest set point of any stage that a step asks, in °C; 0 where none does. */
export const hottestOf = ({ procedure }: Pick<MasterRecipe, 'procedure'>): number =>
  Math.max(0, ...procedure.steps.flatMap((step) => hotArguments(step)));

const hotArguments = ({ phase, values }: RecipeStep): readonly number[] => {
  const value = phase === 'heat-up' ? values.to : ['stage-1', 'shell'].includes(phase) ? values.temperature : undefined;
  return typeof value === 'number' ? [value] : [];
};

function firstNumber({ procedure }: MasterRecipe, phase: string, argument: string): number | null {
  const value = procedure.steps.find((step) => step.phase === phase)?.values[argument];
  return typeof value === 'number' ? value : null;
}

function feedstockOf({ name, feedstocks }: MasterRecipe, feed: FeedName): MasterRecipe['feedstocks'][number] {
  const found = feedstocks.find((each) => each.feed === feed);
  if (found === undefined) throw new RangeError(`${name} was not checked: it does not say what the ${feed} pump feeds`);
  return found;
}

function formulaValue({ formula }: MasterRecipe, { name, unit }: FormulaUse): number | null {
  const parameter = formula.get(name);
  return parameter?.kind === 'value' ? convert(parameter.value, parameter.unit, unit, name) : null;
}

function neededValue(recipe: MasterRecipe, use: FormulaUse): number {
  const value = formulaValue(recipe, use);
  if (value === null) throw new RangeError(`${recipe.name} was not checked: its formula has no ${use.name}`);
  return value;
}

const rounded = (flow: number): number => Number((Math.round(flow / flowStepMlPerMin) * flowStepMlPerMin).toFixed(2));
