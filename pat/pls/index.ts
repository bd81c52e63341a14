/** Partial least squares: calibrations as sealed records, validated on batches they have not seen. */
export {
  calibrateAndValidate,
  calibratePls,
  validateByBatch,
  type CalibrationPlan,
  type CalibrationSample,
} from './calibrate.ts';
export { correctPls, type Correction, type ReferencePair } from './correct.ts';
export { readPlsModel, type PlsModel } from './model.ts';
export { curvesSeen, finiteFigures, whyNotUse } from './outcome.ts';
export { plsPredict, type PlsPrediction } from './predict.ts';
export type { PreprocessingStep } from './preprocessing.ts';
