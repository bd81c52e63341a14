/** The room: batches of every skid of the site, from start to stop. */
import type { BatchView, UnitView } from '../../plant/batch-view.ts';
import { elapsed } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { BatchDesk, BatchListener } from '../../plant/ports/batch-desk.ts';
import type { Room, RoomHealth, RoomState } from '../../plant/ports/room.ts';
import type { ScanConsumer, ScanNews } from '../../plant/ports/scan-consumer.ts';
import { equipmentOf } from '../../plant/recipe/equipment.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { SharedEquipment } from '../../plant/shared-equipment.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { batchState, scopeOf, type BatchCore } from './batch-core.ts';
import { foldBatch, type EarlierCommand } from './batch-fold.ts';
import { batchEvent } from './batch-events.ts';
import { batchView } from './batch-view.ts';
import { tellEquipment } from './equipment-news.ts';
import { factsOf } from './control-recipe.ts';
import { Desk } from './desk.ts';
import type { BatchHost, BatchPorts, Place } from './host.ts';
import { freshFor, type Outside } from './permits.ts';
import { occupiesSkid } from './phase-table.ts';
import { readScope } from './read-scope.ts';
import { restartService } from './restarted-service.ts';
import { BatchRunner } from './runner.ts';
import type { OpenUnit } from './shared/arbiter.ts';
import { SharedRunner } from './shared/shared-runner.ts';
import { recordSubject } from './sign.ts';

export type BatchesOptions = BatchPorts &
  Readonly<{
    skids: readonly Skid[];
    /** What skids of the site share, as its file has it. */
    sharedEquipment: readonly SharedEquipment[];
  }>;

export type Batches = Room &
  ScanConsumer &
  Readonly<{
    desk: BatchDesk;
    onChange: (listener: BatchListener) => void;
    /** Whether a batch is on the skid, whatever its state; while the room is not ready, one may be. */
    isOn: (skid: SkidName) => boolean;
  }>;

/** How long stop() waits for what is on its way, in ms. */
const stopWithin = 1500;

export class BatchRoom implements Batches, BatchHost {
  readonly name = 'batches';
  readonly desk: Desk;
  readonly ports: BatchPorts;
  readonly site: ReadonlyMap<SkidName, Place>;
  readonly shared: BatchCore['shared'];
  readonly sharedUse: SharedRunner;
  readonly news = new Map<SkidName, ScanNews>();
  readonly runners = new Map<string, BatchRunner>();
  readonly earlierCommands = new Map<string, EarlierCommand>();
  readonly #listeners: BatchListener[] = [];
  readonly #signed = new Set<string>();
  /** As their skids' equipment was told of them. */
  readonly #told = new Map<string, BatchCore>();
  /** Skids that a batch may have whose record cannot be read. */
  readonly #doubtful = new Map<SkidName, string>();
  #state: RoomState = 'stopped';
  #unreadable = 0;

  constructor({ skids, sharedEquipment, ...ports }: BatchesOptions) {
    this.ports = ports;
    const { records, clock, log } = ports;
    this.sharedUse = new SharedRunner({
      shared: sharedEquipment,
      records,
      clock,
      log,
      refused: ({ batch, skid }, capability, reason) =>
        this.runners.get(batch)?.equipmentFailed([skid], `${capability}: ${reason}`),
    });
    this.site = new Map(
      skids.map((skid) => {
        const equipment = equipmentOf(skid.type);
        return [skid.name, { skid, equipment: 'lacks' in equipment ? null : equipment }];
      }),
    );
    this.shared = new Map(skids.map(({ name }) => [name, this.sharedUse.askedForBy(name)]));
    this.desk = new Desk(this);
  }

  readonly outside: Outside = (skid, batch) => {
    const news = this.news.get(skid) ?? null;
    return {
      news,
      equipment: this.site.get(skid)?.equipment ?? null,
      isFresh: news !== null && elapsed(news.batch.monotonic, this.ports.clock.monotonic()) <= freshFor,
      user: this.takenBy(skid),
      isSigned: this.#signed.has(batch),
    };
  };

