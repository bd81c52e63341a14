/** What a page may ask of the server, checked at the server's edge. The pages take the types, the server the schemas. */
import { Type, type Static, type TProperties } from 'typebox';
import { roles } from '../../plant/people.ts';

const closed = { additionalProperties: false } as const;
const name = Type.String({ minLength: 1, maxLength: 200 });
const note = Type.String({ maxLength: 1000 });
const reason = Type.String({ minLength: 1, maxLength: 1000, pattern: '\\S' });
/** Bounded, since a password is hashed at great cost whatever its length. */
const password = Type.String({ minLength: 1, maxLength: 256 });
/** Chosen by whoever asks, and the same when it asks again. */
const commandId = Type.String({ minLength: 8, maxLength: 100, pattern: '^[A-Za-z0-9._:-]+$' });
const utcMs = Type.Integer({ minimum: 0, maximum: 8.64e15 });

const code = Type.String({ pattern: '^[0-9]{6}$' });
/** What a browser says of a security key, in base64url (WebAuthn level 3, §5.1). */
const part = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[A-Za-z0-9_-]+$' });
const keyAnswer = <Parts extends TProperties>(response: Parts) =>
  Type.Object(
    {
      id: part(1400),
      rawId: part(1400),
      type: Type.Literal('public-key'),
      response: Type.Object({ clientDataJSON: part(10_000), ...response }, closed),
      clientExtensionResults: Type.Object({}, closed),
    },
    closed,
  );
const keyLogin = keyAnswer({
  authenticatorData: part(10_000),
  signature: part(10_000),
  userHandle: Type.Optional(part(1000)),
});
/** A key is asked about by whoever has given the right password. */
export const askKeyRequest = Type.Object({ userName: name, password }, closed);
export const newKeyRequest = Type.Object(
  {
    name,
    answer: keyAnswer({
      attestationObject: part(100_000),
      transports: Type.Optional(Type.Array(Type.String({ maxLength: 20, pattern: '^[a-z-]+$' }), { maxItems: 8 })),
    }),
  },
  closed,
);

export const loginRequest = Type.Object(
  { userName: name, password, code: Type.Optional(code), securityKey: Type.Optional(keyLogin) },
  closed,
);
/** The query of the address that the identity provider of the house sent the browser back to. */
const query = Type.String({ minLength: 1, maxLength: 8192 });
export const oidcRequest = Type.Object(
  { query, code: Type.Optional(code), securityKey: Type.Optional(keyLogin) },
  closed,
);
export const oidcKeyRequest = Type.Object({ query }, closed);
export type LoginRequest = Static<typeof loginRequest>;

export const passwordRequest = Type.Object({ oldPassword: password, newPassword: password }, closed);
export type PasswordRequest = Static<typeof passwordRequest>;

/** The person of the session proves to be there. */
export const provenRequest = Type.Object({ password }, closed);

const heldRoles = Type.Array(Type.Enum([...roles]), { minItems: 1, maxItems: roles.length, uniqueItems: true });
export const newPersonRequest = Type.Object(
  { userName: name, printedName: name, roles: heldRoles, identityProof: reason },
  closed,
);
export const rolesRequest = Type.Object({ roles: heldRoles, reason }, closed);
/** The name under which an LDAP server keeps the password; null: it is kept here. */
export const ldapNameRequest = Type.Object(
  { ldapName: Type.Union([Type.String({ minLength: 1, maxLength: 500 }), Type.Null()]), reason },
  closed,
);
/** Whom the identity provider of the house knows under that subject; null: nobody. */
export const oidcSubjectRequest = Type.Object(
  { oidcSubject: Type.Union([Type.String({ minLength: 1, maxLength: 255 }), Type.Null()]), reason },
  closed,
);
/** Deactivating a person, a new first password, ending a session: nothing but why. */
export const reasonRequest = Type.Object({ reason }, closed);

/** A code that shows that the person's device has the secret. */
export const codeRequest = Type.Object({ code }, closed);

/** Body of requests that say everything by their path. */
export const nothing = Type.Object({}, closed);

const setting = Type.Object({ tag: name, value: Type.Union([Type.Number(), Type.Boolean()]) }, closed);
const write = Type.Object(
  { kind: Type.Literal('write'), writes: Type.Array(setting, { minItems: 1, maxItems: 64 }) },
  closed,
);
const safeState = Type.Object(
  { kind: Type.Literal('safe-state'), action: Type.Union([Type.Literal('H'), Type.Literal('S')]) },
  closed,
);
const release = Type.Object({ kind: Type.Literal('release') }, closed);
const reset = Type.Object({ kind: Type.Literal('reset'), inspected: Type.Literal(true) }, closed);

export const commandRequest = Type.Object(
  {
    id: commandId,
    action: Type.Union([write, safeState, release, reset]),
    /** When the person asked, by the server's clock as the stream's heartbeat tells it; absent: when it arrives. */
    issuedAt: Type.Optional(utcMs),
    /** How long after `issuedAt` it may still be carried out. */
    expiresInMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 60_000 })),
    reason: Type.Optional(note),
  },
  closed,
);
export type CommandRequest = Static<typeof commandRequest>;

