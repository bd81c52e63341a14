/** What a page may ask about labels, orders and samples, checked at the server's edge. */
import { Type } from 'typebox';
import type { ExchangedFile, OrderView, SampleView } from '../../plant/ports/exchange-desk.ts';
import type { LabelCount, LabelView } from '../../plant/ports/label-desk.ts';

const closed = { additionalProperties: false } as const;
const name = Type.String({ minLength: 1, maxLength: 200 });
const id = Type.String({ minLength: 1, maxLength: 100 });
const asked = {
  commandId: Type.String({ minLength: 8, maxLength: 100, pattern: '^[A-Za-z0-9._:-]+$' }),
  reason: Type.String({ maxLength: 1000 }),
} as const;
const proof = Type.Object({ userName: name, password: Type.String({ minLength: 1, maxLength: 256 }) }, closed);
const scanned = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 500 });

export const labelsQuery = Type.Object({ of: Type.Optional(id) }, closed);
export const printKnownRequest = Type.Object({ ...asked, containers: Type.Array(id, { maxItems: 200 }) }, closed);
export const printProductRequest = Type.Object(
  {
    ...asked,
    batch: id,
    containers: Type.Array(Type.Object({ container: id, content: name }, closed), { maxItems: 200 }),
    hazards: Type.Array(name, { maxItems: 20 }),
  },
  closed,
);
export const reprintRequest = Type.Object(asked, closed);
export const markRequest = Type.Object({ ...asked, codes: scanned, as: Type.Enum(['used', 'destroyed']) }, closed);
/** The first signer has counted, the second checks. */
export const reconcileRequest = Type.Object(
  { ...asked, subject: id, left: scanned, signers: Type.Array(proof, { minItems: 1, maxItems: 2 }) },
  closed,
);
export const assignRequest = Type.Object({ ...asked, batch: id }, closed);
export const analysesRequest = Type.Object(
  { ...asked, batch: id, sample: id, analyses: Type.Array(id, { maxItems: 50 }) },
  closed,
);

export type LabelsAnswer = Readonly<{ labels: readonly LabelView[]; counts: readonly LabelCount[] }>;
export type LabelDoneAnswer = Readonly<{ codes: readonly string[] }>;
/** `exchanging`: the site exchanges files at all. */
export type ExchangeAnswer = Readonly<{
  exchanging: boolean;
  orders: readonly OrderView[];
  samples: readonly SampleView[];
  files: readonly ExchangedFile[];
}>;
export type ExchangeDoneAnswer = Readonly<{ id: string }>;
