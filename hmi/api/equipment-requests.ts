/** What a page may ask about calibration, cleaning and training, checked at the server's edge. */
import { Type, type Static } from 'typebox';
import type {
  Calibration,
  CleaningView,
  InstrumentIdentity,
  InstrumentView,
  TrainingForm,
  TrainingView,
} from '../../plant/equipment-view.ts';
import { cleaningStatements } from '../../plant/ports/equipment-desk.ts';

const closed = { additionalProperties: false } as const;
const name = Type.String({ minLength: 1, maxLength: 200 });
const commandId = Type.String({ minLength: 8, maxLength: 100, pattern: '^[A-Za-z0-9._:-]+$' });
const proof = Type.Object({ userName: name, password: Type.String({ minLength: 1, maxLength: 256 }) }, closed);
const signers = Type.Array(proof, { minItems: 1, maxItems: 2 });
const asked = { commandId, reason: Type.String({ maxLength: 1000 }), signers } as const;
/** A decimal as it was written; the desk says in words what is wrong with another. */
const decimal = Type.String({ minLength: 1, maxLength: 40 });
/** Milliseconds since 1970-01-01 UTC, up to the year 9999. */
const moment = Type.Integer({ minimum: 0, maximum: 253_402_300_799_999 });
const points = Type.Array(Type.Object({ reference: decimal, reading: decimal }, closed), {
  minItems: 1,
  maxItems: 100,
});

/** The first signer has performed it, the second has checked it. */
export const calibrationRequest = Type.Object(
  {
    ...asked,
    instrument: name,
    at: moment,
    due: Type.Union([moment, Type.Null()]),
    certificate: name,
    tolerance: decimal,
    asFound: points,
    asLeft: points,
  },
  closed,
);
export type CalibrationRequest = Static<typeof calibrationRequest>;

export const cleaningRequest = Type.Object({ ...asked, state: Type.Enum([...cleaningStatements]) }, closed);
export type CleaningRequest = Static<typeof cleaningRequest>;

export const trainingRequest = Type.Object({ ...asked, personId: name, training: name, given: moment }, closed);
export type TrainingRequest = Static<typeof trainingRequest>;

const said = Type.Union([Type.String({ maxLength: 200 }), Type.Null()]);
export const acceptInstrumentRequest = Type.Object(
  { ...asked, device: name, said: Type.Object({ serial: said, firmware: said }, closed) },
  closed,
);
export type AcceptInstrumentRequest = Static<typeof acceptInstrumentRequest>;

export const calibrationsQuery = Type.Object({ instrument: name }, closed);

export type EquipmentAnswerView = Readonly<{
  instruments: readonly InstrumentView[];
  identities: readonly InstrumentIdentity[];
  cleaning: readonly CleaningView[];
  trainings: readonly TrainingForm[];
  trained: readonly TrainingView[];
  /** Who may be trained. */
  people: readonly Readonly<{ id: string; printedName: string }>[];
}>;
export type CalibrationsAnswer = Readonly<{ calibrations: readonly Calibration[] }>;
