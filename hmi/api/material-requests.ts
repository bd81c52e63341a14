/** What a page may ask about lots and dispensing, checked at the server's edge. */
import { Type, type Static } from 'typebox';
import { amountUnits } from '../../plant/material-view.ts';
import type { KitView, LotView, MaterialHistoryEntry, ScanMeaning } from '../../plant/material-view.ts';

const closed = { additionalProperties: false } as const;
const name = Type.String({ minLength: 1, maxLength: 200 });
const note = Type.String({ maxLength: 1000 });
const commandId = Type.String({ minLength: 8, maxLength: 100, pattern: '^[A-Za-z0-9._:-]+$' });
const id = Type.String({ minLength: 1, maxLength: 40 });
/** A decimal; the desk says in words what is wrong with another. */
const amount = Type.String({ minLength: 1, maxLength: 40 });
const proof = Type.Object({ userName: name, password: Type.String({ minLength: 1, maxLength: 256 }) }, closed);
const asked = { commandId, reason: note } as const;

const lotDetails = {
  supplier: name,
  supplierLot: name,
  received: amount,
  expires: Type.String({ minLength: 1, maxLength: 20 }),
  containers: Type.Array(id, { maxItems: 100 }),
} as const;

export const receiveLotRequest = Type.Object(
  { ...asked, material: name, unit: Type.Enum([...amountUnits]), ...lotDetails },
  closed,
);
export type ReceiveLotRequest = Static<typeof receiveLotRequest>;

export const correctLotRequest = Type.Object({ ...asked, ...lotDetails }, closed);
export type CorrectLotRequest = Static<typeof correctLotRequest>;

export const decideLotRequest = Type.Object(
  { ...asked, status: Type.Enum(['quarantine', 'released', 'rejected']), signer: proof },
  closed,
);
export type DecideLotRequest = Static<typeof decideLotRequest>;

export const openDispensingRequest = Type.Object(
  { ...asked, recipe: name, version: Type.Integer({ minimum: 0, maximum: 1_000_000 }) },
  closed,
);
export type OpenDispensingRequest = Static<typeof openDispensingRequest>;

/** The first signer weighs, the second checks. */
export const weighRequest = Type.Object(
  {
    ...asked,
    material: name,
    lot: id,
    amount,
    tare: amount,
    scale: name,
    container: id,
    signers: Type.Array(proof, { minItems: 1, maxItems: 2 }),
  },
  closed,
);
export type WeighRequest = Static<typeof weighRequest>;

/** The first signer strikes it out, the second checks. `gone`: the substance has left its lot all the same. */
export const strikeRequest = Type.Object(
  {
    ...asked,
    number: Type.Integer({ minimum: 1, maximum: 999_999 }),
    gone: Type.Boolean(),
    signers: Type.Array(proof, { minItems: 1, maxItems: 2 }),
  },
  closed,
);
export type StrikeRequest = Static<typeof strikeRequest>;

export const closeDispensingRequest = Type.Object(asked, closed);
export type CloseDispensingRequest = Static<typeof closeDispensingRequest>;

/** What a scanner gave; a GET would leave it in logs and histories. */
export const scanRequest = Type.Object({ text: Type.String({ maxLength: 1000 }) }, closed);
export type ScanRequest = Static<typeof scanRequest>;

export const historyQuery = Type.Object({ of: id }, closed);

export type MaterialsAnswer = Readonly<{
  lots: readonly LotView[];
  kits: readonly KitView[];
  substances: readonly Readonly<{ name: string; for: readonly string[] }>[];
}>;
export type MaterialHistoryAnswer = Readonly<{ entries: readonly MaterialHistoryEntry[] }>;
export type ScanAnswer = Readonly<{ meaning: ScanMeaning }>;
export type MaterialDoneAnswer = Readonly<{ id: string }>;
