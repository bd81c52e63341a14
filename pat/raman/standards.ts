/** Standards of the Raman shift: positions at room temperature, in cm⁻¹, with the standard deviation of what was published. */
export type StandardLine = Readonly<{ perCm: number; deviation: number }>;

/** N. Itoh, N. Hanari, J. Raman Spectrosc. 52 (2021) 1136 and the literature there: 520.45 ± 0.28. */
export const siliconLines: readonly StandardLine[] = [{ perCm: 520.45, deviation: 0.28 }];

/** Polystyrene, ASTM E1840-96 (2014), table 1: those below 1700 cm⁻¹, with the deviations between its laboratories. */
export const polystyreneLines: readonly StandardLine[] = [
  { perCm: 620.9, deviation: 0.69 },
  { perCm: 795.8, deviation: 0.78 },
  { perCm: 1001.4, deviation: 0.54 },
  { perCm: 1031.8, deviation: 0.43 },
  { perCm: 1155.3, deviation: 0.56 },
  { perCm: 1450.5, deviation: 0.56 },
  { perCm: 1583.1, deviation: 0.86 },
  { perCm: 1602.3, deviation: 0.73 },
];

export type Standard = Readonly<{
  lines: readonly StandardLine[];
  /** Weaker bands of it near those lines, in cm⁻¹: no reference, but in the way of the fit where they are left out. */
  besidePerCm: readonly number[];
}>;

export const standards = {
  silicon: { lines: siliconLines, besidePerCm: [] },
  polystyrene: { lines: polystyreneLines, besidePerCm: [757, 841, 1069, 1183, 1199] },
} as const satisfies Readonly<Record<string, Standard>>;
export type StandardName = keyof typeof standards;
