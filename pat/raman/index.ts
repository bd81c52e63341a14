/** Raman: spectra analysed by a method, and instruments' axes calibrated. */
export { analyseRaman } from './analyse.ts';
export { calibrateRaman, calibratedShifts, type CalibrationInput, type CalibrationSpectrum } from './calibrate.ts';
