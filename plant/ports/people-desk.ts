/** People as an administrator keeps them. Made by control/records; needed by hmi. Every change is in the record before it is made. */
import type { UtcMs } from '../clock.ts';
import type { Actor, Person, Role } from '../people.ts';

export type NewPerson = Readonly<{
  userName: string;
  printedName: string;
  roles: readonly Role[];
  /** How it was made sure who that is, and by whom (21 CFR 11.100(b)): `passport seen by R. Held`. */
  identityProof: string;
}>;

/** A certificate by which a person logs in at OPC UA. */
export type PersonCertificate = Readonly<{
  /** SHA-1 of the DER form in hexadecimal. */
  thumbprint: string;
  personId: string;
  subject: string;
  validFrom: UtcMs;
  validTo: UtcMs;
}>;

/** Somebody who is logged in at a page. */
export type OpenSession = Readonly<{
  /** Names the session in lists and records; nobody gets into the session by it. */
  id: string;
  personId: string;
  /** The address the person logged in from; empty where that was before it was kept. */
  terminal: string;
  begun: UtcMs;
  lastUsed: UtcMs;
  ends: UtcMs;
  locked: boolean;
}>;

/** All throw MesolineError `not-permitted` for an actor who may not manage people, `person-refused` with the reason. */
export interface PeopleDesk {
  /** The first password is said once, here, and has to be changed at the first login. */
  add(person: NewPerson, actor: Actor): Promise<Readonly<{ person: Person; firstPassword: string }>>;
  setRoles(id: string, roles: readonly Role[], reason: string, actor: Actor): Promise<void>;
  /** Ends the person's sessions; the id and the user name are never given to another. */
  deactivate(id: string, reason: string, actor: Actor): Promise<void>;
  /** Also opens a name that was locked. */
  resetPassword(id: string, reason: string, actor: Actor): Promise<Readonly<{ firstPassword: string }>>;
  /** Whether passwords may be kept by an LDAP server. */
  hasLdap(): boolean;
  /**
   * The password is kept by the LDAP server under that name from now on; null: here, by a first password, which is said once. Ends the
   * person's sessions.
   */
  setLdapName(
    id: string,
    ldapName: string | null,
    reason: string,
    actor: Actor,
  ): Promise<Readonly<{ firstPassword: string | null }>>;
  /** Whom the identity provider of the house knows under that subject is the person; null: nobody. Ends the person's sessions. */
  setOidcSubject(id: string, subject: string | null, reason: string, actor: Actor): Promise<void>;
  /** For whoever has lost the device. Ends the person's sessions. */
  removeSecondFactor(id: string, reason: string, actor: Actor): Promise<void>;
  /** The actor's own; everybody's for whoever may manage people. */
  sessions(actor: Actor): Promise<readonly OpenSession[]>;
  /**
   * Ends one's own session or, for whoever may manage people, anybody's. It ends also where the record cannot be written: that is then
   * owed, since nobody is kept in because a disk is full. @returns whose it was
   */
  endSession(id: string, reason: string, actor: Actor): Promise<Readonly<{ personId: string }>>;
  certificates(): Promise<readonly PersonCertificate[]>;
  /** @param certificate in PEM. One that was given to somebody is never given to another. */
  addCertificate(id: string, certificate: string, reason: string, actor: Actor): Promise<PersonCertificate>;
  /** Ends the person's sessions at OPC UA. */
  removeCertificate(thumbprint: string, reason: string, actor: Actor): Promise<void>;
}
