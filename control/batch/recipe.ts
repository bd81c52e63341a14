/** A recipe as the house sees it: the master as its file has it, and the control recipe that one batch runs. */
import type { RecipeParameterView } from '../../plant/batch-view.ts';
import type { Role } from '../../plant/people.ts';
import type { Plan } from './phases/phase.ts';
import type { RecipeFile } from './recipe-schema.ts';

export type RecipeStatus = RecipeFile['status'];

/** A step of a procedure: a phase with its arguments in the phase's own units. */
export type RecipeStep = Readonly<{
  operation: string;
  phase: string;
  values: Readonly<Record<string, number>>;
}>;

export type Feedstock = Readonly<{ name: string; concentrationMm: number }>;

/** What the formula has to say for flows and set points to follow from it. */
export type Formula = Readonly<{
  temperatureC: number;
  residenceTimeS: number;
  backPressureBarG: number;
  /** Moles of cadmium for one of chalcogen, and of ligand for one of cadmium. */
  cdToSe: number;
  mpaToCd: number;
}>;

export type MasterRecipe = Readonly<{
  file: string;
  name: string;
  title: string;
  /** What the file says; a release comes from signatures only, never from this line. */
  status: RecipeStatus;
  needs: readonly string[];
  targetMl: number;
  bounds: Readonly<{ lowMl: number; highMl: number }>;
  parameters: readonly RecipeParameterView[];
  formula: Formula;
  materials: Readonly<Record<'chalcogen' | 'cadmium' | 'ligand', Feedstock>>;
  steps: readonly RecipeStep[];
  /** Who signs the start, in order. */
  startSignatures: readonly Role[];
  /** SHA-256 of the file, in hexadecimal. */
  digest: string;
}>;

/** The copy that a batch runs, complete in itself: a change of the master, of the skid file or of the code's defaults leaves it as it is. */
export type ControlRecipe = Readonly<{
  name: string;
  title: string;
  status: RecipeStatus;
  masterDigest: string;
  skidType: string;
  skidDigest: string;
  parameters: readonly RecipeParameterView[];
  materials: MasterRecipe['materials'];
  plan: Plan;
  steps: readonly RecipeStep[];
  startSignatures: readonly string[];
}>;
