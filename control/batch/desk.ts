/** The desk at which people start, command and sign batches: who may, whether it is permitted now, and once only. */
import type { BatchCommand, BatchView } from '../../plant/batch-view.ts';
import { messageOf } from '../../plant/errors.ts';
import { actorName, type Actor } from '../../plant/people.ts';
import type { BatchDesk, BatchRefusal } from '../../plant/ports/batch-desk.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { didYouMean } from '../../plant/suggest.ts';
import { toldState } from './engine-state.ts';
import type { Equipment } from './equipment.ts';
import { batchEvent } from './events.ts';
import { Answers, commandKey, goesToSafety } from './idempotency.ts';
import type { BatchHost } from './host.ts';
import { isFinal, occupiesSkid } from './phase-table.ts';
import type { MasterRecipe } from './recipe.ts';
import type { BatchRunner } from './runner.ts';
import { signRecord } from './sign.ts';
import { nextBatchId, permissiveRefusal, prepareBatch, recipeRefusal } from './start.ts';
import { permission, recipeView } from './view.ts';

type Answer = Readonly<{ done: true; batch: BatchView }> | BatchRefusal;
type StartRequest = Parameters<BatchDesk['start']>[0];
type CommandRequest = Parameters<BatchDesk['command']>[0];
type SignRequest = Parameters<BatchDesk['sign']>[0];

const refusal = (reason: string): BatchRefusal => ({ done: false, reason });
const notReady = 'Batches are not ready: the service starts or stops.';

export class Desk implements BatchDesk {
  readonly #host: BatchHost;
  /** Skids on which a batch is just being started, with its id. */
  readonly #starting = new Map<SkidName, string>();
  readonly #answers = new Answers<Answer>();
  readonly #signing = new Map<string, Promise<unknown>>();

  constructor(host: BatchHost) {
    this.#host = host;
  }

