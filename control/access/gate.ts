/**
 * The gate: proves who stands there by user name and password, and counts failures to the lockout. A stranger learns nothing
 * from it: an unknown name takes the time of a wrong password, is locked like a known one, and is answered in the same words.
 */
import { monotonic, type Monotonic, type UtcMs } from '../../plant/clock.ts';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { CertificateProof } from '../../plant/ports/access.ts';
import type { OidcIdentity } from '../../plant/people.ts';
import type { Credentials } from '../../plant/ports/record-desk.ts';
import { accessItself, accessScope, type Audit, type Moment } from './audit.ts';
import { InTurn } from './in-turn.ts';
import {
  afterFailure,
  afterRestart,
  failuresToLock,
  lockedFor,
  lockedStill,
  noFailures,
  type LockoutState,
} from './lockout.ts';
import type { PasswordSource } from './ldap/ldap-source.ts';
import type { PasswordHasher } from './passwords.ts';
import type { CodeVerdict } from './second-factors.ts';
import type { PeopleStore, StoredCertificate, StoredPerson } from './people-store.ts';

/** Names that belong to nobody are remembered for their failures, but not without end. */
const namesRemembered = 1000;

const longestEntry = 256;

/** Whether a person who has given the right password has given what else they must; `no way`: where they come from there is none. */
export type SecondCheck = (person: StoredPerson) => CodeVerdict | 'no way' | Promise<CodeVerdict>;

/** A name that is shut; null of one that belongs to nobody, which is not written down. */
export type Lock = Readonly<{ userName: string | null; since: Monotonic }>;

type Asked = Readonly<{ terminal: string; purpose: string }>;

const wrongCode = 'wrong code of the second factor';
const noWayForCode = 'a second factor is asked, and cannot be given there';

export class Gate {
  readonly #store: PeopleStore;
  readonly #hasher: PasswordHasher;
  readonly #audit: Audit;
  readonly #ldap: PasswordSource | null;
  readonly #locksChanged: () => void;
  readonly #turns = new InTurn();
  readonly #lockouts = new Map<string, LockoutState>();
  #nobodysHash = '';

  /**
   * @param locksChanged a name was shut, or opened before its time
   * @param ldap where passwords of some people are kept, or null
   */
  constructor(
    store: PeopleStore,
    hasher: PasswordHasher,
    audit: Audit,
    locksChanged: () => void = () => undefined,
    ldap: PasswordSource | null = null,
  ) {
    this.#store = store;
    this.#hasher = hasher;
    this.#audit = audit;
    this.#locksChanged = locksChanged;
    this.#ldap = ldap;
  }

  /** @param unguessable a password nobody has, hashed once so that an unknown name takes as long as a known one. */
  async start(unguessable: string, now: Monotonic): Promise<void> {
    this.#nobodysHash = await this.#hasher.hash(unguessable);
    for (const { userName, failures } of this.#store.failures())
      this.#lockouts.set(userName, afterRestart(failures, now));
  }

  /**
   * Who it is. `purpose` says in the record what it was asked for: `login`, `signature`, `password change`.
   * @param verdictOf asked of whoever has given the right password; a wrong code counts as a failure
   * @throws MesolineError `login-refused`, `login-locked`, `second-factor-required`.
   */
  prove(
    credentials: Credentials,
    purpose: string,
    moment: Moment,
    verdictOf: SecondCheck = () => 'right',
  ): Promise<StoredPerson> {
    // One attempt at a time for a name, so that many at once cannot outrun the count.
    return this.#turns.take(nameKey(credentials.userName), () =>
      this.#attempt(credentials, purpose, moment, verdictOf),
    );
  }

