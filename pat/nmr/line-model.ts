/** The lines that are looked for, what is known of them beforehand, and how their parameters stand in one vector. Pure. */

/** What is known of a parameter before the fit: a normal distribution (k = 1) within bounds. `deviation` 0: it is known. */
export type Prior = Readonly<{ mean: number; deviation: number; least: number; most: number }>;

export const known = (mean: number): Prior => ({ mean, deviation: 0, least: mean, most: mean });

/** Anything between is as likely: the deviation is that of the even distribution. */
export const between = (least: number, most: number): Prior => ({
  mean: (least + most) / 2,
  deviation: (most - least) / Math.sqrt(12),
  least,
  most,
});

export type ModelLine = Readonly<{
  name: string;
  /** Against the zero of all lines (the reference, where there is one), in Hz. */
  shiftHz: Prior;
  /** Wider than the narrowest, in Hz. */
  extraWidthHz: Prior;
  satellites: Readonly<{ abundance: number; couplingHz: Prior }> | null;
}>;

/** What all lines share. */
export type Common = Readonly<{
  /** Of the zero of all lines on the axis as it was measured. */
  offsetHz: Prior;
  phaseRad: Prior;
  /** Of first order, across the whole spectral width. */
  firstOrderRad: Prior;
  widthHz: Prior;
  gaussian: Prior;
}>;

export type Model = Readonly<{
  common: Common;
  lines: readonly ModelLine[];
  spectralWidthHz: number;
  baselineOrder: number;
}>;

/** Places of the common parameters in the vector; those of line k begin at `5 + 3k`: shift, extra width, coupling. */
export const place = { offset: 0, phase: 1, firstOrder: 2, width: 3, gaussian: 4 } as const;
export const placeOfLine = (line: number): number => 5 + 3 * line;

export function priorsOf({ common, lines }: Model): readonly Prior[] {
  return [
    common.offsetHz,
    common.phaseRad,
    common.firstOrderRad,
    common.widthHz,
    common.gaussian,
    ...lines.flatMap(({ shiftHz, extraWidthHz, satellites }) => [
      shiftHz,
      extraWidthHz,
      satellites?.couplingHz ?? known(0),
    ]),
  ];
}

export type LineNow = Readonly<{ hz: number; widthHz: number; gaussian: number; phaseRad: number; couplingHz: number }>;

/** Where line `k` stands by the vector, and how it looks. */
export function lineAt(model: Model, vector: Float64Array, k: number): LineNow {
  const at = placeOfLine(k);
  const value = (index: number): number => vector[index] ?? 0;
  const hz = value(place.offset) + value(at);
  return {
    hz,
    widthHz: value(place.width) + value(at + 1),
    gaussian: value(place.gaussian),
    phaseRad: value(place.phase) + (value(place.firstOrder) * hz) / model.spectralWidthHz,
    couplingHz: value(at + 2),
  };
}
