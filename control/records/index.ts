/**
 * The room of records: the ledger, signatures, people and authority. Both databases live in one worker; the main thread keeps
 * only who may act and who is logged in, so that these are answered at once.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../plant/clock.ts';
import { MesolineError, mesolineError, messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { Actor, Person, Role } from '../../plant/people.ts';
import { unknownClock, type ClockSource } from '../../plant/ports/clock-source.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import { createAuditTrail } from './audit-trail.ts';
import { AccessAlarms } from './access-alarms.ts';
import { ClockWatch } from './clock-watch.ts';
import type { Access, Authority, Permission, SessionView } from '../../plant/ports/access.ts';
import type { AuditTrail } from '../../plant/ports/audit-trail.ts';
import type { PeopleDesk } from '../../plant/ports/people-desk.ts';
import type { RecordDesk } from '../../plant/ports/record-desk.ts';
import type { RecordExport } from '../../plant/ports/record-export.ts';
import type { GroupKeeper } from '../../plant/ports/record-keeper.ts';
import type { Room, RoomHealth } from '../../plant/ports/room.ts';
import type { StandingAlarms } from '../../plant/ports/standing-alarms.ts';
import {
  createAuthority,
  Directory,
  permittedRoles,
  Refusals,
  Sessions,
  tokenHashOf,
  type SessionDraft,
} from '../access/index.ts';
import type { Stamp } from './format/event-body.ts';
import { checkEvent, checkScope, recordable } from './ledger/event-check.ts';
import { checkpointsAt, VerifyThread } from './verify-thread.ts';
import { WorkerLink } from './worker-link.ts';
import type { LedgerFigures } from './worker-calls.ts';

/** A step of the clock is found within this. */
const watchClockEveryMs = 5_000;
/** The machine is asked about its clock at every twelfth look, once a minute. */
const asksEvery = 12;
/** How often a checkpoint is signed where none was made for another reason. */
const checkpointEveryMs = 5 * 60_000;
/** What `stop` waits for work that was begun; beyond this the ledger is closed over it. */
const closeWithinMs = 1500;

const ready: RoomHealth = { state: 'ready', detail: 'Recording.' };

export type RecordsOptions = Readonly<{
  dataFolder: string;
  clock: Clock;
  log: Log;
  /** The version that writes the records, said in every checkpoint and export. */
  build: string;
  /** Where the ledger is kept; null or left out: SQLite in the data folder. */
  ledger?: string | null;
  /** A folder elsewhere that every checkpoint is written to as well. */
  checkpointCopy?: string | null;
  /** Left out: nobody is asked, and checkpoints say that nobody can say. */
  clockSource?: ClockSource | null;
}>;

export type RecordsRoom = Room &
  Readonly<{
    keeper: GroupKeeper;
    desk: RecordDesk;
    audit: AuditTrail;
    exports: RecordExport;
    access: Access;
    authority: Authority;
    /** The table by which `authority` decides, for whoever shows it. */
    roles: Readonly<Record<Permission, readonly Role[]>>;
    people: PeopleDesk;
    /** Where names that were shut, and second factors that cannot be read, are said from now on. */
    raiseAt: (alarms: StandingAlarms) => void;
    /** Where the first passwords were written, where this start was the first; null before `start` and at any other. */
    firstCredentials: () => string | null;
  }>;

