/** Raman: spectra analysed by a method, and instruments' axes calibrated. */
export { analyseRaman } from './analyse.ts';
export { analyseRamanPls } from './analyse-pls.ts';
export { calibrateRaman, calibratedShifts, type CalibrationInput, type CalibrationSpectrum } from './calibrate.ts';
export type { StandardName } from './standards.ts';
