/** The form of a master recipe's file: formula apart from procedure, quantities as text with their unit. */
import { Type, type Static } from 'typebox';
import { roles } from '../../plant/people.ts';

const closed = { additionalProperties: false } as const;
const text = Type.String({ minLength: 1 });
const quantity = Type.Union([text, Type.Number()]);

export const recipeStatuses = ['draft', 'review', 'approved', 'effective', 'retired'] as const;

const material = Type.Object({ name: text, concentration: text }, closed);

/** A phase by its name alone, or with its arguments. */
const step = Type.Union([text, Type.Record(Type.String(), Type.Record(Type.String(), quantity))]);

export const recipeSchema = Type.Object(
  {
    recipe: text,
    title: text,
    status: Type.Enum([...recipeStatuses]),
    needs: Type.Array(text, { minItems: 1 }),
    batch: Type.Object({ by: Type.Literal('collected volume'), target: text, bounds: text }, closed),
    formula: Type.Record(
      Type.String(),
      Type.Object(
        {
          value: quantity,
          range: Type.Optional(text),
          proven: Type.Optional(text),
          critical: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
    ),
    materials: Type.Object({ chalcogen: material, cadmium: material, ligand: material }, closed),
    procedure: Type.Array(Type.Record(Type.String(), Type.Array(step, { minItems: 1 })), { minItems: 1 }),
    signatures: Type.Object({ 'start batch': Type.Array(Type.Enum([...roles]), { minItems: 1 }) }, closed),
  },
  closed,
);

export type RecipeFile = Static<typeof recipeSchema>;
