/** What a page may ask about configuration, checked at the server's edge. */
import { Type, type Static } from 'typebox';
import type { DifferenceLine } from '../../plant/configuration-view.ts';

const closed = { additionalProperties: false } as const;
const name = Type.String({ minLength: 1, maxLength: 200 });
const commandId = Type.String({ minLength: 8, maxLength: 100, pattern: '^[A-Za-z0-9._:-]+$' });
const proof = Type.Object({ userName: name, password: Type.String({ minLength: 1, maxLength: 256 }) }, closed);
const digestForm = '[0-9a-f]{64}';
const digest = Type.Union([Type.String({ pattern: `^${digestForm}$` }), Type.Null()]);

/** The first signer is a process engineer, the second of QA. */
export const approveConfigurationRequest = Type.Object(
  {
    commandId,
    changeNumber: Type.String({ maxLength: 200 }),
    reason: Type.String({ maxLength: 2000 }),
    steps: Type.Array(Type.Object({ file: name, old: digest, new: digest }, closed), { minItems: 1, maxItems: 200 }),
    signers: Type.Array(proof, { minItems: 2, maxItems: 2 }),
  },
  closed,
);
export type ApproveConfigurationRequest = Static<typeof approveConfigurationRequest>;

/** In a query no file is `none`. */
const inQuery = Type.String({ pattern: `^(none|${digestForm})$` });
export const differenceQuery = Type.Object({ old: inQuery, new: inQuery }, closed);

export type DifferenceAnswer = Readonly<{ lines: readonly DifferenceLine[] }>;
