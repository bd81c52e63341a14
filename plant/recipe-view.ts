/** Recipes of the store as pages see them: versions, where each stands, who signed, and what differs. */
import type { UtcMs } from './clock.ts';
import type { RecipeStatus } from './recipe/recipe.ts';
import type { SignatureView } from './ports/record-desk.ts';

/** Moves of a version between its statuses; each is a signature. */
export const recipeMoves = ['submit', 'return', 'review', 'approve', 'make effective', 'retire'] as const;
export type RecipeMove = (typeof recipeMoves)[number];

export type RecipeFinding = Readonly<{
  /** `error`: it cannot be imported; `review`: a draft may have it, a review may not begin with it. */
  severity: 'error' | 'review';
  where: string;
  problem: string;
  remedy: string;
}>;

export type RecipeVersionView = Readonly<{
  name: string;
  version: number;
  title: string;
  status: RecipeStatus;
  digest: string;
  importedBy: string;
  importedAt: UtcMs;
  /** Version that it was made from; null for the first. */
  basedOn: number | null;
  reason: string;
  findings: readonly RecipeFinding[];
  signatures: readonly SignatureView[];
  /** What may be done with it now, and why not where it may not; for whoever asks. */
  moves: readonly Readonly<{ move: RecipeMove; role: string; refusedBy: string | null }>[];
}>;

export type RecipeHeadView = Readonly<{
  name: string;
  title: string;
  /** The version that runs; null while none is effective. */
  effective: number | null;
  newest: RecipeVersionView;
  /** 0: it was shipped and nobody has imported it; `newest` is then its version 0, whose text may be imported. */
  versions: number;
}>;

/** One difference of two versions, in words and by place. */
export type RecipeDifference = Readonly<{
  area: 'header' | 'formula' | 'materials' | 'procedure' | 'signatures';
  /** A parameter's name, a step's path, a signed act. */
  place: string;
  kind: 'added' | 'removed' | 'changed' | 'moved';
  old: string | null;
  new: string | null;
  /** It touches a critical parameter or an acceptance limit. */
  critical: boolean;
  text: string;
}>;
