/**
 * One batch as it runs on all of its skids: what happens to it goes through the engine one after the other, and what the engine
 * asks for is done. A person's Hold, Stop or Abort asks the fields before it stands in that line; a ledger that does not answer
 * holds the fields and nothing else.
 */
import { elapsed, milliseconds, utcMs, type Clock, type Monotonic } from '../../plant/clock.ts';
import type { CommandAction, CommandOutcome } from '../../plant/command.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { CommandPath } from '../../plant/ports/command-path.ts';
import type { GroupKeeper } from '../../plant/ports/record-keeper.ts';
import type { ScanNews } from '../../plant/ports/scan-consumer.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import type { Equipment } from '../../plant/recipe/equipment.ts';
import type { SkidName } from '../../plant/sample.ts';
import { commandedUnits, isThrough, scopeOf, unitsOf, type BatchCore } from './batch-core.ts';
import { decide, type BatchEffect, type BatchInput, type Decision } from './batch-decide.ts';
import { batchActor } from './batch-events.ts';
import { goesToSafety } from './idempotency.ts';
import { isActive } from './phase-table.ts';
import { RecordLine } from './record-line.ts';
import { orderedWrites } from './set-point-order.ts';
import type { SharedUse } from './shared-use.ts';
import { readSkid } from './skid-reading.ts';

/** A command of the engine that is older than this is not carried out. */
const expiresAfter = milliseconds(5000);
/** A ledger that has not answered for so long leaves the fields in doubt: they go to HOT-HOLD, in ms. */
const recordedWithin = 5000;
/** How long whoever asked for the safe direction waits for its record before hearing that it follows, in ms. */
const saidWithin = 2000;
/** How often at most progress within a step is told, and records that wait are tried again, in ms. */
const toldEvery = 1000;

export type RunnerPorts = Readonly<{
  clock: Clock;
  log: Log;
  commands: CommandPath;
  records: GroupKeeper;
  shared: SharedUse;
  announce: (core: BatchCore) => void;
}>;

type PersonInput = Extract<BatchInput, Readonly<{ commandId: string }>>;
type WithoutMoment<T> = T extends unknown ? Omit<T, 'utc' | 'monotonic'> : never;
export type PersonRequest = WithoutMoment<PersonInput>;

export class BatchRunner {
  readonly #ports: RunnerPorts;
  readonly #equipment: ReadonlyMap<SkidName, Equipment>;
  readonly #line: RecordLine;
  readonly #origin: string;
  readonly #news = new Map<SkidName, ScanNews>();
  readonly #scanWaits = new Set<SkidName>();
  readonly #safeWaits = new Map<SkidName, number>();
  #core: BatchCore;
  #mailbox: Promise<void> = Promise.resolve();
  #turns = 0;
  #sent = 0;
  #toldAt: Monotonic | null = null;
  #recordingSince: Monotonic | null = null;
  #doubtedAt: Monotonic | null = null;

  /**
   * @param origin tells this run of the service from others in the ids of its commands
   * @param seq the newest of the batch's record
   */
  constructor(
    core: BatchCore,
    equipment: ReadonlyMap<SkidName, Equipment>,
    ports: RunnerPorts,
    origin: string,
    seq: number,
  ) {
    this.#core = core;
    this.#equipment = equipment;
    this.#ports = ports;
    this.#origin = origin;
    this.#line = new RecordLine(ports.records, ports.log, scopeOf(core.facts.id), seq);
  }

  /** The batch; but for what a safe direction has brought about, all of it is on record. */
  get core(): BatchCore {
    return this.#core;
  }

  get id(): string {
    return this.#core.facts.id;
  }

  /** Something is being decided or recorded: what `core` says may be a moment behind. */
  get isBusy(): boolean {
    return this.#turns > 0;
  }

