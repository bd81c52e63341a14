/** From a master recipe to what it makes of one skid type: flows, set points, and whether the skid can be run so. */
import type { SkidType } from '../../plant/skid/definition.ts';
import { saturatedLiquidDensity } from '../../plant/expression/water.ts';
import type { Equipment } from './equipment.ts';
import type { Plan } from './phases/phase.ts';
import type { ControlRecipe, MasterRecipe } from './recipe.ts';

/** The pumps count their volume at this temperature. */
const pumpedAtC = 25;
/** Below what pumps and controllers resolve. */
const flowStepMlPerMin = 0.01;

/**
 * Flows from residence time and molar ratios. Residence time is that of the hot liquid: τ = V · ρ(T) / ρ(25 °C) / ΣQ, so
 * ΣQ = V · ρ(T) / ρ(25 °C) / τ. It parts into cadmium 1, chalcogen c(Cd) / (Cd:Se · c(Se)) and ligand MPA:Cd · c(Cd) / c(MPA).
 */
export function planOf(recipe: MasterRecipe, equipment: Pick<Equipment, 'reactorVolumeMl'>): Plan {
  const { formula, materials } = recipe;
  const expansion = saturatedLiquidDensity(formula.temperatureC) / saturatedLiquidDensity(pumpedAtC);
  const total = (equipment.reactorVolumeMl * expansion * 60) / formula.residenceTimeS;
  const cadmium = materials.cadmium.concentrationMm;
  const chalcogenShare = cadmium / (formula.cdToSe * materials.chalcogen.concentrationMm);
  const ligandShare = (formula.mpaToCd * cadmium) / materials.ligand.concentrationMm;
  const part = total / (1 + chalcogenShare + ligandShare);
  const flows = {
    chalcogenMlPerMin: rounded(part * chalcogenShare),
    cadmiumMlPerMin: rounded(part),
    ligandMlPerMin: rounded(part * ligandShare),
  };
  return {
    temperatureC: formula.temperatureC,
    residenceTimeS: formula.residenceTimeS,
    backPressureBarG: formula.backPressureBarG,
    ...flows,
    totalMlPerMin: rounded(flows.chalcogenMlPerMin + flows.cadmiumMlPerMin + flows.ligandMlPerMin),
    targetMl: recipe.targetMl,
    lowestMl: recipe.bounds.lowMl,
    highestMl: recipe.bounds.highMl,
  };
}

const rounded = (flow: number): number => Number((Math.round(flow / flowStepMlPerMin) * flowStepMlPerMin).toFixed(2));

export const controlRecipeOf = (recipe: MasterRecipe, skidType: SkidType, equipment: Equipment): ControlRecipe => ({
  name: recipe.name,
  title: recipe.title,
  status: recipe.status,
  masterDigest: recipe.digest,
  skidType: skidType.type,
  skidDigest: skidType.digest,
  parameters: recipe.parameters,
  materials: recipe.materials,
  plan: planOf(recipe, equipment),
  steps: recipe.steps,
  startSignatures: recipe.startSignatures,
});
