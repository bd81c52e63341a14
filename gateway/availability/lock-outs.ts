/**
 * Locking out for maintenance. A lock stands from the moment it is asked for, and is answered once it is on disk; it is taken
 * away only after that is on disk. Until the record of a skid has been read, everything of it is blocked.
 *
 * Each person has their own lock. Somebody else's is taken away by a process engineer only: whoever works behind it may not
 * be seen from here.
 */
import type { Block } from '../../plant/block.ts';
import type { Clock } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { MaintenanceDesk, MaintenanceRefusal } from '../../plant/ports/maintenance-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { RecordEvent, StoredEvent } from '../../plant/record-event.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { Cancel, Timers } from '../timers.ts';
import {
  blockOfLock,
  givenBack,
  holderOf,
  lockOf,
  lockedOut,
  maintenanceRefused,
  maintenanceScope,
  placeName,
  sentence,
  standingAfter,
  timeText,
  unknownLockOuts,
  without,
  type Asked,
  type LockOut,
} from './lock-out-record.ts';

export type LockOutsOptions = Readonly<{
  skids: readonly Skid[];
  authority: Authority;
  records: RecordKeeper;
  clock: Clock;
  timers: Timers;
  log: Log;
}>;

type Answer = Readonly<{ done: true }> | MaintenanceRefusal;
type Request = Parameters<MaintenanceDesk['lockOut']>[0];

type Standing = {
  /** Null while what stands is not known, and then why. */
  locks: readonly LockOut[] | null;
  why: string;
  /** Asked for, and not recorded yet: they block already. */
  readonly asked: Set<LockOut>;
  blocks: readonly Block[];
  turn: Promise<unknown>;
};

const eventsAtOnce = 500;
const readAgainMs = 5000;
const longestReason = 1000;

export class LockOuts {
  readonly #options: LockOutsOptions;
  readonly #standing = new Map<SkidName, Standing>();
  readonly #refusals = new Set<Promise<void>>();
  #cancelReading: Cancel | null = null;

  constructor(options: LockOutsOptions) {
    this.#options = options;
    const why = 'The service has not read its record yet';
    for (const { name } of options.skids) {
      const blocks = [unknownLockOuts(name, why)];
      this.#standing.set(name, { locks: null, why, asked: new Set(), blocks, turn: Promise.resolve() });
    }
  }

  /** What cannot be read blocks everything, and is read again until it can be. */
  async start(): Promise<void> {
    await this.#readAll();
    this.#cancelReading ??= this.#options.timers.every(readAgainMs, () => void this.#readAll());
  }

  async stop(): Promise<void> {
    this.#cancelReading?.();
    this.#cancelReading = null;
    await Promise.allSettled([...this.#standing.values()].map(({ turn }) => turn));
    await Promise.all(this.#refusals);
  }

  /** As things stand now. */
  blocks(skid: SkidName): readonly Block[] {
    return this.#standing.get(skid)?.blocks ?? [];
  }

  /** What a person should know, in sentences. */
  notes(): readonly string[] {
    return [...this.#standing].flatMap(([skid, { locks, why }]) =>
      locks === null ? [unknownLockOuts(skid, why).message] : [],
    );
  }

  lockOut(request: Request): Promise<Answer> {
    return this.#asked(request, 'lock-out', async (asked, standing) => {
      const lock = lockOf(asked);
      standing.asked.add(lock);
      this.#show(asked.skid, standing);
      try {
        return await inTurn(standing, () => this.#lock(asked, standing));
      } finally {
        standing.asked.delete(lock);
        this.#show(asked.skid, standing);
      }
    });
  }

  giveBack(request: Request): Promise<Answer> {
    return this.#asked(request, 'give-back', (asked, standing) =>
      inTurn(standing, () => this.#unlock(asked, standing)),
    );
  }

  /** One after another for each skid, so that the record has them in the order in which they stood. */
  async #asked(
    request: Request,
    what: 'lock-out' | 'give-back',
    act: (asked: Asked, standing: Standing) => Promise<string | null>,
  ): Promise<Answer> {
    const { skid, device, actor } = request;
    const standing = this.#standing.get(skid);
    if (standing === undefined) return { done: false, reason: `There is no skid ${skid}.` };
    const asked: Asked = { skid, device, actor, reason: request.reason.trim(), at: this.#options.clock.utc() };
    const refusal = this.#refusal(asked, what) ?? (await act(asked, standing));
    if (refusal === null) return { done: true };
    this.#recordRefusal(maintenanceRefused(asked, what, refusal));
    return { done: false, reason: refusal };
  }

  #refusal({ actor, reason, skid, device }: Asked, what: 'lock-out' | 'give-back'): string | null {
    const decision = this.#options.authority.decide(actor, 'lock out for maintenance');
    if (!decision.allowed) return decision.reason;
    if (reason === '') return 'Give the reason; it is recorded, and shown to whoever is refused by it.';
    if (reason.length > longestReason) return `The reason is longer than ${longestReason} characters.`;
    // What is no longer of the skid may still be given back.
    const devices = this.#devicesOf(skid);
    if (what === 'give-back' || device === null || devices.includes(device)) return null;
    return `${skid} has no device ${device}. Its devices: ${devices.join(', ')}.`;
  }

  async #lock(asked: Asked, standing: Standing): Promise<string | null> {
    const { skid, device, actor, reason } = asked;
    const before = await this.#known(skid, standing);
    if (before === null) return unknownLockOuts(skid, standing.why).message;
    const own = before.find((lock) => lock.device === device && lock.holder === holderOf(actor));
    if (own !== undefined)
      return `You have locked it out already, since ${timeText(own.since)}: ${sentence(own.reason)}`;
    try {
      await this.#options.records.append(lockedOut(asked));
      this.#stand(skid, standing, [...before, lockOf(asked)]);
    } catch (thrown) {
      const now = await this.#readAgain(skid, standing);
      if (now === null)
        return `Whether it is locked out is not known; all of ${skid} is blocked: ${sentence(messageOf(thrown))}`;
      if (!holds(now, asked))
        return `It is not locked out, since that cannot be recorded: ${sentence(messageOf(thrown))}`;
    }
    this.#options.log.info({ skid, device, reason }, `${placeName(skid, device)} is locked out for maintenance`);
    return null;
  }