/** @throws from `start`: MesolineError `ledger-damaged`, `ledger-unreadable`, `ledger-unsafe`, `ledger-in-use`, `key-missing`, `people-unreadable`. */
export function createRecords({
  dataFolder,
  clock,
  log,
  build,
  ledger = null,
  checkpointCopy = null,
  clockSource = null,
}: RecordsOptions): RecordsRoom {
  const directory = new Directory();
  const authority = createAuthority(directory);
  const sessions = new Sessions(clock, (tokenHash, usedUtc) => {
    link?.call('touch', tokenHash, usedUtc).catch((error: unknown) => {
      log.warn({ reason: messageOf(error) }, 'the use of a session could not be written down');
    });
  });
  let health: RoomHealth = { state: 'stopped', detail: 'The ledger is closed.' };
  let link: WorkerLink | null = null;
  let timer: NodeJS.Timeout | null = null;
  let clockTimer: NodeJS.Timeout | null = null;
  const watch = new ClockWatch();
  const accessAlarms = new AccessAlarms();
  const seen: RecordEvent[] = [];
  let looks = 0;
  let fingerprint: string | null = null;
  let firstCredentials: string | null = null;
  let hasLdap = false;
  let oidcName: string | null = null;
  let figures: LedgerFigures | null = null;
  let refused = 0;
  let copyFault: string | null = null;
  let wanted = false;
  let starting: Promise<void> = Promise.resolve();
  let stopping: Promise<void> = Promise.resolve();

  const refusals = new Refusals();
  const verifying = new VerifyThread();

  const stamp = (): Stamp => ({ utc: clock.utc(), monotonic: clock.monotonic() });

  function line(): WorkerLink {
    if (link !== null && (health.state === 'ready' || health.state === 'degraded')) return link;
    throw mesolineError('record-refused', 'records', health.detail, 'Start the service, or wait until it has started.');
  }

  function start(): Promise<void> {
    if (!wanted) {
      wanted = true;
      starting = open();
    }
    return starting;
  }

  async function open(): Promise<void> {
    await stopping;
    if (!wanted) throw stoppedMeanwhile();
    health = { state: 'starting', detail: 'The newest part of the ledger is being verified.' };
    const opening = new WorkerLink({
      people: (people) => directory.replace(people),
      warning: (message) => {
        log.warn({}, message);
      },
      copy: (fault) => {
        if (fault !== null && fault !== copyFault)
          log.warn({ fault }, 'a checkpoint could not be written to its second place');
        copyFault = fault;
      },
      access: (state) => accessAlarms.heard(state, clock.monotonic()),
      died: (reason) => {
        health = { state: 'failed', detail: `The records worker died (${reason}). Restart the service.` };
        log.error({ reason }, 'the records worker died; nothing more is recorded');
      },
    });
    link = opening;
    try {
      const places = { ledgerUrl: ledger, checkpointCopy };
      const stands = (await clockSource?.read()) ?? unknownClock;
      const opened = await opening.call('open', dataFolder, build, stamp(), places, stands);
      fingerprint = opened.fingerprint;
      firstCredentials = opened.firstCredentials;
      hasLdap = opened.hasLdap;
      oidcName = opened.oidcName;
      if (link !== opening) throw stoppedMeanwhile();
      for (const session of opened.sessions) sessions.add(session);
    } catch (error) {
      if (link === opening) {
        link = null;
        wanted = false;
        health = { state: 'failed', detail: messageOf(error) };
      }
      await opening.close(() => Promise.resolve());
      throw error;
    }
    health = ready;
    timer = setInterval(checkpoint, checkpointEveryMs);
    timer.unref();
    await hearClock();
    clockTimer = setInterval(() => void watchClock(), watchClockEveryMs);
    clockTimer.unref();
    log.info({ fingerprint, firstCredentials }, 'the ledger is open; note the fingerprint where nobody can change it');
  }

  function recordRefusals(to: WorkerLink | null, events: readonly RecordEvent[]): void {
    for (const event of events) {
      to?.call('recordOrOwe', recordable(event), stamp()).catch((error: unknown) => {
        log.warn({ object: event.object, reason: messageOf(error) }, 'a refusal could not be recorded');
      });
    }
  }

  /** What it has seen and could not be recorded yet waits for the next look. */
  async function watchClock(): Promise<void> {
    accessAlarms.look(clock.monotonic());
    const stepped = watch.look(stamp());
    if (stepped !== null) seen.push(stepped);
    looks += 1;
    if (looks % asksEvery === 0) await hearClock();
    else await recordSeen();
  }

  async function hearClock(): Promise<void> {
    if (clockSource === null) {
      await recordSeen();
      return;
    }
    const state = await clockSource.read();
    const changed = watch.heard(state);
    if (changed !== null) seen.push(changed);
    await link?.call('clock', state).catch(() => undefined);
    await recordSeen();
  }

  async function recordSeen(): Promise<void> {
    while (seen[0] !== undefined) {
      try {
        await keeper.append(seen[0]);
        seen.shift();
      } catch (error) {
        log.warn({ reason: messageOf(error) }, 'what the clock did could not be recorded yet');
        return;
      }
    }
  }

  function checkpoint(): void {
    recordRefusals(link, refusals.due(clock.monotonic()));
    link?.call('checkpoint', stamp()).then(
      (found) => {
        figures = found;
      },
      (error: unknown) => {
        log.warn({ reason: messageOf(error) }, 'no checkpoint could be signed');
      },
    );
  }

  function stop(): Promise<void> {
    const closing = link;
    link = null;
    wanted = false;
    if (closing !== null) stopping = close(closing);
    return stopping;
  }

  async function close(closing: WorkerLink): Promise<void> {
    if (timer !== null) clearInterval(timer);
    if (clockTimer !== null) clearInterval(clockTimer);
    const failed = health.state === 'failed';
    if (!failed) health = { state: 'stopping', detail: 'The last events are being written.' };
    await closing.close(async () => {
      recordRefusals(closing, refusals.due(clock.monotonic(), true));
      try {
        await within(closing.call('close', stamp()), closeWithinMs);
      } catch (error) {
        log.warn({ reason: messageOf(error) }, 'the ledger was closed without a last checkpoint');
      }
    });
    await verifying.stop();
    sessions.clear();
    directory.replace([]);
    if (!failed) health = { state: 'stopped', detail: 'The ledger is closed.' };
  }

  async function recorded<T>(write: (open: WorkerLink) => Promise<T>): Promise<T> {
    const open = line();
    try {
      const receipt = await write(open);
      if (health.state === 'degraded') health = ready;
      return receipt;
    } catch (error) {
      refused += 1;
      if (health.state === 'ready') health = { state: 'degraded', detail: messageOf(error) };
      throw error;
    }
  }

  const keeper: GroupKeeper = {
    append: async (event) => {
      const given = recordable(event);
      checkEvent(given);
      return recorded((open) => open.call('append', given, stamp()));
    },
    appendAll: async (events) => {
      const given = events.map(recordable);
      for (const event of given) checkEvent(event);
      return given.length === 0 ? [] : recorded((open) => open.call('appendAll', given, stamp()));
    },
    async read(scope, fromSeq, limit) {
      checkScope(scope);
      return line().call('read', scope, Math.max(1, fromSeq), Math.max(0, Math.min(limit, 10_000)));
    },
    scopes: async (prefix) => line().call('scopes', prefix),
  };

  const desk: RecordDesk = {
    sign: async (request) => line().call('sign', request, stamp()),
    signatures: async (scope) => line().call('signatures', scope),
    async export(scope) {
      checkScope(scope);
      return line().call('export', scope, stamp());
    },
    async fingerprint() {
      line();
      return Promise.resolve(fingerprint ?? '');
    },
  };

  const exports: RecordExport = {
    async record(scope, related) {
      checkScope(scope);
      return line().call('export', scope, stamp(), related);
    },
    signFolder: async (folder) => line().call('signFolder', folder, stamp()),
    async verified(scope) {
      const record = await exports.record(scope, []);
      const trusted = fingerprint ?? '';
      const { holds, held, findings } = await verifying.verify(
        record,
        trusted,
        checkpointsAt(dataFolder, checkpointCopy),
      );
      const said = holds ? held : findings.map(({ where, problem }) => `${where}: ${problem}`);
      return { holds, at: clock.utc(), said };
    },
  };

  function viewOf(token: string, watching: boolean): SessionView | null {
    const session = sessions.find(token, watching);
    const person = session === null ? null : directory.find(session.personId);
    return session === null || person === null
      ? null
      : { token, person, expiresAt: session.expiresUtc, locked: session.locked };
  }

  function mustStand(token: string): SessionView {
    const session = viewOf(token, true);
    if (session !== null) return session;
    throw mesolineError('session-ended', 'session', 'It has ended.', 'Log in again.');
  }

  async function begun(terminal: string, login: (draft: SessionDraft) => Promise<Person>): Promise<SessionView> {
    const token = randomBytes(32).toString('base64url');
    const draft = sessions.draft(token, terminal);
    const person = await login(draft);
    sessions.add({ ...draft, personId: person.id });
    return { token, person, expiresAt: draft.expiresUtc, locked: false };
  }

  const access: Access = {
    async login(credentials) {
      return begun(credentials.terminal, (draft) => line().call('login', credentials, draft, stamp()));
    },
    oidcName: () => oidcName,
    beginOidc: async (origin, terminal) => line().call('beginOidc', origin, terminal, stamp()),
    async loginOidc(credentials) {
      return begun(credentials.terminal, (draft) => line().call('loginOidc', credentials, draft, stamp()));
    },
    askSecurityKeyOidc: async (back, origin, terminal) =>
      line().call('askSecurityKeyOidc', back, origin, terminal, stamp()),
    async logout(token, terminal) {
      const session = sessions.find(token);
      sessions.remove(tokenHashOf(token));
      if (session !== null) await line().call('logout', tokenHashOf(token), session.personId, terminal, stamp());
    },
    session: (token, watching = false) => Promise.resolve(viewOf(token, watching)),
    async unlock(token, password, terminal) {
      const { person } = mustStand(token);
      await line().call('identify', { userName: person.userName, password, terminal }, 'password', stamp());
      sessions.unlock(token);
      return mustStand(token);
    },
    async certify(token, password, terminal) {
      const { person } = mustStand(token);
      await line().call('certify', person.id, password, terminal, stamp());
      return mustStand(token);
    },
    askSecurityKey: async (credentials, origin) => line().call('askSecurityKey', credentials, origin, stamp()),
    async beginSecurityKey(token, password, origin, terminal) {
      const { person } = mustStand(token);
      return line().call('beginSecurityKey', person.id, password, origin, terminal, stamp());
    },
    async confirmSecurityKey(token, name, proof, terminal) {
      const { person } = mustStand(token);
      await line().call('confirmSecurityKey', person.id, name, proof, terminal, stamp());
    },
    async beginSecondFactor(token, password, terminal) {
      const { person } = mustStand(token);
      return line().call('beginSecondFactor', person.id, password, terminal, stamp());
    },
    async confirmSecondFactor(token, code, terminal) {
      const { person } = mustStand(token);
      await line().call('confirmSecondFactor', person.id, code, terminal, stamp());
    },
    authenticate: async (credentials, asks = 'password') => line().call('identify', credentials, asks, stamp()),
    authenticateCertificate: async (proof) => line().call('identifyCertificate', proof, stamp()),
    async changePassword(token, oldPassword, newPassword, terminal) {
      const session = sessions.find(token);
      if (session === null) throw mesolineError('session-ended', 'session', 'It has ended.', 'Log in again.');
      await line().call('changePassword', session.personId, oldPassword, newPassword, terminal, stamp());
      sessions.removePerson(session.personId);
    },
    people: () => Promise.resolve(directory.all()),
    refused: (refusal) => recordRefusals(link, refusals.take(refusal, clock.monotonic())),
  };

  function mustManage(actor: Actor): void {
    const decision = authority.decide(actor, 'manage people');
    if (!decision.allowed) {
      throw new MesolineError('not-permitted', [
        { where: 'people', problem: decision.reason, remedy: 'Ask an administrator.' },
      ]);
    }
  }

  const people: PeopleDesk = {
    async add(person, actor) {
      mustManage(actor);
      return line().call('addPerson', person, actor, stamp());
    },
    async setRoles(id, roles, reason, actor) {
      mustManage(actor);
      await line().call('setRoles', id, roles, reason, actor, stamp());
    },
    async deactivate(id, reason, actor) {
      mustManage(actor);
      await line().call('deactivate', id, reason, actor, stamp());
      sessions.removePerson(id);
    },
    async resetPassword(id, reason, actor) {
      mustManage(actor);
      const firstPassword = await line().call('resetPassword', id, reason, actor, stamp());
      sessions.removePerson(id);
      return { firstPassword };
    },
    hasLdap: () => hasLdap,
    async setLdapName(id, ldapName, reason, actor) {
      mustManage(actor);
      const firstPassword = await line().call('setLdapName', id, ldapName, reason, actor, stamp());
      sessions.removePerson(id);
      return { firstPassword };
    },
    async setOidcSubject(id, subject, reason, actor) {
      mustManage(actor);
      await line().call('setOidcSubject', id, subject, reason, actor, stamp());
      sessions.removePerson(id);
    },
    async removeSecondFactor(id, reason, actor) {
      mustManage(actor);
      await line().call('removeSecondFactor', id, reason, actor, stamp());
      sessions.removePerson(id);
    },
    sessions(actor) {
      const all = sessions.all();
      if (authority.decide(actor, 'manage people').allowed) return Promise.resolve(all);
      return Promise.resolve(all.filter(({ personId }) => isSelf(actor, personId)));
    },
    async endSession(id, reason, actor) {
      const session = sessions.named(id);
      // Whoever may not manage people does not learn which sessions there are.
      if (session === null || !isSelf(actor, session.personId)) mustManage(actor);
      if (session === null) {
        throw mesolineError('person-refused', `session ${id}`, 'There is none of that name.', 'Look at the list anew.');
      }
      sessions.remove(session.tokenHash);
      await line().call('endSession', session, id, reason, actor, stamp());
      return { personId: session.personId };
    },
    certificates: async () => line().call('certificates'),
    async addCertificate(id, certificate, reason, actor) {
      mustManage(actor);
      return line().call('addCertificate', id, certificate, reason, actor, stamp());
    },
    async removeCertificate(thumbprint, reason, actor) {
      mustManage(actor);
      await line().call('removeCertificate', thumbprint, reason, actor, stamp());
    },
  };

  return {
    name: 'records',
    start,
    stop,
    health: () => ({
      ...(health.state === 'ready' && copyFault !== null ? { state: 'degraded' as const, detail: copyFault } : health),
      figures: { ...figures, refused, waiting: link?.waiting ?? 0 },
    }),
    keeper,
    desk,
    audit: createAuditTrail(line, clock),
    exports,
    access,
    authority,
    roles: permittedRoles,
    people,
    raiseAt: (alarms) => accessAlarms.raiseAt(alarms, clock.monotonic()),
    firstCredentials: () => firstCredentials,
  };
}

const isSelf = (actor: Actor, personId: string): boolean => actor.kind === 'person' && actor.id === personId;

const stoppedMeanwhile = () =>
  mesolineError('start-ended', 'records', 'It was stopped while it started.', 'Start it again.');

/** Settles with `work`, or quietly after `ms`. */
async function within(work: Promise<void>, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
