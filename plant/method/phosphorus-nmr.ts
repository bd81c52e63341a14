/** Parameters of a method for ³¹P NMR: the species with their windows, and what makes amounts of their areas. */
import { Type, type Static } from 'typebox';

export const phosphorusNmrSchema = Type.Object({}, { additionalProperties: false });
export type PhosphorusNmrParameters = Readonly<Static<typeof phosphorusNmrSchema>>;
