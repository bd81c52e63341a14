/**
 * The desk at which certificates of clients are trusted and rejected, and the watch over what was changed on disk beside it.
 * Every change is in the record (scope `service`), those made outside too; what was turned away is recorded once.
 */
import { dirname, join } from 'node:path';
import { elapsed, milliseconds, utcMs, type Clock, type Monotonic } from '../../../plant/clock.ts';
import { mesolineError, messageOf } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import type { Actor } from '../../../plant/people.ts';
import type { Authority } from '../../../plant/ports/access.ts';
import type { CertificateDesk, CertificateView } from '../../../plant/ports/certificate-desk.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { TrustFolder, type KnownCertificate, type TrustState } from './trust-folder.ts';

export type TrustDeskOptions = Readonly<{
  pkiFolder: string;
  clock: Clock;
  log: Log;
  authority: Authority;
  records: RecordKeeper;
  /** Whether the server trusts whom it never saw: what is found trusted is then its own doing. */
  trustUnknown: boolean;
  /** A certificate is not trusted, or no longer: sessions that stand on it end. */
  onDistrusted: (thumbprint: string) => void;
}>;

const scope = 'service';
const itself: Actor = { kind: 'service', part: 'opcua' };
const pageOfEvents = 1000;
/** Strangers come with certificates made anew each time: so many are recorded and logged at once, then one a minute, with the count of the others. */
const recordedAtOnce = 20;
const recordedEveryMs = milliseconds(60_000);

const actions = {
  trusted: 'certificate-trusted',
  rejected: 'certificate-rejected',
  gone: 'certificate-removed',
} as const;
const turnedAway = 'certificate-turned-away';
const stateAfter: Readonly<Record<string, TrustState | null>> = {
  [actions.trusted]: 'trusted',
  [actions.rejected]: 'rejected',
  [turnedAway]: 'rejected',
  [actions.gone]: null,
};

export class TrustDesk implements CertificateDesk {
  readonly #options: TrustDeskOptions;
  readonly #clients: TrustFolder;
  readonly #users: TrustFolder;
  /** What the record says of each. */
  #known: Map<string, TrustState> | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #mayRecord = recordedAtOnce;
  #countedAt: Monotonic | null = null;
  #unrecorded = 0;

  constructor(options: TrustDeskOptions) {
    this.#options = options;
    this.#clients = new TrustFolder(options.pkiFolder);
    this.#users = new TrustFolder(join(options.pkiFolder, 'users'));
  }

  list(): Promise<readonly CertificateView[]> {
    const users = this.#users.list().filter(({ state }) => state === 'rejected');
    return Promise.resolve([
      ...this.#clients.list().map((one) => viewOf(one, 'application')),
      ...users.map((one) => viewOf(one, 'user')),
    ]);
  }

  pem(thumbprint: string): Promise<string> {
    const found = this.#clients.find(thumbprint) ?? this.#users.find(thumbprint);
    return found === null ? Promise.reject(unknown(thumbprint)) : Promise.resolve(found.read.toString());
  }

  async trust(thumbprint: string, actor: Actor): Promise<void> {
    await this.#change(thumbprint, 'trusted', actor);
  }

  async reject(thumbprint: string, actor: Actor): Promise<void> {
    await this.#change(thumbprint, 'rejected', actor);
    this.#options.onDistrusted(thumbprint);
  }

  /** Looks at the disk and records what was changed there by others. To be called every second. */
  look(): Promise<void> {
    return this.#inTurn(async () => {
      const known = (this.#known ??= await this.#recorded());
      const now = new Map(this.#clients.list().map((one) => [one.thumbprint, one]));
      for (const [thumbprint, one] of now) {
        const before = known.get(thumbprint);
        if (before === one.state) continue;
        if (one.state === 'rejected') this.#options.onDistrusted(thumbprint);
        if (before === undefined && one.state === 'rejected') await this.#recordTurnedAway(one, known);
        else await this.#recordOutside(one.state, thumbprint, subjectOf(one), known);
      }
      for (const [thumbprint, before] of known) {
        if (now.has(thumbprint)) continue;
        this.#options.onDistrusted(thumbprint);
        // Of what was turned away only the newest are kept: that one has gone is no news.
        if (before === 'trusted') await this.#recordOutside('gone', thumbprint, null, known);
        else known.delete(thumbprint);
      }
    });
  }

