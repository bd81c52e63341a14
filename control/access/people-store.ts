/** People, sessions and failed logins in SQLite (`ledger/people.db`). Nothing is ever deleted of a person, so no id or user name returns. */
import Database from 'better-sqlite3';
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { OidcIdentity, Person, Role } from '../../plant/people.ts';
import type { PersonCertificate } from '../../plant/ports/people-desk.ts';
import type { StoredSession } from './sessions.ts';

const applicationId = 0x4d657350;
const schemaVersion = 8;

const schema = `
CREATE TABLE person (
  id TEXT PRIMARY KEY,
  user_name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  printed_name TEXT NOT NULL,
  roles TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  must_change INTEGER NOT NULL,
  active INTEGER NOT NULL
) STRICT;
CREATE TRIGGER person_no_delete BEFORE DELETE ON person BEGIN SELECT RAISE(ABORT, 'a person is never deleted'); END;
CREATE TRIGGER person_same_id BEFORE UPDATE OF id, user_name ON person
BEGIN SELECT RAISE(ABORT, 'an id or a user name is never given to another person'); END;
CREATE TABLE session (
  token_hash TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES person (id),
  expires_utc INTEGER NOT NULL,
  used_utc INTEGER NOT NULL
) STRICT;
CREATE TABLE failure (user_name TEXT PRIMARY KEY, failures INTEGER NOT NULL) STRICT;
CREATE TABLE applied (only INTEGER PRIMARY KEY CHECK (only = 1), seq INTEGER NOT NULL) STRICT;
INSERT INTO applied VALUES (1, 0);`;

const secondSchema = `
ALTER TABLE person ADD COLUMN credential_changes INTEGER NOT NULL DEFAULT 0;
CREATE TABLE certificate (
  thumbprint TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES person (id),
  subject TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  removed INTEGER NOT NULL
) STRICT;
CREATE TRIGGER certificate_no_delete BEFORE DELETE ON certificate
BEGIN SELECT RAISE(ABORT, 'whose a certificate was is never forgotten'); END;
CREATE TRIGGER certificate_same_person BEFORE UPDATE OF thumbprint, person_id ON certificate
BEGIN SELECT RAISE(ABORT, 'a certificate is never given to another person'); END;`;

const thirdSchema = 'ALTER TABLE person ADD COLUMN certified INTEGER NOT NULL DEFAULT 0;';

const fourthSchema = "ALTER TABLE session ADD COLUMN terminal TEXT NOT NULL DEFAULT '';";

const fifthSchema = `
CREATE TABLE second_factor (
  person_id TEXT PRIMARY KEY REFERENCES person (id),
  sealed TEXT NOT NULL,
  last_step INTEGER NOT NULL,
  confirmed INTEGER NOT NULL
) STRICT;`;

/** One name there is one person here. */
const sixthSchema = `
ALTER TABLE person ADD COLUMN ldap_name TEXT;
CREATE UNIQUE INDEX person_ldap_name ON person (ldap_name COLLATE NOCASE) WHERE ldap_name IS NOT NULL AND active = 1;`;

const seventhSchema = `
CREATE TABLE security_key (
  credential_id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES person (id),
  rp_id TEXT NOT NULL,
  public_key BLOB NOT NULL,
  counter INTEGER NOT NULL,
  transports TEXT NOT NULL,
  name TEXT NOT NULL,
  added_utc INTEGER NOT NULL
) STRICT;`;

/** Whoever the identity provider knows is one person here. */
const eighthSchema = `
ALTER TABLE person ADD COLUMN oidc_issuer TEXT;
ALTER TABLE person ADD COLUMN oidc_subject TEXT;
CREATE UNIQUE INDEX person_oidc ON person (oidc_issuer, oidc_subject) WHERE oidc_subject IS NOT NULL AND active = 1;`;

const selectPerson = `SELECT person.*,
  coalesce(second_factor.confirmed, 0) OR EXISTS (SELECT 1 FROM security_key WHERE security_key.person_id = person.id) AS second_factor
FROM person LEFT JOIN second_factor ON second_factor.person_id = person.id`;

export type StoredPerson = Person & Readonly<{ passwordHash: string; active: boolean }>;

type PersonRow = {
  id: string;
  user_name: string;
  printed_name: string;
  roles: string;
  password_hash: string;
  must_change: number;
  active: number;
  credential_changes: number;
  certified: number;
  second_factor: number;
  ldap_name: string | null;
  oidc_issuer: string | null;
  oidc_subject: string | null;
};

/** A secret as it is kept: encrypted, with the newest time step a code was taken of. */
export type StoredFactor = Readonly<{ sealed: string; lastStep: number; confirmed: boolean }>;

