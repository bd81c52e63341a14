/**
 * Lines of neutral neon from 790 to 1060 nm, wavelengths in air, with their relative intensities.
 *
 * J. E. Sansonetti, W. C. Martin, Handbook of Basic Atomic Spectroscopic Data, J. Phys. Chem. Ref. Data 34 (2005) 1559 (NIST), whose neon
 * is E. B. Saloman, C. J. Sansonetti, J. Phys. Chem. Ref. Data 33 (2004) 1113; wavelengths to better than 0.001 nm. Intensities are
 * those of one source and hardly of another's lamp: they say which line is to be expected, not how strong.
 */
export type LampLine = Readonly<{ nm: number; intensity: number }>;

export const neonLines: readonly LampLine[] = (
  [
    [792.6201, 120],
    [793.69961, 13],
    [794.31814, 80],
    [808.2458, 60],
    [808.4345, 100],
    [811.85492, 40],
    [812.89108, 12],
    [813.64054, 170],
    [825.9379, 30],
    [826.4807, 100],
    [826.60772, 70],
    [826.71162, 10],
    [830.03258, 300],
    [831.4995, 100],
    [836.57466, 50],
    [837.2106, 100],
    [837.7608, 800],
    [841.71606, 30],
    [841.84274, 250],
    [846.33575, 40],
    [848.44435, 13],
    [849.53598, 700],
    [854.46958, 15],
    [857.13524, 30],
    [859.12584, 400],
    [863.4647, 350],
    [864.70411, 60],
    [865.43831, 600],
    [865.5522, 80],
    [866.8256, 100],
    [867.94925, 130],
    [868.19211, 150],
    [870.41116, 30],
    [877.16563, 100],
    [878.06226, 600],
    [878.37533, 400],
    [885.38668, 300],
    [886.53063, 20],
    [886.57552, 150],
    [891.95006, 60],
    [898.85564, 20],
    [907.9462, 100],
    [914.86716, 120],
    [920.17591, 90],
    [922.00601, 60],
    [922.15801, 20],
    [922.66903, 20],
    [928.7563, 200],
    [930.08527, 80],
    [931.39726, 30],
    [932.65068, 70],
    [937.33078, 15],
    [942.53788, 50],
    [945.92095, 30],
    [948.66818, 50],
    [953.41629, 60],
    [954.74049, 30],
    [957.7013, 120],
    [966.54197, 180],
    [980.886, 100],
    [1056.24075, 80],
  ] as const
).map(([nm, intensity]) => ({ nm, intensity }));

/**
 * Refractive index of air at 15 °C and 101.325 kPa: B. Edlén, Metrologia 2 (1966) 71. Raman shifts are differences of wavenumbers in vacuum.
 */
export function airIndex(nm: number): number {
  const square = (1000 / nm) ** 2;
  return 1 + 1e-8 * (8342.13 + 2406030 / (130 - square) + 15997 / (38.9 - square));
}

/** Wavenumber in vacuum, in cm⁻¹, of light of a wavelength in air. */
export const wavenumberOfAir = (nm: number): number => 1e7 / (nm * airIndex(nm));
