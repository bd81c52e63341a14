/** Parameters of a method for emission: its maximum, its width, and its quantum yield against a named reference. */
import { Type, type Static } from 'typebox';

const closed = { additionalProperties: false } as const;
const positive = Type.Number({ exclusiveMinimum: 0 });
const notNegative = Type.Number({ minimum: 0 });
const rangeNm = Type.Tuple([positive, positive]);

/** A standard of known yield, measured on the same instrument with the same settings. */
const reference = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    quantumYieldPercent: positive,
    /** Of the yield (k = 1), in % of yield. */
    standardUncertaintyPercent: notNegative,
    /** Where its yield is from. */
    source: Type.String({ minLength: 1 }),
    /** Of its emission, background taken off, in counts·nm over its whole band. */
    area: positive,
    absorbance: positive,
    refractiveIndex: positive,
  },
  closed,
);

export const emissionSchema = Type.Object(
  {
    axis: Type.Object(
      {
        /** What the spectrum has to cover, from, to. */
        rangeNm,
        mostStepNm: positive,
        /** Of the instrument's wavelengths (k = 1). */
        standardUncertaintyNm: positive,
      },
      closed,
    ),
    /** Counts at which the detector no longer follows; values at or above them are no evidence. */
    saturationCounts: positive,
    /**
     * Where nothing is emitted. A straight line through both ranges is the background; the level of the right one, where the left is
     * null because the exciting light reaches into it.
     */
    background: Type.Object({ leftNm: Type.Union([rangeNm, Type.Null()]), rightNm: rangeNm }, closed),
    maximum: Type.Object(
      {
        searchNm: rangeNm,
        /** The top is what is above this share of the height. */
        topFraction: Type.Number({ exclusiveMinimum: 0.3, exclusiveMaximum: 0.95 }),
        leastSignalToNoise: positive,
        /** Residual of the fit of the top, root mean square, in % of the height. */
        mostResidualPercent: positive,
      },
      closed,
    ),
    /** Full width at half maximum. Narrower than dots shine is the line of a lamp, or scattered light; wider is more than one kind. */
    leastWidthNm: positive,
    mostWidthNm: positive,
    innerFilter: Type.Object(
      {
        /** Above this absorbance at the excitation the yield's uncertainty grows by what the correction is. */
        correctedAbove: positive,
        /** Above this nothing is decided. */
        most: positive,
        /** Absorbance where the band shines at its blue flank, at the first exciton, over that at the excitation, at the most. */
        excitonShare: Type.Number({ minimum: 0, maximum: 1 }),
      },
      closed,
    ),
    /** Null: no yield is asked for. */
    quantumYield: Type.Union([
      Type.Object(
        {
          reference,
          /** Of the solvent in the cell. */
          refractiveIndex: positive,
          /** Least absorbance at the excitation by which to divide. */
          leastAbsorbance: positive,
          /** Of the input `absorbanceAtExcitation` (k = 1): a part of its own, and a share of it. */
          absorbanceUncertainty: notNegative,
          absorbanceUncertaintyPercent: notNegative,
          /** Of the lamp between reference and sample (k = 1). */
          lampUncertaintyPercent: notNegative,
        },
        closed,
      ),
      Type.Null(),
    ]),
  },
  closed,
);
export type EmissionParameters = Readonly<Static<typeof emissionSchema>>;
