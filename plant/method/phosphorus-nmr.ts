/** Parameters of a method for ³¹P NMR: the species with their windows, and what makes amounts of their areas. */
import { Type, type Static } from 'typebox';

const positive = Type.Number({ exclusiveMinimum: 0 });
const notNegative = Type.Number({ minimum: 0 });
const range = Type.Tuple([Type.Number(), Type.Number()]);

/** Where a line stands by itself: its chemical shift against the reference, and how well that is known (k = 1). */
const ownShift = Type.Object(
  { ppm: Type.Number(), standardUncertaintyPpm: positive, windowPpm: range },
  { additionalProperties: false },
);

/** Where a line stands that is the mean of an acid and its base in fast exchange; it asks for the input `pH`. */
const acidBaseShift = Type.Object(
  {
    basePpm: Type.Number(),
    acidPpm: Type.Number(),
    pKa: Type.Number(),
    /** Of the pH as it is given, and of pKa (k = 1). */
    standardUncertaintyPH: positive,
    /** Of the two shifts (k = 1). */
    standardUncertaintyPpm: positive,
  },
  { additionalProperties: false },
);

/** A spin ½ isotope on the neighbour: its share of the molecules gives two lines at ± half the coupling. */
const satellites = Type.Object(
  { abundance: Type.Number({ minimum: 0, maximum: 1 }), couplingHz: range },
  { additionalProperties: false },
);

const species = Type.Object(
  {
    name: Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9]*$' }),
    role: Type.Union([Type.Literal('phosphine'), Type.Literal('oxide'), Type.Literal('chalcogenide')]),
    shift: Type.Union([ownShift, acidBaseShift]),
    /** By how much the line is wider than the narrowest that the magnet's homogeneity lets be, in Hz: from, to. */
    extraWidthHz: range,
    satellites: Type.Union([satellites, Type.Null()]),
    t1S: Type.Object({ value: positive, standardUncertainty: notNegative }, { additionalProperties: false }),
    /** What else is not known of the ratio of area to amount (Overhauser enhancement, excitation), relative, k = 1. */
    responseUncertaintyPercent: notNegative,
  },
  { additionalProperties: false },
);

export const phosphorusNmrSchema = Type.Object(
  {
    nucleus: Type.Literal('31P'),
    /** Frequencies of the instruments for which the method was made, from, to. */
    frequencyMHz: range,
    /** Where the spectrum does not say how it was taken. */
    acquisition: Type.Object(
      { repetitionS: positive, pulseDegrees: Type.Number({ exclusiveMinimum: 0, maximum: 90 }) },
      { additionalProperties: false },
    ),
    processing: Type.Object(
      {
        /** Exponential line broadening; null: matched to the lines. */
        lineBroadeningHz: Type.Union([positive, Type.Null()]),
        /** First-order phase across the whole spectral width as the instrument is known to have it, and how far it may be off. */
        firstOrderPhaseDegrees: Type.Object(
          { expected: Type.Number(), tolerance: Type.Number({ minimum: 0, maximum: 1080 }) },
          { additionalProperties: false },
        ),
        baselineOrder: Type.Integer({ minimum: 0, maximum: 6 }),
        shape: Type.Union([Type.Literal('lorentz'), Type.Literal('pseudo-voigt')]),
      },
      { additionalProperties: false },
    ),
    /** Full width at half maximum of the narrowest line, from, to: what the homogeneity of the magnet may be. */
    widthHz: Type.Tuple([positive, positive]),
    reference: Type.Union([
      Type.Object(
        {
          name: Type.String(),
          shiftPpm: Type.Number(),
          /** Where it is looked for, by the instrument's own axis. */
          windowPpm: range,
          /** False: where it is not found, the instrument's own axis is believed. */
          required: Type.Boolean(),
          leastSignalToNoise: positive,
          /** By how much it is wider than the narrowest line, in Hz: from, to. */
          extraWidthHz: range,
        },
        { additionalProperties: false },
      ),
      Type.Null(),
    ]),
    species: Type.Array(species, { minItems: 2, maxItems: 6 }),
    /** The cell in the coil, and the volume that the liquid passes inside the magnet before it. */
    flowCell: Type.Object({ volumeMl: positive, magnetisedMl: notNegative }, { additionalProperties: false }),
    /** Whether phosphine lost to its oxide counts against the conversion. */
    oxide: Type.Union([Type.Literal('not counted'), Type.Literal('counts as unconverted')]),
    limits: Type.Object(
      {
        /** Of the strongest species: height over the standard deviation of the noise, in the matched spectrum. */
        leastSignalToNoise: positive,
        /** Of the fit: mean square of the residual over that of the noise. */
        mostResidual: positive,
        /** What of the strongest line's height, in %, its shape may leave besides; the uncertainties have grown with it. */
        misfitPercent: notNegative,
        /** Of a line that no species explains. */
        unexpectedSignalToNoise: positive,
        /** Of a line that no species explains, relative to the highest line that one does. */
        unexpectedPercent: notNegative,
        /** Expanded uncertainty of the conversion, in %, beyond which there is no saying what it is. */
        mostUncertaintyPercent: positive,
        pH: range,
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

export type PhosphorusNmrParameters = Readonly<Static<typeof phosphorusNmrSchema>>;
export type PhosphorusSpecies = PhosphorusNmrParameters['species'][number];
