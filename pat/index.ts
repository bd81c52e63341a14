/** The door of the analysers' room: what makes numbers of spectra begins with reading their files. */
export { createSpectrumReader, type SpectrumReaderOptions } from './spectrum-reader.ts';
