/** What refused something, in words. Pure. */
import type { ErrorAnswer } from '../../../api/answers.ts';

export type Refusals = readonly string[];

/** With what to do about it where there is one reason; each reason by itself where there are several. */
export const refusalsOf = ({ faults, message }: ErrorAnswer): Refusals =>
  faults.length > 1 ? faults.map(({ problem }) => problem) : [message];
