/**
 * The people of one life of the service: every request of theirs is noted with its answer, or that there was none, so that it can
 * be held against the record, and asked again word for word.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { BatchView } from '../../plant/batch-view.ts';
import type { BatchPeople } from '../support/batch-people.ts';
import type { Acknowledged } from './batch-kill-record.ts';

/** `status` null: the service was gone before it answered. */
export type Asked = Acknowledged &
  Readonly<{ path: string; body: object; status: number | null; batch: string | null; said: string }>;

export const isDone = ({ status }: Asked): boolean => status !== null && status < 300;
/** Accepted says that it is done and that its record follows. */
export const isOnRecord = (asked: Asked): boolean => isDone(asked) && asked.status !== 202;

const lookedEveryMs = 100;

export class Shift {
  readonly asked: Asked[] = [];
  /** Most that was shown to people of each unit, by `batch skid`, in mL: it is theirs, whatever comes. */
  readonly shown: Map<string, number>;
  readonly #people: BatchPeople;
  #isOver = false;

  constructor(people: BatchPeople, shown: Map<string, number>) {
    this.#people = people;
    this.shown = shown;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
  }

  start(skids: readonly string[]): Promise<Asked> {
    const order = { recipe: 'CdSe-short', version: 0, purpose: 'rehearsal', skids, spares: [], values: {} };
    return this.#ask('start', '/api/batches', { order, signers: this.#people.signers });
  }

  command(batch: string, command: string, skid: string | null = null): Promise<Asked> {
    return this.#ask(command, `/api/batches/${batch}/commands`, { command, skid, reason: 'a test' });
  }

  reconcile(batch: string, skid: string): Promise<Asked> {
    const body = { skid, reason: 'as it is shown', signers: this.#people.signers };
    return this.#ask('reconcile', `/api/batches/${batch}/reconcile`, body);
  }

  /** Asks the very same again. @returns the status of its answer */
  async again({ path, body }: Asked): Promise<number> {
    return (await this.#people.operator.post(path, body)).status;
  }

  /** Looks at the batches and answers what they ask, until its end, that of the service, or that of all batches. */
  async tend(batches: () => readonly string[], isOver: (views: readonly BatchView[]) => boolean): Promise<void> {
    const views = new Map<string, BatchView>();
    while (!this.#isOver) {
      for (const batch of batches()) {
        const view = await this.view(batch).catch(() => null);
        if (view === null) return;
        views.set(batch, view);
        if (await this.#answer(view)) return;
      }
      if (isOver([...views.values()])) return;
      await pause(lookedEveryMs);
    }
  }

  async view(batch: string): Promise<BatchView> {
    const view = await this.#people.view(batch);
    for (const { skid, collectedMl } of view.units) {
      const key = `${batch} ${skid}`;
      this.shown.set(key, Math.max(this.shown.get(key) ?? 0, collectedMl));
    }
    return view;
  }

  /** @returns whether the service is gone */
  async #answer(view: BatchView): Promise<boolean> {
    for (const { skid, prompts } of view.units) {
      for (const { id, answers, withdrawn, checked } of prompts) {
        if (this.#isOver || answers.length > 0 || withdrawn !== null) continue;
        const signers = checked === null ? [] : this.#people.signers;
        const body = { skid, prompt: id, value: 'done', reason: '', signers };
        const { status } = await this.#ask(`answer ${id}`, `/api/batches/${view.id}/answers`, body);
        if (status === null) return true;
      }
    }
    return false;
  }

  async #ask(what: string, path: string, more: object): Promise<Asked> {
    const commandId = this.#people.id(what.split(' ')[0] ?? what);
    const body = { commandId, ...more };
    const unanswered: Asked = { commandId, what, path, body, status: null, batch: null, said: '' };
    const at = this.asked.push(unanswered) - 1;
    type Said = Readonly<{ batch?: BatchView; message?: string }>;
    const answered = await this.#people.operator.post<Said>(path, body).catch(() => null);
    if (answered === null) return unanswered;
    const { status, body: said } = answered;
    const asked = { ...unanswered, status, batch: said.batch?.id ?? null, said: said.message ?? '' };
    this.asked[at] = asked;
    return asked;
  }
}
