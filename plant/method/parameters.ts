/** The kinds of methods; each kind's parameters have a schema and a file of their own beside this one. */
import { emissionSchema, type EmissionParameters } from './emission.ts';
import { phosphorusNmrSchema, type PhosphorusNmrParameters } from './phosphorus-nmr.ts';
import { ramanSchema, type RamanParameters, type RamanPlsParameters } from './raman.ts';
import { uvVisSchema, type UvVisParameters, type UvVisPlsParameters } from './uv-vis.ts';

export type MethodParameters =
  | Readonly<{ kind: 'phosphorus-nmr' } & PhosphorusNmrParameters>
  | Readonly<{ kind: 'raman' } & RamanParameters>
  | Readonly<{ kind: 'raman' } & RamanPlsParameters>
  | Readonly<{ kind: 'uv-vis' } & UvVisParameters>
  | Readonly<{ kind: 'uv-vis' } & UvVisPlsParameters>
  | Readonly<{ kind: 'emission' } & EmissionParameters>;

export type MethodKind = MethodParameters['kind'];

/** What the `parameters` of a method's file are held against, by its `kind`; those with a record as their model by the kind's own for that. */
export const parameterSchemas = {
  'phosphorus-nmr': phosphorusNmrSchema,
  raman: ramanSchema,
  'uv-vis': uvVisSchema,
  emission: emissionSchema,
} as const satisfies Readonly<Record<MethodKind, unknown>>;

export const methodKinds = Object.keys(parameterSchemas) as readonly MethodKind[];
