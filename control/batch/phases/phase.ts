/**
 * What a phase does. It is pure: what the skid says, what people have answered and the time for which it has been active go
 * in; the set points it wants, what it asks of people, what it waits for and whether it is done come out. What it has to
 * remember between two scans is a few numbers, and a restart of the service may lose them.
 */
import type { FormulaLimit, RecipeStep } from '../../../plant/recipe/recipe.ts';
import type { Plan } from '../../../plant/recipe/plan.ts';
import type { SetPoints } from '../../../plant/recipe/roles.ts';
import type { SkidReading } from '../skid-reading.ts';
import type { PromptAnswer, PromptForm } from '../unit/unit-events.ts';

export type PhaseMemory = Readonly<Record<string, number>>;

/** What this run of the step asked people; `answer` is the newest, null while none was given. */
export type Asked = Readonly<{ name: string; answer: PromptAnswer | null }>;

export type PhaseContext = Readonly<{
  /** Seconds of process time for which the step has been active; it does not count while the unit is withheld. */
  timeS: number;
  /** Seconds of process time since the phase was stepped last. */
  dtS: number;
  plan: Plan;
  values: RecipeStep['values'];
  /** Limits of the recipe's formula, by name. */
  limits: ReadonlyMap<string, FormulaLimit>;
  skid: SkidReading;
  /** What the batch has collected on all its skids, in mL. */
  collectedMl: number;
  /** What this unit has collected, in mL. */
  unitCollectedMl: number;
  memory: PhaseMemory;
  /**
   * The unit was withheld for some seconds before this step of the phase: nobody knows what went on meanwhile. What was in
   * band is proven anew, and product goes to waste until it is.
   */
  doubted: boolean;
  asked: readonly Asked[];
}>;

export type PhaseOutcome = Readonly<{
  /** Set points that must stand; what is not named is left as it stands. */
  wanted: SetPoints;
  memory: PhaseMemory;
  /** With live values: `reactor temperature 143.2 °C, waiting for 160.0 °C`. */
  waitsFor: string;
  done?: true;
  /** Why the phase cannot go on; the unit is held. */
  failure?: string;
  /** What people have to say; each stands until it is answered, or until the step ends. */
  asks?: readonly PromptForm[];
  /** What is worth a line of the record at once, such as product that went to waste; each `what` once a stretch. */
  exceptions?: readonly Readonly<{ what: string; reason: string }>[];
  /** What ended it, for the record, as people read it. */
  figures?: Readonly<Record<string, string>>;
}>;

export type PhaseBehaviour = Readonly<{
  name: string;
  /** Longest that it may be active, in seconds of process time; then the unit is held. */
  timeLimitS: (context: Pick<PhaseContext, 'plan' | 'values' | 'skid'>) => number;
  step: (context: PhaseContext) => PhaseOutcome;
}>;

/** A quantity that the recipe's check has seen to be there. @throws RangeError where it is not: the recipe was not checked */
export function quantityOf({ values }: Pick<PhaseContext, 'values'>, name: string): number {
  const value = values[name];
  if (typeof value !== 'number') throw new RangeError(`argument ${name} of a checked step is no quantity`);
  return value;
}

/** A word or a text. @throws RangeError as above */
export function wordOf({ values }: Pick<PhaseContext, 'values'>, name: string): string {
  const value = values[name];
  if (typeof value !== 'string') throw new RangeError(`argument ${name} of a checked step is no word`);
  return value;
}

/** A list of words; empty where nothing was written and nothing is its default. */
export function listOf({ values }: Pick<PhaseContext, 'values'>, name: string): readonly string[] {
  const value = values[name];
  return typeof value === 'object' ? value : [];
}
