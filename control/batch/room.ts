/** The room: recipes and batches of every skid of the site, from start to stop, and the desk at which people run them. */
import type { BatchCommand, BatchView, RecipeView } from '../../plant/batch-view.ts';
import { MesolineError, messageOf, type Fault } from '../../plant/errors.ts';
import type { Clock } from '../../plant/clock.ts';
import type { Log } from '../../plant/log.ts';
import { actorName, type Actor } from '../../plant/people.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { BatchDesk, BatchListener, BatchRefusal } from '../../plant/ports/batch-desk.ts';
import type { CommandPath } from '../../plant/ports/command-path.ts';
import type { RecordDesk } from '../../plant/ports/record-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { Room, RoomHealth, RoomState } from '../../plant/ports/room.ts';
import type { ScanConsumer, ScanNews } from '../../plant/ports/scan-consumer.ts';
import type { StoredEvent } from '../../plant/record-event.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { didYouMean } from '../../plant/suggest.ts';
import { scopeOf, type BatchCore } from './engine-state.ts';
import { equipmentOf, type Equipment } from './equipment.ts';
import { batchEvent } from './events.ts';
import { foldBatch } from './fold.ts';
import { Answers } from './idempotency.ts';
import { cell, isFinal, occupiesSkid } from './phase-table.ts';
import type { MasterRecipe } from './recipe.ts';
import { fitFaults, lacking } from './recipe-fit.ts';
import { loadRecipes } from './recipe-loader.ts';
import { BatchRunner } from './runner.ts';
import { recordSubject, signRecord } from './sign.ts';
import { nextBatchId, permissiveRefusal, prepareBatch, recipeRefusal } from './start.ts';
import { batchView, recipeView, refusedNow } from './view.ts';

export type BatchesOptions = Readonly<{
  skids: readonly Skid[];
  /** Folder of master recipes; null where the site has none. */
  recipeFolder: string | null;
  clock: Clock;
  log: Log;
  commands: CommandPath;
  authority: Authority;
  records: RecordKeeper;
  desk: RecordDesk;
  /** Version of the software, for the record. */
  build: string;
}>;

export type Batches = Room & ScanConsumer & Readonly<{ desk: BatchDesk; onChange: (listener: BatchListener) => void }>;

type Site = Readonly<{ skid: Skid; equipment: Equipment | null }>;
type Answer = Readonly<{ done: true; batch: BatchView }> | BatchRefusal;

const refusal = (reason: string): BatchRefusal => ({ done: false, reason });
const eventsAtOnce = 500;
/** How long stop() waits for what is on its way. */
const stopWithin = 1500;

export class BatchRoom implements Batches {
  readonly name = 'batches';
  readonly desk: BatchDesk;
  readonly #options: BatchesOptions;
  readonly #site: ReadonlyMap<SkidName, Site>;
  readonly #listeners: BatchListener[] = [];
  readonly #runners = new Map<string, BatchRunner>();
  readonly #news = new Map<SkidName, ScanNews>();
  readonly #signed = new Set<string>();
  readonly #starting = new Map<SkidName, string>();
  readonly #answers = new Answers<Answer>();
  readonly #signing = new Map<string, Promise<unknown>>();
  #earlierCommands = new Map<string, string>();
  #recipes: readonly MasterRecipe[] = [];
  #state: RoomState = 'stopped';
  #unreadable = 0;

