/** Parameters of a method for Absorbance: first exciton and the size by a named curve. */
import { Type, type Static } from 'typebox';

export const uvVisSchema = Type.Object({}, { additionalProperties: false });
export type UvVisParameters = Readonly<Static<typeof uvVisSchema>>;
