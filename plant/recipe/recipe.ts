/**
 * A master recipe after its file was read and checked: header, formula, materials, procedure. The procedure is a tree of
 * elements (ISA-88 part 2: steps, branches, loops, transitions) over a flat list of steps, each with a path of its own, by
 * which people, records and differences name it.
 */
import type { CheckedExpression } from '../expression.ts';
import type { Role } from '../people.ts';
import type { Range } from '../skid/definition.ts';

export const recipeStatuses = ['draft', 'review', 'approved', 'effective', 'retired'] as const;
/** Moved by signatures in the store, never by the file. */
export type RecipeStatus = (typeof recipeStatuses)[number];

/** A quantity that the formula fixes, in its own unit. */
export type FormulaValue = Readonly<{
  kind: 'value';
  name: string;
  value: number;
  unit: string | null;
  /** What a batch may be given instead, and what the process was shown to bear (proven acceptable range). */
  range: Range | null;
  proven: Range | null;
  /** A critical process parameter. */
  critical: boolean;
}>;

/** What an analysis must say for product to be product. */
export type FormulaLimit = Readonly<{
  kind: 'limit';
  name: string;
  low: number | null;
  high: number | null;
  unit: string | null;
  /** The role of a reading, such as `conversion` or `emission`. */
  reading: string;
  /** A critical quality attribute. */
  critical: boolean;
}>;

export type Formula = ReadonlyMap<string, FormulaValue | FormulaLimit>;

/** A liquid that is fed: what is in it, how much of the batch's materials it takes. */
export type Feedstock = Readonly<{ feed: FeedName; name: string; concentrationMm: number }>;
export const feedNames = ['chalcogen', 'cadmium', 'ligand', 'shell'] as const;
export type FeedName = (typeof feedNames)[number];

/** What has to be weighed and checked before the batch starts. */
export type RecipeMaterial = Readonly<{
  name: string;
  amount: number;
  unit: string;
  /** A second person checks each weighing. */
  checked: boolean;
}>;

export type ArgumentValue = number | string | readonly string[];

/** A phase with its arguments: quantities in the phase's own units, choices as their words. */
export type RecipeStep = Readonly<{
  /** `produce/collect`, `produce/collect/alongside/sample`, `start-up/repeat/heat-up` */
  path: string;
  operation: string;
  phase: string;
  values: Readonly<Record<string, ArgumentValue>>;
  /** Which values are a formula value's, by argument: another value of the formula makes another of the argument. */
  refers?: Readonly<Record<string, string>>;
}>;

/** An element of the procedure. `step` is an index into the steps. */
export type RecipeNode =
  | Readonly<{ kind: 'step'; step: number }>
  | Readonly<{ kind: 'sequence'; path: string; of: readonly RecipeNode[] }>
  /** `main`: the branch with which all end; null: it ends when all have ended. */
  | Readonly<{ kind: 'parallel'; path: string; branches: readonly RecipeNode[]; main: number | null }>
  /**
   * Turns until the condition holds after one, `most` times at most; `everyS`: a turn begins so long after the one before. In a
   * branch beside a main one it may turn as long as that one runs (`most` null).
   */
  | Readonly<{
      kind: 'repeat';
      path: string;
      body: RecipeNode;
      until: CheckedExpression | null;
      most: number | null;
      everyS: number | null;
    }>
  /** The first branch whose condition holds; the last one has none. */
  | Readonly<{
      kind: 'choose';
      path: string;
      branches: readonly Readonly<{ when: CheckedExpression | null; body: RecipeNode }>[];
    }>
  /** A transition: waits for its condition; where that does not come within the time, the skid is held or goes on. */
  | Readonly<{ kind: 'wait'; path: string; until: CheckedExpression; mostS: number; otherwise: 'hold' | 'go on' }>
  /** Holds a piece of shared equipment while its body runs; by capability, such as `nmr-31p`. */
  | Readonly<{
      kind: 'with';
      path: string;
      equipment: string;
      /** How long it is waited for, and what then. */
      mostS: number;
      otherwise: 'hold' | 'go on';
      body: RecipeNode;
    }>;

export type Procedure = Readonly<{ unit: string; steps: readonly RecipeStep[]; tree: RecipeNode }>;

/** By what a batch is full (ICH Q13): what it puts out, what it takes in, or how long it runs at its flow. */
export type BatchRule = Readonly<{
  by: 'collected volume' | 'collected mass' | 'run time';
  /** mL, g or s. */
  target: number;
  bounds: Range;
}>;

export const failureRules = ['continue', 'hold all', 'replace'] as const;
/** What becomes of the others when one skid of a batch fails. */
export type FailureRule = (typeof failureRules)[number];

export const holdReaches = ['skid', 'batch'] as const;
/** How far a Hold goes, whoever or whatever brings it about: to its own skid, or to every skid of the batch. */
export type HoldReach = (typeof holdReaches)[number];

export const signedActs = [
  'start batch',
  'reconcile',
  'change mode',
  'replace a skid',
  'change of a critical parameter',
  'answer outside limits',
  'release shared equipment',
  'pause',
  'resume',
  'restart',
  'reset',
  'sign record',
] as const;
export type SignedAct = (typeof signedActs)[number];
/** Who signs what, in order: the first performs, the others check; different people. */
export type SignaturePolicy = Readonly<Record<SignedAct, readonly Role[]>>;

export const recipeKinds = ['production', 'cleaning'] as const;
/** A cleaning makes no product: it may begin on a skid that is fouled or not clean, and leaves it clean. */
export type RecipeKind = (typeof recipeKinds)[number];

export type MasterRecipe = Readonly<{
  /** Where it was read: a file, or `CdSe-3.6 v2` of the store. */
  source: string;
  name: string;
  title: string;
  kind: RecipeKind;
  /** Capabilities of the skid; what the liquids bring with them (`selenium`) must be among them. */
  needs: readonly string[];
  /** Null for a cleaning. */
  batch: BatchRule | null;
  formula: Formula;
  feedstocks: readonly Feedstock[];
  materials: readonly RecipeMaterial[];
  procedure: Procedure;
  signatures: SignaturePolicy;
  whenSkidFails: FailureRule;
  holdReaches: HoldReach;
  /** SHA-256 of the text, in hexadecimal. */
  digest: string;
  /** The text itself, as it is kept in the store. */
  text: string;
}>;
