/**
 * One thing that happens to the batch on one skid, while it is decided: what outlives a restart, what does not, and what is to
 * be recorded and done about it. What is told here goes through the same `evolve` as what is read back from the record.
 */
import type { Block } from '../../../plant/block.ts';
import type { Monotonic, ProcessTime, UtcMs } from '../../../plant/clock.ts';
import type { GuardVerdict } from '../../../plant/ports/scan-guard.ts';
import type { Plan } from '../../../plant/recipe/plan.ts';
import type { FormulaLimit, FormulaValue, RecipeStep } from '../../../plant/recipe/recipe.ts';
import type { SetPoints } from '../../../plant/recipe/roles.ts';
import type { Demand } from '../../../plant/safe-state.ts';
import type { SkidName } from '../../../plant/sample.ts';
import type { PhaseMemory } from '../phases/phase.ts';
import type { Tree } from '../procedure/tree.ts';
import type { SkidReading } from '../skid-reading.ts';
import type { CollectedVolume, UnitEvent } from './unit-events.ts';
import { evolve, type UnitLasting } from './unit-lasting.ts';

/** What the recipe makes of a unit; the same for as long as the batch is. */
export type UnitRecipe = Readonly<{
  batch: string;
  tree: Tree;
  steps: readonly RecipeStep[];
  plan: Plan;
  limits: ReadonlyMap<string, FormulaLimit>;
  parameters: ReadonlyMap<string, FormulaValue>;
  /** Capabilities that the site shares among skids, this one among them: they are asked for before they are used. */
  shared: ReadonlySet<string>;
  /** Of a step: what of the shared equipment it uses and no `with` around it holds for it. */
  uses: (node: number) => readonly string[];
}>;

/** Of a step while it runs. */
export type StepPassing = Readonly<{
  timeS: number;
  memory: PhaseMemory;
  waitsFor: string | null;
  /** Since it was stepped last, the unit was withheld for a while. */
  doubted: boolean;
  /** Exceptions that stand, and are not told again. */
  said: readonly string[];
}>;

export const freshStep: StepPassing = { timeS: 0, memory: {}, waitsFor: null, doubted: false, said: [] };

/** What a restart of the service loses, and proves anew. */
export type UnitPassing = Readonly<{
  lastProcess: ProcessTime | null;
  /** By element: steps that run. */
  steps: ReadonlyMap<number, StepPassing>;
  /** By element: what else of the procedure waits, for how long in seconds of process time, and for what. */
  waits: ReadonlyMap<number, Readonly<{ forS: number; waitsFor: string }>>;
  /** Set points as they were written and read back since the field ran freely last. */
  set: SetPoints;
  /** Scans in a row that showed another set point than ours. */
  movedScans: number;
  /** A write on its way. */
  writing: SetPoints | null;
  /** A scan from before this shows the set points of before our last write. */
  notBefore: Monotonic | null;
  /** Since when the field is to leave its safe state. */
  leaving: Monotonic | null;
  /** When HOT-HOLD was asked last, and since when it has been waited for. */
  asked: Readonly<{ at: Monotonic; since: Monotonic }> | null;
  withheldS: number;
  withheldBy: string | null;
  /** For how long nothing of the recipe has run, in seconds of process time. */
  idleS: number;
  /** The volume as it is read; the record follows it. */
  volume: CollectedVolume;
  /** The newest reading of the volume is one of the record. */
  volumeFromRecord: boolean;
  recordedVolume: Readonly<{ at: Monotonic; ml: number }> | null;
  /** Seconds of process time since the totaliser was read and believed; null where it was not in this run of the service. */
  unreadS: number | null;
  /** Scans in a row in which it had risen by more than can have flowed. */
  leapScans: number;
  /** Shared equipment that was asked for in this run of the service, by `equipmentKey`, and when it was last. */
  askedFor: ReadonlyMap<string, Monotonic>;
}>;

export const newPassing = (unit: UnitLasting): UnitPassing => ({
  lastProcess: null,
  steps: new Map(),
  waits: new Map(),
  set: {},
  movedScans: 0,
  writing: null,
  notBefore: null,
  leaving: null,
  asked: null,
  withheldS: 0,
  withheldBy: null,
  idleS: 0,
  volume: unit.volume,
  volumeFromRecord: unit.volume.open !== null,
  recordedVolume: null,
  unreadS: null,
  leapScans: 0,
  askedFor: new Map(),
});

/** What one scan says, and what the rest of the batch and of the site say with it. */
export type UnitScan = Readonly<{
  utc: UtcMs;
  monotonic: Monotonic;
  process: ProcessTime;
  skid: SkidReading;
  verdict: GuardVerdict;
  fieldDemand: Demand | null;
  blocks: readonly Block[];
  /** What all units of the batch have collected, in mL. */
  collectedMl: number;
  /** Shared equipment that is this unit's now: `element capability turn`. */
  owned: ReadonlySet<string>;
}>;

export type UnitEffect =
  | Readonly<{ kind: 'safe-state'; reason: string }>
  | Readonly<{ kind: 'release'; reason: string }>
  | Readonly<{ kind: 'write'; writes: SetPoints; reason: string }>
  | Readonly<{ kind: 'ask equipment' | 'give equipment back'; node: number; turn: number; capability: string }>;

export type Moment = Readonly<{ utc: UtcMs; monotonic: Monotonic }>;

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

export class UnitTurn {
  readonly recipe: UnitRecipe;
  readonly moment: Moment;
  readonly before: UnitLasting;
  readonly events: UnitEvent[] = [];
  readonly effects: UnitEffect[] = [];
  unit: UnitLasting;
  passing: UnitPassing;
  /** The field is asked for a safe state, or has taken one: nothing of this waits for the record, which follows. */
  isUrgent = false;

  constructor(recipe: UnitRecipe, unit: UnitLasting, passing: UnitPassing, moment: Moment) {
    this.recipe = recipe;
    this.before = unit;
    this.unit = unit;
    this.passing = passing;
    this.moment = moment;
  }

  get skid(): SkidName {
    return this.unit.skid;
  }

  tell(event: WithoutTime<UnitEvent>): void {
    const told = { ...event, at: this.moment.utc } as UnitEvent;
    this.unit = evolve(this.recipe.tree, this.unit, told);
    this.events.push(told);
  }

  effect(effect: UnitEffect): void {
    this.effects.push(effect);
  }

  /** What was to be written in the same turn is overtaken by a safe state. */
  dropWrites(): void {
    const kept = this.effects.filter(({ kind }) => kind !== 'write' && kind !== 'release');
    this.effects.splice(0, this.effects.length, ...kept);
  }

  pass(change: Partial<UnitPassing>): void {
    this.passing = { ...this.passing, ...change };
  }

  passStep(node: number, change: Partial<StepPassing>): void {
    const steps = new Map(this.passing.steps);
    steps.set(node, { ...(steps.get(node) ?? freshStep), ...change });
    this.pass({ steps });
  }

  stepOf(node: number): RecipeStep {
    const element = this.recipe.tree[node];
    const step = element?.kind === 'step' ? this.recipe.steps[element.step] : undefined;
    if (step === undefined) throw new RangeError(`element ${node} of ${this.recipe.batch} is no step`);
    return step;
  }

  pathOf(node: number): string {
    return this.recipe.tree[node]?.path ?? `element ${node}`;
  }
}

/** How shared equipment is named between a unit and whoever answers it. */
export const equipmentKey = (node: number, capability: string, turn: number): string => `${node} ${capability} ${turn}`;
