/** Everything the worker holds: the ledger, the people and what they do to each other. Made by `open`, ended by `close`. */
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isoUtc, utcMs } from '../../../plant/clock.ts';
import { unknownClock, type ClockState } from '../../../plant/ports/clock-source.ts';
import { MesolineError, mesolineError, messageOf } from '../../../plant/errors.ts';
import { personActor, type Person } from '../../../plant/people.ts';
import type { Credentials } from '../../../plant/ports/record-desk.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import {
  accessScope,
  breachedListFault,
  breachedPasswords,
  createHasher,
  Gate,
  ldapSource,
  identityProvider,
  loadLdapSettings,
  loadOidcSettings,
  OidcLogins,
  People,
  PeopleStore,
  permittedRoles,
  publicPart,
  SecondFactors,
  SecurityKeys,
  type Audit,
  type PasswordHasher,
  type SecondCheck,
  type SessionDraft,
  type StoredPerson,
} from '../../access/index.ts';
import type { Stamp } from '../format/event-body.ts';
import { signFolder } from '../format/export-folder.ts';
import type { AccessState, LedgerFigures, LedgerPlaces, Opened, WorkerCalls } from '../worker-calls.ts';
import { auditCsvPart, auditPage } from './audit-walk.ts';
import { ledgerAudit } from './audit.ts';
import { CheckpointCopy } from './checkpoint-copy.ts';
import { placeFile } from './durable-file.ts';
import { checkEvent } from './event-check.ts';
import { damageFound, withEvidence } from './evidence.ts';
import { exportScope } from './export.ts';
import { FactorKey } from './factor-key.ts';
import { GroupCommit } from './group-commit.ts';
import { Ledger } from './ledger.ts';
import { Owed } from './owed.ts';
import { PostgresStore } from './postgres-store.ts';
import { signatureView, signScope } from './signing.ts';
import { SqliteStore } from './sqlite-store.ts';

/** After these a checkpoint is signed at once: what a batch was when it was held or ended can be shown from outside. */
const checkpointAfter = new Set(['batch-held', 'batch-ended']);

export type RecordsListener = Readonly<{
  people: (people: readonly Person[]) => void;
  warning: (message: string) => void;
  /** What is wrong with the checkpoints' second place, each time it was tried; null where nothing is. */
  copy?: (fault: string | null) => void;
  /** At the start, at each checkpoint, and whenever it changes. */
  access?: (state: AccessState) => void;
}>;

const inDataFolder: LedgerPlaces = { ledgerUrl: null, checkpointCopy: null };

/** How a second service is told which one writes. */
const serviceName = (): string => `mesoline on ${hostname()}, process ${process.pid}`;

const draftOf = (event: RecordEvent, at: Stamp) => ({ scope: event.scope, stamp: at, make: () => event });

const noProvider = () =>
  mesolineError(
    'login-refused',
    'login',
    'The service is told of no identity provider.',
    'Log in by user name and password.',
  );

/** The worker's calls, without the one that makes them possible. */
export type Records = Omit<WorkerCalls, 'open'> & Readonly<{ opened: Opened }>;

/** @param hasher Argon2id at the product's cost, unless a test of other things brings a quicker one. */
export async function openRecords(
  dataFolder: string,
  build: string,
  stamp: Stamp,
  listener: RecordsListener,
  hasher: PasswordHasher = createHasher(),
  { ledgerUrl, checkpointCopy }: LedgerPlaces = inDataFolder,
  clock: ClockState = unknownClock,
): Promise<Records> {
  const rows = ledgerUrl === null ? new SqliteStore(dataFolder) : new PostgresStore(ledgerUrl, serviceName());
  const copy = checkpointCopy === null ? null : new CheckpointCopy(checkpointCopy, listener.copy ?? (() => undefined));
  const ledger = new Ledger(dataFolder, build, rows, copy);
  ledger.clock = clock;
  try {
    await ledger.open(stamp);
  } catch (error) {
    const damaged = error instanceof MesolineError && error.code === 'ledger-damaged';
    throw damaged ? withEvidence(dataFolder, error, stamp) : error;
  }
  let store: PeopleStore | null = null;
  try {
    mkdirSync(join(dataFolder, 'ledger'), { recursive: true, mode: 0o700 });
    store = new PeopleStore(join(dataFolder, 'ledger', 'people.db'));
    return await makeRecords(dataFolder, build, ledger, store, stamp, listener, hasher);
  } catch (error) {
    store?.close();
    await ledger.close();
    throw error;
  }
}

