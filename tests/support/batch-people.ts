/** The people who run batches at the API: an operator who does, a checker who looks, and whoever is asked answers. */
import type { BatchView } from '../../plant/batch-view.ts';
import { ApiPerson, type Answer, type Reached } from './api.ts';
import { until } from './waiting.ts';

export type Order = Readonly<{
  recipe: string;
  version: number | null;
  purpose: 'production' | 'rehearsal';
  skids: readonly string[];
  spares: readonly string[];
  values: Readonly<Record<string, string>>;
}>;

export class BatchPeople {
  readonly operator: ApiPerson;
  readonly checker: ApiPerson;
  #commands = 0;
  readonly #run: string;

  private constructor(operator: ApiPerson, checker: ApiPerson, run: string) {
    this.operator = operator;
    this.checker = checker;
    this.#run = run;
  }

  static async firstLogin(service: Reached): Promise<BatchPeople> {
    const operator = await ApiPerson.firstLogin(service, 'operator');
    return new BatchPeople(operator, await ApiPerson.firstLogin(service, 'checker'), 'first');
  }

  /** After a start of the service: people and passwords are as they were. */
  static async returning(service: Reached, run: string): Promise<BatchPeople> {
    const operator = await ApiPerson.returning(service, 'operator');
    return new BatchPeople(operator, await ApiPerson.returning(service, 'checker'), run);
  }

  get signers(): readonly Readonly<{ userName: string; password: string }>[] {
    return [this.operator, this.checker].map(({ user, password }) => ({ userName: user, password }));
  }

  id(what: string): string {
    this.#commands += 1;
    return `${this.#run}-${what}-${this.#commands}`;
  }

  /** Resets the skid, where it is in a safe state, as after its start. */
  async ready(skid: string): Promise<void> {
    await until(
      async () => {
        const { body } = await this.operator.get<{ demand: string; fieldDemand: string | null }>(
          `/api/skids/${skid}/values`,
        );
        if (body.demand === 'none' && body.fieldDemand === 'none') return true;
        const asked = { id: this.id('reset'), action: { kind: 'reset', inspected: true } };
        await this.operator.post(`/api/skids/${skid}/commands`, asked);
        return false;
      },
      { withinMs: 90_000, everyMs: 1000, what: () => `${skid} to be ready` },
    );
  }

  start(order: Order): Promise<Answer<{ batch?: BatchView; faults?: unknown }>> {
    return this.operator.post('/api/batches', { commandId: this.id('start'), order, signers: this.signers });
  }

  /** A rehearsal by a recipe as it was shipped. @throws Error with what was answered, where it does not start */
  async begin({ recipe, skids }: Pick<Order, 'recipe' | 'skids'>, more: Partial<Order> = {}): Promise<string> {
    const order: Order = { recipe, version: 0, purpose: 'rehearsal', skids, spares: [], values: {}, ...more };
    const { status, body } = await this.start(order);
    if (status !== 201 || body.batch === undefined) throw new Error(`${recipe} did not start: ${JSON.stringify(body)}`);
    return body.batch.id;
  }

  command(batch: string, command: string, skid: string | null = null): Promise<Answer> {
    const body = { commandId: this.id(command), command, skid, reason: 'a test' };
    return this.operator.post(`/api/batches/${batch}/commands`, body);
  }

  async view(batch: string): Promise<BatchView> {
    const { body } = await this.operator.get<{ batch: BatchView }>(`/api/batches/${batch}`);
    return body.batch;
  }

  /** Answers what stands open, each as its form asks. */
  async answer(view: BatchView): Promise<void> {
    for (const { skid, prompts } of view.units) {
      for (const { id, kind, low, high, unit, answers, withdrawn, checked } of prompts) {
        if (answers.length > 0 || withdrawn !== null) continue;
        const number = low === null ? (high ?? 10) : high === null ? low : (low + high) / 2;
        const value = kind === 'number' ? `${number}${unit === null ? '' : ` ${unit}`}` : 'done';
        const signers = checked === null ? [] : this.signers;
        const body = { commandId: this.id('answer'), skid, prompt: id, value, reason: '', signers };
        const { status, body: said } = await this.operator.post(`/api/batches/${view.id}/answers`, body);
        // Between the look and the answer its step may have ended.
        const isWithdrawn = status === 409 && JSON.stringify(said).includes('It is not asked any more');
        if (status >= 300 && !isWithdrawn) throw new Error(`${id} was not answered: ${JSON.stringify(said)}`);
      }
    }
  }

  /** Until it is so, answering whatever is asked meanwhile. */
  async until(batch: string, isSo: (view: BatchView) => boolean, withinMs: number): Promise<BatchView> {
    const seen: BatchView[] = [];
    await until(
      async () => {
        const now = await this.view(batch);
        seen[0] = now;
        if (isSo(now)) return true;
        await this.answer(now);
        return false;
      },
      { withinMs, what: () => `${batch}; it says ${JSON.stringify(saidOf(seen[0] ?? null))}` },
    );
    const [last] = seen;
    if (last === undefined) throw new Error(`${batch} was not seen`);
    return last;
  }
}

const saidOf = (view: BatchView | null): unknown =>
  view?.units.map(({ skid, state, next, message, collectedMl }) => ({ skid, state, next, message, collectedMl }));
