/**
 * The room of batches at fake skids, with a real ledger in a folder of its own, real people and real signatures. What goes to the
 * ledger can be kept waiting, refused, or lost on its way there or back.
 */
import { BatchRoom, type Batches } from '../../../../control/batch/room.ts';
import { foldBatch, type Folded } from '../../../../control/batch/batch-fold.ts';
import { factsOf } from '../../../../control/batch/control-recipe.ts';
import { createAuthority, Directory } from '../../../../control/access/index.ts';
import { recordable } from '../../../../control/records/ledger/event-check.ts';
import type { Records } from '../../../../control/records/ledger/records.ts';
import type { Stamp } from '../../../../control/records/format/event-body.ts';
import type { BatchCommand, BatchView, PromptView, UnitMode, UnitView } from '../../../../plant/batch-view.ts';
import { mesolineError } from '../../../../plant/errors.ts';
import { personActor, type Actor } from '../../../../plant/people.ts';
import type { BatchAnswer, BatchOrder } from '../../../../plant/ports/batch-desk.ts';
import type { Credentials, RecordDesk } from '../../../../plant/ports/record-desk.ts';
import type { GroupKeeper } from '../../../../plant/ports/record-keeper.ts';
import type { RecordEvent, RecordReceipt, StoredEvent } from '../../../../plant/record-event.ts';
import { readRecipe } from '../../../../plant/recipe/read-recipe.ts';
import type { MasterRecipe, RecipeStatus } from '../../../../plant/recipe/recipe.ts';
import type { SkidName } from '../../../../plant/sample.ts';
import { firstPasswords, openQuickly, temporaryFolder } from '../../records/support.ts';
import { expect } from 'vitest';
import { Bench, settle, silent } from '../fake-skid.ts';

/** What becomes of the writes of a group. */
export type Fate = 'written' | 'refused' | 'answer lost' | 'lost';

/** The real keeper with a line between that can fail. */
export class Keeper implements GroupKeeper {
  readonly records: Records;
  readonly #now: () => Stamp;
  /** Of each group that is written next; `written` where it says nothing. */
  fate: (events: readonly RecordEvent[]) => Fate = () => 'written';
  /** Nobody is told what stands in the record. */
  unreadable = false;
  #gate: PromiseWithResolvers<undefined> | null = null;

  constructor(records: Records, stamp: () => Stamp) {
    this.records = records;
    this.#now = stamp;
  }

  /** What is written from now on waits. */
  hold(): void {
    this.#gate ??= Promise.withResolvers<undefined>();
  }

  letGo(): void {
    this.#gate?.resolve(undefined);
    this.#gate = null;
  }

  get isHolding(): boolean {
    return this.#gate !== null;
  }

  async append(event: RecordEvent): Promise<RecordReceipt> {
    return this.#written([event], () => this.records.append(recordable(event), this.#now()));
  }

  async appendAll(events: readonly RecordEvent[]): Promise<readonly RecordReceipt[]> {
    if (events.length === 0) return [];
    return this.#written(events, () => this.records.appendAll(events.map(recordable), this.#now()));
  }

  async read(scope: string, fromSeq: number, limit: number): Promise<readonly StoredEvent[]> {
    if (this.unreadable) throw new Error('The ledger gives no answer.');
    return this.records.read(scope, fromSeq, limit);
  }

  scopes(prefix: string): ReturnType<GroupKeeper['scopes']> {
    return this.records.scopes(prefix);
  }

  async #written<T>(events: readonly RecordEvent[], write: () => Promise<T>): Promise<T> {
    const fate = this.fate(events);
    await this.#gate?.promise;
    if (fate === 'refused') throw mesolineError('record-refused', 'ledger', 'The disk is full.', 'Make room.');
    if (fate === 'lost') throw new Error('The ledger gave no answer.');
    const done = await write();
    if (fate === 'answer lost') throw new Error('The ledger gave no answer.');
    return done;
  }
}

export type RoomOptions = Readonly<{
  skids?: number;
  recipes?: readonly string[];
  status?: RecipeStatus;
  /** A data folder to keep; one of its own, removed at the end, where left out. */
  folder?: string;
}>;

/** All that a scan brings about is done within so many turns of the event loop, or waits for a later scan. */
const mostTurns = 60;

type Who = 'operator' | 'checker' | 'engineer';

