/** What a page may ask of a review, checked at the server's edge. The pages take the types, the server the schemas. */
import { Type, type Static } from 'typebox';
import { deviationClasses, deviationDecisions, dispositions } from '../../plant/review-view.ts';

const closed = { additionalProperties: false } as const;
const commandId = Type.String({ minLength: 8, maxLength: 100, pattern: '^[A-Za-z0-9._:-]+$' });
const said = (longest: number) => Type.String({ minLength: 1, maxLength: longest, pattern: '\\S' });
const signer = Type.Object(
  { userName: Type.String({ minLength: 1, maxLength: 200 }), password: Type.String({ minLength: 1, maxLength: 256 }) },
  closed,
);
const signed = {
  commandId,
  /** The head of the record that the signer has read. */
  readHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  signer,
};
const exceptions = Type.Array(Type.String({ pattern: '^E-[1-9][0-9]{0,5}$' }), { minItems: 1, maxItems: 500 });
const deviation = Type.String({ pattern: '^D-[1-9][0-9]{0,5}$' });

export const judgeRequest = Type.Object({ ...signed, exceptions, reason: said(1000) }, closed);
export type JudgeRequest = Static<typeof judgeRequest>;

export const raiseDeviationRequest = Type.Object(
  {
    ...signed,
    exceptions,
    title: said(200),
    classification: Type.Enum([...deviationClasses]),
    description: said(4000),
  },
  closed,
);
export type RaiseDeviationRequest = Static<typeof raiseDeviationRequest>;

export const investigateRequest = Type.Object({ ...signed, deviation, cause: said(4000), impact: said(4000) }, closed);
export type InvestigateRequest = Static<typeof investigateRequest>;

export const decideRequest = Type.Object(
  {
    ...signed,
    deviation,
    decision: Type.Enum([...deviationDecisions]),
    reason: said(4000),
    action: Type.String({ maxLength: 4000 }),
  },
  closed,
);
export type DecideRequest = Static<typeof decideRequest>;

export const lateEntryRequest = Type.Object(
  {
    ...signed,
    what: said(200),
    value: said(1000),
    unit: Type.Union([Type.String({ minLength: 1, maxLength: 40 }), Type.Null()]),
    happenedAt: Type.Integer({ minimum: 0, maximum: 8.64e15 }),
    reason: said(1000),
  },
  closed,
);
export type LateEntryRequest = Static<typeof lateEntryRequest>;

export const reviewedRequest = Type.Object(signed, closed);
export type ReviewedRequest = Static<typeof reviewedRequest>;

export const disposeRequest = Type.Object(
  { ...signed, decision: Type.Enum([...dispositions]), reason: said(1000) },
  closed,
);
export type DisposeRequest = Static<typeof disposeRequest>;
