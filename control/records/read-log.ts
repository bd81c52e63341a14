/** Who has read which record, as events: one for what the same person reads again at the same terminal within ten minutes. */
import type { Actor } from '../../plant/people.ts';
import type { RecordRead } from '../../plant/ports/audit-trail.ts';
import type { RecordEvent, RecordValue } from '../../plant/record-event.ts';

const oneReadingMs = 10 * 60_000;

export class ReadLog {
  readonly #read = new Map<string, number>();

  /**
   * The event to record, or null where it is the same reading still.
   * @param data what was asked for within the record; another one is another reading
   */
  take(
    { record, as, actor }: RecordRead,
    atMs: number,
    data: Readonly<{ [key: string]: RecordValue }> = {},
  ): RecordEvent | null {
    for (const [key, since] of this.#read) if (atMs - since >= oneReadingMs) this.#read.delete(key);
    const key = JSON.stringify([whoOf(actor), record, as, data]);
    if (this.#read.has(key)) return null;
    this.#read.set(key, atMs);
    return { scope: 'access', actor, action: 'record-read', object: record, data: { as, ...data } };
  }
}

const whoOf = (actor: Actor): readonly string[] =>
  actor.kind === 'person' ? [actor.id, actor.terminal] : [actor.kind === 'batch' ? actor.batch : actor.part];
