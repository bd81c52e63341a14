/** The thread in which texts are read and checked. Entered by `check-thread.ts` only. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../plant/errors.ts';
import { checkRecipe } from '../../plant/recipe/findings.ts';
import type { SkidType } from '../../plant/skid/definition.ts';
import type { Checked } from './check-thread.ts';
import { stepsFault } from './text-bounds.ts';

export type CheckAsked = Readonly<{ text: string; source: string }>;
export type CheckSaid = Readonly<
  { kind: 'ready' } | { kind: 'checked'; checked: Checked } | { kind: 'failed'; reason: string }
>;

const types = workerData as readonly SkidType[];
const say = (said: CheckSaid): void => parentPort?.postMessage(said);

parentPort?.on('message', ({ text, source }: CheckAsked) => {
  try {
    const { recipe, findings } = checkRecipe(text, source, types);
    const tooMany = recipe === null ? null : stepsFault(recipe.procedure.steps.length, source);
    say({ kind: 'checked', checked: tooMany === null ? { recipe, findings } : { recipe: null, findings: [tooMany] } });
  } catch (thrown) {
    say({ kind: 'failed', reason: messageOf(thrown) });
  }
});
say({ kind: 'ready' });