async function makeRecords(
  dataFolder: string,
  build: string,
  ledger: Ledger,
  store: PeopleStore,
  stamp: Stamp,
  listener: RecordsListener,
  hasher: PasswordHasher,
): Promise<Records> {
  const commits = new GroupCommit(ledger);
  const owed = new Owed();
  const audit = ledgerAudit(ledger, commits, owed, listener.warning);
  const ldapSettings = loadLdapSettings(join(dataFolder, 'access', 'ldap.yaml'));
  const ldap = ldapSettings === null ? null : ldapSource(ldapSettings);
  const oidcSettings = loadOidcSettings(join(dataFolder, 'access', 'oidc.yaml'), join(dataFolder, 'keys'));
  const oidc =
    oidcSettings === null
      ? null
      : new OidcLogins(identityProvider(oidcSettings), () => randomBytes(32).toString('base64url'));
  const gate = new Gate(store, hasher, audit, tellAccess, ldap);
  const siteList = join(dataFolder, 'access', 'breached.txt');
  const breached = breachedPasswords(siteList);
  const listFault = breachedListFault(siteList);
  if (listFault !== null) listener.warning(listFault);
  const people = new People({
    store,
    hasher,
    audit,
    gate,
    pick: (choices) => randomInt(choices),
    breached,
    hasLdap: ldap !== null,
    oidcIssuer: oidcSettings?.issuer ?? null,
  });
  const key = new FactorKey(join(dataFolder, 'keys', 'second-factor.key'), () => store.secondFactors().length > 0);
  const factors = new SecondFactors({ store, key: () => key.read(), draw: randomBytes });
  const securityKeys = new SecurityKeys(store);
  const firstCredentials = join(dataFolder, 'first-credentials');
  const first = store.isEmpty();

  if (first && existsSync(firstCredentials))
    listener.warning(`${firstCredentials} is written anew: no first start was finished.`);
  await people.reconcile(stamp);
  if (first) await people.makeFirst((text) => placeFile(firstCredentials, text), stamp);
  await gate.start(randomBytes(24).toString('hex'), stamp.monotonic);
  await sayDamage();
  await checkpoint(stamp);
  const told = (): void => listener.people(store.people());
  told();
  tellAccess();

  function tellAccess(): void {
    listener.access?.({ locks: gate.locks(), unreadable: factors.unreadable() });
  }

  /** An earlier start was refused, and people have to learn of it from the record, not only from a log. */
  async function sayDamage(): Promise<void> {
    const damage = damageFound(dataFolder);
    if (damage.events.length === 0) return;
    await commits.addAll(damage.events.map((event) => draftOf(event, stamp)));
    damage.told();
    listener.warning(
      `An earlier start found the ledger damaged: ${damage.events.map(({ object }) => object).join(', ')}`,
    );
  }

  /** A checkpoint that cannot be written holds nobody up: it is tried again, and said. */
  async function checkpoint(at: Stamp): Promise<void> {
    try {
      await ledger.checkpoint(at);
    } catch (error) {
      listener.warning(messageOf(error));
    }
  }

  async function payOwed(at: Stamp): Promise<void> {
    if (owed.count === 0) return;
    const events = owed.take();
    const done = await Promise.allSettled(events.map((event) => audit.record(event, at)));
    owed.putBack(events.filter((_, index) => done[index]?.status === 'rejected'));
  }

  function appended(events: readonly RecordEvent[], at: Stamp): void {
    if (owed.count > 0) void payOwed(at);
    if (events.some(({ action }) => checkpointAfter.has(action))) setImmediate(() => void checkpoint(at));
  }

  const figures = (): LedgerFigures => ({
    events: ledger.eventCount,
    scopes: ledger.scopes('').length,
    checkpoints: ledger.lastCheckpoint.number,
    owed: owed.count,
  });

  return {
    opened: {
      fingerprint: ledger.key.record.fingerprint,
      sessions: store.sessions(),
      firstCredentials: first ? firstCredentials : null,
      hasLdap: ldap !== null,
      oidcName: oidcSettings?.name ?? null,
    },

    async append(event, at) {
      checkEvent(event);
      const receipt = await commits.add(draftOf(event, at));
      appended([event], at);
      return receipt;
    },
    async appendAll(events, at) {
      for (const event of events) checkEvent(event);
      const receipts = await commits.addAll(events.map((event) => draftOf(event, at)));
      appended(events, at);
      return receipts;
    },
    recordOrOwe: (event, at) => audit.recordOrOwe(event, at),
    read: (scope, fromSeq, limit) => ledger.read(scope, fromSeq, limit),
    auditPage: (filter, before) => auditPage(ledger.store, filter, before),
    auditCsv: (filter, before) => auditCsvPart(ledger.store, filter, before),
    scopes: (prefix) => Promise.resolve(ledger.scopes(prefix)),
    async checkpoint(at) {
      await payOwed(at);
      await checkpoint(at);
      tellAccess();
      return figures();
    },

    clock(state) {
      ledger.clock = state;
      return Promise.resolve();
    },
    async sign(request, at) {
      const mayRole = permittedRoles['sign record'].includes.bind(permittedRoles['sign record']);
      const view = await signScope({ ledger, commits, gate, audit, mayRole }, request, at);
      await checkpoint(at);
      return view;
    },
    async signatures(scope) {
      const stored = await ledger.read(scope, 1, ledger.head(scope).count);
      return stored.map(signatureView).filter((view) => view !== null);
    },
    async export(scope, at, related) {
      await commits.flush();
      await ledger.checkpoint(at);
      return exportScope(ledger, scope, build, at, related);
    },
    signFolder: (folder, at) => {
      const { record, secret } = ledger.key;
      const content = { ...folder, exportedAt: isoUtc(at.utc), build, key: record.fingerprint };
      return Promise.resolve({ manifest: `${signFolder(content, secret)}\n` });
    },

    async login(credentials, session, at) {
      return enter(
        await gate.prove(credentials, 'login', at, secondFactorOf(credentials, at)),
        session,
        credentials.terminal,
        at,
      );
    },
    async beginOidc(origin, terminal, at) {
      return atProvider(terminal, at, (logins) => logins.begin(origin, at));
    },
    async loginOidc(credentials, session, at) {
      const { terminal } = credentials;
      const identity = await atProvider(terminal, at, (logins) => logins.prove(credentials, at));
      const person = await gate.admit(identity, terminal, at, secondFactorOf(credentials, at));
      oidc?.end(credentials);
      return enter(person, session, terminal, at, identity);
    },
    async askSecurityKeyOidc(back, origin, terminal, at) {
      const identity = await atProvider(terminal, at, (logins) => logins.prove(back, at));
      const { id } = await gate.admit(identity, terminal, at, () => 'right');
      return securityKeys.ask(id, origin, at);
    },
    async identify(credentials, asks, at) {
      const factor = (person: StoredPerson) =>
        asks === 'all factors' && person.secondFactor === true ? 'no way' : 'right';
      const person = publicPart(await gate.prove(credentials, 'login', at, factor));
      await said('identified', person, credentials.terminal, at);
      return person;
    },
    async identifyCertificate(proof, at) {
      const person = publicPart(await gate.proveCertificate(proof, at));
      await said('identified', person, proof.terminal, at, { certificate: proof.thumbprint });
      return person;
    },
    async logout(tokenHash, personId, terminal, at) {
      store.removeSession(tokenHash);
      const person = store.byId(personId);
      if (person !== null) await said('logged-out', publicPart(person), terminal, at);
    },
    async endSession({ tokenHash, personId, terminal }, id, reason, actor, at) {
      store.removeSession(tokenHash);
      const data = { person: personId, session: id, terminal };
      const object = store.byId(personId)?.userName ?? personId;
      await audit.recordOrOwe({ scope: accessScope, actor, action: 'session-ended', object, reason, data }, at);
    },
    touch(tokenHash, usedUtc) {
      store.touchSession(tokenHash, utcMs(usedUtc));
      return Promise.resolve();
    },
    async certify(personId, password, terminal, at) {
      const person = store.byId(personId);
      if (person === null) throw mesolineError('session-ended', 'session', 'It has ended.', 'Log in again.');
      const credentials = { userName: person.userName, password, terminal };
      await people.certify(await gate.prove(credentials, 'certification', at), terminal, at);
      told();
    },
    async askSecurityKey(credentials, origin, at) {
      const { id } = await gate.prove(credentials, 'login', at);
      return securityKeys.ask(id, origin, at);
    },
    async beginSecurityKey(personId, password, origin, terminal, at) {
      const credentials = { userName: standing(personId).userName, password, terminal };
      return securityKeys.begin(await gate.prove(credentials, 'second factor', at), origin, at);
    },
    async confirmSecurityKey(personId, name, proof, terminal, at) {
      const person = standing(personId);
      await people.addSecurityKey(person, await securityKeys.confirm(personId, name, proof, at), terminal, at);
      told();
    },
    async beginSecondFactor(personId, password, terminal, at) {
      const credentials = { userName: standing(personId).userName, password, terminal };
      return factors.begin(await gate.prove(credentials, 'second factor', at));
    },
    async confirmSecondFactor(personId, code, terminal, at) {
      const person = standing(personId);
      const step = factors.firstStep(personId, code, at.utc);
      if (step === null) {
        throw mesolineError('code-refused', 'code', 'It is not the code of that secret.', 'Give the one shown now.');
      }
      await people.enrolSecondFactor(person, step, terminal, at);
      told();
    },
    async setLdapName(id, ldapName, reason, actor, at) {
      const password = await people.setLdapName(id, ldapName, reason, actor, at);
      told();
      return password;
    },
    async setOidcSubject(id, subject, reason, actor, at) {
      await people.setOidcSubject(id, subject, reason, actor, at);
      told();
    },
    async removeSecondFactor(id, reason, actor, at) {
      await people.removeSecondFactor(id, reason, actor, at);
      told();
      tellAccess();
    },
    async changePassword(personId, oldPassword, newPassword, terminal, at) {
      const person = store.byId(personId);
      if (person === null) throw mesolineError('session-ended', 'session', 'It has ended.', 'Log in again.');
      const credentials = { userName: person.userName, password: oldPassword, terminal };
      await people.changeOwnPassword(
        await gate.prove(credentials, 'password change', at),
        oldPassword,
        newPassword,
        terminal,
        at,
      );
      told();
    },

    async addPerson(person, actor, at) {
      const added = await people.add(person, actor, at);
      told();
      return added;
    },
    async setRoles(id, roles, reason, actor, at) {
      await people.setRoles(id, roles, reason, actor, at);
      told();
    },
    async deactivate(id, reason, actor, at) {
      await people.deactivate(id, reason, actor, at);
      told();
      tellAccess();
    },
    async resetPassword(id, reason, actor, at) {
      const password = await people.resetPassword(id, reason, actor, at);
      told();
      return password;
    },

    certificates: () =>
      Promise.resolve(store.certificates().flatMap(({ removed, ...certificate }) => (removed ? [] : [certificate]))),
    async addCertificate(id, certificate, reason, actor, at) {
      const added = await people.addCertificate(id, certificate, reason, actor, at);
      told();
      return added;
    },
    async removeCertificate(thumbprint, reason, actor, at) {
      await people.removeCertificate(thumbprint, reason, actor, at);
      told();
    },

    async close(at) {
      await commits.flush();
      await payOwed(at);
      await checkpoint(at);
      store.close();
      await ledger.close();
    },
  };

  function standing(personId: string): StoredPerson {
    const person = store.byId(personId);
    if (person !== null) return person;
    throw mesolineError('session-ended', 'session', 'It has ended.', 'Log in again.');
  }

  /** What the person has to give besides whatever has proven them, where they have a second factor. */
  function secondFactorOf({ code, securityKey }: Pick<Credentials, 'code' | 'securityKey'>, at: Stamp): SecondCheck {
    return ({ id, secondFactor }) => {
      if (secondFactor !== true) return 'right';
      if (securityKey !== undefined) return securityKeys.check(id, securityKey, at);
      if (code === undefined) return 'missing';
      return factors.has(id) ? factors.check(id, code, at.utc) : 'wrong';
    };
  }

  async function enter(
    person: StoredPerson,
    session: SessionDraft,
    terminal: string,
    at: Stamp,
    by: Readonly<Record<string, string>> = {},
  ): Promise<Person> {
    try {
      store.addSession({ ...session, personId: person.id });
    } catch (error) {
      listener.warning(`The session will not outlive a restart: ${messageOf(error)}`);
    }
    await said('logged-in', publicPart(person), terminal, at, by);
    return publicPart(person);
  }

  /** Asks the identity provider; where nothing comes of it, that is on record. */
  async function atProvider<T>(terminal: string, at: Stamp, ask: (logins: OidcLogins) => Promise<T>): Promise<T> {
    try {
      if (oidc === null) throw noProvider();
      return await ask(oidc);
    } catch (error) {
      await gate.refused(messageOf(error), terminal, at);
      throw error;
    }
  }

  function said(
    action: string,
    person: Person,
    terminal: string,
    at: Stamp,
    more: Readonly<Record<string, string>> = {},
  ): ReturnType<Audit['recordOrOwe']> {
    const actor = personActor(person, terminal);
    const data = { terminal, ...more };
    return audit.recordOrOwe({ scope: accessScope, actor, action, object: person.userName, data }, at);
  }
}
