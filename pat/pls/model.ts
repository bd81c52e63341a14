/** A calibration as a record. Its form is the plant's, since methods name records in their files. */
export { plsDigest, readPlsModel, sealPlsModel, sha256, type PlsModel } from '../../plant/method/pls-model.ts';
