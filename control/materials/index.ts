/** The room of materials: lots, what was weighed of them for batches, and what they have to say before a start. */
export { createMaterials, type MaterialsOptions, type MaterialsRoom } from './room.ts';
export { createLabels, type LabelsOptions, type LabelsRoom } from './labels/index.ts';
export {
  createExchange,
  exchangeFolder,
  loadExchangeSettings,
  type ExchangeOptions,
  type ExchangeRoom,
} from './exchange/index.ts';
export { materialsAtRest, type MaterialsAtRest } from './at-rest.ts';
export { createGenealogy, type GenealogyOptions, type GenealogyRoom } from './genealogy/index.ts';