  accept(news: ScanNews): void {
    const { skid, monotonic } = news.batch;
    this.#news.set(skid, news);
    this.#doubtLedger(monotonic);
    if (this.#scanWaits.has(skid) || !this.#isScanned(skid)) return;
    this.#scanWaits.add(skid);
    this.#enqueue(async () => {
      this.#scanWaits.delete(skid);
      await this.#scan(skid);
    });
  }

  /** The skid is another batch's now: nothing is done for it here any more, but what is not on record yet is written. */
  writeOn(): void {
    if (this.#line.waiting > 0) this.#line.retry();
  }

  /** Settles when the batch has begun. @throws MesolineError where its record cannot be written */
  async begin(started: RecordEvent): Promise<void> {
    await this.#inTurn(() => this.#apply({ kind: 'begin', started, ...this.#now() }, true));
  }

  /**
   * What a person asks. Settles when it is on record, or, of the safe direction, when it is done, at the latest 2 s after its
   * fields were asked: with null, or with why it was not taken. @throws MesolineError where it cannot be recorded; nothing has happened then
   */
  async ask(request: PersonRequest): Promise<string | null> {
    const input = { ...request, ...this.#now() } as PersonInput;
    const safe = input.kind === 'command' && goesToSafety(input.command) ? this.#askedToRest(input) : [];
    for (const skid of safe) {
      this.#waitsSafe(skid, 1);
      this.#askSafeState(skid, `${request.reason} (${this.id})`);
    }
    const turn = this.#inTurn(async () => {
      try {
        return await this.#apply(input, safe.length === 0);
      } finally {
        for (const skid of safe) this.#waitsSafe(skid, -1);
      }
    });
    return safe.length === 0 ? turn : within(turn, null);
  }

  /** Whether what followed an action of the safe direction is on record; it is waited for, but no longer than a person would. */
  async isRecorded(): Promise<boolean> {
    await within(this.#line.settled(), undefined);
    return this.#line.waiting === 0;
  }

  /** A piece of equipment that units of it share, or wait for, has failed. */
  equipmentFailed(skids: readonly SkidName[], message: string): void {
    this.#enqueue(async () => {
      await this.#apply({ kind: 'equipment failed', skids, message, ...this.#now() });
    });
  }

  /** The service stops: what has been counted of open stretches goes into the record. */
  recordVolume(): void {
    this.#enqueue(async () => {
      await this.#apply({ kind: 'record volume', ...this.#now() });
    });
  }

  /** Settles when nothing is on its way any more. */
  async settled(): Promise<void> {
    await this.#mailbox;
    await this.#line.settled();
  }

  #isScanned(skid: SkidName): boolean {
    const unit = this.#core.lasting.units.get(skid);
    if (unit === undefined || unit.state === 'Idle') return false;
    return unit.state !== 'Complete' || !isThrough(this.#core) || this.#line.waiting > 0;
  }

  async #scan(skid: SkidName): Promise<void> {
    const news = this.#news.get(skid);
    const equipment = this.#equipment.get(skid);
    if (news === undefined || equipment === undefined || this.#isWaitingSafe(skid)) return;
    const { utc, monotonic, process, samples } = news.batch;
    await this.#apply({
      kind: 'scan',
      skid,
      utc,
      monotonic,
      scan: {
        process,
        skid: readSkid(equipment, samples),
        verdict: news.verdict,
        fieldDemand: news.fieldDemand,
        blocks: news.blocks,
        owned: this.#ports.shared.owned(this.id, skid),
      },
    });
  }

  /** @param throws whether a refused record is thrown to whoever asked, instead of holding the batch */
  async #apply(input: BatchInput, throws = false): Promise<string | null> {
    const before = this.#core;
    const decision = decide(before, input);
    if (decision.refusal !== null) return decision.refusal;
    for (const effect of decision.effects)
      if (effect.kind === 'safe-state') this.#askSafeState(effect.skid, effect.reason);
    if (decision.isUrgent || decision.events.length === 0) {
      this.#core = decision.core;
      this.#line.follow(decision.events);
    } else {
      try {
        await this.#record(decision);
      } catch (thrown) {
        if (throws) throw thrown;
        return this.#apply({ kind: 'record failed', message: messageOf(thrown), ...this.#now() });
      }
      this.#core = decision.core;
    }
    this.#publish(before);
    for (const effect of decision.effects) this.#carryOut(effect);
    return null;
  }

  async #record({ events }: Decision): Promise<void> {
    this.#recordingSince = this.#ports.clock.monotonic();
    try {
      await this.#line.append(events);
    } finally {
      this.#recordingSince = null;
      this.#doubtedAt = null;
    }
  }

  /** Nothing is decided while nobody knows what is on record; what runs goes to HOT-HOLD meanwhile. */
  #doubtLedger(now: Monotonic): void {
    if (this.#recordingSince === null || elapsed(this.#recordingSince, now) < recordedWithin) return;
    if (this.#doubtedAt !== null && elapsed(this.#doubtedAt, now) < toldEvery) return;
    this.#doubtedAt = now;
    this.#line.retry();
    for (const { skid, state } of unitsOf(this.#core))
      if (isActive(state))
        this.#askSafeState(skid, `The ledger has not answered ${this.id} for ${recordedWithin / 1000} s.`);
  }

  /** Nothing here is waited for: outcomes come back as news. */
  #carryOut(effect: BatchEffect): void {
    const { skid } = effect;
    switch (effect.kind) {
      case 'safe-state':
        return;
      case 'ask equipment':
        this.#ports.shared.ask(this.#userOf(effect), effect.capability);
        return;
      case 'give equipment back':
        this.#ports.shared.giveBack(this.#userOf(effect), effect.capability);
        return;
      case 'release':
        if (this.#isWaitingSafe(skid)) return;
        void this.#execute(skid, { kind: 'release' }, effect.reason).then((outcome) => {
          this.#told(skid, { kind: 'released', skid, outcome, ...this.#now() });
        });
        return;
      case 'write': {
        const equipment = this.#equipment.get(skid);
        // A person's Hold came while this waited for its record: what was asked for safety is not undone by what came before.
        if (equipment === undefined || this.#isWaitingSafe(skid)) return;
        const { writes } = effect;
        const action = { kind: 'write', writes: orderedWrites(writes, equipment) } as const;
        void this.#execute(skid, action, effect.reason).then((outcome) => {
          this.#told(skid, { kind: 'written', skid, writes, outcome, ...this.#now() });
        });
      }
    }
  }

  #told(skid: SkidName, input: Extract<BatchInput, Readonly<{ kind: 'written' | 'released' }>>): void {
    // Whatever a person's Hold has overtaken has failed for a good reason, and what it set is at zero.
    if (input.outcome.status !== 'done' && this.#isWaitingSafe(skid)) return;
    this.#enqueue(async () => {
      await this.#apply(input);
    });
  }

  #userOf({
    skid,
    node,
    turn,
  }: BatchEffect & Readonly<{ node: number; turn: number }>): Parameters<SharedUse['ask']>[0] {
    return { batch: this.id, skid, path: this.#core.tree[node]?.path ?? '', turn, node };
  }

  #askedToRest({ skid, command }: Extract<PersonInput, Readonly<{ kind: 'command' }>>): readonly SkidName[] {
    return commandedUnits(this.#core, command, skid)
      .filter(({ state }) => {
        const isHeld = state === 'Held' && (command !== 'Hold' || this.isBusy);
        return isActive(state) || state === 'Holding' || isHeld;
      })
      .map((unit) => unit.skid);
  }

  #askSafeState(skid: SkidName, reason: string): void {
    void this.#execute(skid, { kind: 'safe-state', action: 'H' }, reason).then((outcome) => {
      if (outcome.status === 'done') return;
      // Holding asks again until the field says it.
      this.#ports.log.warn({ batch: this.id, skid, outcome }, 'HOT-HOLD was asked and is not confirmed');
    });
  }

  async #execute(skid: SkidName, action: CommandAction, reason: string): Promise<CommandOutcome> {
    const { clock, commands, log } = this.#ports;
    const issuedAt = clock.utc();
    this.#sent += 1;
    const command = {
      id: `${this.id}/${this.#origin}-${this.#sent}`,
      skid,
      action,
      actor: batchActor(this.id),
      issuedAt,
      expiresAt: utcMs(issuedAt + expiresAfter),
      reason,
    };
    try {
      return await commands.execute(command);
    } catch (thrown) {
      log.error({ batch: this.id, skid, error: messageOf(thrown) }, 'the command path threw');
      return { status: 'failed', message: messageOf(thrown), readBack: null };
    }
  }

  #publish(before: BatchCore): void {
    const now = this.#ports.clock.monotonic();
    const isNews = this.#core.lasting !== before.lasting && isOtherwise(before, this.#core);
    if (!isNews && this.#toldAt !== null && elapsed(this.#toldAt, now) < toldEvery) return;
    this.#toldAt = now;
    if (this.#line.waiting > 0) this.#line.retry();
    this.#ports.announce(this.#core);
  }

  #waitsSafe(skid: SkidName, more: number): void {
    this.#safeWaits.set(skid, (this.#safeWaits.get(skid) ?? 0) + more);
  }

  #isWaitingSafe(skid: SkidName): boolean {
    return (this.#safeWaits.get(skid) ?? 0) > 0;
  }

  #now(): Readonly<{ utc: ReturnType<Clock['utc']>; monotonic: Monotonic }> {
    return { utc: this.#ports.clock.utc(), monotonic: this.#ports.clock.monotonic() };
  }

  #enqueue(task: () => Promise<void>): void {
    this.#inTurn(task).catch((thrown: unknown) => {
      this.#ports.log.error({ batch: this.id, error: messageOf(thrown) }, 'a scan of the batch went wrong');
    });
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    this.#turns += 1;
    const turn = this.#mailbox.then(task);
    const done = (): void => void (this.#turns -= 1);
    this.#mailbox = turn.then(done, done);
    return turn;
  }
}

/** What it settles with, or `late` where that takes longer than a person would wait. */
async function within<T>(promise: Promise<T>, late: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(late), saidWithin);
  });
  try {
    return await Promise.race([promise, passed]);
  } finally {
    clearTimeout(timer);
  }
}

/** A unit is told anew whenever anything of it that lasts has changed. */
function isOtherwise(before: BatchCore, now: BatchCore): boolean {
  if (before.lasting.units.size !== now.lasting.units.size) return true;
  for (const [skid, unit] of now.lasting.units) if (before.lasting.units.get(skid) !== unit) return true;
  return before.lasting.ended !== now.lasting.ended;
}
