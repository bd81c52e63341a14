/** What proves history by sealed telemetry: the changes as they were sealed, and their comparison with what history answers. */
export { batchScope, segmentOf } from '../segment-event.ts';
export { compareTag, type Comparison, type Disagreement, type Keeping, type HistoryGap } from './compare.ts';
export { readStretches, tagsOf, type SealedChange, type SealedFile, type Stretch } from './stretches.ts';
