/** Parameters of a method for Emission: its maximum, width and relative quantum yield. */
import { Type, type Static } from 'typebox';

export const emissionSchema = Type.Object({}, { additionalProperties: false });
export type EmissionParameters = Readonly<Static<typeof emissionSchema>>;