  async start(): Promise<void> {
    if (this.isReady()) return;
    this.#state = 'starting';
    try {
      await this.#rebuild();
      await this.sharedUse.start(this.#openUnits());
      this.#tellNewest();
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
    await Promise.race([settled.then(() => this.sharedUse.stop()), late]);
    clearTimeout(timer);
    this.#state = 'stopped';
  }

  health(): RoomHealth {
    const open = [...this.runners.values()].filter(({ core }) => occupiesSkid(batchState(core)));
    const running = open
      .map(({ id, core }) => `${id} ${batchState(core)} on ${[...core.lasting.units.keys()].join(', ')}`)
      .join('; ');
    const unreadable = this.#unreadable === 0 ? '' : `; ${this.#unreadable} records could not be read back`;
    return {
      state: this.#state === 'ready' && this.#unreadable > 0 ? 'degraded' : this.#state,
      detail: `${running === '' ? 'no batch is open' : running}${unreadable}`,
      figures: { batches: this.runners.size, open: open.length },
    };
  }

  isOn(skid: SkidName): boolean {
    return !this.isReady() || this.#unitOn(skid) !== null || this.#doubtful.has(skid);
  }

  takenBy(skid: SkidName): string | null {
    return this.desk.starting.get(skid) ?? this.#unitOn(skid) ?? this.#doubtful.get(skid) ?? null;
  }

  /** What was not told when the service ended is told now: of each skid's newest batch. */
  #tellNewest(): void {
    const newest = [...this.runners.values()].sort((one, other) => (one.id < other.id ? 1 : -1));
    for (const { id, core } of newest) this.#told.set(id, core);
    const { equipment } = this.ports;
    if (equipment === undefined) return;
    for (const skid of this.site.keys()) {
      const core = newest.find((one) => one.core.lasting.units.has(skid))?.core;
      const unit = core?.lasting.units.get(skid);
      if (core === undefined || unit === undefined) continue;
      const alone = { ...core, lasting: { ...core.lasting, units: new Map([[skid, unit]]) } };
      tellEquipment(equipment, null, alone);
    }
  }

  #openUnits(): readonly OpenUnit[] {
    return [...this.runners.values()].flatMap(({ id, core }) =>
      [...core.lasting.units.values()].flatMap(({ skid, state, marks }) => {
        const live = core.tree.flatMap(({ id: node, path }) => {
          const mark = marks[node];
          return mark?.state === 'active' || mark?.state === 'running' ? [{ path, turn: mark.turn }] : [];
        });
        return occupiesSkid(state) ? [{ batch: id, skid, live }] : [];
      }),
    );
  }

