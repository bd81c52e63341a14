/** What a page may ask about genealogy, checked at the server's edge. */
import { Type } from 'typebox';
import {
  genealogyDirections,
  genealogyKinds,
  type Genealogy,
  type GenealogyView,
} from '../../plant/ports/genealogy.ts';

const closed = { additionalProperties: false } as const;
const id = Type.String({ minLength: 1, maxLength: 400 });

export const genealogyQuery = Type.Object(
  {
    kind: Type.Enum([...genealogyKinds]),
    id,
    direction: Type.Enum([...genealogyDirections]),
    /** The first step of the part that is asked, from 0. */
    from: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  closed,
);
export const genealogyFindQuery = Type.Object({ text: id }, closed);

export type GenealogyAnswer = Readonly<{ genealogy: Genealogy }>;
export type GenealogyFindAnswer = Readonly<{ found: readonly GenealogyView[] }>;
