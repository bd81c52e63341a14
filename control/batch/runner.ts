/**
 * One batch as it runs: what happens to it goes through the engine one after the other, and what the engine asks for is done
 * in order. A person's Hold, Stop or Abort asks the field before it stands in that line.
 */
import { elapsed, milliseconds, utcMs, type Clock, type Monotonic } from '../../plant/clock.ts';
import type { CommandAction, CommandOutcome } from '../../plant/command.ts';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { CommandPath } from '../../plant/ports/command-path.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { ScanNews } from '../../plant/ports/scan-consumer.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import { collectingProgress } from './count-volume.ts';
import { stepEngine } from './engine.ts';
import { activeStep, type BatchCore, type CommandInput, type Effect, type EngineInput } from './engine-state.ts';
import { readSkid, type Equipment } from './equipment.ts';
import { batchActor } from './events.ts';
import { cell, isFinal } from './phase-table.ts';
import { RecordLine } from './record-line.ts';
import { orderedWrites } from './set-point-order.ts';

/** A command of the engine that is older than this is not carried out. */
const expiresAfter = milliseconds(5000);
/** A ledger that has not answered for so long is a refusal: a batch that cannot be recorded is held. */
const recordedWithin = 5000;
/** How often at most progress within a phase is told, and records that wait are tried again. */
const toldEvery = 1000;

export type RunnerPorts = Readonly<{
  clock: Clock;
  log: Log;
  commands: CommandPath;
  records: RecordKeeper;
  announce: (core: BatchCore) => void;
}>;

export class BatchRunner {
  readonly #ports: RunnerPorts;
  readonly #equipment: Equipment;
  readonly #line: RecordLine;
  readonly #origin: string;
  #core: BatchCore;
  /** What people are told: never ahead of the record. */
  #shown: BatchCore;
  #mailbox: Promise<void> = Promise.resolve();
  #news: ScanNews | null = null;
  #scanWaits = false;
  #safeWaits = 0;
  #sent = 0;
  #notBefore: Monotonic | null = null;
  #toldAt: Monotonic | null = null;
  #recordingSince: Monotonic | null = null;

  /** @param origin tells this run of the service from others in the ids of its commands */
  constructor(core: BatchCore, equipment: Equipment, ports: RunnerPorts, origin: string) {
    this.#core = core;
    this.#shown = core;
    this.#equipment = equipment;
    this.#ports = ports;
    this.#origin = origin;
    this.#line = new RecordLine(ports.records, ports.log);
  }

  /** The batch as it may be told. */
  get shown(): BatchCore {
    return this.#shown;
  }

  /** The batch as the engine has it, which may be a record ahead. */
  get core(): BatchCore {
    return this.#core;
  }