  /** What a unit has of the site's shared equipment, and what it waits for. */
  #equipmentOf(batch: string, skid: SkidName): UnitView['equipment'] {
    return this.sharedUse.views().flatMap(({ name, title, owner, queue }): UnitView['equipment'] => {
      if (owner?.batch === batch && owner.skid === skid) return [{ name, title, place: null }];
      const place = queue.findIndex((one) => one.batch === batch && one.skid === skid);
      return place < 0 ? [] : [{ name, title, place: place + 1 }];
    });
  }

  #unitOn(skid: SkidName): string | null {
    for (const { id, core } of this.runners.values()) {
      const unit = core.lasting.units.get(skid);
      if (unit !== undefined && occupiesSkid(unit.state)) return id;
    }
    return null;
  }

  onChange(listener: BatchListener): void {
    this.#listeners.push(listener);
  }

  accept(news: ScanNews): void {
    this.news.set(news.batch.skid, news);
    if (!this.isReady()) return;
    this.sharedUse.tick();
    const { skid } = news.batch;
    const user = this.#unitOn(skid);
    for (const runner of this.runners.values()) {
      if (!runner.core.lasting.units.has(skid)) continue;
      // A batch that has ended keeps its line in HOT-HOLD while it is hot; once another runs there, the line is that one's to keep.
      if (user === null || user === runner.id) runner.accept(news);
      else runner.writeOn();
    }
  }

  isReady(): boolean {
    return this.#state === 'ready';
  }

  view(core: BatchCore): BatchView {
    const { id } = core.facts;
    return batchView({
      core,
      isSigned: this.#signed.has(id),
      outside: this.outside,
      equipment: (skid) => this.#equipmentOf(id, skid),
    });
  }

  adopt(core: BatchCore, seq: number): BatchRunner {
    const { clock, log, commands, records } = this.ports;
    const { id } = core.facts;
    const equipment = new Map(
      [...this.site].flatMap(([name, place]) => (place.equipment === null ? [] : [[name, place.equipment] as const])),
    );
    const ports = {
      clock,
      commands,
      records,
      log: log.child({ batch: id }),
      shared: this.sharedUse,
      announce: (told: BatchCore): void => this.#announce(told),
    };
    const runner = new BatchRunner(core, equipment, ports, clock.utc().toString(36), seq);
    this.runners.set(id, runner);
    return runner;
  }

  signed(id: string): void {
    this.#signed.add(id);
    const runner = this.runners.get(id);
    if (runner !== undefined) this.#announce(runner.core);
  }

  #announce(core: BatchCore): void {
    for (const { skid, state } of core.lasting.units.values())
      if (!occupiesSkid(state) && this.#equipmentOf(core.facts.id, skid).length > 0)
        this.sharedUse.unitGone(core.facts.id, skid, `The batch is ${state} on ${skid}.`);
    const { equipment } = this.ports;
    if (equipment !== undefined) tellEquipment(equipment, this.#told.get(core.facts.id) ?? null, core);
    this.#told.set(core.facts.id, core);
    const view = this.view(core);
    for (const listener of this.#listeners) {
      try {
        listener.changed(view);
      } catch (thrown) {
        this.ports.log.error({ batch: core.facts.id, error: messageOf(thrown) }, 'a listener of batches threw');
      }
    }
  }

  /** Batches come back from their records. Nothing is commanded before people have looked at what was open. */
  async #rebuild(): Promise<void> {
    const { records, log, clock } = this.ports;
    for (const { scope } of await records.scopes(scopeOf(''))) {
      const id = scope.slice(scopeOf('').length);
      if (this.runners.has(id)) continue;
      const events = await readScope(records, scope);
      const folded = foldBatch(events, factsOf, this.shared);
      if (folded.kind === 'never started') continue;
      if (folded.kind === 'earlier form') {
        if (folded.isOpen) await this.#endEarlier(id);
        continue;
      }
      if (folded.kind === 'unreadable') {
        this.#unreadable += 1;
        for (const skid of folded.skids) this.#doubtful.set(skid as SkidName, id);
        log.error({ batch: id, seq: folded.seq, why: folded.why }, 'the record of this batch cannot be read back');
        continue;
      }
      for (const one of folded.commands) this.earlierCommands.set(one.key, one);
      const moment = { utc: clock.utc(), monotonic: clock.monotonic() };
      const restarted = restartService(folded.core, moment, (skid) => this.site.has(skid));
      const receipts = await records.appendAll(restarted.events);
      if (restarted.events.length > 0) log.warn({ batch: id }, 'an open batch was found and waits to be reconciled');
      if (await this.#isSigned(id)) this.#signed.add(id);
      this.adopt(restarted.core, receipts.at(-1)?.seq ?? events.at(-1)?.seq ?? 0);
    }
  }

  /** A batch that was open when the service was renewed past its form is over: nothing here can lead it on. */
  async #endEarlier(id: string): Promise<void> {
    const reason =
      'The batch was open when the service was replaced by one that keeps batches in another form. It is over; look at the skid, and flush it.';
    await this.ports.records.append(
      batchEvent(id, 'batch-ended', id, { actor: { kind: 'service', part: 'batch' }, new: 'Aborted', reason }),
    );
    this.ports.log.warn({ batch: id }, reason);
  }

  async #isSigned(id: string): Promise<boolean> {
    const signatures = await this.ports.desk.signatures(scopeOf(id));
    return signatures.some(({ subject }) => subject === recordSubject(id));
  }
}