  constructor(options: BatchesOptions) {
    this.#options = options;
    this.#site = new Map(
      options.skids.map((skid) => {
        const equipment = equipmentOf(skid.type);
        return [skid.name, { skid, equipment: 'lacks' in equipment ? null : equipment }];
      }),
    );
    this.desk = {
      recipes: () => Promise.resolve(this.#recipes.map(recipeView)),
      batches: () => Promise.resolve(this.#all().map((runner) => this.#view(runner.shown))),
      batch: (id) => {
        const runner = this.#runners.get(id);
        return Promise.resolve(runner === undefined ? null : this.#view(runner.shown));
      },
      start: (request) =>
        this.#answers.once(`start ${actorKey(request.actor)} ${request.commandId}`, () => this.#start(request)),
      command: (request) =>
        this.#answers.once(`command ${actorKey(request.actor)} ${request.commandId}`, () => this.#command(request)),
      sign: (request) => this.#sign(request),
    };
  }

  /** @throws MesolineError `recipe-file-invalid` with every fault of every recipe */
  async start(): Promise<void> {
    this.#state = 'starting';
    try {
      this.#recipes = this.#loadRecipes();
      await this.#rebuild();
      this.#state = 'ready';
    } catch (thrown) {
      this.#state = 'failed';
      throw thrown;
    }
  }

  /** Only stops stepping: nothing is commanded. */
  async stop(): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'stopping';
    const settled = Promise.all([...this.#runners.values()].map((runner) => runner.settled()));
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([settled, new Promise((resolve) => (timer = setTimeout(resolve, stopWithin)))]);
    clearTimeout(timer);
    this.#state = 'stopped';
  }

  health(): RoomHealth {
    const open = this.#all().filter(({ core }) => occupiesSkid(core.state));
    const running = open.map(({ core }) => `${core.id} ${core.state} on ${core.skid}`).join(', ');
    const unreadable = this.#unreadable === 0 ? '' : `; ${this.#unreadable} records could not be read back`;
    const ready = this.#state === 'ready' && this.#unreadable > 0 ? 'degraded' : this.#state;
    return {
      state: ready,
      detail: `${this.#recipes.length} recipes; ${running === '' ? 'no batch is open' : running}${unreadable}`,
      figures: { recipes: this.#recipes.length, batches: this.#runners.size, open: open.length },
    };
  }

  onChange(listener: BatchListener): void {
    this.#listeners.push(listener);
  }

  accept(news: ScanNews): void {
    this.#news.set(news.batch.skid, news);
    if (this.#state !== 'ready') return;
    for (const runner of this.#runners.values()) if (runner.core.skid === news.batch.skid) runner.accept(news);
  }

  #loadRecipes(): readonly MasterRecipe[] {
    const { recipeFolder, skids, log } = this.#options;
    if (recipeFolder === null) return [];
    const recipes = loadRecipes(recipeFolder);
    const faults: Fault[] = [];
    for (const recipe of recipes) {
      const types = new Map(
        skids.filter(({ type }) => lacking(recipe, type).length === 0).map(({ type }) => [type.type, type]),
      );
      if (types.size === 0)
        log.warn({ recipe: recipe.name, needs: recipe.needs }, 'no skid of this site can run the recipe');
      for (const type of types.values()) {
        const equipment = equipmentOf(type);
        if ('lacks' in equipment) {
          faults.push({
            where: `${recipe.file} (${recipe.name} on ${type.type})`,
            problem: `The skid type has the capabilities that the recipe needs, but lacks ${equipment.lacks.join(', ')}.`,
            remedy: 'Give its field controller these points, or take the capability away.',
          });
        } else faults.push(...fitFaults(recipe, type, equipment));
      }
    }
    if (faults.length > 0) throw new MesolineError('recipe-file-invalid', faults);
    return recipes;
  }

  /** Batches come back from their records. One that was open comes up Held; nothing is commanded. */
  async #rebuild(): Promise<void> {
    const { records, desk, log, clock } = this.#options;
    for (const { scope } of await records.scopes(scopeOf(''))) {
      const id = scope.slice(scopeOf('').length);
      const events = await this.#events(scope);
      const folded = foldBatch(id, events);
      if (folded === null) {
        if (!events.some(({ event }) => event.action === 'batch-started')) continue;
        this.#unreadable += 1;
        log.error({ batch: id }, 'the record of this batch does not hold a control recipe of a known form');
        continue;
      }
      let { core } = folded;
      for (const commandId of folded.commandIds) this.#earlierCommands.set(commandId, id);
      if (occupiesSkid(core.state)) {
        const reason = `The service restarted while the batch was ${core.state}; it is held, and nothing was commanded. Look at the skid before you restart it.`;
        await records.append(
          batchEvent(core, 'service-restarted', id, {
            actor: { kind: 'service', part: 'batch' },
            old: core.state,
            new: 'Held',
            reason,
            happenedAt: clock.utc(),
          }),
        );
        core = { ...core, state: 'Held', message: reason };
        log.warn({ batch: id, skid: core.skid }, 'an open batch was found and is held');
      } else if (await this.#isSigned(id, desk)) this.#signed.add(id);
      this.#adopt(core);
    }
  }

  async #events(scope: string): Promise<readonly StoredEvent[]> {
    const all: StoredEvent[] = [];
    for (;;) {
      const some = await this.#options.records.read(scope, (all.at(-1)?.seq ?? 0) + 1, eventsAtOnce);
      all.push(...some);
      if (some.length < eventsAtOnce) return all;
    }
  }

  async #isSigned(id: string, desk: RecordDesk): Promise<boolean> {
    return (await desk.signatures(scopeOf(id))).some(({ subject }) => subject === recordSubject(id));
  }

  #adopt(core: BatchCore): BatchRunner | null {
    const { clock, log, commands, records } = this.#options;
    const equipment = this.#site.get(core.skid)?.equipment;
    if (equipment === undefined || equipment === null) {
      log.warn(
        { batch: core.id, skid: core.skid },
        'the batch belongs to a skid that this site does not have or that runs no batches',
      );
      return null;
    }
    const announce = (told: BatchCore): void => this.#announce(told);
    const runner = new BatchRunner(
      core,
      equipment,
      { clock, log: log.child({ batch: core.id }), commands, records, announce },
      clock.utc().toString(36),
    );
    this.#runners.set(core.id, runner);
    return runner;
  }

  #all(): readonly BatchRunner[] {
    return [...this.#runners.values()].sort((one, other) => (one.core.id < other.core.id ? 1 : -1));
  }

  #view(core: BatchCore): BatchView {
    return batchView(
      core,
      this.#news.get(core.skid) ?? null,
      this.#site.get(core.skid)?.equipment ?? null,
      this.#signed.has(core.id),
    );
  }

  #announce(core: BatchCore): void {
    const view = this.#view(core);
    for (const listener of this.#listeners) {
      try {
        listener.changed(view);
      } catch (thrown) {
        this.#options.log.error({ batch: core.id, error: messageOf(thrown) }, 'a listener of batches threw');
      }
    }
  }

