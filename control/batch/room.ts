/** The room: recipes and batches of every skid of the site, from start to stop. */
import type { BatchView } from '../../plant/batch-view.ts';
import { MesolineError, messageOf, type Fault } from '../../plant/errors.ts';
import type { BatchDesk, BatchListener } from '../../plant/ports/batch-desk.ts';
import type { Room, RoomHealth, RoomState } from '../../plant/ports/room.ts';
import type { ScanConsumer, ScanNews } from '../../plant/ports/scan-consumer.ts';
import type { StoredEvent } from '../../plant/record-event.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { Desk } from './desk.ts';
import { scopeOf, type BatchCore } from './engine-state.ts';
import { equipmentOf } from './equipment.ts';
import { batchEvent } from './events.ts';
import { foldBatch, type EarlierCommand } from './fold.ts';
import type { BatchHost, BatchPorts, Place } from './host.ts';
import { occupiesSkid } from './phase-table.ts';
import type { MasterRecipe } from './recipe.ts';
import { fitFaults, lacking } from './recipe-fit.ts';
import { loadRecipes } from './recipe-loader.ts';
import { BatchRunner } from './runner.ts';
import { recordSubject } from './sign.ts';
import { batchView } from './view.ts';

export type BatchesOptions = BatchPorts &
  Readonly<{
    skids: readonly Skid[];
    /** Folder of master recipes; null where the site has none. */
    recipeFolder: string | null;
  }>;

export type Batches = Room &
  ScanConsumer &
  Readonly<{
    desk: BatchDesk;
    onChange: (listener: BatchListener) => void;
    /** Whether a batch is on the skid, whatever its state; while the room is not ready, one may be. */
    isOn: (skid: SkidName) => boolean;
  }>;

const eventsAtOnce = 500;
/** How long stop() waits for what is on its way. */
const stopWithin = 1500;

export class BatchRoom implements Batches, BatchHost {
  readonly name = 'batches';
  readonly desk: BatchDesk;
  readonly ports: BatchPorts;
  readonly site: ReadonlyMap<SkidName, Place>;
  readonly news = new Map<SkidName, ScanNews>();
  readonly runners = new Map<string, BatchRunner>();
  readonly earlierCommands = new Map<string, EarlierCommand>();
  recipes: readonly MasterRecipe[] = [];
  readonly #recipeFolder: string | null;
  readonly #listeners: BatchListener[] = [];
  readonly #signed = new Set<string>();
  #state: RoomState = 'stopped';
  #unreadable = 0;

  constructor({ skids, recipeFolder, ...ports }: BatchesOptions) {
    this.ports = ports;
    this.#recipeFolder = recipeFolder;
    this.site = new Map(
      skids.map((skid) => {
        const equipment = equipmentOf(skid.type);
        return [skid.name, { skid, equipment: 'lacks' in equipment ? null : equipment }];
      }),
    );
    this.desk = new Desk(this);
  }

  /** @throws MesolineError `recipe-file-invalid` with every fault of every recipe */
  async start(): Promise<void> {
    if (this.isReady()) return;
    this.#state = 'starting';
    try {
      this.recipes = this.#loadRecipes();
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
    for (const runner of this.runners.values()) runner.recordVolume();
    const settled = Promise.all([...this.runners.values()].map((runner) => runner.settled()));
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => resolve(undefined), stopWithin);
    await Promise.race([settled, late]);
    clearTimeout(timer);
    this.#state = 'stopped';
  }

  health(): RoomHealth {
    const open = [...this.runners.values()].map(({ core }) => core).filter(({ state }) => occupiesSkid(state));
    const running = open.map(({ id, state, skid }) => `${id} ${state} on ${skid}`).join(', ');
    const unreadable = this.#unreadable === 0 ? '' : `; ${this.#unreadable} records could not be read back`;
    return {
      state: this.#state === 'ready' && this.#unreadable > 0 ? 'degraded' : this.#state,
      detail: `${this.recipes.length} recipes; ${running === '' ? 'no batch is open' : running}${unreadable}`,
      figures: { recipes: this.recipes.length, batches: this.runners.size, open: open.length },
    };
  }

  isOn(skid: SkidName): boolean {
    if (!this.isReady()) return true;
    for (const { core } of this.runners.values()) if (core.skid === skid && occupiesSkid(core.state)) return true;
    return false;
  }

  onChange(listener: BatchListener): void {
    this.#listeners.push(listener);
  }

