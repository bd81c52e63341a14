/** Master recipes in their store. Made by control/recipes; needed by hmi and control/batch. */
import type { Actor } from '../people.ts';
import type { RecipeDifference, RecipeFinding, RecipeHeadView, RecipeMove, RecipeVersionView } from '../recipe-view.ts';
import type { MasterRecipe, RecipeStatus } from '../recipe/recipe.ts';
import type { Credentials } from './record-desk.ts';

export type RecipeRefusal = Readonly<{ done: false; reason: string; findings?: readonly RecipeFinding[] }>;
export type RecipeAnswer = Readonly<{ done: true; version: RecipeVersionView }> | RecipeRefusal;

export interface RecipeDesk {
  recipes(actor: Actor): Promise<readonly RecipeHeadView[]>;
  versions(name: string, actor: Actor): Promise<readonly RecipeVersionView[]>;
  /** The text of a version as it was imported; null where there is none. */
  text(name: string, version: number): Promise<string | null>;
  /** @returns null where one of the versions is not there */
  differences(name: string, from: number, to: number): Promise<readonly RecipeDifference[] | null>;
  /** What an import would say, without importing. */
  check(text: string): Promise<readonly RecipeFinding[]>;
  /**
   * A new version, as a draft. `basedOn` is the digest of the version it was made from (null: the name is new); where another
   * version has come since, it is refused and told who brought that.
   */
  import(
    request: Readonly<{ commandId: string; text: string; basedOn: string | null; reason: string; actor: Actor }>,
  ): Promise<RecipeAnswer>;
  /** `digest` is of the version the signer has read. */
  move(
    request: Readonly<{
      commandId: string;
      name: string;
      version: number;
      digest: string;
      move: RecipeMove;
      reason: string;
      signer: Credentials;
      /** Whose session asks, where it is known; what is refused before anybody has signed stands in the record under this name. */
      actor?: Actor;
    }>,
  ): Promise<RecipeAnswer>;
}

/** A version as a batch takes it. */
export type StoredRecipe = Readonly<{ recipe: MasterRecipe; version: number; status: RecipeStatus }>;

/** What a batch needs of the store. Answers at once, from memory. */
export interface RecipeStore {
  /** The effective version; with `version`, that one, whatever its status. */
  recipe(name: string, version?: number): StoredRecipe | null;
  names(): readonly string[];
}
