/** A calibration as a record. Its form is the plant's, since methods name records in their files. */
export { readPlsModel, sealPlsModel, type PlsModel } from '../../plant/method/pls-model.ts';
