/** The room of batches in a process of its own, so that nothing else has compiled or collected beside it. */
import { answerAsks } from '../support/measuring-child.ts';
import { measureBatches, type BatchesQuestion } from './hundred-batches.ts';

answerAsks((question: BatchesQuestion) => measureBatches(question));
