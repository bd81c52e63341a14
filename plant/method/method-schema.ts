/** The form of a method's file: the head that every kind has. What `parameters` holds is the kind's own. */
import { Type, type Static } from 'typebox';
import { methodKinds } from './parameters.ts';

const closed = { additionalProperties: false } as const;
const text = Type.String({ minLength: 1 });
const optional = Type.Optional;

const bounds = Type.Object({ title: text, least: optional(Type.Number()), most: optional(Type.Number()) }, closed);

export const methodSchema = Type.Object(
  {
    method: text,
    version: Type.Integer({ minimum: 1 }),
    title: text,
    source: text,
    kind: Type.Enum([...methodKinds]),
    calibrationSet: Type.Union([text, Type.Null()]),
    approved: Type.Union([Type.Object({ by: text, at: text, digest: text }, closed), Type.Null()]),
    reviewBy: Type.Union([text, Type.Null()]),
    outputs: Type.Record(Type.String(), Type.Object({ title: text, unit: optional(text) }, closed)),
    inputs: optional(
      Type.Record(Type.String(), Type.Object({ range: text, at: optional(Type.Enum(['sample', 'probe'])) }, closed)),
    ),
    suitability: Type.Object({ within: text, checks: Type.Record(Type.String(), bounds) }, closed),
    maintenance: optional(Type.Record(Type.String(), bounds)),
    parameters: Type.Unknown(),
  },
  closed,
);

export type MethodFile = Static<typeof methodSchema>;
export type BoundsFile = Static<typeof bounds>;
