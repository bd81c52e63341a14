/** What reads and checks a text, and what comes of it. */
import type { RecipeFinding } from '../../plant/recipe-view.ts';
import type { MasterRecipe } from '../../plant/recipe/recipe.ts';

/** `recipe` is null where the text has faults that keep it from being one. */
export type Checked = Readonly<{ recipe: MasterRecipe | null; findings: readonly RecipeFinding[] }>;

/**
 * @param withinMs how long it may take; a second where it is left out
 * @throws MesolineError `recipe-check-failed` where nobody could look at the text now
 */
export type Checker = (text: string, source: string, withinMs?: number) => Promise<Checked>;
