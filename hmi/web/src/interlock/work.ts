/** Asking for work on the interlocks. */
import { post } from '../api.ts';
import { tell } from '../ui/command.ts';
import { refusalsOf, type Refusals } from './refusals.ts';

/** @returns what refused it, or null where it was done */
export async function ask(skid: string, path: string, body: object, done: string): Promise<Refusals | null> {
  const answer = await post(`/api/skids/${encodeURIComponent(skid)}/${path}`, body);
  if (!answer.ok) return refusalsOf(answer.problem);
  tell(true, done);
  return null;
}

/** For what has no dialog of its own: a refusal goes to the line at the foot of the page. */
export async function askAtOnce(skid: string, path: string, body: object, done: string): Promise<void> {
  const refusals = await ask(skid, path, body, done);
  if (refusals !== null) tell(false, refusals.join(' '));
}
