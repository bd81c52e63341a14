/** Parameters of a method for Raman: calibration of the axis, treatment of the curve, the lines that are fitted and what is made of them. */
import { Type, type Static } from 'typebox';
import type { PlsModel } from './pls-model.ts';
import { plsUseSchema } from './pls-record.ts';

const closed = { additionalProperties: false } as const;
const positive = Type.Number({ exclusiveMinimum: 0 });
const notNegative = Type.Number({ minimum: 0 });
const share = Type.Number({ minimum: 0, maximum: 1 });
const name = Type.String({ minLength: 1 });
const rangePerCm = Type.Tuple([Type.Number(), Type.Number()]);
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);

/** An axis calibrated with a lamp and standards, as a record: of the spectra it was made from, what was found, what it left over. */
export const ramanCalibrationSchema = Type.Object(
  {
    /** RFC 3339, of the lamp's spectrum. */
    takenAt: name,
    /** SHA-256 over the files it was made from, in hexadecimal. */
    spectra: Type.Array(Type.Object({ of: name, digest: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, closed), {
      minItems: 1,
    }),
    /** By which the instrument's own shift axis is read as wavelengths in air. */
    nominalLaserNm: positive,
    /** Between `fromNm` and `toNm` of the instrument's wavelengths these are too large by Σ cₖ·((λ − centreNm)/10 nm)ᵏ nm. */
    pieces: Type.Array(
      Type.Object(
        {
          fromNm: positive,
          toNm: positive,
          centreNm: positive,
          coefficientsNm: Type.Array(Type.Number(), { minItems: 1 }),
        },
        closed,
      ),
      { minItems: 1 },
    ),
    /** Of the instrument's own wavelengths: between the outermost lines of the lamp. */
    coveredNm: Type.Tuple([positive, positive]),
    /** In air, with its standard uncertainty; estimated from the standards' lines. */
    laserNm: positive,
    laserUncertaintyNm: notNegative,
    lampLines: Type.Integer({ minimum: 3 }),
    /** Root mean square error of a lamp's line told from the others alone. */
    lampResidualNm: notNegative,
    standards: Type.Array(Type.Object({ of: name, perCm: positive, residualPerCm: Type.Number() }, closed)),
  },
  closed,
);
export type RamanCalibration = Readonly<Static<typeof ramanCalibrationSchema>>;

const line = Type.Object(
  {
    name,
    atPerCm: positive,
    /** How far its centre may move from there, to either side. */
    withinPerCm: notNegative,
    /** Full width at half maximum. */
    widthPerCm: Type.Tuple([positive, positive]),
    /** 0 Gauss, 1 Lorentz. */
    lorentzShare: Type.Optional(share),
    /** An overtone: its area is between these shares of that of a line named before it. */
    areaOf: Type.Optional(Type.Object({ line: name, ratio: Type.Tuple([notNegative, notNegative]) }, closed)),
  },
  closed,
);

export const hardModelSchema = Type.Object(
  {
    kind: Type.Literal('hard'),
    /** Each window is fitted by itself: lines upon a polynomial. */
    windows: Type.Array(
      Type.Object(
        {
          name,
          rangePerCm,
          backgroundOrder: Type.Integer({ minimum: -1, maximum: 8 }),
          lines: Type.Array(line, { minItems: 1 }),
        },
        closed,
      ),
      { minItems: 1 },
    ),
    /** Reduced χ² against the spectrum's own noise, beyond which the model is not that of this liquid. */
    mostReducedChiSquare: positive,
  },
  closed,
);
export type HardModel = Readonly<Static<typeof hardModelSchema>>;

/** What every Raman spectrum has to be, and what is done to it, whichever model it then comes before. */
const preparation = {
  /** From here on the detector is full; null: it does not say. A spectrum that reaches it within a window is no evidence. */
  saturationCounts: nullable(positive),
  /** Null: the instrument's own axis stands. */
  calibration: nullable(ramanCalibrationSchema),
  /** Relative response of the instrument: Σ cₖ·(shift/1000 cm⁻¹)ᵏ, by which counts are divided; null: left as they are. */
  response: nullable(Type.Array(Type.Number(), { minItems: 1 })),
  cosmicRays: Type.Object({ threshold: positive, mostStruck: Type.Integer({ minimum: 0 }) }, closed),
};

/** A line that is always there, such as of the probe's sapphire: fitness is judged on it, and the axis is shifted by it. */
const referenceLine = Type.Object(
  {
    title: name,
    atPerCm: positive,
    searchPerCm: positive,
    widthPerCm: Type.Tuple([positive, positive]),
    leastSignalToNoise: positive,
    /** Beyond this the laser or the instrument is not what it was. */
    mostShiftErrorPerCm: positive,
  },
  closed,
);

export const ramanSchema = Type.Object(
  {
    axis: Type.Object({ coversPerCm: rangePerCm, mostStepPerCm: positive }, closed),
    ...preparation,
    /** arPLS, for what is shown as processed, and to see what stands above the background. */
    baseline: Type.Object({ smoothness: positive }, closed),
    reference: referenceLine,
    model: hardModelSchema,
    /** Each the area of lines over that of others, times a factor. */
    outputs: Type.Array(
      Type.Object(
        {
          name,
          of: Type.Array(name, { minItems: 1 }),
          over: Type.Array(name, { minItems: 1 }),
          factor: positive,
          /** Of factor and response (k = 1), in % of the value. */
          relativeUncertaintyPercent: notNegative,
        },
        closed,
      ),
      { minItems: 1 },
    ),
    /** Ratios of areas that are no outputs but figures of merit, by their names. */
    figures: Type.Array(
      Type.Object({ name, of: Type.Array(name, { minItems: 1 }), over: Type.Array(name, { minItems: 1 }) }, closed),
    ),
  },
  closed,
);
export type RamanParameters = Readonly<Static<typeof ramanSchema>>;

/** Instead of lines that are fitted, a calibration by partial least squares; its outputs are the record's responses, by their names. */
export const ramanPlsSchema = Type.Object(
  {
    /** What the spectrum has to cover is the record's own grid. */
    axis: Type.Object({ mostStepPerCm: positive }, closed),
    ...preparation,
    /** Null: nothing in the spectrum is always there, and its axis is taken as it is. */
    reference: nullable(referenceLine),
    model: plsUseSchema,
  },
  closed,
);
/** `pls` is the record that `model` names, as it was read with the method. */
export type RamanPlsParameters = Readonly<Static<typeof ramanPlsSchema> & { pls: PlsModel }>;
