/** Parameters of a method for Raman: calibration of the axis, treatment of the curve, and the lines or factors that are fitted. */
import { Type, type Static } from 'typebox';

export const ramanSchema = Type.Object({}, { additionalProperties: false });
export type RamanParameters = Readonly<Static<typeof ramanSchema>>;