  accept(news: ScanNews): void {
    this.news.set(news.batch.skid, news);
    if (!this.isReady()) return;
    for (const runner of this.runners.values()) if (runner.core.skid === news.batch.skid) runner.accept(news);
  }

  isReady(): boolean {
    return this.#state === 'ready';
  }

  view(core: BatchCore): BatchView {
    const { skid, id } = core;
    return batchView(core, this.news.get(skid) ?? null, this.site.get(skid)?.equipment ?? null, this.#signed.has(id));
  }

  adopt(core: BatchCore): BatchRunner | null {
    const { clock, log } = this.ports;
    const equipment = this.site.get(core.skid)?.equipment ?? null;
    if (equipment === null) {
      log.warn({ batch: core.id, skid: core.skid }, 'the batch belongs to a skid that does not run batches here');
      return null;
    }
    const announce = (told: BatchCore): void => this.#announce(told);
    const ports = { ...this.ports, log: log.child({ batch: core.id }), announce };
    const runner = new BatchRunner(core, equipment, ports, clock.utc().toString(36));
    this.runners.set(core.id, runner);
    return runner;
  }

  signed(id: string): void {
    this.#signed.add(id);
    const runner = this.runners.get(id);
    if (runner !== undefined) this.#announce(runner.shown);
  }

  #announce(core: BatchCore): void {
    const view = this.view(core);
    for (const listener of this.#listeners) {
      try {
        listener.changed(view);
      } catch (thrown) {
        this.ports.log.error({ batch: core.id, error: messageOf(thrown) }, 'a listener of batches threw');
      }
    }
  }

  #loadRecipes(): readonly MasterRecipe[] {
    if (this.#recipeFolder === null) return [];
    const recipes = loadRecipes(this.#recipeFolder);
    const faults: Fault[] = [];
    for (const recipe of recipes) {
      const fitting = [...this.site.values()].filter(({ skid }) => lacking(recipe, skid.type).length === 0);
      if (fitting.length === 0) {
        this.ports.log.warn({ recipe: recipe.name, needs: recipe.needs }, 'no skid of this site can run the recipe');
      }
      for (const type of new Map(fitting.map(({ skid }) => [skid.type.type, skid.type])).values()) {
        faults.push(...fitFaults(recipe, type, equipmentOf(type)));
      }
    }
    if (faults.length > 0) throw new MesolineError('recipe-file-invalid', faults);
    return recipes;
  }

  /** Batches come back from their records. One that was open comes up Held; nothing is commanded. */
  async #rebuild(): Promise<void> {
    const { records, log } = this.ports;
    for (const { scope } of await records.scopes(scopeOf(''))) {
      const id = scope.slice(scopeOf('').length);
      if (this.runners.has(id)) continue;
      const events = await this.#events(scope);
      const folded = foldBatch(id, events);
      if (folded === null) {
        if (!events.some(({ event }) => event.action === 'batch-started')) continue;
        this.#unreadable += 1;
        log.error({ batch: id }, 'the record of this batch does not hold a control recipe of a known form');
        continue;
      }
      for (const one of folded.commands) this.earlierCommands.set(one.key, one);
      if (occupiesSkid(folded.core.state)) this.adopt(await this.#held(folded.core));
      else {
        if (await this.#isSigned(id)) this.#signed.add(id);
        this.adopt(folded.core);
      }
    }
  }

  async #held(core: BatchCore): Promise<BatchCore> {
    const { records, log, clock } = this.ports;
    const reason = `The service restarted while the batch was ${core.state}. It is held and nothing was commanded: look at the skid before you restart the batch.`;
    await records.append(
      batchEvent(core, 'service-restarted', core.id, {
        actor: { kind: 'service', part: 'batch' },
        old: core.state,
        new: 'Held',
        reason,
        happenedAt: clock.utc(),
      }),
    );
    log.warn({ batch: core.id, skid: core.skid, was: core.state }, 'an open batch was found and is held');
    return { ...core, state: 'Held', message: reason };
  }

  async #events(scope: string): Promise<readonly StoredEvent[]> {
    const all: StoredEvent[] = [];
    for (;;) {
      const some = await this.ports.records.read(scope, (all.at(-1)?.seq ?? 0) + 1, eventsAtOnce);
      all.push(...some);
      if (some.length < eventsAtOnce) return all;
    }
  }

  async #isSigned(id: string): Promise<boolean> {
    const signatures = await this.ports.desk.signatures(scopeOf(id));
    return signatures.some(({ subject }) => subject === recordSubject(id));
  }
}
