/** The journal of alarms: each transition as a line of the record, and the newest of them at hand. */
import { utcMs, type UtcMs } from '../plant/clock.ts';
import type { Actor } from '../plant/people.ts';
import type { AlarmTransition } from '../plant/ports/alarm-desk.ts';
import type { RecordKeeper } from '../plant/ports/record-keeper.ts';
import { qualityName, type Quality } from '../plant/quality.ts';
import { recordNumber, type RecordValue, type StoredEvent } from '../plant/record-event.ts';
import type { PastEvent } from '../plant/record-outbox.ts';
import { skidName, type TagValue } from '../plant/sample.ts';
import type { AlarmPoint } from './point.ts';

export const scope = 'alarms';
export const service: Actor = { kind: 'service', part: 'alarms' };

const atHand = 10_000;
const page = 1000;

export function recordOf(
  point: AlarmPoint,
  { what, at, note, value }: AlarmTransition,
  quality: Quality,
  actor: Actor,
): PastEvent {
  return {
    scope,
    actor,
    action: `alarm-${what}`,
    object: point.id,
    ...(value !== null && { new: typeof value === 'number' ? recordNumber(value) : value }),
    ...(point.unit !== null && { unit: point.unit }),
    ...(note !== null && { reason: note }),
    data: {
      skid: point.skid,
      title: point.title,
      level: point.level,
      priority: recordNumber(point.priority),
      quality: qualityName(quality),
      ...(point.limit !== null && { limit: recordNumber(point.limit) }),
      ...(point.kind !== 'limit' && { cause: point.cause }),
      // No file has these words: after a restart they are read from here.
      ...(point.kind === 'standing' && {
        consequence: point.consequence,
        response: point.response,
        respondWithinMs: recordNumber(point.respondWithinMs),
      }),
    },
    happenedAt: at,
  };
}

const whats = [
  'raised',
  'cleared',
  'acknowledged',
  'confirmed',
  'commented',
  'suppressed',
  'unsuppressed',
] as const satisfies readonly AlarmTransition['what'][];

/** A transition as the record tells it; null where the event is no alarm's. */
export function transitionOf({ event, utc }: StoredEvent): AlarmTransition | null {
  const what = whats.find((word) => event.action === `alarm-${word}`);
  if (what === undefined) return null;
  const skid = event.data?.['skid'];
  return {
    alarm: event.object,
    skid: skidName(typeof skid === 'string' ? skid : ''),
    at: event.happenedAt ?? utcMs(utc),
    what,
    value: valueOf(event.new ?? null),
    by: event.actor.kind === 'person' ? event.actor.printedName : null,
    note: event.reason ?? null,
  };
}

function valueOf(value: RecordValue): TagValue {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return null;
  const number = Number(value);
  return value.trim() !== '' && Number.isFinite(number) ? number : value;
}

/** Every event of the scope from `from` on, in pages, so that a long record is never held whole. */
export async function* storedEvents(records: RecordKeeper, from = 0): AsyncGenerator<StoredEvent> {
  for (let next = from; ;) {
    const events = await records.read(scope, next, page);
    yield* events;
    const last = events.at(-1);
    if (last === undefined || events.length < page) return;
    next = last.seq + 1;
  }
}

/** The newest transitions. What lies before them is read from the record. */
export class Journal {
  readonly #records: RecordKeeper;
  readonly #newest: AlarmTransition[] = [];
  #whole = true;

  constructor(records: RecordKeeper) {
    this.#records = records;
  }

  get size(): number {
    return this.#newest.length;
  }

  add(transition: AlarmTransition): void {
    this.#newest.push(transition);
    // Half is dropped at a time, so that a line costs the same however long the journal is.
    if (this.#newest.length < 2 * atHand) return;
    this.#newest.splice(0, atHand);
    this.#whole = false;
  }

  clear(): void {
    this.#newest.length = 0;
    this.#whole = true;
  }

  /** The newest `limit` transitions from `from` to `to`, the newest first. */
  async between(from: UtcMs, to: UtcMs, limit: number): Promise<readonly AlarmTransition[]> {
    const within = ({ at }: AlarmTransition): boolean => at >= from && at <= to;
    const found = this.#newest.filter(within).slice(-limit).reverse();
    const oldest = this.#newest[0];
    if (this.#whole || oldest === undefined || oldest.at <= from || found.length >= limit) return found;
    const before: AlarmTransition[] = [];
    for await (const stored of storedEvents(this.#records)) {
      const transition = transitionOf(stored);
      if (transition === null || !within(transition)) continue;
      if (transition.at >= oldest.at) break;
      before.push(transition);
      if (before.length > 2 * limit) before.splice(0, limit);
    }
    return [...found, ...before.reverse()].slice(0, limit);
  }
}