  async #start(request: Parameters<BatchDesk['start']>[0]): Promise<Answer> {
    const { authority, clock, records, desk, build } = this.#options;
    const earlier = this.#runners.get(this.#earlierCommands.get(request.commandId) ?? '');
    if (earlier !== undefined) return { done: true, batch: this.#view(earlier.shown) };
    if (this.#state !== 'ready') return refusal('Batches are not ready yet.');
    const decision = authority.decide(request.actor, 'start batch');
    if (!decision.allowed) return refusal(decision.reason);
    const site = this.#site.get(request.skid);
    if (site === undefined)
      return refusal(
        `There is no skid "${request.skid}" here. ${didYouMean(request.skid, this.#site.keys(), '')}`.trim(),
      );
    const { skid, equipment } = site;
    if (equipment === null) return refusal(`${skid.name} runs no batches.`);
    const recipe = this.#recipes.find(({ name }) => name === request.recipe);
    if (recipe === undefined) return refusal(`There is no recipe "${request.recipe}".`);
    const open = this.#all().find(({ core }) => core.skid === skid.name && occupiesSkid(core.state));
    if (open !== undefined) return refusal(`${skid.name} is taken by ${open.core.id}, which is ${open.core.state}.`);
    if (this.#starting.has(skid.name)) return refusal(`A batch is just being started on ${skid.name}.`);
    const refused =
      recipeRefusal(recipe, skid) ??
      signersRefusal(recipe, request.signers) ??
      permissiveRefusal(skid, this.#news.get(skid.name) ?? null, clock);
    if (refused !== null) return refusal(refused);

    this.#starting.set(skid.name, '');
    try {
      const id = await nextBatchId(records, clock, new Set([...this.#runners.keys(), ...this.#starting.values()]));
      this.#starting.set(skid.name, id);
      const prepared = await prepareBatch(
        id,
        { ...request, skid, equipment, recipe, news: () => this.#news.get(skid.name) ?? null },
        { clock, records, desk, build },
      );
      if ('refusal' in prepared) return refusal(prepared.refusal);
      const runner = this.#adopt(prepared.core);
      if (runner === null) return refusal(`${skid.name} runs no batches.`);
      try {
        await runner.begin();
      } catch (thrown) {
        this.#runners.delete(id);
        throw thrown;
      }
      return { done: true, batch: this.#view(runner.shown) };
    } catch (thrown) {
      return refusal(`The start could not be recorded: ${messageOf(thrown)}`);
    } finally {
      this.#starting.delete(skid.name);
    }
  }

  async #command(request: Parameters<BatchDesk['command']>[0]): Promise<Answer> {
    const runner = this.#runners.get(request.batch);
    if (runner === undefined) return refusal(`There is no batch "${request.batch}".`);
    if (this.#earlierCommands.get(request.commandId) === request.batch)
      return { done: true, batch: this.#view(runner.shown) };
    const reason = this.#commandRefusal(runner, request);
    if (reason !== null) {
      void this.#options.records
        .append(
          batchEvent(runner.core, 'command-refused', request.command, {
            actor: request.actor,
            reason,
            data: { commandId: request.commandId, state: runner.core.state, said: request.reason },
          }),
        )
        .catch((thrown: unknown) =>
          this.#options.log.error({ error: messageOf(thrown) }, 'a refusal could not be recorded'),
        );
      return refusal(reason);
    }
    const { command, commandId, actor } = request;
    const said = request.reason.trim() === '' ? `by ${actorName(actor)}` : request.reason.trim();
    try {
      await runner.command({ command, commandId, actor, reason: said });
    } catch (thrown) {
      return refusal(`${command} could not be recorded: ${messageOf(thrown)}`);
    }
    return { done: true, batch: this.#view(runner.shown) };
  }

  #commandRefusal(
    runner: BatchRunner,
    { actor, command }: Readonly<{ actor: Actor; command: BatchCommand }>,
  ): string | null {
    if (this.#state !== 'ready') return 'Batches are not ready yet.';
    const { authority } = this.#options;
    const decision = authority.decide(actor, 'command batch');
    // Whoever may ask for a safe state may also hold a batch.
    if (!decision.allowed && !(command === 'Hold' && authority.decide(actor, 'ask safe state').allowed))
      return decision.reason;
    const { core } = runner;
    const of = cell(core.state, command);
    if (!of.legal) return of.reason;
    const site = this.#site.get(core.skid);
    return refusedNow(core, command, this.#news.get(core.skid) ?? null, site?.equipment ?? null);
  }

  #sign(request: Parameters<BatchDesk['sign']>[0]): ReturnType<BatchDesk['sign']> {
    const runner = this.#runners.get(request.batch);
    if (runner === undefined) return Promise.resolve(refusal(`There is no batch "${request.batch}".`));
    if (!isFinal(runner.shown.state)) {
      return Promise.resolve(
        refusal(`${request.batch} is ${runner.shown.state}; a record is signed after the batch has ended.`),
      );
    }
    // One signature of a batch after the other, so that a second click meets the first one's.
    const before = this.#signing.get(request.batch) ?? Promise.resolve();
    const signed = before.then(async () => {
      await runner.settled();
      const result = await signRecord(request, this.#options.desk);
      if (!result.done) return result;
      this.#signed.add(request.batch);
      this.#announce(runner.shown);
      return result;
    });
    this.#signing.set(
      request.batch,
      signed.catch(() => undefined),
    );
    return signed;
  }
}

const actorKey = (actor: Actor): string => (actor.kind === 'person' ? actor.id : actorName(actor));

function signersRefusal(recipe: MasterRecipe, signers: readonly Readonly<{ userName: string }>[]): string | null {
  const asked = recipe.startSignatures;
  if (signers.length !== asked.length) {
    return `The start of ${recipe.name} is signed by ${asked.join(' and ')}: ${asked.length} signatures, not ${signers.length}.`;
  }
  const names = signers.map(({ userName }) => userName.trim().toLowerCase());
  return new Set(names).size === names.length ? null : 'Two different people have to sign the start.';
}
