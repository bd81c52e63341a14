/**
 * What a phase is. A phase is pure: what the skid says and the time it has been active go in; the set points it wants, what
 * it waits for and whether it is done come out. What it has to remember between two scans is a few numbers.
 */
import type { SetPoints, SkidReading } from '../equipment.ts';

/** What the recipe makes of a skid: derived once, when the control recipe is made. */
export type Plan = Readonly<{
  temperatureC: number;
  residenceTimeS: number;
  backPressureBarG: number;
  chalcogenMlPerMin: number;
  cadmiumMlPerMin: number;
  ligandMlPerMin: number;
  /** Sum of the three feeds; while one of them is off, flush makes up for it. */
  totalMlPerMin: number;
  targetMl: number;
  lowestMl: number;
  highestMl: number;
}>;

export type PhaseMemory = Readonly<Record<string, number>>;

export type PhaseContext = Readonly<{
  /** Seconds of process time for which the phase has been active; it does not count while the phase is withheld. */
  timeS: number;
  /** Seconds of process time since the phase was stepped last. */
  dtS: number;
  plan: Plan;
  values: Readonly<Record<string, number>>;
  skid: SkidReading;
  /** What the batch has collected, in mL. */
  collectedMl: number;
  memory: PhaseMemory;
}>;

export type PhaseOutcome = Readonly<{
  /** Set points that must stand; what is not named is left as it is. */
  wanted: SetPoints;
  memory: PhaseMemory;
  waitsFor: string;
  done?: true;
  /** Why the phase cannot go on; the batch is held. */
  failure?: string;
}>;

/** What the line is like between two phases; a phase begins from some of these and leaves one. */
export const lineStates = ['cold', 'primed', 'hot', 'steady', 'rinsed', 'ended'] as const;
export type LineState = (typeof lineStates)[number];

/** How an argument is written: its unit (null: a pure number; `tau`: residence times), and what it is where left out. */
export type ArgumentForm = Readonly<{
  unit: string | null;
  /** A difference: units with a zero point of their own (°C, bar(g)) are refused. */
  difference?: true;
  least?: number;
  default?: number;
}>;

export type PhaseDefinition = Readonly<{
  name: string;
  title: string;
  arguments: Readonly<Record<string, ArgumentForm>>;
  begins: readonly LineState[];
  leaves: LineState;
  /** Longest that the phase may be active, in seconds of process time. */
  timeLimitS: (plan: Plan, values: Readonly<Record<string, number>>) => number;
  step: (context: PhaseContext) => PhaseOutcome;
}>;

/** An argument that the loader has checked to be there. */
export function valueOf({ values }: Pick<PhaseContext, 'values'>, name: string): number {
  const value = values[name];
  if (value === undefined) throw new RangeError(`argument ${name} of a checked step is missing`);
  return value;
}