/** `device` null: the whole skid. */
export const lockOutRequest = Type.Object({ device: Type.Union([name, Type.Null()]), reason }, closed);
export type LockOutRequest = Static<typeof lockOutRequest>;

/** Whoever asks and a second person, each proven anew by name and password; the first is the session's. */
const proof = Type.Object({ userName: name, password }, closed);
const twoPeople = { first: proof, second: proof };
const matrixRow = Type.Integer({ minimum: 1, maximum: 999 });
/** Which channel of the row, from 0. */
const channel = Type.Integer({ minimum: 0, maximum: 99 });
const minutes = Type.Number({ exclusiveMinimum: 0, maximum: 10_080 });

export const bypassRequest = Type.Object(
  { row: matrixRow, channel, minutes, reason, meanwhile: reason, ...twoPeople },
  closed,
);
export type BypassRequest = Static<typeof bypassRequest>;

export const endBypassRequest = Type.Object({ row: matrixRow }, closed);
export type EndBypassRequest = Static<typeof endBypassRequest>;

export const forceRequest = Type.Object(
  { tag: name, value: Type.Union([Type.Number(), Type.Boolean()]), minutes, reason, ...twoPeople },
  closed,
);
export type ForceRequest = Static<typeof forceRequest>;

export const endForceRequest = Type.Object({ tag: name }, closed);
export type EndForceRequest = Static<typeof endForceRequest>;

export const changeoverRequest = Type.Object(
  { to: Type.Union([Type.Literal('enter'), Type.Literal('leave')]) },
  closed,
);
export type ChangeoverRequest = Static<typeof changeoverRequest>;

/** What a tester found of the instrument and left it as. */
export const proofTestRequest = Type.Object(
  { row: matrixRow, channel, asFound: reason, asLeft: reason, ...twoPeople },
  closed,
);
export type ProofTestRequest = Static<typeof proofTestRequest>;

export const baselineRequest = Type.Object({ tag: name }, closed);
export type BaselineRequest = Static<typeof baselineRequest>;

export const acknowledgeRequest = Type.Object(
  { ids: Type.Array(name, { minItems: 1, maxItems: 1000 }), note: Type.Optional(note) },
  closed,
);
export type AcknowledgeRequest = Static<typeof acknowledgeRequest>;

/** Whoever signs, in the order of the roles that are asked. */
const signers = Type.Array(proof, { maxItems: 8 });
const skidNames = Type.Array(name, { maxItems: 200, uniqueItems: true });

/** What a batch is made of: `version` null is the effective one, `values` are quantities with their units by parameter. */
export const batchOrder = Type.Object(
  {
    recipe: name,
    version: Type.Union([Type.Integer({ minimum: 0, maximum: 1_000_000 }), Type.Null()]),
    purpose: Type.Union([Type.Literal('production'), Type.Literal('rehearsal')]),
    skids: Type.Array(name, { minItems: 1, maxItems: 200, uniqueItems: true }),
    spares: skidNames,
    values: Type.Record(name, Type.String({ minLength: 1, maxLength: 200 }), { maxProperties: 200 }),
  },
  closed,
);
export type BatchOrderRequest = Static<typeof batchOrder>;

export const gatesRequest = Type.Object({ order: batchOrder }, closed);
export type GatesRequest = Static<typeof gatesRequest>;

export const startBatchRequest = Type.Object({ commandId, order: batchOrder, signers }, closed);
export type StartBatchRequest = Static<typeof startBatchRequest>;

/** In the order of ISA-88's commands; the same words as `plant/batch-view.ts`. `skid` null or left out: every unit that takes it. */
export const batchCommandRequest = Type.Object(
  {
    commandId,
    skid: Type.Optional(Type.Union([name, Type.Null()])),
    command: Type.Union([
      Type.Literal('Start'),
      Type.Literal('Pause'),
      Type.Literal('Resume'),
      Type.Literal('Hold'),
      Type.Literal('Restart'),
      Type.Literal('Stop'),
      Type.Literal('Abort'),
      Type.Literal('Reset'),
    ]),
    reason,
    signers: Type.Optional(signers),
  },
  closed,
);
export type BatchCommandRequest = Static<typeof batchCommandRequest>;

/** Without a version: of the one that is effective. */
export const recipeOutlineQuery = Type.Object(
  { recipe: name, version: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })) },
  closed,
);

export const unitModeRequest = Type.Object(
  {
    commandId,
    skid: name,
    mode: Type.Union([Type.Literal('automatic'), Type.Literal('semi-automatic'), Type.Literal('manual')]),
    reason,
    signers,
  },
  closed,
);
export type UnitModeRequest = Static<typeof unitModeRequest>;

const stepPath = Type.String({ minLength: 1, maxLength: 500 });

export const proceedRequest = Type.Object({ commandId, skid: name, path: stepPath }, closed);
export type ProceedRequest = Static<typeof proceedRequest>;

