/** What the main thread asks of the worker, and how answers and errors cross between them. */
import { MesolineError, messageOf, type Fault } from '../../plant/errors.ts';
import type { Actor, Person, Role } from '../../plant/people.ts';
import type { Credentials, SignatureView, SignRequest } from '../../plant/ports/record-desk.ts';
import type { ClockState } from '../../plant/ports/clock-source.ts';
import type { ExportedRecord, FolderToSign, SignedFolder } from '../../plant/ports/record-export.ts';
import type { AuditFilter, AuditPage } from '../../plant/ports/audit-trail.ts';
import type { Asks, CertificateProof, FactorEnrolment } from '../../plant/ports/access.ts';
import type { KeyOptions, KeyProof } from '../../plant/ports/security-key.ts';
import type { OidcBegun, OidcCredentials, OidcReturn } from '../../plant/ports/oidc.ts';
import type { NewPerson, PersonCertificate } from '../../plant/ports/people-desk.ts';
import type { RecordEvent, RecordReceipt, StoredEvent } from '../../plant/record-event.ts';
import type { EndedSession, Lock, SessionDraft, StoredSession } from '../access/index.ts';
import type { Stamp } from './format/event-body.ts';

export type Opened = Readonly<{
  fingerprint: string;
  sessions: readonly StoredSession[];
  /** Where first passwords were written, at the first start only. */
  firstCredentials: string | null;
  /** Whether passwords may be kept by an LDAP server. */
  hasLdap: boolean;
  /** How people call the identity provider of the house; null: there is none. */
  oidcName: string | null;
}>;

/** What somebody has to know of who can get in and who cannot. */
export type AccessState = Readonly<{
  locks: readonly Lock[];
  /** Whose second factor cannot be read with the key that is there, by user name. */
  unreadable: readonly string[];
}>;

export type LedgerFigures = Readonly<{ events: number; scopes: number; checkpoints: number; owed: number }>;

/** Where the ledger is kept, apart from the data folder. */
export type LedgerPlaces = Readonly<{
  /** A PostgreSQL database; null: SQLite in the data folder. */
  ledgerUrl: string | null;
  /** A folder elsewhere that every checkpoint is written to as well, or null. */
  checkpointCopy: string | null;
}>;

