/** The kinds of methods; each kind's parameters have a schema and a file of their own beside this one. */
import type { EmissionParameters } from './emission.ts';
import type { PhosphorusNmrParameters } from './phosphorus-nmr.ts';
import type { RamanParameters } from './raman.ts';
import type { UvVisParameters } from './uv-vis.ts';

export type MethodParameters =
  | Readonly<{ kind: 'phosphorus-nmr' } & PhosphorusNmrParameters>
  | Readonly<{ kind: 'raman' } & RamanParameters>
  | Readonly<{ kind: 'uv-vis' } & UvVisParameters>
  | Readonly<{ kind: 'emission' } & EmissionParameters>;
