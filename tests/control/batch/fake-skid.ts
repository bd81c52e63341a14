/** A skid of plain first-order laws, with ledger, desk and command path in memory, for batches to run against. */
import { fileURLToPath } from 'node:url';
import { createBatches, type Batches } from '../../../control/batch/index.ts';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchCommand, BatchView, UnitView } from '../../../plant/batch-view.ts';
import type { Block } from '../../../plant/block.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import type { Command, CommandOutcome } from '../../../plant/command.ts';
import { mesolineError } from '../../../plant/errors.ts';
import { saturatedLiquidDensity } from '../../../plant/expression/water.ts';
import type { Log } from '../../../plant/log.ts';
import type { Actor } from '../../../plant/people.ts';
import type { Authority, Permission } from '../../../plant/ports/access.ts';
import type { RecordDesk, SignatureView } from '../../../plant/ports/record-desk.ts';
import type { AnalysisDesk } from '../../../plant/ports/analysis-desk.ts';
import type { BatchOrder } from '../../../plant/ports/batch-desk.ts';
import type { EquipmentListener } from '../../../plant/ports/equipment-desk.ts';
import type { RecipeStore } from '../../../plant/ports/recipe-desk.ts';
import type { GroupKeeper } from '../../../plant/ports/record-keeper.ts';
import type { StartGate } from '../../../plant/ports/start-gate.ts';
import { readRecipeFile } from '../../../plant/recipe/read-recipe.ts';
import type { RecipeStatus } from '../../../plant/recipe/recipe.ts';
import type { SharedEquipment } from '../../../plant/shared-equipment.ts';
import { phaseOn } from '../../../plant/unit-of-batch.ts';
import type { GuardVerdict } from '../../../plant/ports/scan-guard.ts';
import type { ScanNews } from '../../../plant/ports/scan-consumer.ts';
import { badNoCommunication, good } from '../../../plant/quality.ts';
import type { RecordEvent, StoredEvent } from '../../../plant/record-event.ts';
import type { Demand } from '../../../plant/safe-state.ts';
import { skidName, tagName, type Sample, type SkidName } from '../../../plant/sample.ts';
import type { Skid, SkidType } from '../../../plant/skid/definition.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
export const shippedRecipes = here('../../../control/recipes/shipped');
export const shortRecipes = here('../../e2e/recipes');
export const cdse: SkidType = loadSkidType(here('../../../plant/skids/cdse.yaml'));