  recipes(): ReturnType<BatchDesk['recipes']> {
    return Promise.resolve(this.#host.recipes.map(recipeView));
  }

  /** The newest first. */
  batches(): ReturnType<BatchDesk['batches']> {
    const runners = [...this.#host.runners.values()].sort((one, other) => (one.core.id < other.core.id ? 1 : -1));
    return Promise.resolve(runners.map(({ shown }) => this.#host.view(shown)));
  }

  batch(id: string): ReturnType<BatchDesk['batch']> {
    const runner = this.#host.runners.get(id);
    return Promise.resolve(runner === undefined ? null : this.#host.view(runner.shown));
  }

  start(request: StartRequest): Promise<Answer> {
    const what = JSON.stringify(['start', request.skid, request.recipe]);
    return this.#answers.once(keyOf(request), what, () => this.#start(request)) ?? usedBefore(request);
  }

  command(request: CommandRequest): Promise<Answer> {
    const what = JSON.stringify([request.command, request.batch]);
    const answer = this.#answers.once(keyOf(request), what, () => this.#command(request));
    // The safe direction is taken whatever its id: an answer that says done would be believed.
    return answer ?? (goesToSafety(request.command) ? this.#command(request) : usedBefore(request));
  }

  sign(request: SignRequest): ReturnType<BatchDesk['sign']> {
    const runner = this.#host.runners.get(request.batch);
    if (runner === undefined) return Promise.resolve(refusal(`There is no batch "${request.batch}".`));
    const state = toldState(runner.shown);
    if (!isFinal(state)) {
      return Promise.resolve(refusal(`${request.batch} is ${state}; a record is signed after the batch has ended.`));
    }
    // One signature of a batch after the other, so that a second click meets the first one's.
    const before = this.#signing.get(request.batch) ?? Promise.resolve();
    const signed = before.then(async () => {
      await runner.settled();
      const result = await signRecord(request, this.#host.ports.desk, this.#host.ports.records);
      if (result.done) this.#host.signed(request.batch);
      return result;
    });
    this.#signing.set(
      request.batch,
      signed.catch(() => undefined),
    );
    return signed;
  }

  async #start(request: StartRequest): Promise<Answer> {
    const { ports, runners } = this.#host;
    const before = this.#host.earlierCommands.get(keyOf(request));
    const earlier = runners.get(before?.batch ?? '');
    if (before !== undefined && earlier !== undefined) {
      const same = before.command === 'start' && earlier.core.skid === request.skid;
      return same ? { done: true, batch: this.#host.view(earlier.shown) } : usedBefore(request);
    }
    const checked = this.#checkStart(request);
    if ('refusal' in checked) return refusal(checked.refusal);
    const { skid, equipment, recipe } = checked;

    this.#starting.set(skid.name, '');
    try {
      const taken = new Set([...runners.keys(), ...this.#starting.values()]);
      const id = await nextBatchId(ports.records, ports.clock, taken);
      this.#starting.set(skid.name, id);
      const news = () => this.#host.news.get(skid.name) ?? null;
      const prepared = await prepareBatch(id, { ...request, skid, equipment, recipe, news }, ports);
      if ('refusal' in prepared) return refusal(prepared.refusal);
      const runner = this.#host.adopt(prepared.core);
      if (runner === null) return refusal(`${skid.name} runs no batches.`);
      try {
        await runner.begin();
      } catch (thrown) {
        runners.delete(id);
        throw thrown;
      }
      return { done: true, batch: this.#host.view(runner.shown) };
    } catch (thrown) {
      return refusal(`The start could not be recorded: ${messageOf(thrown)}`);
    } finally {
      this.#starting.delete(skid.name);
    }
  }

  #checkStart(request: StartRequest): CheckedStart {
    const { ports, site, recipes, runners } = this.#host;
    if (!this.#host.isReady()) return { refusal: notReady };
    const decision = ports.authority.decide(request.actor, 'start batch');
    if (!decision.allowed) return { refusal: decision.reason };
    const place = site.get(request.skid);
    if (place === undefined) {
      return {
        refusal: `There is no skid "${request.skid}". ${didYouMean(request.skid, site.keys(), 'Look at the overview.')}`,
      };
    }
    const { skid, equipment } = place;
    if (equipment === null) return { refusal: `${skid.name} runs no batches.` };
    const recipe = recipes.find(({ name }) => name === request.recipe);
    if (recipe === undefined) {
      const names = recipes.map(({ name }) => name);
      return {
        refusal: `There is no recipe "${request.recipe}". ${didYouMean(request.recipe, names, `There is ${names.join(', ')}.`)}`,
      };
    }
    const open = [...runners.values()].find(({ core }) => core.skid === skid.name && occupiesSkid(core.state));
    if (open !== undefined)
      return { refusal: `${skid.name} is taken by ${open.core.id}, which is ${open.core.state}.` };
    if (this.#starting.has(skid.name)) return { refusal: `A batch is just being started on ${skid.name}.` };
    const refused =
      recipeRefusal(recipe, skid) ??
      signersRefusal(recipe, request.signers) ??
      permissiveRefusal(skid, this.#host.news.get(skid.name) ?? null, ports.clock);
    return refused === null ? { skid, equipment, recipe } : { refusal: refused };
  }

  async #command(request: CommandRequest): Promise<Answer> {
    const runner = this.#host.runners.get(request.batch);
    if (runner === undefined) return refusal(`There is no batch "${request.batch}".`);
    const before = this.#host.earlierCommands.get(keyOf(request));
    if (before !== undefined) {
      const same = before.batch === request.batch && before.command === request.command;
      if (same) return { done: true, batch: this.#host.view(runner.shown) };
      if (!goesToSafety(request.command)) return usedBefore(request);
    }
    const refusedBy = this.#commandRefusal(runner, request);
    if (refusedBy !== null) {
      this.#recordRefusal(runner, request, refusedBy);
      return refusal(refusedBy);
    }
    const { command, commandId, actor } = request;
    const reason = request.reason.trim() === '' ? `by ${actorName(actor)}` : request.reason.trim();
    try {
      const legal = await runner.command({ command, commandId, actor, reason });
      if (legal !== null) return refusal(legal);
    } catch (thrown) {
      return refusal(`${command} could not be recorded: ${messageOf(thrown)}`);
    }
    return { done: true, batch: this.#host.view(runner.shown) };
  }

  #commandRefusal(
    runner: BatchRunner,
    { actor, command }: Readonly<{ actor: Actor; command: BatchCommand }>,
  ): string | null {
    if (!this.#host.isReady()) return notReady;
    const { authority } = this.#host.ports;
    const decision = authority.decide(actor, 'command batch');
    // Whoever may ask for a safe state may also hold a batch.
    if (!decision.allowed && !(command === 'Hold' && authority.decide(actor, 'ask safe state').allowed)) {
      return decision.reason;
    }
    const { core } = runner;
    const { news, site } = this.#host;
    return permission(core, command, news.get(core.skid) ?? null, site.get(core.skid)?.equipment ?? null).refusedBy;
  }

  /** A refusal is one entry in the record, and waits for nothing. */
  #recordRefusal(
    { core }: BatchRunner,
    { actor, command, commandId, reason: said }: CommandRequest,
    reason: string,
  ): void {
    const { records, log } = this.#host.ports;
    const data = { commandId, state: core.state, said };
    records.append(batchEvent(core, 'command-refused', command, { actor, reason, data })).catch((thrown: unknown) => {
      log.error({ batch: core.id, command, error: messageOf(thrown) }, 'a refusal could not be recorded');
    });
  }
}

type CheckedStart = Readonly<{ refusal: string } | { skid: Skid; equipment: Equipment; recipe: MasterRecipe }>;

const keyOf = ({ actor, commandId }: Readonly<{ actor: Actor; commandId: string }>): string =>
  commandKey(actor, commandId);

const usedBefore = ({ commandId }: Readonly<{ commandId: string }>): Promise<BatchRefusal> =>
  Promise.resolve(refusal(`The command id ${commandId} was used for another command.`));

function signersRefusal(recipe: MasterRecipe, signers: readonly Readonly<{ userName: string }>[]): string | null {
  const asked = recipe.startSignatures;
  if (signers.length !== asked.length) {
    return `The start of ${recipe.name} is signed by ${asked.join(' and ')}: ${asked.length} signatures, not ${signers.length}.`;
  }
  const names = signers.map(({ userName }) => userName.trim().toLowerCase());
  return new Set(names).size === names.length ? null : 'Different people have to sign the start.';
}
