/** The batch room: master recipes, and the batches that run from them (ISA-88). */
import { BatchRoom, type Batches, type BatchesOptions } from './room.ts';

export type { Batches, BatchesOptions } from './room.ts';

export { DryBatch, type DryBatchOptions, type DryBatchView, type DryField, type DryUnit } from './dry-batch.ts';

export const createBatches = (options: BatchesOptions): Batches => new BatchRoom(options);

export { recordSections } from './record-sections.ts';
