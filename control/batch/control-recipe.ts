/**
 * The control recipe: the frozen copy by which one batch runs. It goes into the record whole, text and derived values, before
 * anybody signs; whatever becomes of the master recipe, the skid files or this software, the batch runs by this copy.
 */
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { BatchPurpose } from '../../plant/batch-view.ts';
import type { RecordEvent, RecordValue } from '../../plant/record-event.ts';
import { withFormulaValues } from '../../plant/recipe/formula-values.ts';
import type { Plan } from '../../plant/recipe/plan.ts';
import { readRecipe } from '../../plant/recipe/read-recipe.ts';
import { skidName, type SkidName } from '../../plant/sample.ts';
import type { BatchFacts } from './batch-core.ts';
import { asRecord, digestOf } from './batch-events.ts';

export type NewFacts = Omit<BatchFacts, 'controlDigest'> &
  Readonly<{
    /** The master recipe as it was signed or imported, without this batch's values. */
    master: Readonly<{ text: string; digest: string; source: string; status: string }>;
    /** As they were ordered. */
    values: Readonly<Record<string, string>>;
  }>;

/** @returns what `batch-prepared` carries, and the digest that the start is signed over */
export function controlRecord(facts: NewFacts): Readonly<{ control: RecordValue; digest: string }> {
  const control = asRecord({
    name: facts.recipe.name,
    title: facts.recipe.title,
    version: facts.recipeVersion,
    source: facts.master.source,
    status: facts.master.status,
    masterDigest: facts.master.digest,
    text: facts.master.text,
    values: facts.values,
    plans: Object.fromEntries(facts.plans),
  });
  return { control, digest: digestOf(control) };
}

const plan = Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]));
const preparedSchema = Type.Object({
  purpose: Type.Union([Type.Literal('production'), Type.Literal('rehearsal')]),
  skids: Type.Array(Type.String(), { minItems: 1 }),
  spares: Type.Array(Type.String()),
  timeScale: Type.String(),
  control: Type.Object({
    version: Type.String(),
    source: Type.String(),
    text: Type.String(),
    values: Type.Record(Type.String(), Type.String()),
    plans: Type.Record(Type.String(), plan),
  }),
});

/**
 * The facts of a batch out of its `batch-prepared`.
 * @throws RangeError where it has another form; MesolineError where the text in it is no recipe any more
 */
export function factsOf({ data, scope }: RecordEvent): BatchFacts {
  if (!Value.Check(preparedSchema, data)) {
    const [fault] = Value.Errors(preparedSchema, data);
    throw new RangeError(`the control recipe cannot be read: ${fault?.instancePath ?? ''} ${fault?.message ?? ''}`);
  }
  const prepared: Static<typeof preparedSchema> = data;
  const { control } = prepared;
  const recipe = withFormulaValues(readRecipe(control.text, control.source), control.values);
  return {
    id: scope.slice('batch/'.length),
    recipe,
    recipeVersion: numberOf(control.version),
    controlDigest: digestOf(control),
    purpose: prepared.purpose satisfies BatchPurpose,
    skids: prepared.skids.map(skidName),
    spares: prepared.spares.map(skidName),
    plans: new Map(Object.entries(control.plans).map(([skid, each]) => [skidName(skid), planFrom(each)])),
    timeScale: numberOf(prepared.timeScale),
  };
}

const inWords: ReadonlySet<string> = new Set<keyof Plan>(['targetBy']);

function planFrom(stored: Static<typeof plan>): Plan {
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => [
      name,
      value === null || inWords.has(name) ? value : numberOf(value),
    ]),
  ) as unknown as Plan;
}

function numberOf(text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value)) throw new RangeError(`"${text}" of the control recipe is no number`);
  return value;
}

/** Of every skid that runs or stands by, in the order of the batch. */
export const skidsOf = ({ skids, spares }: Pick<BatchFacts, 'skids' | 'spares'>): readonly SkidName[] => [
  ...skids,
  ...spares,
];