export const operator: Actor = {
  kind: 'person', id: 'P-1', userName: 'operator', printedName: 'Olga Operator', roles: ['operator'], terminal: 'test',
}; // prettier-ignore
export const signers = [
  { userName: 'operator', password: 'right', terminal: 'test' },
  { userName: 'checker', password: 'right', terminal: 'test' },
];

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** The ledger as far as a batch needs it; `full` refuses what is written. */
export class FakeLedger implements GroupKeeper {
  readonly events: StoredEvent[] = [];
  full = false;
  readonly #counts = new Map<string, number>();
  readonly #clock: Clock;
  constructor(clock: Clock) {
    this.#clock = clock;
  }
  append(event: RecordEvent): Promise<StoredEvent> {
    if (this.full)
      return Promise.reject(mesolineError('record-refused', event.scope, 'The disk is full.', 'Make room.'));
    const seq = (this.#counts.get(event.scope) ?? 0) + 1;
    this.#counts.set(event.scope, seq);
    const stored = {
      scope: event.scope,
      seq,
      hash: `${event.scope}#${seq}`,
      utc: this.#clock.utc(),
      event: structuredClone(event),
    };
    this.events.push(stored);
    return Promise.resolve(stored);
  }
  async appendAll(events: readonly RecordEvent[]): Promise<readonly StoredEvent[]> {
    const stored: StoredEvent[] = [];
    for (const event of events) stored.push(await this.append(event));
    return stored;
  }
  read(scope: string, fromSeq: number, limit: number): Promise<readonly StoredEvent[]> {
    return Promise.resolve(this.events.filter((one) => one.scope === scope && one.seq >= fromSeq).slice(0, limit));
  }
  scopes(prefix: string): ReturnType<GroupKeeper['scopes']> {
    const names = [...new Set(this.events.map(({ scope }) => scope))].filter((scope) => scope.startsWith(prefix));
    return Promise.resolve(names.map((scope) => ({ scope, count: 1, head: '' })));
  }
  actions(scope: string): string[] {
    return this.events.filter((one) => one.scope === scope).map(({ event }) => event.action);
  }
}

/** Signs for whoever knows the password `right`; the role is the user name. */
export class FakeDesk implements RecordDesk {
  readonly signed: SignatureView[] = [];
  readonly #ledger: FakeLedger;
  onSign: () => void = () => undefined;
  constructor(ledger: FakeLedger) {
    this.#ledger = ledger;
  }
  async sign(request: Parameters<RecordDesk['sign']>[0]): Promise<SignatureView> {
    this.onSign();
    const personId = `P-${request.userName}`;
    const refused = (problem: string): Error =>
      mesolineError('signature-refused', request.userName, problem, 'Try again.');
    if (request.password !== 'right') throw refused('The password is wrong.');
    if (request.userName.replace('-2', '') !== request.role) throw refused(`The role ${request.role} is asked.`);
    if (request.notPersons.includes(personId)) throw refused('This person has signed already.');
    const { scope, meaning, subject, role, userName } = request;
    const data = { printedName: userName, role, signedAt: '2026-01-02T00:00:00.000+00:00', signedSeq: '1' };
    const event = { scope, actor: operator, action: 'signed', object: subject, new: meaning, data };
    const receipt = await this.#ledger.append(event);
    const view = {
      receipt,
      signedHash: '',
      personId,
      printedName: request.userName,
      meaning,
      subject,
      utc: receipt.utc,
    };
    this.signed.push(view);
    return view;
  }
  signatures(scope: string): Promise<readonly SignatureView[]> {
    return Promise.resolve(this.signed.filter(({ receipt }) => receipt.scope === scope));
  }
  export(): never {
    throw new Error('not asked');
  }
  fingerprint(): never {
    throw new Error('not asked');
  }
}

const run = { chalcogen: 0, cadmium: 0, ligand: 0, flush: 0 };
type Feed = keyof typeof run;

const points: Readonly<Record<string, (skid: FakePlant) => number | boolean>> = {
  chalcogenFlow: (s) => s.flow.chalcogen, cadmiumFlow: (s) => s.flow.cadmium, ligandFlow: (s) => s.flow.ligand, flushFlow: (s) => s.flow.flush,
  chalcogenFlowSetpoint: (s) => s.set.chalcogen, cadmiumFlowSetpoint: (s) => s.set.cadmium, ligandFlowSetpoint: (s) => s.set.ligand,
  flushFlowSetpoint: (s) => s.set.flush, reactorSetpoint: (s) => s.set.temperature, reactorRampRate: (s) => s.set.ramp,
  chalcogenRatioSetpoint: (s) => s.set.ratio, backPressureSetpoint: (s) => s.set.backPressure, stage1Setpoint: (s) => s.set.stage1, diverterCommand: (s) => s.set.diverter,
  reactorTemperatureA: (s) => s.celsius, reactorTemperatureB: (s) => s.celsius, reactorTemperatureIndependent: (s) => s.celsius,
  outletTemperature: () => 30, stage1Temperature: (s) => (s.set.stage1 > 0 ? s.set.stage1 : 25) + s.stage1OffK, reactorPressureA: (s) => s.bar, reactorPressureB: (s) => s.bar,
  diverterPosition: (s) => s.diverter, collectedVolume: (s) => s.collected, heaterEnabled: (s) => s.set.temperature > 0,
}; // prettier-ignore

const approach = (value: number, target: number, most: number): number =>
  value + Math.max(-most, Math.min(most, target - value));

/** The skid itself: pumps, heat, regulator, diverter, and a field controller that knows HOT-HOLD. */
export class FakePlant {
  set = { ...run, temperature: 0, ramp: 10, backPressure: 0, stage1: 0, ratio: 1, diverter: 0 };
  flow = { ...run };
  celsius = 25;
  bar = 0;
  diverter = 0;
  collected = 0;
  field: Demand = 'none';
  bad = new Set<string>();
  diverterStuck = false;
  /** How much warmer the first stage is than it is set. */
  stage1OffK = 0;
  leakBarPerS = 0.0005;

