/** The thread in which texts are read and checked. Entered by `check-thread.ts` only. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../plant/errors.ts';
import { checkText } from '../../plant/recipe/check-text.ts';
import type { SkidType } from '../../plant/skid/definition.ts';
import type { Checked } from './checker.ts';

export type CheckAsked = Readonly<{ text: string; source: string }>;
export type CheckSaid = Readonly<
  { kind: 'ready' } | { kind: 'checked'; checked: Checked } | { kind: 'failed'; reason: string }
>;

const types = workerData as readonly SkidType[];
const say = (said: CheckSaid): void => parentPort?.postMessage(said);

parentPort?.on('message', ({ text, source }: CheckAsked) => {
  try {
    say({ kind: 'checked', checked: checkText(text, source, types) });
  } catch (thrown) {
    say({ kind: 'failed', reason: messageOf(thrown) });
  }
});
say({ kind: 'ready' });
