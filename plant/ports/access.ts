/** People, sessions and authority. Made by control/access; needed by gateway, control/batch, hmi. */
import type { Actor, Person, Role } from '../people.ts';
import type { OidcBegun, OidcCredentials, OidcReturn } from './oidc.ts';
import type { Credentials } from './record-desk.ts';
import type { KeyOptions, KeyProof } from './security-key.ts';

/** What may be done, whatever the way it is asked. */
export const permissions = [
  'view',
  'reset interlocks',
  'ask safe state',
  'release safe state',
  'bypass interlock',
  'force input',
  'enter changeover',
  'proof test',
  'take baseline',
  'log presence',
  'record exposure',
  'view exposure',
  'write set point',
  'import recipe',
  'start batch',
  'command batch',
  'record calibration',
  'state cleaning',
  'record training',
  'approve configuration',
  'handle lots',
  'release lots',
  'dispense',
  'print labels',
  'sign record',
  'acknowledge alarm',
  'export record',
  'lock out for maintenance',
  "give back another's lock",
  'read audit trail',
  'manage people',
  'manage certificates',
] as const;
export type Permission = (typeof permissions)[number];

export type Decision = Readonly<{ allowed: true } | { allowed: false; reason: string }>;

export type SessionView = Readonly<{
  token: string;
  person: Person;
  expiresAt: number;
  /** Nobody used it for 10 min: it may watch and make safe, and nothing else until it is unlocked. */
  locked: boolean;
}>;

/** A certificate whose private key the client has shown to hold, and where it came from. */
export type CertificateProof = Readonly<{ thumbprint: string; terminal: string }>;

/** Somebody asked for what they may not. */
export type Refusal = Readonly<{ actor: Actor; what: string; why: string }>;

/** What a person's device is told to make codes by (RFC 6238). Said once. */
export type FactorEnrolment = Readonly<{
  /** Base32 in groups of four, to be typed. */
  secret: string;
  /** `otpauth://…`, as devices take it. */
  uri: string;
}>;

/** What is asked of whoever proves who they are without a session. */
export type Asks = 'password' | 'all factors';

export interface Access {
  /**
   * @throws MesolineError `login-refused`, worded so that it tells a stranger nothing; `login-locked` after too many;
   * `second-factor-required` where the password is right and the person has to give a code too.
   */
  login(credentials: Credentials): Promise<SessionView>;
  /** How people call the identity provider of the house; null: there is none. */
  oidcName(): string | null;
  /** @param origin of the page, as the browser names it. @throws MesolineError `oidc-unreachable`; `login-refused` where there is none */
  beginOidc(origin: string, terminal: string): Promise<OidcBegun>;
  /**
   * Whoever has a second factor here is asked for it too, and may bring back the same again with it within two minutes.
   * @throws MesolineError as `login`; `oidc-unreachable`
   */
  loginOidc(credentials: OidcCredentials): Promise<SessionView>;
  /** As `askSecurityKey`, for whom the identity provider has proven. */
  askSecurityKeyOidc(back: OidcReturn, origin: string, terminal: string): Promise<KeyOptions | null>;
  /** @param terminal the address of whoever asks */
  logout(token: string, terminal: string): Promise<void>;
  /** The person of a session, or null where it has ended. @param watching asked by a page itself: no use of it */
  session(token: string, watching?: boolean): Promise<SessionView | null>;
  /** The person of a session is there again. @throws MesolineError as `login`; `session-ended` */
  unlock(token: string, password: string, terminal: string): Promise<SessionView>;
  /**
   * The person says, once and on record, that their electronic signature binds them as one by hand does (21 CFR 11.100(c)); before, nothing
   * is signed. @throws MesolineError as `unlock`
   */
  certify(token: string, password: string, terminal: string): Promise<SessionView>;
  /** A second factor begins with a secret, and counts from the first code on. @throws MesolineError as `unlock`; `person-refused` */
  beginSecondFactor(token: string, password: string, terminal: string): Promise<FactorEnrolment>;
  /** @throws MesolineError `code-refused`; `session-ended` */
  confirmSecondFactor(token: string, code: string, terminal: string): Promise<void>;
  /**
   * What one of the person's security keys has to answer at a login, for whoever has given the right password; null where there is none.
   * @param origin of the page, as the browser names it
   * @throws MesolineError as `login`
   */
  askSecurityKey(credentials: Credentials, origin: string): Promise<KeyOptions | null>;
  /** A security key begins as a second factor by what the browser makes it by. @throws MesolineError as `unlock`; `security-key-refused` */
  beginSecurityKey(token: string, password: string, origin: string, terminal: string): Promise<KeyOptions>;
  /** @param name that the person gives it. @throws MesolineError `security-key-refused`; `session-ended` */
  confirmSecurityKey(token: string, name: string, proof: KeyProof, terminal: string): Promise<void>;
  /**
   * Proves who stands there without a session: a second person at a page by the password alone, a client of OPC UA by `all factors`.
   * @throws MesolineError as `login`; `second-factor-required` where all are asked and the person has a second one
   */
  authenticate(credentials: Credentials, asks?: Asks): Promise<Person>;
  /**
   * Whose certificate it is: an OPC UA user's, who has proven to hold its key. What stands in the certificate plays no part,
   * only whom it was given to. @throws MesolineError as `login`
   */
  authenticateCertificate(proof: CertificateProof): Promise<Person>;
  changePassword(token: string, oldPassword: string, newPassword: string, terminal: string): Promise<void>;
  people(): Promise<readonly Person[]>;
  /** Puts a refusal on record, without waiting for it; the same again within a minute is counted. */
  refused(refusal: Refusal): void;
}

export interface Authority {
  /** Whether `actor` may; with `roles`, it must also hold one of them (a set point's own). Answers at once, from memory. */
  decide(actor: Actor, permission: Permission, roles?: readonly Role[]): Decision;
}
