/** What the record says of locking out: the events, and which lock-outs stand after them. Pure. */
import { isoUtc, type UtcMs } from '../../plant/clock.ts';
import type { Block } from '../../plant/block.ts';
import { mesolineError } from '../../plant/errors.ts';
import { actorName, type Actor } from '../../plant/people.ts';
import type { RecordEvent, StoredEvent } from '../../plant/record-event.ts';
import type { SkidName } from '../../plant/sample.ts';

/** One person's lock on a device, or on the whole skid. Several people may each have theirs on the same device. */
export type LockOut = Readonly<{
  /** Null: the whole skid. */
  device: string | null;
  /** Key of whoever locked it. */
  holder: string;
  by: string;
  reason: string;
  since: UtcMs;
}>;

export type Asked = Readonly<{ skid: SkidName; device: string | null; reason: string; actor: Actor; at: UtcMs }>;

export const maintenanceScope = (skid: SkidName): string => `maintenance/${skid}`;

/** Tells people apart for good: names change, ids do not. */
export const holderOf = (actor: Actor): string =>
  actor.kind === 'person' ? actor.id : actor.kind === 'batch' ? actor.batch : actor.part;

export const placeName = (skid: SkidName, device: string | null): string =>
  device === null ? skid : `${skid}/${device}`;

export const lockedOut = ({ skid, device, reason, actor, at }: Asked): RecordEvent => ({
  scope: maintenanceScope(skid),
  actor,
  action: 'locked-out',
  object: placeName(skid, device),
  reason,
  data: { device, holder: holderOf(actor), by: actorName(actor) },
  happenedAt: at,
});

export const lockOf = ({ device, reason, actor, at }: Asked): LockOut => ({
  device,
  holder: holderOf(actor),
  by: actorName(actor),
  reason,
  since: at,
});

/** @param lock the one given back, which may be another person's */
export const givenBack = ({ skid, device, reason, actor, at }: Asked, lock: LockOut): RecordEvent => ({
  scope: maintenanceScope(skid),
  actor,
  action: 'given-back',
  object: placeName(skid, device),
  reason,
  data: { device, holder: lock.holder, by: lock.by, lockedSince: isoUtc(lock.since) },
  happenedAt: at,
});

export const maintenanceRefused = (asked: Asked, what: 'lock-out' | 'give-back', why: string): RecordEvent => ({
  scope: maintenanceScope(asked.skid),
  actor: asked.actor,
  action: `${what}-refused`,
  object: placeName(asked.skid, asked.device),
  reason: asked.reason,
  data: { why },
  happenedAt: asked.at,
});

const sameLock = (one: Pick<LockOut, 'device' | 'holder'>, other: Pick<LockOut, 'device' | 'holder'>): boolean =>
  one.device === other.device && one.holder === other.holder;

export const without = (locks: readonly LockOut[], lock: Pick<LockOut, 'device' | 'holder'>): readonly LockOut[] =>
  locks.filter((each) => !sameLock(each, lock));

/**
 * What is locked out after the events, in their order.
 * @throws MesolineError `lock-outs-unreadable` where an event does not say what was locked out by whom
 */
export function standingAfter(events: readonly StoredEvent[]): readonly LockOut[] {
  let locks: readonly LockOut[] = [];
  for (const { event, utc } of events) {
    if (event.action !== 'locked-out' && event.action !== 'given-back') continue;
    const { device, holder, by } = event.data ?? {};
    if ((device !== null && typeof device !== 'string') || typeof holder !== 'string' || typeof by !== 'string') {
      throw mesolineError(
        'lock-outs-unreadable',
        event.object,
        `Its record "${event.action}" does not say whose lock it is.`,
        'Have the record looked at; until then everything is blocked.',
      );
    }
    const others = without(locks, { device, holder });
    const since = event.happenedAt ?? utc;
    locks =
      event.action === 'locked-out' ? [...others, { device, holder, by, reason: event.reason ?? '', since }] : others;
  }
  return locks;
}

export const blockOfLock = (skid: SkidName, { device, holder, by, reason, since }: LockOut): Block => ({
  device,
  kind: 'locked out',
  message: `${placeName(skid, device)} is locked out for maintenance by ${by} since ${timeText(since)}: ${sentence(reason)}`,
  by,
  holder,
  since,
});

/** While it is not known what is locked out, everything is. */
export const unknownLockOuts = (skid: SkidName, why: string): Block => ({
  device: null,
  kind: 'locked out',
  message: `What of ${skid} is locked out for maintenance is not known: ${sentence(why)}`,
  by: null,
  since: null,
  doubtful: true,
});

/** `2026-10-02 09:30:12 UTC` */
export const timeText = (utc: UtcMs): string => `${isoUtc(utc).slice(0, 19).replace('T', ' ')} UTC`;

export const sentence = (text: string): string => (/[.!?]$/u.test(text) ? text : `${text}.`);
