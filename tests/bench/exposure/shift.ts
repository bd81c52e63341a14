/** The room of exposure in a process of its own, so that nothing else has compiled or collected beside it. */
import { answerAsks } from '../support/measuring-child.ts';
import { measureExposure } from './hall-of-50.ts';

export type ShiftQuestion = Readonly<{ people: number; seconds: number }>;

answerAsks(({ people, seconds }: ShiftQuestion) => measureExposure(people, seconds));