/** A security key of a person. */
export type StoredKey = Readonly<{
  credentialId: string;
  personId: string;
  /** The host name it was enrolled at. */
  rpId: string;
  publicKey: Buffer;
  /** How often it was used, as it says; 0 from keys that do not count. */
  counter: number;
  transports: readonly string[];
  name: string;
  addedUtc: UtcMs;
}>;

export type StoredCertificate = PersonCertificate & Readonly<{ removed: boolean }>;

type CertificateRow = {
  thumbprint: string;
  person_id: string;
  subject: string;
  valid_from: number;
  valid_to: number;
  removed: number;
};

export class PeopleStore {
  readonly #database: Database.Database;

  constructor(path: string) {
    const database = new Database(path, { timeout: 2000 });
    this.#database = database;
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('recursive_triggers = ON');
    database.pragma('foreign_keys = ON');
    const version = database.pragma('user_version', { simple: true });
    if (version === schemaVersion) return;
    if (typeof version !== 'number' || version > schemaVersion) {
      database.close();
      throw mesolineError(
        'people-unreadable',
        path,
        `Its schema version is ${String(version)}.`,
        'Use the release that wrote it.',
      );
    }
    database.transaction(() => {
      if (version === 0) database.exec(schema);
      if (version < 2) database.exec(secondSchema);
      if (version < 3) database.exec(thirdSchema);
      if (version < 4) database.exec(fourthSchema);
      if (version < 5) database.exec(fifthSchema);
      if (version < 6) database.exec(sixthSchema);
      if (version < 7) database.exec(seventhSchema);
      database.exec(eighthSchema);
      database.pragma(`application_id = ${applicationId}`);
      database.pragma(`user_version = ${schemaVersion}`);
    })();
  }

  /** Everybody who may act. */
  people(): Person[] {
    const rows = this.#database.prepare<[], PersonRow>(`${selectPerson} WHERE active = 1 ORDER BY person.rowid`).all();
    return rows.map((row) => publicPart(personOf(row)));
  }

  isEmpty(): boolean {
    return this.#database.prepare('SELECT 1 FROM person').get() === undefined;
  }

  byUserName(userName: string): StoredPerson | null {
    const row = this.#database.prepare<[string], PersonRow>(`${selectPerson} WHERE user_name = ?`).get(userName);
    return row === undefined ? null : personOf(row);
  }

  byId(id: string): StoredPerson | null {
    const row = this.#database.prepare<[string], PersonRow>(`${selectPerson} WHERE id = ?`).get(id);
    return row === undefined ? null : personOf(row);
  }

  /** Also somebody who has left, where nobody who may act is bound to it. */
  byOidc({ issuer, subject }: OidcIdentity): StoredPerson | null {
    const row = this.#database
      .prepare<[string, string], PersonRow>(
        `${selectPerson} WHERE oidc_issuer = ? AND oidc_subject = ? ORDER BY active DESC`,
      )
      .get(issuer, subject);
    return row === undefined ? null : personOf(row);
  }

