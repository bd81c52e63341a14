/**
 * Alarms for the OPC UA worker, on the main thread: it is told every alarm as the desk has it, and what its clients do to one
 * goes to the desk in the person's name. The worker's conditions follow the desk, never the other way round.
 */
import type { UtcMs } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import type { AlarmDesk, AlarmListener, AlarmRefusal, AlarmView } from '../../plant/ports/alarm-desk.ts';
import type { AlarmDeed, DeedStatus, FromConditions, ToConditions } from './conditions-messages.ts';

type Known = Readonly<{ view: AlarmView; at: UtcMs }>;

export class ConditionFeed implements AlarmListener {
  readonly #desk: AlarmDesk;
  readonly #send: (message: ToConditions) => void;
  readonly #known = new Map<string, Known>();
  /** Changed while no worker could be told. */
  readonly #untold = new Set<string>();
  #open = false;

  constructor(desk: AlarmDesk, send: (message: ToConditions) => void) {
    this.#desk = desk;
    this.#send = send;
  }

  /** For a worker that is about to start: every alarm there is. What changes until `opened` is told then. */
  async forNewWorker(): Promise<readonly AlarmView[]> {
    this.#open = false;
    this.#untold.clear();
    const views = await this.#desk.known();
    return views.map((view) => (this.#untold.has(view.id) ? (this.#known.get(view.id)?.view ?? view) : view));
  }

  /** The worker listens. */
  opened(): void {
    this.#open = true;
    for (const id of this.#untold) {
      const known = this.#known.get(id);
      if (known !== undefined) this.#send({ kind: 'alarm', ...known });
    }
    this.#untold.clear();
  }

  closed(): void {
    this.#open = false;
  }

  changed(view: AlarmView, at: UtcMs): void {
    this.#known.set(view.id, { view, at });
    if (this.#open) this.#send({ kind: 'alarm', view, at });
    else this.#untold.add(view.id);
  }

  /** @param actor whoever asks; null where nobody is logged in any more */
  async asked({ id, deed, alarm, raisedAt, note }: FromConditions, actor: Actor | null): Promise<void> {
    const status = actor === null ? 'BadUserAccessDenied' : await this.#ask(deed, alarm, raisedAt, note, actor);
    this.#send({ kind: 'alarm-deed-answer', id, status });
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