/** `reason` may be empty where the answer is the first one and within its limits. */
export const promptAnswerRequest = Type.Object(
  {
    commandId,
    skid: name,
    prompt: stepPath,
    value: Type.String({ minLength: 1, maxLength: 1000 }),
    reason: note,
    signers,
  },
  closed,
);
export type PromptAnswerRequest = Static<typeof promptAnswerRequest>;

export const reconcileRequest = Type.Object({ commandId, skid: name, reason, signers }, closed);
export type ReconcileRequest = Static<typeof reconcileRequest>;

/** `by` is the spare that takes the place of `skid`. */
export const replaceSkidRequest = Type.Object({ commandId, skid: name, by: name, reason, signers }, closed);
export type ReplaceSkidRequest = Static<typeof replaceSkidRequest>;

export const releaseEquipmentRequest = Type.Object({ commandId, reason, signers }, closed);
export type ReleaseEquipmentRequest = Static<typeof releaseEquipmentRequest>;

export const equipmentFailedRequest = Type.Object({ commandId, reason }, closed);
export type EquipmentFailedRequest = Static<typeof equipmentFailedRequest>;

export const signRequest = Type.Object({ meaning: name, userName: name, password }, closed);
export type SignRecordRequest = Static<typeof signRequest>;

/** `tags` are full names parted by commas. */
/** Of what is kept over time, newest first. */
export const archiveQuery = Type.Object(
  { from: utcMs, to: utcMs, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })) },
  closed,
);

export const trendQuery = Type.Object(
  {
    tags: Type.String({ minLength: 1, maxLength: 4000 }),
    from: utcMs,
    to: utcMs,
    buckets: Type.Integer({ minimum: 1, maximum: 4000 }),
  },
  closed,
);
export type TrendQuery = Static<typeof trendQuery>;

export const historyExportQuery = Type.Object(
  {
    tags: Type.String({ minLength: 1, maxLength: 4000 }),
    from: utcMs,
    to: utcMs,
    format: Type.Union([Type.Literal('csv'), Type.Literal('parquet')]),
    /** Milliseconds from row to row; without it every point is a row. */
    step: Type.Optional(Type.Integer({ minimum: 100, maximum: 86_400_000 })),
  },
  closed,
);

export const auditQuery = Type.Object(
  {
    person: Type.Optional(name),
    scope: Type.Optional(name),
    action: Type.Optional(name),
    object: Type.Optional(name),
    from: Type.Optional(utcMs),
    until: Type.Optional(utcMs),
    withReason: Type.Optional(Type.Boolean()),
    onlyChanges: Type.Optional(Type.Boolean()),
    /** Where the page before ended. */
    before: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
  },
  closed,
);
export type AuditQuery = Static<typeof auditQuery>;

export const journalQuery = Type.Object(
  {
    from: Type.Optional(utcMs),
    to: Type.Optional(utcMs),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  },
  closed,
);
export type JournalQuery = Static<typeof journalQuery>;

const thumbprint = Type.String({ pattern: '^[0-9a-f]{40}$' });

export const trustRequest = Type.Object(
  { thumbprint, state: Type.Union([Type.Literal('trusted'), Type.Literal('rejected')]) },
  closed,
);
export type TrustRequest = Static<typeof trustRequest>;

/** Gives a certificate that a client has shown to the person who logs in by it. */
export const giveCertificateRequest = Type.Object({ thumbprint, userName: name, reason }, closed);
export type GiveCertificateRequest = Static<typeof giveCertificateRequest>;

export const takeCertificateRequest = Type.Object({ thumbprint, reason }, closed);
export type TakeCertificateRequest = Static<typeof takeCertificateRequest>;

/** `personId` or `badge` says who; `zone` null: left. `at` is for what is logged later. */
export const presenceRequest = Type.Object(
  {
    personId: Type.Optional(name),
    badge: Type.Optional(name),
    zone: Type.Union([name, Type.Null()]),
    at: Type.Optional(utcMs),
  },
  closed,
);
export type PresenceRequest = Static<typeof presenceRequest>;

export const badgeRequest = Type.Object({ personId: name, badge: name }, closed);
export type BadgeRequest = Static<typeof badgeRequest>;

/** A result of a personal sample, with the time it was worn. */
export const filterResultRequest = Type.Object(
  {
    personId: name,
    agent: Type.Union([Type.Literal('Cd'), Type.Literal('H2S'), Type.Literal('H2Se'), Type.Literal('H2Te')]),
    fraction: Type.Union([
      Type.Literal('total'),
      Type.Literal('inhalable'),
      Type.Literal('respirable'),
      Type.Literal('gas'),
    ]),
    from: utcMs,
    to: utcMs,
    concentration: Type.Number({ minimum: 0, maximum: 1e6 }),
    belowDetection: Type.Optional(Type.Boolean()),
    unit: Type.Union([Type.Literal('µg/m³'), Type.Literal('ppm')]),
    laboratory: name,
    method: name,
  },
  closed,
);
export type FilterResultRequest = Static<typeof filterResultRequest>;

export const exposureReportQuery = Type.Object(
  { at: utcMs, format: Type.Union([Type.Literal('pdf'), Type.Literal('csv')]) },
  closed,
);
