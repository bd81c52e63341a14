/**
 * Alarms for the OPC UA worker, on the main thread: it is told every alarm as the desk has it, and what its clients do to one
 * goes to the desk in the person's name. The worker's conditions follow the desk, never the other way round.
 */
import { utcMs, type UtcMs } from '../../../plant/clock.ts';
import type { Actor } from '../../../plant/people.ts';
import type { AlarmDesk, AlarmListener, AlarmRefusal, AlarmView } from '../../../plant/ports/alarm-desk.ts';
import type { AlarmDeed, DeedStatus, FromConditions, ToConditions } from './conditions-messages.ts';
import { lastTimeOf } from './conditions-text.ts';

type Known = Readonly<{ view: AlarmView; at: UtcMs }>;

export class ConditionFeed implements AlarmListener {
  readonly #desk: AlarmDesk;
  readonly #known = new Map<string, Known>();
  /** Changed while no worker could be told. */
  readonly #untold = new Set<string>();
  #learning: Set<string> | null = null;
  #send: ((message: ToConditions) => void) | null = null;

  constructor(desk: AlarmDesk) {
    this.#desk = desk;
  }

  /** Every alarm as the desk has it now; later changes are told by `changed`. */
  async learn(): Promise<void> {
    const meanwhile = new Set<string>();
    this.#learning = meanwhile;
    for (const view of await this.#desk.known()) {
      if (!meanwhile.has(view.id)) this.#known.set(view.id, { view, at: lastTimeOf(view) ?? utcMs(0) });
    }
    this.#learning = null;
  }

  /** For a worker that is about to start. What changes from now on, it is told when it listens. */
  forNewWorker(): readonly AlarmView[] {
    this.#send = null;
    this.#untold.clear();
    return [...this.#known.values()].map(({ view }) => view);
  }

  /** A worker listens. */
  attach(send: (message: ToConditions) => void): void {
    this.#send = send;
    for (const id of this.#untold) {
      const known = this.#known.get(id);
      if (known !== undefined) send({ kind: 'alarm', ...known });
    }
    this.#untold.clear();
  }

  detach(): void {
    this.#send = null;
  }

  changed(view: AlarmView, at: UtcMs): void {
    this.#known.set(view.id, { view, at });
    this.#learning?.add(view.id);
    if (this.#send === null) this.#untold.add(view.id);
    else this.#send({ kind: 'alarm', view, at });
  }

  /** @param actor whoever asks; null where nobody is logged in any more */
  async asked(
    { id, deed, alarm, raisedAt, note }: FromConditions,
    actor: Actor | null,
    reply: (answer: ToConditions) => void,
  ): Promise<void> {
    const status = actor === null ? 'BadUserAccessDenied' : await this.#ask(deed, alarm, raisedAt, note, actor);
    reply({ kind: 'alarm-deed-answer', id, status });
  }

  async #ask(deed: AlarmDeed, alarm: string, raisedAt: UtcMs | null, note: string, actor: Actor): Promise<DeedStatus> {
    const known = this.#known.get(alarm);
    // What the client has seen is not what stands there now: the desk must not take the one for the other.
    if (known !== undefined && known.view.raisedAt !== raisedAt) return 'BadEventIdUnknown';
    try {
      const [refusal] = await this.#desk[deed]([alarm], actor, note);
      return refusal === undefined ? 'Good' : statusOf[refusal.by];
    } catch {
      return 'BadResourceUnavailable';
    }
  }
}

const statusOf: Readonly<Record<AlarmRefusal['by'], DeedStatus>> = {
  authority: 'BadUserAccessDenied',
  name: 'BadNodeIdUnknown',
  state: 'BadInvalidState',
  'raised again': 'BadEventIdUnknown',
  record: 'BadResourceUnavailable',
};