  /** One durable change: what `change` does, and that the ledger's event `appliedSeq` of scope `access` has taken effect. */
  apply(appliedSeq: number, change: () => void): void {
    this.#database.transaction(() => {
      change();
      this.#database.prepare<[number]>('UPDATE applied SET seq = ?').run(appliedSeq);
    })();
  }

  appliedSeq(): number {
    return this.#database.prepare<[], number>('SELECT seq FROM applied').pluck().get() ?? 0;
  }

  insert(person: StoredPerson): void {
    this.#database
      .prepare<[string, string, string, string, string, number, number]>(
        'INSERT INTO person (id, user_name, printed_name, roles, password_hash, must_change, active) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        person.id,
        person.userName,
        person.printedName,
        JSON.stringify(person.roles),
        person.passwordHash,
        Number(person.mustChangePassword),
        Number(person.active),
      );
  }

  setPassword(id: string, passwordHash: string, mustChange: boolean): void {
    this.#database
      .prepare<[string, number, string]>('UPDATE person SET password_hash = ?, must_change = ? WHERE id = ?')
      .run(passwordHash, Number(mustChange), id);
    this.#countCredentialChange(id);
    this.#database.prepare<[string]>('DELETE FROM session WHERE person_id = ?').run(id);
  }

  /** @param ldapName null: the password is kept here from now on, and is the one of the hash */
  setLdapName(id: string, ldapName: string | null, passwordHash: string): void {
    this.setPassword(id, passwordHash, ldapName === null);
    this.#database.prepare<[string | null, string]>('UPDATE person SET ldap_name = ? WHERE id = ?').run(ldapName, id);
  }

  setOidc(id: string, identity: OidcIdentity | null): void {
    this.#database
      .prepare<[string | null, string | null, string]>(
        'UPDATE person SET oidc_issuer = ?, oidc_subject = ? WHERE id = ?',
      )
      .run(identity?.issuer ?? null, identity?.subject ?? null, id);
    this.#database.prepare<[string]>('DELETE FROM session WHERE person_id = ?').run(id);
  }

  certify(id: string): void {
    this.#database.prepare<[string]>('UPDATE person SET certified = 1 WHERE id = ?').run(id);
  }

  secondFactor(id: string): StoredFactor | null {
    const row = this.#database
      .prepare<[string], { sealed: string; lastStep: number; confirmed: number }>(
        'SELECT sealed, last_step AS lastStep, confirmed FROM second_factor WHERE person_id = ?',
      )
      .get(id);
    return row === undefined ? null : { ...row, confirmed: row.confirmed === 1 };
  }

  /** Those that count, of everybody who may act. */
  secondFactors(): readonly Readonly<{ personId: string; userName: string; sealed: string }>[] {
    return this.#database
      .prepare<[], { personId: string; userName: string; sealed: string }>(
        `SELECT person.id AS personId, user_name AS userName, sealed
         FROM second_factor JOIN person ON person.id = second_factor.person_id
         WHERE confirmed = 1 AND active = 1 ORDER BY person.rowid`,
      )
      .all();
  }

  beginSecondFactor(id: string, sealed: string): void {
    this.#database
      .prepare<[string, string]>(
        `INSERT INTO second_factor VALUES (?, ?, 0, 0)
         ON CONFLICT (person_id) DO UPDATE SET sealed = excluded.sealed, last_step = 0 WHERE confirmed = 0`,
      )
      .run(id, sealed);
  }

  confirmSecondFactor(id: string, step: number): void {
    this.#database
      .prepare<[number, string]>('UPDATE second_factor SET confirmed = 1, last_step = ? WHERE person_id = ?')
      .run(step, id);
  }

  useCode(id: string, step: number): void {
    this.#database
      .prepare<[number, string]>('UPDATE second_factor SET last_step = ? WHERE person_id = ?')
      .run(step, id);
  }

  removeSecondFactor(id: string): void {
    this.#database.prepare<[string]>('DELETE FROM second_factor WHERE person_id = ?').run(id);
    this.#database.prepare<[string]>('DELETE FROM security_key WHERE person_id = ?').run(id);
    this.#countCredentialChange(id);
    this.#database.prepare<[string]>('DELETE FROM session WHERE person_id = ?').run(id);
  }

  securityKeys(personId: string): readonly StoredKey[] {
    const rows = this.#database
      .prepare<[string], KeyRow>('SELECT * FROM security_key WHERE person_id = ? ORDER BY rowid')
      .all(personId);
    return rows.map(keyOf);
  }

  securityKey(credentialId: string): StoredKey | null {
    const row = this.#database
      .prepare<[string], KeyRow>('SELECT * FROM security_key WHERE credential_id = ?')
      .get(credentialId);
    return row === undefined ? null : keyOf(row);
  }

  addSecurityKey(key: StoredKey): void {
    this.#database
      .prepare<[string, string, string, Buffer, number, string, string, number]>(
        'INSERT INTO security_key VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        key.credentialId,
        key.personId,
        key.rpId,
        key.publicKey,
        key.counter,
        JSON.stringify(key.transports),
        key.name,
        key.addedUtc,
      );
  }

  useSecurityKey(credentialId: string, counter: number): void {
    this.#database
      .prepare<[number, string]>('UPDATE security_key SET counter = ? WHERE credential_id = ?')
      .run(counter, credentialId);
  }

  setRoles(id: string, roles: readonly Role[]): void {
    this.#database.prepare<[string, string]>('UPDATE person SET roles = ? WHERE id = ?').run(JSON.stringify(roles), id);
  }

  deactivate(id: string): void {
    this.#database.prepare<[string]>('UPDATE person SET active = 0 WHERE id = ?').run(id);
    this.#database.prepare<[string]>('DELETE FROM session WHERE person_id = ?').run(id);
  }

  /** Everybody's, also those that were taken back. */
  certificates(): StoredCertificate[] {
    const rows = this.#database.prepare<[], CertificateRow>('SELECT * FROM certificate ORDER BY rowid').all();
    return rows.map((row) => ({
      thumbprint: row.thumbprint,
      personId: row.person_id,
      subject: row.subject,
      validFrom: utcMs(row.valid_from),
      validTo: utcMs(row.valid_to),
      removed: row.removed === 1,
    }));
  }

  certificate(thumbprint: string): StoredCertificate | null {
    return this.certificates().find((one) => one.thumbprint === thumbprint) ?? null;
  }

  addCertificate({ thumbprint, personId, subject, validFrom, validTo }: PersonCertificate): void {
    this.#database
      .prepare<[string, string, string, number, number]>(
        'INSERT INTO certificate VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (thumbprint) DO UPDATE SET removed = 0',
      )
      .run(thumbprint, personId, subject, validFrom, validTo);
  }

  removeCertificate({ thumbprint, personId }: PersonCertificate): void {
    this.#database.prepare<[string]>('UPDATE certificate SET removed = 1 WHERE thumbprint = ?').run(thumbprint);
    this.#countCredentialChange(personId);
  }

  #countCredentialChange(personId: string): void {
    this.#database
      .prepare<[string]>('UPDATE person SET credential_changes = credential_changes + 1 WHERE id = ?')
      .run(personId);
  }

  sessions(): StoredSession[] {
    return this.#database
      .prepare<[], { token_hash: string; person_id: string; terminal: string; expires_utc: number; used_utc: number }>(
        'SELECT * FROM session',
      )
      .all()
      .map((row) => ({
        tokenHash: row.token_hash,
        personId: row.person_id,
        terminal: row.terminal,
        expiresUtc: utcMs(row.expires_utc),
        usedUtc: utcMs(row.used_utc),
      }));
  }

  addSession({ tokenHash, personId, terminal, expiresUtc, usedUtc }: StoredSession): void {
    this.#database.prepare<[number]>('DELETE FROM session WHERE expires_utc < ?').run(usedUtc);
    this.#database
      .prepare<[string, string, number, number, string]>(
        'INSERT INTO session (token_hash, person_id, expires_utc, used_utc, terminal) VALUES (?, ?, ?, ?, ?)',
      )
      .run(tokenHash, personId, expiresUtc, usedUtc, terminal);
  }

  touchSession(tokenHash: string, usedUtc: UtcMs): void {
    this.#database
      .prepare<[number, string]>('UPDATE session SET used_utc = ? WHERE token_hash = ?')
      .run(usedUtc, tokenHash);
  }

  removeSession(tokenHash: string): void {
    this.#database.prepare<[string]>('DELETE FROM session WHERE token_hash = ?').run(tokenHash);
  }

  failures(): { userName: string; failures: number }[] {
    return this.#database
      .prepare<[], { userName: string; failures: number }>('SELECT user_name AS userName, failures FROM failure')
      .all();
  }

  setFailures(userName: string, failures: number): void {
    if (failures === 0) this.#database.prepare<[string]>('DELETE FROM failure WHERE user_name = ?').run(userName);
    else
      this.#database.prepare<[string, number]>('INSERT OR REPLACE INTO failure VALUES (?, ?)').run(userName, failures);
  }

  close(): void {
    this.#database.close();
  }
}