  /**
   * Whose certificate it is. The client has shown to hold its key; failures count to the lockout of the certificate and, where
   * it is somebody's, of the person's name, which a locked person cannot go round by a certificate.
   * @throws MesolineError `login-refused`, `login-locked`.
   */
  proveCertificate({ thumbprint, terminal }: CertificateProof, moment: Moment): Promise<StoredPerson> {
    const certificate = this.#store.certificate(thumbprint);
    const person = certificate === null ? null : this.#store.byId(certificate.personId);
    const key = person === null ? `certificate ${thumbprint.slice(0, longestEntry)}` : nameKey(person.userName);
    return this.#turns.take(key, async () => {
      const state = this.#lockouts.get(key) ?? noFailures;
      const left = lockedStill(state, moment.monotonic);
      if (left !== null) {
        await this.#recordRefusal(person, terminal, 'login', 'locked', moment);
        throw locked(left);
      }
      const why = whyNotBy(certificate, person, moment.utc);
      if (why === null && person !== null) return person;
      return this.#fail(key, state, person, { terminal, purpose: 'login', reason: why ?? unknownCertificate }, moment);
    });
  }

  /**
   * Lets in whom the identity provider of the house has proven, unless the name is shut or nobody here is bound to it.
   * @throws MesolineError `login-refused`, `login-locked`, `second-factor-required`
   */
  async admit(identity: OidcIdentity, terminal: string, moment: Moment, verdictOf: SecondCheck): Promise<StoredPerson> {
    const person = this.#store.byOidc(identity);
    const { issuer } = identity;
    const subject = identity.subject.slice(0, longestEntry);
    if (person?.active !== true) {
      const who = person === null ? 'to whom nobody here is bound' : 'who has left';
      await this.refused(`proven by ${issuer} as ${subject}, ${who}`, terminal, moment, person);
      throw notBound(identity);
    }
    return this.#turns.take(nameKey(person.userName), async () => {
      const state = this.#lockouts.get(nameKey(person.userName)) ?? noFailures;
      const left = lockedStill(state, moment.monotonic);
      if (left === null) return this.#letIn(person, state, { terminal, purpose: 'login' }, moment, verdictOf);
      await this.#recordRefusal(person, terminal, 'login', 'locked', moment);
      throw locked(left);
    });
  }

  /** A login that came to nothing before it was known whose it is. */
  refused(reason: string, terminal: string, moment: Moment, person: StoredPerson | null = null): Promise<void> {
    return this.#recordRefusal(person, terminal, 'login', reason, moment);
  }

  /** A name is open again, because somebody with authority gave it a new password. */
  forgive(userName: string): void {
    this.#remember(nameKey(userName), noFailures);
    this.#locksChanged();
  }

  /** Every name that was shut and may be still: whether it is, `lockedStill` says. */
  locks(): readonly Lock[] {
    return [...this.#lockouts].flatMap(([key, { lockedSince }]) =>
      lockedSince === null
        ? []
        : [{ userName: this.#store.byUserName(key)?.userName ?? null, since: monotonic(lockedSince) }],
    );
  }

  async #attempt(
    credentials: Credentials,
    purpose: string,
    moment: Moment,
    verdictOf: SecondCheck,
  ): Promise<StoredPerson> {
    const key = nameKey(credentials.userName);
    const state = this.#lockouts.get(key) ?? noFailures;
    const person = this.#store.byUserName(key);
    const left = lockedStill(state, moment.monotonic);
    if (left !== null) {
      await this.#recordRefusal(person, credentials.terminal, purpose, 'locked', moment);
      throw locked(left);
    }
    const short = credentials.password.length <= longestEntry;
    const { terminal } = credentials;
    const proven = await this.#isPassword(person, short ? credentials.password : '', purpose, terminal, moment);
    if (proven && short && person?.active === true)
      return this.#letIn(person, state, { terminal, purpose }, moment, verdictOf);
    return this.#fail(key, state, person, { terminal, purpose, reason: 'wrong user name or password' }, moment);
  }

  /** Whoever is proven, unless they have to give more. */
  async #letIn(
    person: StoredPerson,
    state: LockoutState,
    { terminal, purpose }: Asked,
    moment: Moment,
    verdictOf: SecondCheck,
  ): Promise<StoredPerson> {
    const key = nameKey(person.userName);
    const verdict = await verdictOf(person);
    if (verdict === 'missing') throw codeRequired();
    if (verdict === 'no way') {
      await this.#recordRefusal(person, terminal, purpose, noWayForCode, moment);
      throw codeRequired();
    }
    if (verdict === 'wrong') return this.#fail(key, state, person, { terminal, purpose, reason: wrongCode }, moment);
    if (state.failures > 0) this.#remember(key, noFailures);
    return person;
  }

  /** @throws MesolineError `ldap-unreachable`, which is on record and counts as no failure */
  async #isPassword(
    person: StoredPerson | null,
    password: string,
    purpose: string,
    terminal: string,
    moment: Moment,
  ): Promise<boolean> {
    const ldapName = person?.active === true ? (person.ldapName ?? null) : null;
    const here = this.#hasher.verify(
      person?.active === true && ldapName === null ? person.passwordHash : this.#nobodysHash,
      password,
    );
    if (ldapName === null) return here;
    // It is looked at here too, in vain, so that nobody learns by the time it takes whose password is kept elsewhere.
    await here;
    try {
      if (this.#ldap === null) throw noLdap(person?.userName ?? '');
      return await this.#ldap.verify(ldapName, password);
    } catch (error) {
      await this.#recordRefusal(person, terminal, purpose, messageOf(error), moment);
      throw error;
    }
  }

  async #fail(
    key: string,
    state: LockoutState,
    person: StoredPerson | null,
    { terminal, purpose, reason }: Readonly<{ terminal: string; purpose: string; reason: string }>,
    moment: Moment,
  ): Promise<never> {
    const after = afterFailure(state, monotonic(moment.monotonic));
    this.#remember(key, after);
    await this.#recordRefusal(person, terminal, purpose, reason, moment);
    if (after.lockedSince !== null) {
      this.#locksChanged();
      await this.#audit.recordOrOwe(
        {
          scope: accessScope,
          actor: accessItself,
          action: 'person-locked',
          object: person?.userName ?? unknownName,
          reason: `${failuresToLock} failures in a row; shut for ${lockedFor / 60_000} minutes`,
          data: { terminal },
        },
        moment,
      );
      throw locked(lockedFor);
    }
    throw mesolineError(
      'login-refused',
      'login',
      reason === wrongCode ? 'The code is wrong, or was used before.' : 'User name or password is wrong.',
      'Try again, or ask an administrator.',
    );
  }

  #recordRefusal(
    person: StoredPerson | null,
    terminal: string,
    purpose: string,
    reason: string,
    moment: Moment,
  ): Promise<void> {
    // A name that belongs to nobody is not written down: people type their password into the wrong field.
    return this.#audit.recordOrOwe(
      {
        scope: accessScope,
        actor: accessItself,
        action: `${purpose.replaceAll(' ', '-')}-refused`,
        object: person?.userName ?? unknownName,
        reason,
        data: { terminal },
      },
      moment,
    );
  }

  #remember(key: string, state: LockoutState): void {
    this.#lockouts.delete(key);
    if (state.failures > 0) this.#lockouts.set(key, state);
    if (this.#lockouts.size > namesRemembered) this.#forgetOldestStranger();
    // A name that belongs to nobody may be a password typed into the wrong field: its count stays in memory. Something is
    // written all the same, so that it takes as long.
    const kept = this.#store.byUserName(key) === null ? nobody : key;
    try {
      this.#store.setFailures(kept, state.failures);
    } catch {
      // A full disk must not keep people out; the count in memory goes on.
    }
  }

  #forgetOldestStranger(): void {
    for (const key of this.#lockouts.keys()) {
      if (this.#store.byUserName(key) === null) {
        this.#lockouts.delete(key);
        return;
      }
    }
  }
}

