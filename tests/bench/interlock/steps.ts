/** The guards in a process of their own, so that nothing else has compiled or collected beside them. */
import { answerAsks } from '../support/measuring-child.ts';
import { measureSteps, rows, type StepFigures } from './step-of-25.ts';

export type StepQuestion = Readonly<{ skids: number; seconds: number }>;
export type StepAnswer = StepFigures & Readonly<{ rows: number }>;

answerAsks(({ skids, seconds }: StepQuestion) => Promise.resolve({ ...measureSteps(skids, seconds), rows }));
