/**
 * What changes about people: first people, passwords, roles, leaving. The record comes first and says what is about to change;
 * the change follows. One that was recorded and then not made (a kill between the two) is found at the next start and said.
 */
import { mesolineError } from '../../plant/errors.ts';
import {
  certificationText,
  personActor,
  roles as allRoles,
  type Actor,
  type Person,
  type Role,
} from '../../plant/people.ts';
import type { NewPerson, PersonCertificate } from '../../plant/ports/people-desk.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import { accessItself, accessScope, type Audit, type Moment } from './audit.ts';
import type { Breached } from './breached.ts';
import type { Gate } from './gate.ts';
import { InTurn } from './in-turn.ts';
import { certificateRefused, readCertificate, recordedCertificate } from './person-certificate.ts';
import { added, changed, changes, checkRoles, mustBeKeptHere, notMade } from './people-changes.ts';
import { passwordFault, readablePassword, samePassword, type PasswordHasher } from './passwords.ts';
import { publicPart, type PeopleStore, type StoredKey, type StoredPerson } from './people-store.ts';

const refused = mesolineError;

export type Pick = (choices: number) => number;

type Parts = Readonly<{
  /** Whether there is an LDAP server that passwords may be kept by. */
  hasLdap?: boolean;
  /** As the identity provider of the house names itself; null where there is none. */
  oidcIssuer?: string | null;
  store: PeopleStore;
  hasher: PasswordHasher;
  audit: Audit;
  gate: Gate;
  pick: Pick;
  breached: Breached;
}>;

const firstUserName: Readonly<Record<Role, string>> = {
  observer: 'observer',
  operator: 'operator',
  checker: 'checker',
  'process engineer': 'engineer',
  maintenance: 'maintenance',
  'QA reviewer': 'qa-reviewer',
  'QA releaser': 'qa-releaser',
  administrator: 'admin',
};