  step(dt: number): void {
    if (this.field !== 'none' && this.field !== 'B') {
      this.set = { ...this.set, ...run, temperature: 0, stage1: 0, diverter: 0 };
    }
    const held = this.field === 'H' && this.celsius >= 90;
    for (const feed of Object.keys(run) as Feed[]) {
      const wanted = held && feed === 'flush' ? 20 : this.set[feed];
      this.flow[feed] += (wanted - this.flow[feed]) * (1 - Math.exp(-dt));
      if (wanted === 0 && this.flow[feed] < 0.05) this.flow[feed] = 0;
    }
    const total = Object.values(this.flow).reduce((sum, one) => sum + one, 0);
    if (this.set.temperature > 0)
      this.celsius = approach(this.celsius, this.set.temperature, (this.set.ramp / 60) * dt);
    else this.celsius = approach(this.celsius, 25, (total / 65) * 0.4 * dt);
    if (total > 1) this.bar = approach(this.bar, this.set.backPressure, 2 * dt);
    else this.bar = Math.max(0, this.bar - this.leakBarPerS * dt);
    if (!this.diverterStuck) this.diverter = this.set.diverter;
    if (this.diverter === 1) this.collected += (total * dt) / 60;
  }

  get tau(): number {
    const total = Object.values(this.flow).reduce((sum, one) => sum + one, 0);
    return (60 * saturatedLiquidDensity(this.celsius) * 60) / saturatedLiquidDensity(25) / total;
  }
}

export const noDemand: GuardVerdict = { demand: 'none', causes: [], releasing: false };
export const demanded = (demand: Demand, message = 'Flow ratio 60 %, trip below 85 %.'): GuardVerdict => ({
  demand,
  causes: [{ row: 17, title: 'Cadmium without ligand or chalcogen', message }],
  releasing: false,
});

export type BenchOptions = Readonly<{
  recipes?: string;
  twin?: boolean;
  skids?: number;
  status?: RecipeStatus;
  shared?: readonly SharedEquipment[];
}>;

/** Everything round one room, and its time. */
export class Bench {
  now = 1_000_000;
  scale = 1;
  readonly clock: Clock = {
    utc: () => utcMs(Date.UTC(2026, 0, 2) + this.now),
    monotonic: () => monotonic(this.now),
    process: () => processTime(this.now * this.scale),
    timeScale: 1,
  };
  readonly skids: readonly Skid[];
  readonly plants = new Map<SkidName, FakePlant>();
  readonly verdicts = new Map<SkidName, GuardVerdict>();
  blocks: readonly Block[] = [];
  readonly ledger = new FakeLedger(this.clock);
  readonly desk = new FakeDesk(this.ledger);
  readonly commands: Command[] = [];
  /** Every change that was announced. */
  readonly told: BatchView[] = [];
  refuse: (command: Command) => CommandOutcome | null = () => null;
  forbidden = new Set<Permission>();
  gates: StartGate[] = [];
  analyses: AnalysisDesk | null = null;
  equipment: EquipmentListener | null = null;
  status: RecipeStatus;
  batches: Batches;
  readonly #recipes: ReadonlyMap<string, ReturnType<typeof readRecipeFile>>;
  readonly #shared: readonly SharedEquipment[];
  #scan = 0;
  #asked = 0;