  async #change(thumbprint: string, state: TrustState, actor: Actor): Promise<void> {
    const { authority, clock, records, log } = this.#options;
    const decision = authority.decide(actor, 'manage certificates');
    if (!decision.allowed) {
      const remedy = 'Ask an administrator, or maintenance.';
      throw mesolineError('not-permitted', 'certificates', decision.reason, remedy);
    }
    await this.#inTurn(async () => {
      const known = (this.#known ??= await this.#recorded());
      const found = this.#clients.find(thumbprint);
      if (found === null) throw unknown(thumbprint);
      if (found.state === state) return;
      await records.append({
        scope,
        actor,
        action: actions[state],
        object: thumbprint,
        old: found.state,
        new: state,
        data: { subject: subjectOf(found) },
      });
      this.#clients.move(thumbprint, state, clock.utc());
      known.set(thumbprint, state);
      log.info({ thumbprint, subject: subjectOf(found) }, `the certificate of an OPC UA client is ${state} now`);
    });
  }

  async #recordOutside(
    state: TrustState | 'gone',
    thumbprint: string,
    subject: string | null,
    known: Map<string, TrustState>,
  ): Promise<void> {
    const { records, log } = this.#options;
    const old = known.get(thumbprint) ?? null;
    const event: RecordEvent = {
      scope,
      actor: itself,
      action: actions[state],
      object: thumbprint,
      old,
      new: state === 'gone' ? null : state,
      reason:
        this.#options.trustUnknown && state === 'trusted'
          ? 'clients are trusted unseen (--opcua-trust-unknown)'
          : 'found on disk: it was changed outside the service',
      data: { subject },
    };
    await records.append(event);
    if (state === 'gone') known.delete(thumbprint);
    else known.set(thumbprint, state);
    log.warn({ thumbprint, subject, old, state }, 'the trust in an OPC UA client was changed outside the service');
  }

  async #recordTurnedAway(one: KnownCertificate, known: Map<string, TrustState>): Promise<void> {
    const { clock, records, log, pkiFolder } = this.#options;
    const { thumbprint, since } = one;
    const now = clock.monotonic();
    const earned = this.#countedAt === null ? 0 : Math.floor(elapsed(this.#countedAt, now) / recordedEveryMs);
    if (this.#countedAt === null || earned > 0) this.#countedAt = now;
    this.#mayRecord = Math.min(recordedAtOnce, this.#mayRecord + earned);
    known.set(thumbprint, 'rejected');
    if (this.#mayRecord === 0) {
      this.#unrecorded += 1;
      return;
    }
    this.#mayRecord -= 1;
    const unrecorded = this.#unrecorded;
    this.#unrecorded = 0;
    log.warn(
      { thumbprint, subject: subjectOf(one), ...(unrecorded > 0 ? { othersBefore: unrecorded } : {}) },
      `an OPC UA client was turned away: nobody has trusted its certificate. Where it is known, trust it: npm run opcua:trust -- --data ${dirname(pkiFolder)} trust ${thumbprint}`,
    );
    await records.append({
      scope,
      actor: itself,
      action: turnedAway,
      object: thumbprint,
      reason: 'the certificate of an OPC UA client is not trusted',
      data: {
        subject: subjectOf(one),
        applicationUri: uriOf(one),
        ...(unrecorded > 0 ? { othersBefore: String(unrecorded) } : {}),
      },
      happenedAt: since,
    });
  }

  /** What the record says was trusted and rejected last. */
  async #recorded(): Promise<Map<string, TrustState>> {
    const known = new Map<string, TrustState>();
    for (let from = 1; ;) {
      const events = await this.#options.records.read(scope, from, pageOfEvents);
      for (const { event } of events) {
        const state = stateAfter[event.action];
        if (state === null) known.delete(event.object);
        else if (state !== undefined) known.set(event.object, state);
      }
      const last = events.at(-1);
      if (last === undefined || events.length < pageOfEvents) return known;
      from = last.seq + 1;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch((thrown: unknown) => {
      this.#options.log.debug({ cause: messageOf(thrown) }, 'a change of trust was not made');
    });
    return done;
  }
}

const subjectOf = ({ read }: KnownCertificate): string => read.subject.replaceAll('\n', ', ').slice(0, 300);

function uriOf({ read }: KnownCertificate): string | null {
  return /(?:^|, )URI:([^,]+)/u.exec(read.subjectAltName ?? '')?.[1]?.slice(0, 300) ?? null;
}

const viewOf = (one: KnownCertificate, use: CertificateView['use']): CertificateView => ({
  thumbprint: one.thumbprint,
  use,
  state: one.state,
  subject: subjectOf(one),
  applicationUri: uriOf(one),
  validFrom: utcMs(one.read.validFromDate.getTime()),
  validTo: utcMs(one.read.validToDate.getTime()),
  since: one.since,
});

const unknown = (thumbprint: string) =>
  mesolineError(
    'certificate-unknown',
    `certificate ${thumbprint.slice(0, 64)}`,
    'No client has shown it here.',
    'Connect the client once, then look it up in the list.',
  );