const idLetters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export class People {
  readonly #parts: Parts;
  readonly #turns = new InTurn();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** One person for each role, with first passwords handed to `write` before anything of them counts. */
  async makeFirst(write: (credentials: string) => void, moment: Moment): Promise<void> {
    const { store, hasher, pick } = this.#parts;
    const made = await Promise.all(
      allRoles.map(async (role) => {
        const password = readablePassword(pick);
        const person: StoredPerson = {
          id: this.#newId(),
          userName: firstUserName[role],
          printedName: `${role.charAt(0).toUpperCase()}${role.slice(1)} (first start)`,
          roles: [role],
          mustChangePassword: true,
          certified: false,
          active: true,
          passwordHash: await hasher.hash(password),
        };
        return { person, password };
      }),
    );
    write(made.map(({ person, password }) => `${person.userName}\t${password}\t${person.roles.join(', ')}\n`).join(''));
    await this.#change(
      made.map(({ person }) => added(person, accessItself, { reason: 'first start' })),
      moment,
      () => made.forEach(({ person }) => store.insert(person)),
    );
  }

  /** Says in the record which changes it announced and a kill prevented. */
  async reconcile(moment: Moment): Promise<void> {
    const { store, audit } = this.#parts;
    const unmade: number[] = [];
    for await (const { seq, event } of audit.read(store.appliedSeq() + 1))
      if (changes.has(event.action)) unmade.push(seq);
    if (unmade.length === 0) return;
    await this.#change([notMade(unmade, 'the service ended before it was made')], moment, () => undefined);
  }

  async changeOwnPassword(
    person: StoredPerson,
    oldPassword: string,
    newPassword: string,
    terminal: string,
    moment: Moment,
  ): Promise<void> {
    const { store, hasher, breached } = this.#parts;
    mustBeKeptHere(person);
    const fault = samePassword(newPassword, oldPassword)
      ? 'It is the old one.'
      : passwordFault(newPassword, person.userName, breached);
    if (fault !== null) throw refused('password-refused', 'the new password', fault, 'Choose another.');
    const passwordHash = await hasher.hash(newPassword);
    const event: RecordEvent = {
      scope: accessScope,
      actor: personActor(person, terminal),
      action: 'password-changed',
      object: person.userName,
      data: { person: person.id },
    };
    await this.#change([event], moment, () => store.setPassword(person.id, passwordHash, false));
  }

  /** @param person just proven by user and password */
  async certify(person: StoredPerson, terminal: string, moment: Moment): Promise<void> {
    if (person.certified) return;
    const event: RecordEvent = {
      scope: accessScope,
      actor: personActor(person, terminal),
      action: 'signature-certified',
      object: person.userName,
      new: certificationText,
      data: { person: person.id },
    };
    await this.#change([event], moment, () => this.#parts.store.certify(person.id));
  }

  /** @param step of the code that showed that the device has the secret; it is used up */
  async enrolSecondFactor(person: StoredPerson, step: number, terminal: string, moment: Moment): Promise<void> {
    const event: RecordEvent = {
      scope: accessScope,
      actor: personActor(person, terminal),
      action: 'second-factor-enrolled',
      object: person.userName,
      new: 'TOTP',
      data: { person: person.id },
    };
    await this.#change([event], moment, () => this.#parts.store.confirmSecondFactor(person.id, step));
  }

  /** @param key that has just answered */
  async addSecurityKey(person: StoredPerson, key: StoredKey, terminal: string, moment: Moment): Promise<void> {
    const { store } = this.#parts;
    const { credentialId, rpId, name } = key;
    const event: RecordEvent = {
      scope: accessScope,
      actor: personActor(person, terminal),
      action: 'second-factor-enrolled',
      object: person.userName,
      new: { kind: 'security key', name, host: rpId, credential: credentialId },
      data: { person: person.id },
    };
    await this.#change([event], moment, () => store.addSecurityKey(key));
  }

  /** Every one that the person has: codes and security keys. */
  async removeSecondFactor(id: string, reason: string, actor: Actor, moment: Moment): Promise<void> {
    const { store } = this.#parts;
    const person = this.#known(id);
    if (person.secondFactor !== true) {
      throw refused('person-refused', person.printedName, 'There is no second factor.', 'Look at the list anew.');
    }
    const event = changed('second-factor-removed', person, actor, reason);
    const totp = store.secondFactor(id)?.confirmed === true ? ['TOTP'] : [];
    const keys = store.securityKeys(id).map(({ name }) => `security key ${name}`);
    await this.#change([{ ...event, old: [...totp, ...keys] }], moment, () => store.removeSecondFactor(id));
  }

  async add(person: NewPerson, actor: Actor, moment: Moment): Promise<{ person: Person; firstPassword: string }> {
    const { store, hasher, pick } = this.#parts;
    const userName = person.userName.trim().toLowerCase();
    if (!/^[a-z][a-z0-9._-]{1,39}$/.test(userName)) {
      throw refused(
        'person-refused',
        `user name "${person.userName}"`,
        'It is not one.',
        'Use 2 to 40 letters, digits, dots or dashes.',
      );
    }
    if (store.byUserName(userName) !== null) {
      throw refused(
        'person-refused',
        `user name "${userName}"`,
        'It was given before.',
        'Choose another; names are never reused.',
      );
    }
    if (person.printedName.trim() === '') {
      throw refused('person-refused', 'printed name', 'It is empty.', 'Give the name as it stands beside a signature.');
    }
    if (person.identityProof.trim() === '') {
      throw refused(
        'person-refused',
        'proof of identity',
        'It is empty.',
        'Say how it was made sure who it is, and by whom.',
      );
    }
    checkRoles(person.roles);
    const firstPassword = readablePassword(pick);
    const stored: StoredPerson = {
      id: this.#newId(),
      userName,
      printedName: person.printedName.trim(),
      roles: [...person.roles],
      mustChangePassword: true,
      certified: false,
      active: true,
      passwordHash: await hasher.hash(firstPassword),
    };
    await this.#change([added(stored, actor, { identityProof: person.identityProof.trim() })], moment, () =>
      store.insert(stored),
    );
    return { person: publicPart(stored), firstPassword };
  }

  async setRoles(id: string, roles: readonly Role[], reason: string, actor: Actor, moment: Moment): Promise<void> {
    checkRoles(roles);
    const person = this.#known(id);
    if (!roles.includes('administrator')) this.#keepAnAdministrator(person);
    const event = changed('roles-changed', person, actor, reason);
    await this.#change([{ ...event, old: person.roles, new: roles }], moment, () =>
      this.#parts.store.setRoles(id, roles),
    );
  }

  async deactivate(id: string, reason: string, actor: Actor, moment: Moment): Promise<void> {
    const person = this.#known(id);
    this.#keepAnAdministrator(person);
    const event = changed('person-deactivated', person, actor, reason);
    await this.#change([event], moment, () => this.#parts.store.deactivate(id));
  }

  /** A new first password, which also opens a name that was locked. */
  async resetPassword(id: string, reason: string, actor: Actor, moment: Moment): Promise<string> {
    const { store, hasher, gate, pick } = this.#parts;
    const person = this.#known(id);
    mustBeKeptHere(person);
    const firstPassword = readablePassword(pick);
    const passwordHash = await hasher.hash(firstPassword);
    const event = changed('password-reset', person, actor, reason);
    await this.#change([event], moment, () => store.setPassword(id, passwordHash, true));
    gate.forgive(person.userName);
    return firstPassword;
  }

  /**
   * The password is kept by the LDAP server under that name from now on; null: here, and the first password is returned.
   * @throws MesolineError `person-refused`
   */
  async setLdapName(
    id: string,
    given: string | null,
    reason: string,
    actor: Actor,
    moment: Moment,
  ): Promise<string | null> {
    const { store, hasher, gate, pick, hasLdap } = this.#parts;
    const person = this.#known(id);
    const before = person.ldapName ?? null;
    const ldapName = given === null ? null : given.trim();
    const no = (problem: string, remedy: string): Error =>
      refused('person-refused', person.printedName, problem, remedy);
    if (ldapName === before) throw no('It is so already.', 'Look at the list anew.');
    if (ldapName !== null && hasLdap !== true)
      throw no('The service is told of no LDAP server.', 'Write access/ldap.yaml, and start the service anew.');
    if (ldapName !== null && !/^[^\p{C}]{1,500}$/u.test(ldapName))
      throw no('That is no name of an LDAP server.', 'Give the DN, or the name that the server takes for a bind.');
    const same = (name: string | null | undefined) =>
      ldapName !== null && name?.toLowerCase() === ldapName.toLowerCase();
    const other = store.people().find((one) => same(one.ldapName));
    if (other !== undefined && other.id !== id)
      throw no(`That name is ${other.printedName}'s.`, 'One name there is one person here.');
    const firstPassword = readablePassword(pick);
    const passwordHash = await hasher.hash(firstPassword);
    const event = { ...changed('ldap-name-set', person, actor, reason), old: before, new: ldapName };
    await this.#change([event], moment, () => store.setLdapName(id, ldapName, passwordHash));
    gate.forgive(person.userName);
    return ldapName === null ? firstPassword : null;
  }

  /**
   * Whom the identity provider knows under that subject is the person from now on; null: nobody. @throws MesolineError `person-refused`
   */
  async setOidcSubject(id: string, given: string | null, reason: string, actor: Actor, moment: Moment): Promise<void> {
    const { store, oidcIssuer = null } = this.#parts;
    const person = this.#known(id);
    const before = person.oidc ?? null;
    const no = (problem: string, remedy: string): Error =>
      refused('person-refused', person.printedName, problem, remedy);
    if (given !== null && oidcIssuer === null)
      throw no('The service is told of no identity provider.', 'Write access/oidc.yaml, and start the service anew.');
    const after = given === null || oidcIssuer === null ? null : { issuer: oidcIssuer, subject: given.trim() };
    if (after?.subject === before?.subject && after?.issuer === before?.issuer)
      throw no('It is so already.', 'Look at the list anew.');
    // At most 255 characters of ASCII (OpenID Connect Core 1.0 §2).
    if (after !== null && !/^[\x21-\x7e]{1,255}$/u.test(after.subject))
      throw no(
        'That is no subject of an identity provider.',
        'Give "sub" as its tokens say it; a refused login names it.',
      );
    const other = after === null ? null : store.byOidc(after);
    if (other?.active === true && other.id !== id)
      throw no(`That subject is ${other.printedName}.`, 'One subject there is one person here.');
    const event = { ...changed('oidc-subject-set', person, actor, reason), old: before, new: after };
    await this.#change([event], moment, () => store.setOidc(id, after));
  }

  /** Gives a person a certificate to log in by at OPC UA. */
  async addCertificate(
    id: string,
    given: string,
    reason: string,
    actor: Actor,
    moment: Moment,
  ): Promise<PersonCertificate> {
    const { store } = this.#parts;
    const person = this.#known(id);
    const certificate = { ...readCertificate(given, moment.utc), personId: id };
    const before = store.certificate(certificate.thumbprint);
    if (before !== null && before.personId !== id) throw certificateRefused(given, 'It was given to another person.');
    if (before?.removed === false) throw certificateRefused(given, `${person.printedName} has it already.`);
    const event = changed('certificate-added', person, actor, reason);
    await this.#change([{ ...event, new: recordedCertificate(certificate) }], moment, () =>
      store.addCertificate(certificate),
    );
    return certificate;
  }

  async removeCertificate(thumbprint: string, reason: string, actor: Actor, moment: Moment): Promise<void> {
    const { store } = this.#parts;
    const certificate = store.certificate(thumbprint);
    const person = certificate === null ? null : store.byId(certificate.personId);
    if (certificate === null || certificate.removed || person === null) {
      throw refused(
        'person-refused',
        `certificate ${thumbprint.slice(0, 64)}`,
        'Nobody has it.',
        'Look it up among the certificates of people.',
      );
    }
    const event = changed('certificate-removed', person, actor, reason);
    await this.#change([{ ...event, old: recordedCertificate(certificate) }], moment, () =>
      store.removeCertificate(certificate),
    );
  }

  #change(events: readonly RecordEvent[], moment: Moment, effect: () => void): Promise<void> {
    const { store, audit } = this.#parts;
    return this.#turns.take('people', async () => {
      const receipts = await Promise.all(events.map((event) => audit.record(event, moment)));
      const seqs = receipts.map(({ seq }) => seq);
      try {
        store.apply(Math.max(...seqs), effect);
      } catch (error) {
        await audit.recordOrOwe(notMade(seqs, 'it could not be written'), moment);
        throw mesolineError(
          'record-refused',
          'people',
          'The change was recorded but could not be made.',
          'Look at the disk that holds the data folder, then ask again.',
          error,
        );
      }
    });
  }

  #known(id: string): StoredPerson {
    const person = this.#parts.store.byId(id);
    if (person?.active === true) return person;
    throw refused(
      'person-refused',
      `person ${id}`,
      'There is nobody of that id here.',
      'Look it up in the list of people.',
    );
  }

  #keepAnAdministrator(person: StoredPerson): void {
    if (!person.roles.includes('administrator')) return;
    const others = this.#parts.store
      .people()
      .filter(({ id, roles }) => id !== person.id && roles.includes('administrator'));
    if (others.length > 0) return;
    throw refused('person-refused', person.printedName, 'This is the last administrator.', 'Make another one first.');
  }

  /** Drawn, not counted, so that an id which was announced and never made does not return. */
  #newId(): string {
    const { store, pick } = this.#parts;
    for (;;) {
      const id = `P-${Array.from({ length: 8 }, () => idLetters.charAt(pick(idLetters.length))).join('')}`;
      if (store.byId(id) === null) return id;
    }
  }
}
