/** The door of ³¹P NMR: amounts of a decay. */
export { analysePhosphorus, type PhosphorusInputs } from './analyse-phosphorus.ts';
