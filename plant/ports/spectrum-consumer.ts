/** Whoever is told of spectra as they come: OPC UA, and what makes values of them. */
import type { Spectrum, SpectrumLost } from '../spectrum.ts';

export interface SpectrumConsumer {
  /** Returns soon, as `ScanConsumer.accept`. */
  acceptSpectrum(spectrum: Spectrum): void;
  loseSpectrum(lost: SpectrumLost): void;
}