/** Every call, by name. `stamp` is when it was asked, on the main thread's clock: the worker has none. */
export type WorkerCalls = {
  /** `clock`: what the machine says of it, for the checkpoints that are signed while it opens. */
  open: (dataFolder: string, build: string, stamp: Stamp, places: LedgerPlaces, clock: ClockState) => Promise<Opened>;
  append: (event: RecordEvent, stamp: Stamp) => Promise<RecordReceipt>;
  /** All of them, or none. */
  appendAll: (events: readonly RecordEvent[], stamp: Stamp) => Promise<readonly RecordReceipt[]>;
  /** Holds nobody up where it cannot be written: it is then owed. */
  recordOrOwe: (event: RecordEvent, stamp: Stamp) => Promise<void>;
  read: (scope: string, fromSeq: number, limit: number) => Promise<readonly StoredEvent[]>;
  auditPage: (filter: AuditFilter, before: number | null) => Promise<AuditPage>;
  /** Lines without the head. */
  auditCsv: (filter: AuditFilter, before: number | null) => Promise<Readonly<{ text: string; next: number | null }>>;
  scopes: (prefix: string) => Promise<readonly Readonly<{ scope: string; count: number; head: string }>[]>;
  /** What the machine says of its clock, for the checkpoints to come. */
  clock: (state: ClockState) => Promise<void>;
  checkpoint: (stamp: Stamp) => Promise<LedgerFigures>;
  sign: (request: SignRequest, stamp: Stamp) => Promise<SignatureView>;
  signatures: (scope: string) => Promise<readonly SignatureView[]>;
  export: (scope: string, stamp: Stamp, related?: readonly string[]) => Promise<ExportedRecord>;
  signFolder: (folder: FolderToSign, stamp: Stamp) => Promise<SignedFolder>;
  login: (credentials: Credentials, session: SessionDraft, stamp: Stamp) => Promise<Person>;
  beginOidc: (origin: string, terminal: string, stamp: Stamp) => Promise<OidcBegun>;
  loginOidc: (credentials: OidcCredentials, session: SessionDraft, stamp: Stamp) => Promise<Person>;
  askSecurityKeyOidc: (back: OidcReturn, origin: string, terminal: string, stamp: Stamp) => Promise<KeyOptions | null>;
  identify: (credentials: Credentials, asks: Asks, stamp: Stamp) => Promise<Person>;
  identifyCertificate: (proof: CertificateProof, stamp: Stamp) => Promise<Person>;
  logout: (tokenHash: string, personId: string, terminal: string, stamp: Stamp) => Promise<void>;
  endSession: (session: EndedSession, id: string, reason: string, actor: Actor, stamp: Stamp) => Promise<void>;
  touch: (tokenHash: string, usedUtc: number) => Promise<void>;
  certify: (personId: string, password: string, terminal: string, stamp: Stamp) => Promise<void>;
  askSecurityKey: (credentials: Credentials, origin: string, stamp: Stamp) => Promise<KeyOptions | null>;
  beginSecurityKey: (
    personId: string,
    password: string,
    origin: string,
    terminal: string,
    stamp: Stamp,
  ) => Promise<KeyOptions>;
  confirmSecurityKey: (
    personId: string,
    name: string,
    proof: KeyProof,
    terminal: string,
    stamp: Stamp,
  ) => Promise<void>;
  beginSecondFactor: (personId: string, password: string, terminal: string, stamp: Stamp) => Promise<FactorEnrolment>;
  confirmSecondFactor: (personId: string, code: string, terminal: string, stamp: Stamp) => Promise<void>;
  setLdapName: (
    id: string,
    ldapName: string | null,
    reason: string,
    actor: Actor,
    stamp: Stamp,
  ) => Promise<string | null>;
  setOidcSubject: (id: string, subject: string | null, reason: string, actor: Actor, stamp: Stamp) => Promise<void>;
  removeSecondFactor: (id: string, reason: string, actor: Actor, stamp: Stamp) => Promise<void>;
  changePassword: (
    personId: string,
    oldPassword: string,
    newPassword: string,
    terminal: string,
    stamp: Stamp,
  ) => Promise<void>;
  addPerson: (person: NewPerson, actor: Actor, stamp: Stamp) => Promise<{ person: Person; firstPassword: string }>;
  setRoles: (id: string, roles: readonly Role[], reason: string, actor: Actor, stamp: Stamp) => Promise<void>;
  deactivate: (id: string, reason: string, actor: Actor, stamp: Stamp) => Promise<void>;
  resetPassword: (id: string, reason: string, actor: Actor, stamp: Stamp) => Promise<string>;
  certificates: () => Promise<readonly PersonCertificate[]>;
  addCertificate: (
    id: string,
    certificate: string,
    reason: string,
    actor: Actor,
    stamp: Stamp,
  ) => Promise<PersonCertificate>;
  removeCertificate: (thumbprint: string, reason: string, actor: Actor, stamp: Stamp) => Promise<void>;
  close: (stamp: Stamp) => Promise<void>;
};

export type CallName = keyof WorkerCalls;
export type Question = Readonly<{ id: number; name: CallName; parts: readonly unknown[] }>;

export type Answer =
  | Readonly<{ kind: 'answer'; id: number; value: unknown }>
  | Readonly<{ kind: 'error'; id: number; code: string; faults: readonly Fault[] }>
  /** Sent before the answer of whatever changed them. */
  | Readonly<{ kind: 'people'; people: readonly Person[] }>
  /** Sent at the start, and whenever a name was shut or opened or secrets became readable or not. */
  | Readonly<{ kind: 'access'; state: AccessState }>
  /** What is wrong with the checkpoints' second place; null where nothing is. */
  | Readonly<{ kind: 'copy'; fault: string | null }>
  /** Something that went wrong and held nobody up. */
  | Readonly<{ kind: 'warning'; message: string }>;

export function errorAnswer(id: number, error: unknown): Answer {
  if (error instanceof MesolineError) return { kind: 'error', id, code: error.code, faults: error.faults };
  const fault = { where: 'records', problem: messageOf(error), remedy: 'See the log of the service.' };
  return { kind: 'error', id, code: 'records-failed', faults: [fault] };
}