  async #unlock(asked: Asked, standing: Standing): Promise<string | null> {
    const { skid, device, actor } = asked;
    const locks = await this.#known(skid, standing);
    if (locks === null) return unknownLockOuts(skid, standing.why).message;
    const here = locks.filter((lock) => lock.device === device);
    const own = here.find((lock) => lock.holder === holderOf(actor));
    const lock = own ?? here[0];
    if (lock === undefined) return `${placeName(skid, device)} is not locked out.`;
    if (own === undefined) {
      const decision = this.#options.authority.decide(actor, "give back another's lock");
      if (!decision.allowed) return `The lock is ${lock.by}'s. ${decision.reason}`;
    }
    try {
      await this.#options.records.append(givenBack(asked, lock));
      this.#stand(skid, standing, without(locks, lock));
    } catch (thrown) {
      const now = await this.#readAgain(skid, standing);
      if (now === null || without(now, lock).length < now.length)
        return `It stays locked out, since giving it back cannot be recorded: ${sentence(messageOf(thrown))}`;
    }
    this.#options.log.info({ skid, device, lockedBy: lock.by }, `${placeName(skid, device)} was given back`);
    return null;
  }

  async #readAll(): Promise<void> {
    const unread = [...this.#standing].filter(([, { locks }]) => locks === null);
    await Promise.all(unread.map(([skid, standing]) => inTurn(standing, () => this.#known(skid, standing))));
  }

  /** What stands, read from the record where it is not known yet; null where it cannot be. */
  async #known(skid: SkidName, standing: Standing): Promise<readonly LockOut[] | null> {
    if (standing.locks !== null) return standing.locks;
    try {
      const locks = standingAfter(await this.#events(skid));
      this.#stand(skid, standing, locks);
      return locks;
    } catch (thrown) {
      const why = messageOf(thrown);
      if (why !== standing.why) this.#options.log.error({ skid, cause: why }, 'what is locked out cannot be read');
      standing.why = why;
      this.#show(skid, standing);
      return null;
    }
  }

  async #events(skid: SkidName): Promise<readonly StoredEvent[]> {
    const { records } = this.#options;
    const scope = maintenanceScope(skid);
    const scopes = await records.scopes(scope);
    if (!scopes.some((each) => each.scope === scope)) return [];
    const all: StoredEvent[] = [];
    for (;;) {
      const some = await records.read(scope, (all.at(-1)?.seq ?? 0) + 1, eventsAtOnce);
      all.push(...some);
      if (some.length < eventsAtOnce) return all;
    }
  }

  #stand(skid: SkidName, standing: Standing, locks: readonly LockOut[]): void {
    standing.locks = locks;
    this.#show(skid, standing);
  }

  #show(skid: SkidName, standing: Standing): void {
    const { locks, asked, why } = standing;
    const known = locks === null ? [unknownLockOuts(skid, why)] : locks.map((lock) => blockOfLock(skid, lock));
    const more = [...asked].filter((lock) => locks === null || without(locks, lock).length === locks.length);
    standing.blocks = [...known, ...more.map((lock) => blockOfLock(skid, lock))];
  }

  /** After an event of which it is not known whether it was written, the record says what stands, as after a start. */
  #readAgain(skid: SkidName, standing: Standing): Promise<readonly LockOut[] | null> {
    standing.locks = null;
    return this.#known(skid, standing);
  }

  #devicesOf(skid: SkidName): readonly string[] {
    const found = this.#options.skids.find(({ name }) => name === skid);
    return found?.type.devices.map(({ name }) => name) ?? [];
  }

  /** Whoever was refused does not wait for the record of it; a stop does. */
  #recordRefusal(event: RecordEvent): void {
    const recorded = this.#options.records.append(event).then(
      () => undefined,
      (thrown: unknown) =>
        this.#options.log.error({ event, cause: messageOf(thrown) }, 'a refusal could not be recorded'),
    );
    this.#refusals.add(recorded);
    void recorded.finally(() => this.#refusals.delete(recorded));
  }
}

const holds = (locks: readonly LockOut[], { device, actor }: Asked): boolean =>
  locks.some((lock) => lock.device === device && lock.holder === holderOf(actor));

function inTurn<T>(standing: Standing, act: () => Promise<T>): Promise<T> {
  const result = standing.turn.then(act);
  standing.turn = result.catch(() => undefined);
  return result;
}
