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

/** A weaker band near those lines: no reference, but in the way of the fit where it is left out. */
export type Neighbour = Readonly<{
  perCm: number;
  /** The line whose shoulder it is; not resolved from it, it is as wide as that. */
  shoulderOfPerCm?: number;
}>;

export type Standard = Readonly<{ lines: readonly StandardLine[]; beside: readonly Neighbour[] }>;

/**
 * At 1440 cm⁻¹ polystyrene's CH₂ scissors. An instrument whose lines are wider than the distance to the ring's 1450.5 sees one band of
 * both, whose top stands lower than the published one. Where 1001.4 is 7 cm⁻¹ wide (i-Raman Plus 785, PST02 of ramanchada2's test data)
 * it is a shoulder of a quarter of the height; two lines instead of one halve what is left over there, χ² falls from 2.1 to 1.1.
 */
const polystyreneBeside: readonly Neighbour[] = [
  { perCm: 757 },
  { perCm: 841 },
  { perCm: 1069 },
  { perCm: 1183 },
  { perCm: 1199 },
  { perCm: 1440, shoulderOfPerCm: 1450.5 },
];

export const standards = {
  silicon: { lines: siliconLines, beside: [] },
  polystyrene: { lines: polystyreneLines, beside: polystyreneBeside },
} as const satisfies Readonly<Record<string, Standard>>;
export type StandardName = keyof typeof standards;