export class RoomBench extends Bench {
  #keeper: Keeper | null = null;
  /** Called before each signature is given: whatever happens while people sign. */
  whileSigning: () => Promise<void> | void = () => undefined;
  #recipesByName: ReadonlyMap<string, MasterRecipe> = new Map();
  #passwords: ReadonlyMap<string, string> = new Map();
  readonly actors = new Map<Who, Actor>();
  #folder: Readonly<{ path: string; remove: () => void }>;
  #directory = new Directory();
  #count = 0;

  constructor({ skids = 1, status = 'draft', folder }: RoomOptions = {}) {
    super({ skids, status });
    this.#folder = folder === undefined ? temporaryFolder() : { path: folder, remove: () => undefined };
  }

  static async open(options: RoomOptions = {}): Promise<RoomBench> {
    const bench = new RoomBench(options);
    await bench.begun(options.recipes ?? []);
    return bench;
  }

  protected begun(recipes: readonly string[]): Promise<void> {
    return this.#open(recipes);
  }

  async #open(texts: readonly string[]): Promise<void> {
    this.#recipesByName = new Map(texts.map((text) => readRecipe(text, 'test')).map((recipe) => [recipe.name, recipe]));
    const records = await openQuickly(this.#folder.path, this.stamp());
    const passwords = new Map<string, string>();
    for (const [userName, first] of firstPasswords(this.#folder.path)) {
      const person = await records.identify({ userName, password: first, terminal: 'test' }, 'password', this.stamp());
      const own = `${first} of my own`;
      await records.changePassword(person.id, first, own, 'test', this.stamp());
      await records.certify(person.id, own, 'test', this.stamp());
      const now = await records.identify({ userName, password: own, terminal: 'test' }, 'password', this.stamp());
      passwords.set(userName, own);
      this.#directory.replace([...this.#directory.all(), now]);
      this.actors.set(userName as Who, personActor(now, 'test'));
    }
    this.#passwords = passwords;
    this.#keeper = new Keeper(records, () => this.stamp());
    await this.restart();
  }

  /** The service is started anew over the same ledger. */
  async restart(): Promise<void> {
    this.make();
    await this.batches.start();
    await this.scan();
  }

  async close(): Promise<void> {
    this.keeper.letGo();
    await this.batches.stop();
    await this.keeper.records.close(this.stamp());
    this.#folder.remove();
  }

  override make(): Batches {
    // The first room is made before anything of this class is there; nobody starts it.
    if (!(#keeper in this) || this.#keeper === null) return super.make();
    const { clock, skids, keeper } = this;
    const desk: RecordDesk = {
      sign: async (request) => {
        await this.whileSigning();
        return keeper.records.sign(request, this.stamp());
      },
      signatures: (scope) => keeper.records.signatures(scope),
      export: (scope) => keeper.records.export(scope, this.stamp()),
      fingerprint: () => Promise.resolve(keeper.records.opened.fingerprint),
    };
    this.batches = new BatchRoom({
      skids, sharedEquipment: [], gates: this.gates, clock, log: silent, build: 'test', desk, records: keeper,
      authority: createAuthority(this.#directory),
      commands: { execute: (command) => Promise.resolve(this.execute(command)) },
      store: {
        recipe: (name, version) => {
          const recipe = this.#recipesByName.get(name);
          return recipe === undefined || (version ?? 1) !== 1 ? null : { recipe, version: 1, status: this.status };
        },
        names: () => [...this.#recipesByName.keys()],
      },
    }); // prettier-ignore
    this.batches.onChange({ changed: (view) => this.told.push(view) });
    return this.batches;
  }

  get keeper(): Keeper {
    if (this.#keeper === null) throw new Error('the ledger is not open');
    return this.#keeper;
  }

  get room(): BatchRoom {
    return this.batches as BatchRoom;
  }

  override order(more: Partial<BatchOrder> = {}): BatchOrder {
    const [recipe = ''] = this.#recipesByName.keys();
    return super.order({ recipe, ...more });
  }

  override async begin(more: Partial<BatchOrder> = {}): Promise<BatchView> {
    const started = await this.start(more);
    if (!started.done) throw new Error(started.reason);
    return started.batch;
  }

  override start(
    order: Partial<BatchOrder> = {},
    more: Partial<Parameters<Batches['desk']['start']>[0]> = {},
  ): Promise<BatchAnswer> {
    const signers = this.signers('operator', 'checker');
    return this.batches.desk.start({ ...this.asked('start'), order: this.order(order), signers, ...more });
  }

  override asked(what: string, who: Who = 'operator'): { commandId: string; actor: Actor } {
    this.#count += 1;
    return { commandId: `${what}-${this.#count}`, actor: this.actors.get(who)! };
  }

  signers(...who: readonly Who[]): Credentials[] {
    return who.map((userName) => ({ userName, password: this.#passwords.get(userName)!, terminal: 'test' }));
  }

  override async scan(seconds = 1): Promise<void> {
    this.now += (seconds * 1000) / this.scale;
    for (const [skid, plant] of this.plants) {
      plant.step(seconds);
      this.batches.accept(this.news(skid));
    }
    await this.quiet();
  }

  /** Until nothing is decided or recorded any more; what waits for a ledger that gives no answer is not waited for. */
  async quiet(): Promise<void> {
    for (let turn = 0, calm = 0; calm < 3 && turn < mostTurns; turn += 1) {
      await settle();
      const isBusy = [...this.room.runners.values()].some((runner) => runner.isBusy);
      calm = isBusy && !this.keeper.isHolding ? 0 : calm + 1;
    }
  }

  override async answerAll({ id, units }: BatchView): Promise<void> {
    for (const { skid, prompts } of units)
      for (const prompt of prompts)
        if (prompt.answers.length === 0 && prompt.withdrawn === null) await this.answer(prompt, skid, {}, id);
  }

  /** What people answer where nothing else is said: yes, by whom the prompt asks. */
  async answer(
    { id: prompt, checked, kind }: PromptView,
    skid: SkidName,
    more: Partial<Parameters<Batches['desk']['answer']>[0]> = {},
    batch = this.newest,
  ): Promise<BatchAnswer> {
    const signers = checked === null ? [] : this.signers('operator', 'checker');
    const value = kind === 'number' ? '7' : 'yes';
    const request = { ...this.asked('answer'), batch, skid, prompt, value, reason: '', signers, ...more };
    return this.batches.desk.answer(request);
  }

  override async command(
    command: BatchCommand,
    skid: SkidName | null = null,
    reason = 'a test',
    more: Partial<Parameters<Batches['desk']['command']>[0]> = {},
  ): Promise<BatchAnswer> {
    const request = { ...this.asked(command), batch: this.newest, skid, command, reason, ...more };
    const answer = await this.batches.desk.command(request);
    await this.quiet();
    return answer;
  }

  mode(
    mode: UnitMode,
    signers = this.signers('operator', 'engineer'),
    skid = this.skids[0]!.name,
  ): Promise<BatchAnswer> {
    const request = { ...this.asked('mode'), batch: this.newest, skid, mode, reason: 'to look at it', signers };
    return this.batches.desk.setMode(request);
  }

  proceed(path: string, skid = this.skids[0]!.name): Promise<BatchAnswer> {
    return this.batches.desk.proceed({ ...this.asked('proceed'), batch: this.newest, skid, path });
  }

  replace(skid: SkidName, by: SkidName, signers = this.signers('engineer'), commandId?: string): Promise<BatchAnswer> {
    const asked = this.asked('replace', 'engineer');
    const request = { ...asked, commandId: commandId ?? asked.commandId, batch: this.newest, skid, by, signers };
    return this.batches.desk.replace({ ...request, reason: 'it has failed' });
  }

  /** Id of the newest batch. */
  get newest(): string {
    return [...this.room.runners.keys()].sort().at(-1) ?? '';
  }

  async unit(index = 0): Promise<UnitView> {
    return (await this.view()).units[index]!;
  }

  states(): readonly string[] {
    return [...this.room.runners.get(this.newest)!.core.lasting.units.values()].map(({ state }) => state);
  }

  /** The prompt that stands open on the first skid. */
  async open(): Promise<PromptView> {
    const { prompts } = await this.unit();
    const open = prompts.find(({ answers, withdrawn }) => answers.length === 0 && withdrawn === null);
    if (open === undefined) throw new Error('nothing is asked');
    return open;
  }

  /** The record of the newest batch, or of a scope. */
  record(scope = `batch/${this.newest}`): Promise<readonly StoredEvent[]> {
    return this.keeper.records.read(scope, 1, 10_000);
  }

  async lines(action: string): Promise<readonly RecordEvent[]> {
    return (await this.record()).map(({ event }) => event).filter((event) => event.action === action);
  }

  /** The batch as a start of the service would find it. */
  async folded(): Promise<Folded> {
    return foldBatch(await this.record(), factsOf, this.room.shared);
  }

  /** Now, as the ledger stamps its lines. */
  stamp(): Stamp {
    return { utc: this.clock.utc(), monotonic: this.clock.monotonic() };
  }
}

/** A refusal whose reason says so. */
export const refused = (reason: RegExp) => ({ done: false, reason: expect.stringMatching(reason) as string });