  constructor({ recipes = shortRecipes, twin = true, skids = 1, status = 'draft', shared = [] }: BenchOptions = {}) {
    this.status = status;
    this.#shared = shared;
    const read = readdirSync(recipes).map((file) => readRecipeFile(join(recipes, file)));
    this.#recipes = new Map(read.map((recipe) => [recipe.name, recipe]));
    this.skids = Array.from({ length: skids }, (_, i) => ({
      name: skidName(`QD-${i + 1}`),
      title: `CdSe line ${i + 1}`,
      type: cdse,
      links: [],
      twin,
    }));
    for (const { name } of this.skids) {
      this.plants.set(name, new FakePlant());
      this.verdicts.set(name, noDemand);
    }
    this.batches = this.make();
  }

  /** Of the first skid. */
  get plant(): FakePlant {
    return this.plants.get(this.skids[0]!.name)!;
  }

  set verdict(verdict: GuardVerdict) {
    this.verdicts.set(this.skids[0]!.name, verdict);
  }

  /** The room anew, as after a start of the service. */
  make(): Batches {
    const authority: Authority = {
      decide: (_, permission) =>
        this.forbidden.has(permission) ? { allowed: false, reason: 'You may not.' } : { allowed: true },
    };
    const { clock, ledger, desk, skids } = this;
    const commands = { execute: (command: Command) => Promise.resolve(this.execute(command)) };
    const store: RecipeStore = {
      recipe: (name, version) => {
        const recipe = this.#recipes.get(name);
        const isIt = version === undefined ? this.status === 'effective' : version === 1;
        return recipe === undefined || !isIt ? null : { recipe, version: 1, status: this.status };
      },
      names: () => [...this.#recipes.keys()],
    };
    this.batches = createBatches({
      skids, sharedEquipment: this.#shared, store, gates: this.gates, clock, log: silent, commands, authority,
      records: ledger, desk, build: 'test',
      ...(this.analyses === null ? {} : { analyses: this.analyses }),
      ...(this.equipment === null ? {} : { equipment: this.equipment }),
    }); // prettier-ignore
    this.batches.onChange({ changed: (view) => this.told.push(view) });
    return this.batches;
  }

  execute(command: Command): CommandOutcome {
    this.commands.push(command);
    const refused = this.refuse(command);
    if (refused !== null) return refused;
    const { action } = command;
    const plant = this.plants.get(command.skid)!;
    const done: CommandOutcome = { status: 'done', message: '', readBack: null };
    switch (action.kind) {
      case 'safe-state':
        plant.field = 'H';
        return done;
      case 'release':
      case 'reset':
        plant.step(0);
        plant.field = 'none';
        return done;
      case 'write':
        if (plant.field !== 'none') {
          return { status: 'refused', by: 'interlock', message: 'The field is in a safe state.', live: null };
        }
        for (const { tag, value } of action.writes) {
          const definition = cdse.tags.find(({ name }) => name === tag);
          if (definition?.source.kind !== 'point') throw new Error(`${tag} is no point`);
          const name = definition.source.point.name;
          const key = setKeys[name];
          if (key === undefined) throw new Error(`${name} is no set point`);
          plant.set[key] = Math.fround(Number(value));
        }
        return done;
    }
  }

  news(skid: SkidName): ScanNews {
    this.#scan += 1;
    const { clock } = this;
    const plant = this.plants.get(skid)!;
    const now = clock.utc();
    const samples: Sample[] = seen.map(({ tag, name, read }) => ({
      tag: tagName(skid, tag),
      value: read(plant),
      quality: plant.bad.has(name) ? badNoCommunication : good,
      sourceTime: now,
      serverTime: now,
    }));
    const batch = {
      skid,
      scan: this.#scan,
      utc: clock.utc(),
      monotonic: clock.monotonic(),
      process: clock.process(),
      samples,
    };
    return { batch, verdict: this.verdicts.get(skid)!, fieldDemand: plant.field, blocks: this.blocks };
  }

  /** One scan of every skid after `seconds` of process time, and everything that comes of it. */
  async scan(seconds = 1): Promise<void> {
    this.now += (seconds * 1000) / this.scale;
    for (const [skid, plant] of this.plants) {
      plant.step(seconds);
      this.batches.accept(this.news(skid));
    }
    await settle();
  }

  /** Scans until `done`, at most for `seconds` of process time, answering what is asked; the time it took. */
  async until(done: (view: BatchView, unit: UnitView) => boolean, seconds = 6000, each = 2): Promise<number> {
    for (let passed = 0; passed < seconds; passed += each) {
      await this.scan(each);
      const view = await this.view();
      if (done(view, view.units[0]!)) return passed;
      await this.answerAll(view);
    }
    const { state, units } = await this.view();
    const said = units.map((unit) => [unit.state, unit.next, unit.message]);
    throw new Error(`not within ${seconds} s: ${state} ${JSON.stringify(said)}`);
  }

  /** Until a phase runs on the first skid. */
  reach(phase: string, seconds = 6000): Promise<number> {
    return this.until((_, unit) => phaseOn(unit) === phase && unit.state === 'Running', seconds);
  }

  async answerAll({ id, units }: BatchView): Promise<void> {
    for (const { skid, prompts } of units)
      for (const { id: prompt, answers, withdrawn, checked } of prompts) {
        if (answers.length > 0 || withdrawn !== null) continue;
        const given = checked === null ? [] : signers;
        await this.batches.desk.answer({
          ...this.asked('answer'),
          batch: id,
          skid,
          prompt,
          value: 'yes',
          reason: '',
          signers: given,
        });
      }
  }

  asked(what: string): { commandId: string; actor: Actor } {
    this.#asked += 1;
    return { commandId: `${what}-${this.#asked}`, actor: operator };
  }

  async view(): Promise<BatchView> {
    const [view] = await this.batches.desk.batches();
    if (view === undefined) throw new Error('there is no batch');
    return view;
  }

  order(more: Partial<BatchOrder> = {}): BatchOrder {
    const skids = this.skids.map(({ name }) => name);
    return { recipe: 'CdSe-short', version: 1, purpose: 'rehearsal', skids, spares: [], values: {}, ...more };
  }

  async begin(more: Partial<BatchOrder> = {}): Promise<BatchView> {
    await this.batches.start();
    await this.scan();
    const started = await this.start(more);
    if (!started.done) throw new Error(started.reason);
    return started.batch;
  }

  start(
    order: Partial<BatchOrder> = {},
    more: Partial<Parameters<Batches['desk']['start']>[0]> = {},
  ): ReturnType<Batches['desk']['start']> {
    return this.batches.desk.start({ ...this.asked('start'), order: this.order(order), signers, ...more });
  }

  async command(
    command: BatchCommand,
    skid: SkidName | null = null,
    reason = 'a test',
  ): ReturnType<Batches['desk']['command']> {
    const { id } = await this.view();
    const answer = await this.batches.desk.command({ ...this.asked(command), batch: id, skid, command, reason });
    await settle();
    return answer;
  }
}

const setKeys: Readonly<Record<string, keyof FakePlant['set']>> = {
  chalcogenFlowSetpoint: 'chalcogen', cadmiumFlowSetpoint: 'cadmium', ligandFlowSetpoint: 'ligand', flushFlowSetpoint: 'flush',
  reactorSetpoint: 'temperature', reactorRampRate: 'ramp', backPressureSetpoint: 'backPressure', stage1Setpoint: 'stage1', chalcogenRatioSetpoint: 'ratio', diverterCommand: 'diverter',
}; // prettier-ignore

/** The tags that the model has a value for. */
const seen = cdse.tags.flatMap(({ name: tag, source }) => {
  const read = source.kind === 'point' ? points[source.point.name] : undefined;
  return read === undefined || source.kind !== 'point' ? [] : [{ tag, name: source.point.name, read }];
});

/** Promises in memory have run when the event loop has turned. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
