/** Parameters of a method for absorbance: what a fit spectrum is, where the first exciton is looked for, and what is made of it. */
import { Type, type Static } from 'typebox';
import type { PlsModel } from './pls-model.ts';
import { plsUseSchema } from './pls-record.ts';

const closed = { additionalProperties: false } as const;
const positive = Type.Number({ exclusiveMinimum: 0 });
const notNegative = Type.Number({ minimum: 0 });
const rangeNm = Type.Tuple([positive, positive]);

/** The sizing curves that are known; each stands for one material within its own range. */
export const sizingCurveNames = ['yu-2003-cds', 'yu-2003-cdse', 'yu-2003-cdte', 'jasieniak-2009-cdse'] as const;
export type SizingCurveName = (typeof sizingCurveNames)[number];

export const uvVisSchema = Type.Object(
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
    absorbance: Type.Object(
      {
        /** Below this the blank or the dark signal is not what it was. */
        least: Type.Number({ maximum: 0 }),
        /** Above this, at the exciton or to the red of it, stray light and saturation flatten the curve. */
        most: positive,
      },
      closed,
    ),
    /** Where the dots absorb nothing: what stands there is the lamp's drift, and is taken off everywhere. */
    blank: Type.Object({ rangeNm, mostOffset: positive, mostNoise: positive }, closed),
    exciton: Type.Object(
      {
        searchNm: rangeNm,
        /** Width of the Savitzky–Golay window of the second derivative, over the photon energy. */
        windowMeV: positive,
        /** How far to the blue of the exciton the shoulder's fit looks. */
        fitMeV: positive,
        /** Of the absorbance at the exciton, over the offset. */
        leastAbsorbance: positive,
        /** Depth of the second derivative's minimum over the standard deviation of its noise. */
        leastSignalToNoise: positive,
        /** Residual of the fit, root mean square, in % of the absorbance at the exciton. */
        mostResidualPercent: positive,
        /** Between the minimum of the second derivative and the centre of the fitted shoulder. */
        mostDisagreementNm: positive,
        /** Expanded (k = 2), beyond which there is no saying where it is. */
        mostUncertaintyNm: positive,
      },
      closed,
    ),
    sizing: Type.Object(
      {
        curve: Type.Enum([...sizingCurveNames]),
        /** By how much something else than size, such as a shell, has moved the exciton to the red; taken off before the curve is read. */
        shiftNm: Type.Object({ value: Type.Number(), standardUncertainty: notNegative }, closed),
      },
      closed,
    ),
    /** Amount of dots by their extinction at the exciton; null: not asked for. */
    concentration: Type.Union([
      Type.Object({ pathCm: positive, pathUncertaintyPercent: notNegative }, closed),
      Type.Null(),
    ]),
    /** Wavelength at which the absorbance is given besides, such as the one that excites the emission; null: not asked for. */
    readAtNm: Type.Union([positive, Type.Null()]),
  },
  closed,
);
export type UvVisParameters = Readonly<Static<typeof uvVisSchema>>;

/** Instead of an exciton, a calibration by partial least squares; its outputs are the record's responses, by their names. */
export const uvVisPlsSchema = Type.Object(
  {
    /** What the spectrum has to cover is the record's own grid. */
    axis: Type.Object({ mostStepNm: positive }, closed),
    model: plsUseSchema,
  },
  closed,
);
/** `pls` is the record that `model` names, as it was read with the method. */
export type UvVisPlsParameters = Readonly<Static<typeof uvVisPlsSchema> & { pls: PlsModel }>;
