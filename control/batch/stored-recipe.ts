/** The control recipe as a batch's record carries it, read back: the batch runs on from this copy, whatever the master has become. */
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { RecordValue } from '../../plant/record-event.ts';
import { phases } from './phases/phases.ts';
import type { ControlRecipe } from './recipe.ts';
import { recipeStatuses } from './recipe-schema.ts';

const text = Type.String();
const decimal = Type.String({ pattern: '^-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?$' });
const textOrNull = Type.Union([text, Type.Null()]);
const material = Type.Object({ name: text, concentrationMm: decimal });

const storedSchema = Type.Object({
  name: text,
  title: text,
  status: Type.Enum([...recipeStatuses]),
  masterDigest: text,
  skidType: text,
  skidDigest: text,
  parameters: Type.Array(
    Type.Object({ name: text, value: text, unit: textOrNull, range: textOrNull, critical: Type.Boolean() }),
  ),
  materials: Type.Object({ chalcogen: material, cadmium: material, ligand: material }),
  plan: Type.Object({
    temperatureC: decimal,
    residenceTimeS: decimal,
    backPressureBarG: decimal,
    chalcogenMlPerMin: decimal,
    cadmiumMlPerMin: decimal,
    ligandMlPerMin: decimal,
    totalMlPerMin: decimal,
    targetMl: decimal,
    lowestMl: decimal,
    highestMl: decimal,
  }),
  steps: Type.Array(Type.Object({ operation: text, phase: text, values: Type.Record(Type.String(), decimal) })),
  startSignatures: Type.Array(text),
});

type Numbers<T extends Readonly<Record<string, string>>> = { [K in keyof T]: number };
const numbers = <T extends Readonly<Record<string, string>>>(decimals: T): Numbers<T> =>
  Object.fromEntries(Object.entries(decimals).map(([name, value]) => [name, Number(value)])) as Numbers<T>;

/** Null where the record holds no control recipe of a form known here. */
export function controlRecipeFrom(value: RecordValue | undefined): ControlRecipe | null {
  if (!Value.Check(storedSchema, value)) return null;
  const { materials, plan, steps, ...rest } = value;
  if (steps.some(({ phase }) => !phases.has(phase))) return null;
  const feedstock = ({ name, concentrationMm }: (typeof materials)['ligand']) => ({
    name,
    concentrationMm: Number(concentrationMm),
  });
  return {
    ...rest,
    materials: {
      chalcogen: feedstock(materials.chalcogen),
      cadmium: feedstock(materials.cadmium),
      ligand: feedstock(materials.ligand),
    },
    plan: numbers(plan),
    steps: steps.map((step) => ({ ...step, values: numbers(step.values) })),
  };
}
