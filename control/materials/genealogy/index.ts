/** Where lots, batches and containers went, and what they were made of. */
export { createGenealogy, type GenealogyOptions, type GenealogyRoom } from './room.ts';