const unknownCertificate = 'a certificate that is not known';

function whyNotBy(certificate: StoredCertificate | null, person: StoredPerson | null, now: UtcMs): string | null {
  if (certificate === null || person === null) return unknownCertificate;
  if (!person.active) return 'the certificate of somebody who has left';
  if (certificate.removed) return 'a certificate that was taken back';
  if (now >= certificate.validTo) return 'a certificate that has expired';
  return now < certificate.validFrom ? 'a certificate that is not valid yet' : null;
}

const unknownName = 'unknown user name';
/** Nobody's user name. */
const nobody = '';

const nameKey = (userName: string): string => userName.trim().toLowerCase().slice(0, longestEntry);

const noLdap = (userName: string) =>
  mesolineError(
    'ldap-unreachable',
    userName,
    'The password is kept by an LDAP server, and the service is told of none.',
    'Put access/ldap.yaml back, or have an administrator give a first password.',
  );

const notBound = ({ subject }: OidcIdentity) =>
  mesolineError(
    'login-refused',
    'login',
    `The login of the house knows you as ${subject}, and nobody who may act here is bound to that.`,
    'Ask an administrator to bind you to it, or log in by user name and password.',
  );

const codeRequired = () =>
  mesolineError(
    'second-factor-required',
    'login',
    'A second factor is asked besides the password.',
    'Give the six digits that your device shows now, or use your security key.',
  );

const locked = (left: number) =>
  mesolineError(
    'login-locked',
    'login',
    'There were too many failures.',
    `Wait ${Math.ceil(left / 60_000)} minutes, or ask an administrator for a new password.`,
  );