type KeyRow = {
  credential_id: string;
  person_id: string;
  rp_id: string;
  public_key: Buffer;
  counter: number;
  transports: string;
  name: string;
  added_utc: number;
};

const keyOf = (row: KeyRow): StoredKey => ({
  credentialId: row.credential_id,
  personId: row.person_id,
  rpId: row.rp_id,
  publicKey: row.public_key,
  counter: row.counter,
  transports: JSON.parse(row.transports) as string[],
  name: row.name,
  addedUtc: utcMs(row.added_utc),
});

/** What others may know of a person: everything but the password's hash. */
export const publicPart = (person: StoredPerson): Person => ({
  id: person.id,
  userName: person.userName,
  printedName: person.printedName,
  roles: person.roles,
  mustChangePassword: person.mustChangePassword,
  credentialChanges: person.credentialChanges ?? 0,
  certified: person.certified === true,
  secondFactor: person.secondFactor === true,
  ldapName: person.ldapName ?? null,
  oidc: person.oidc ?? null,
});

const personOf = (row: PersonRow): StoredPerson => ({
  id: row.id,
  userName: row.user_name,
  printedName: row.printed_name,
  roles: JSON.parse(row.roles) as Role[],
  passwordHash: row.password_hash,
  mustChangePassword: row.must_change === 1,
  active: row.active === 1,
  credentialChanges: row.credential_changes,
  certified: row.certified === 1,
  secondFactor: row.second_factor === 1,
  ldapName: row.ldap_name,
  oidc:
    row.oidc_issuer === null || row.oidc_subject === null
      ? null
      : { issuer: row.oidc_issuer, subject: row.oidc_subject },
});
