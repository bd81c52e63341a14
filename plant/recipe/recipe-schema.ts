/** The form of a master recipe's file: formula apart from procedure, quantities as text with their unit. */
import { Type, type Static } from 'typebox';
import { roles } from '../people.ts';
import { holdReaches, recipeKinds, signedActs } from './recipe.ts';

const closed = { additionalProperties: false } as const;
const text = Type.String({ minLength: 1 });
const quantity = Type.Union([text, Type.Number()]);
const optional = Type.Optional;
const signers = Type.Array(Type.Enum(roles), { minItems: 1, uniqueItems: true });

/** A value with its ranges, or what an analysis has to say (`by`). */
const parameter = Type.Object(
  {
    value: optional(quantity),
    range: optional(text),
    proven: optional(text),
    'at least': optional(quantity),
    'at most': optional(quantity),
    between: optional(text),
    by: optional(text),
    critical: optional(Type.Boolean()),
  },
  closed,
);

const feedstock = Type.Object({ name: text, concentration: text }, closed);

const unitProcedure = Type.Object(
  {
    unit: text,
    /** What stands in an operation is held against the forms of elements, one by one. */
    operations: Type.Array(Type.Record(Type.String(), Type.Array(Type.Unknown(), { minItems: 1 })), { minItems: 1 }),
  },
  closed,
);

/** As sites say it for `sign record`. */
export const releaseAct = 'release';
const acts = [...signedActs, releaseAct] as const;

export const recipeSchema = Type.Object(
  {
    recipe: text,
    title: text,
    status: optional(text),
    kind: optional(Type.Enum(recipeKinds)),
    needs: Type.Array(text, { minItems: 1, uniqueItems: true }),
    batch: optional(
      Type.Object(
        { by: Type.Enum(['collected volume', 'collected mass', 'run time']), target: text, bounds: text },
        closed,
      ),
    ),
    formula: optional(Type.Record(Type.String(), parameter)),
    feedstocks: optional(
      Type.Object(
        {
          chalcogen: optional(feedstock),
          cadmium: optional(feedstock),
          ligand: optional(feedstock),
          shell: optional(feedstock),
        },
        closed,
      ),
    ),
    materials: optional(
      Type.Record(Type.String(), Type.Object({ amount: text, check: optional(Type.Literal('second person')) }, closed)),
    ),
    procedure: Type.Array(unitProcedure, { minItems: 1, maxItems: 1 }),
    signatures: optional(
      Type.Object(
        Object.fromEntries(acts.map((act) => [act, optional(signers)])) as Record<
          (typeof acts)[number],
          ReturnType<typeof optional<typeof signers>>
        >,
        closed,
      ),
    ),
    'when a skid fails': optional(text),
    'a hold reaches': optional(Type.Enum([...holdReaches])),
  },
  closed,
);

export type RecipeFile = Static<typeof recipeSchema>;
export type ParameterFile = Static<typeof parameter>;

const elements = Type.Array(Type.Unknown(), { minItems: 1 });
const most = Type.Integer({ minimum: 1, maximum: 1000 });
const otherwise = optional(Type.Enum(['hold', 'go on']));

/** What stands between phases; each is written as one key with this behind it. */
export const elementSchemas = {
  parallel: Type.Array(elements, { minItems: 2 }),
  repeat: Type.Object({ do: elements, until: optional(text), most, every: optional(text) }, closed),
  choose: Type.Array(Type.Object({ if: optional(text), do: optional(elements), else: optional(elements) }, closed), {
    minItems: 2,
  }),
  wait: Type.Object({ until: text, most: text, else: otherwise }, closed),
  with: Type.Object({ equipment: text, most: text, else: otherwise, do: elements }, closed),
  alongside: Type.Record(Type.String(), Type.Unknown()),
} as const;

export type ElementKind = keyof typeof elementSchemas;
export const elementKinds = Object.keys(elementSchemas) as readonly ElementKind[];

/** An argument as it is written; what it has to be is the phase's. */
export const argumentsSchema = Type.Record(
  Type.String(),
  Type.Union([text, Type.Number(), Type.Array(text, { minItems: 1, uniqueItems: true })]),
);
export type WrittenArguments = Static<typeof argumentsSchema>;