  accept(news: ScanNews): void {
    this.#news = news;
    if (this.#recordingSince !== null && elapsed(this.#recordingSince, news.batch.monotonic) >= recordedWithin) {
      this.#line.giveUp(unanswered(this.#core.id));
    }
    if (this.#scanWaits || this.#core.state === 'Idle' || (isFinal(this.#core.state) && this.#line.waiting === 0))
      return;
    this.#scanWaits = true;
    this.#enqueue(async () => {
      this.#scanWaits = false;
      await this.#scan();
    });
  }

  /** Settles when the batch has begun. @throws MesolineError where its record cannot be written. */
  async begin(): Promise<void> {
    await this.#inTurn(() => this.#apply({ kind: 'begin', utc: this.#ports.clock.utc() }, true));
  }

  /**
   * A command that the table takes now. Settles when it has been announced: with null, or with why the table did not take it
   * any more when its turn came.
   */
  async command(input: Omit<CommandInput, 'kind' | 'utc' | 'monotonic' | 'fieldDemand'>): Promise<string | null> {
    const { clock } = this.#ports;
    const safe = input.command === 'Hold' || input.command === 'Stop' || input.command === 'Abort';
    const made = { utc: clock.utc(), monotonic: clock.monotonic() };
    if (safe) {
      this.#safeWaits += 1;
      this.#askSafeState(`${input.command} of ${this.#core.id}: ${input.reason}`);
    }
    return this.#inTurn(async () => {
      try {
        const of = cell(this.#core.state, input.command);
        const held = input.command === 'Hold' && this.#core.state === 'Holding';
        if (!of.legal && !held) return of.reason;
        await this.#apply({ kind: 'command', ...input, ...made, fieldDemand: this.#news?.fieldDemand ?? null }, !safe);
        return null;
      } finally {
        if (safe) this.#safeWaits -= 1;
      }
    });
  }

  /** The service stops: what has been counted of an open stretch goes into the record. */
  recordVolume(): void {
    this.#enqueue(() => {
      if (this.#core.volume.open !== null) this.#line.follow(collectingProgress(this.#core));
      return Promise.resolve();
    });
  }

  /** Settles when nothing is on its way any more. */
  async settled(): Promise<void> {
    await this.#mailbox;
    await this.#line.settled();
  }

  async #scan(): Promise<void> {
    const news = this.#news;
    if (news === null || this.#safeWaits > 0) return;
    // A scan from before our last write would show the set points of before it.
    if (this.#notBefore !== null && news.batch.monotonic < this.#notBefore) return;
    await this.#apply({
      kind: 'scan',
      utc: news.batch.utc,
      monotonic: news.batch.monotonic,
      process: news.batch.process,
      skid: readSkid(this.#equipment, news.batch.samples),
      verdict: news.verdict,
      fieldDemand: news.fieldDemand,
      blocks: news.blocks,
    });
  }

  /** @param throws whether a refused record is thrown to whoever asked instead of holding the batch; nothing has changed then */
  async #apply(input: EngineInput, throws = false): Promise<void> {
    const before = this.#core;
    const { core, effects } = stepEngine(before, input);
    this.#core = core;
    for (const effect of effects) {
      if (effect.kind === 'write' || effect.kind === 'release') {
        this.#publish(before);
        await this.#carryOut(effect);
        return;
      }
      if (effect.kind === 'safe-state') this.#askSafeState(effect.reason);
      else if (effect.kind === 'follow') this.#line.follow(effect.event);
      else {
        try {
          await this.#record(effect.event);
        } catch (thrown) {
          this.#core = before;
          if (throws) throw thrown;
          await this.#apply({ kind: 'record-failed', message: messageOf(thrown), ...this.#now() });
          return;
        }
      }
    }
    this.#publish(before);
  }

  async #record(event: RecordEvent): Promise<void> {
    this.#recordingSince = this.#ports.clock.monotonic();
    try {
      await this.#line.append(event);
    } finally {
      this.#recordingSince = null;
    }
  }

  async #carryOut(effect: Extract<Effect, { kind: 'write' | 'release' }>): Promise<void> {
    // A person's Hold came while this waited for its record: what was asked for safety is not undone by what came before.
    if (this.#safeWaits > 0) return;
    const action: CommandAction =
      effect.kind === 'release'
        ? { kind: 'release' }
        : { kind: 'write', writes: orderedWrites(effect.writes, this.#equipment) };
    const outcome = await this.#execute(action, effect.reason);
    this.#notBefore = this.#ports.clock.monotonic();
    // Whatever a person's Hold has overtaken has failed for a good reason.
    if (outcome.status !== 'done' && this.#safeWaits > 0) return;
    await this.#apply(
      effect.kind === 'release'
        ? { kind: 'outcome', of: 'release', outcome, ...this.#now() }
        : { kind: 'outcome', of: 'write', writes: effect.writes, outcome, ...this.#now() },
    );
  }

  #askSafeState(reason: string): void {
    void this.#execute({ kind: 'safe-state', action: 'H' }, reason).then((outcome) => {
      if (outcome.status === 'done') return;
      // Holding asks again until the field says it.
      this.#ports.log.warn({ batch: this.#core.id, outcome }, 'HOT-HOLD was asked and is not confirmed');
    });
  }

  async #execute(action: CommandAction, reason: string): Promise<CommandOutcome> {
    const { clock, commands, log } = this.#ports;
    const issuedAt = clock.utc();
    this.#sent += 1;
    const { id, skid } = this.#core;
    const command = {
      id: `${id}/${this.#origin}-${this.#sent}`,
      skid,
      action,
      actor: batchActor(id),
      issuedAt,
      expiresAt: utcMs(issuedAt + expiresAfter),
      reason,
    };
    try {
      return await commands.execute(command);
    } catch (thrown) {
      log.error({ batch: id, error: messageOf(thrown) }, 'the command path threw');
      return { status: 'failed', message: messageOf(thrown), readBack: null };
    }
  }

  #publish(before: BatchCore): void {
    this.#shown = this.#core;
    const told =
      this.#core.state !== before.state ||
      this.#core.message !== before.message ||
      activeStep(this.#core) !== activeStep(before) ||
      this.#core.progress !== before.progress;
    const now = this.#ports.clock.monotonic();
    if (!told && this.#toldAt !== null && elapsed(this.#toldAt, now) < toldEvery) return;
    this.#toldAt = now;
    if (this.#line.waiting > 0) this.#line.retry();
    this.#ports.announce(this.#core);
  }

  #now(): Readonly<{ utc: ReturnType<Clock['utc']>; monotonic: Monotonic }> {
    return { utc: this.#ports.clock.utc(), monotonic: this.#ports.clock.monotonic() };
  }

  #enqueue(task: () => Promise<void>): void {
    this.#inTurn(task).catch((thrown: unknown) => {
      this.#ports.log.error({ batch: this.#core.id, error: messageOf(thrown) }, 'a scan of the batch went wrong');
    });
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#mailbox.then(task);
    this.#mailbox = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }
}

const unanswered = (batch: string): Error =>
  mesolineError(
    'record-refused',
    batch,
    `The ledger has not answered for ${recordedWithin / 1000} s.`,
    'Look at the records on the maintenance page; restart the batch when they are written again.',
  );
