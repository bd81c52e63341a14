/** The door of the analysers' room: it reads files of spectra, and makes numbers of spectra. */
export { createAnalyst, type Analyst, type AnalystOptions } from './analyst.ts';
export { createSpectrumReader, type SpectrumReaderOptions } from './spectrum-reader.ts';
