/**
 * The one command path: who may → not expired → link → within limits and type → no interlock forbids → durable intent →
 * looked at once more → write → read back → durable outcome.
 *
 * The safe direction goes first: its word is on its way before anything is waited for, and its record follows. Everything
 * else is done on no doubt: where the intent cannot be recorded, nothing is written.
 */
import type { Clock, UtcMs } from '../../plant/clock.ts';
import type { Command, CommandOutcome } from '../../plant/command.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { Authority, Decision } from '../../plant/ports/access.ts';
import type { CommandPath } from '../../plant/ports/command-path.ts';
import type { InterlockDesk } from '../../plant/ports/interlock-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Timers } from '../timers.ts';
import { concluded, intended } from './command-events.ts';
import type { Course } from './course.ts';
import type { CommandField } from './command-field.ts';
import { within } from './deadline.ts';
import { LateRecords } from './late-records.ts';
import { Once } from './once.ts';
import { refused, type Refusal } from './refusal.ts';
import { leaveByRelease, leaveByReset } from './leave.ts';
import { concludeUnfinished } from './unfinished.ts';
import { writeTags } from './write-tags.ts';

export type CommandDeskOptions = Readonly<{
  fields: ReadonlyMap<SkidName, CommandField>;
  interlocks: InterlockDesk;
  authority: Authority;
  records: RecordKeeper;
  clock: Clock;
  timers: Timers;
  log: Log;
}>;

const confirmMs = 2000;
/** How long a caller waits for the record of something that is done. */
const outcomeRecordMs = 2000;
const mostWaiting = 32;

export class CommandDesk implements CommandPath {
  readonly #options: CommandDeskOptions;
  readonly #once: Once;
  readonly #late: LateRecords;
  /** Commands of a skid go one after another, so that each sees what the one before it has set. */
  readonly #turns = new Map<SkidName, { last: Promise<unknown>; waiting: number }>();
  #startedAt: UtcMs | null = null;
  #refusing: string | null = 'The service has not started yet.';
  readonly #figures = { commands: 0, refused: 0, failed: 0 };

  constructor(options: CommandDeskOptions) {
    this.#options = options;
    this.#once = new Once(options.clock);
    this.#late = new LateRecords(options);
  }

  async start(): Promise<void> {
    const { clock, fields, records, log } = this.#options;
    this.#startedAt = clock.utc();
    for (const skid of fields.keys()) {
      try {
        const unfinished = await concludeUnfinished(records, skid);
        if (unfinished > 0) log.warn({ skid, unfinished }, 'commands of the last run ended without an outcome');
      } catch (thrown) {
        log.error({ skid, cause: messageOf(thrown) }, 'commands of the last run could not be looked through');
      }
    }
    this.#refusing = null;
  }

  /** From now on nothing is taken but safe states. */
  refuse(why: string): void {
    this.#refusing = why;
  }

  async stop(): Promise<void> {
    this.refuse('The service has stopped.');
    await Promise.allSettled([...this.#turns.values()].map(({ last }) => last));
    await this.#late.stop();
  }

  /** What a person should know of the command path, in sentences. */
  notes(): readonly string[] {
    const { failing, waiting } = this.#late;
    return failing ? [`${waiting} events of commands cannot be recorded and wait.`] : [];
  }

  figures(): Record<string, number> {
    return {
      ...this.#figures,
      commandsRemembered: this.#once.size,
      recordsWaiting: this.#late.waiting,
      recordsLost: this.#late.lost,
    };
  }

  execute(command: Command): Promise<CommandOutcome> {
    return this.#once.run(command, () => {
      const outcome = this.#attempt(command);
      void outcome.then(({ status }) => {
        this.#figures.commands += 1;
        if (status !== 'done') this.#figures[status] += 1;
      });
      return outcome;
    });
  }

  /** Whatever is thrown is an outcome. */
  async #attempt(command: Command): Promise<CommandOutcome> {
    try {
      return await this.#carryOut(command);
    } catch (thrown) {
      return this.#conclude(command, failed(messageOf(thrown)));
    }
  }

  /** Synchronous up to the safe direction's word: nothing is awaited before it. */
  #carryOut(command: Command): Promise<CommandOutcome> {
    const { action, skid } = command;
    const field = this.#options.fields.get(skid);
    if (field === undefined) {
      return Promise.resolve(this.#conclude(command, refused('state', `There is no skid ${skid}.`)));
    }
    const decision = this.#decide(command, field);
    if (!decision.allowed) return Promise.resolve(this.#conclude(command, refused('authority', decision.reason)));
    if (action.kind === 'safe-state') return this.#safeState(command, field, action.action);
    if (this.#refusing !== null) return Promise.resolve(this.#conclude(command, refused('busy', this.#refusing)));

    const expired = this.#deadline(command);
    const early = expired();
    if (early !== null) return Promise.resolve(this.#conclude(command, early));
    const { askings } = field.writer;
    const course: Course = { command, field, expired, askings, intend: () => this.#intend(command, field, expired) };
    return this.#inTurn(skid, () => this.#run(course)).then(
      (outcome) => outcome ?? this.#conclude(command, refused('busy', `${mostWaiting} commands wait for ${skid}.`)),
    );
  }

  #decide({ action, actor }: Command, { skid }: CommandField): Decision {
    const { authority } = this.#options;
    switch (action.kind) {
      case 'safe-state':
        return authority.decide(actor, 'ask safe state');
      case 'release':
        return authority.decide(actor, 'release safe state');
      case 'reset':
        return authority.decide(actor, 'reset interlocks');
      case 'write': {
        // A batch sets what its signed recipe says; the people who signed have the roles.
        if (actor.kind === 'batch') return authority.decide(actor, 'write set point');
        const writable = action.writes.flatMap(({ tag }) => {
          const write = skid.type.tags.find(({ name }) => name === tag)?.write;
          return write == null ? [] : [write];
        });
        if (writable.length === 0) return authority.decide(actor, 'write set point');
        const decisions = writable.map(({ roles }) => authority.decide(actor, 'write set point', roles));
        return decisions.find(({ allowed }) => !allowed) ?? { allowed: true };
      }
    }
  }

  /** Stamps the deadline on the clock that does not jump. */
  #deadline({ expiresAt, issuedAt }: Command): () => Refusal | null {
    const { clock } = this.#options;
    const startedAt = this.#startedAt;
    if (startedAt !== null && issuedAt < startedAt) {
      return () => refused('expiry', 'The command was issued before the service started; give it again.');
    }
    const deadline = clock.monotonic() + (expiresAt - clock.utc());
    return () => {
      const late = clock.monotonic() - deadline;
      return late < 0
        ? null
        : refused('expiry', `The command expired ${(late / 1000).toFixed(1)} s ago; give it again.`);
    };
  }

  async #safeState(command: Command, field: CommandField, action: 'H' | 'S'): Promise<CommandOutcome> {
    const { writer, skid, controller } = field;
    if (controller === null) {
      return this.#conclude(command, refused('state', `${skid.name} has no field controller that could be asked.`));
    }
    writer.ask(action);
    const event = intended(command, skid, field.samples());
    this.#late.add(event);
    const confirmed = await writer.confirmed(action, confirmMs);
    if (confirmed) return this.#conclude(command, { status: 'done', message: writer.stepText, readBack: writer.step });
    const why = field.linked(controller.device)
      ? `The field controller has not confirmed it: ${writer.stepText}. It is asked again at every scan.`
      : 'There is no connection to the field controller. It is asked as soon as it answers, and acts by itself meanwhile.';
    return this.#conclude(command, failed(why));
  }

  async #run(course: Course): Promise<CommandOutcome> {
    const { command, expired } = course;
    const { interlocks, clock, timers } = this.#options;
    if (this.#refusing !== null) return this.#conclude(command, refused('busy', this.#refusing));
    const late = expired();
    if (late !== null) return this.#conclude(command, late);
    const outcome = await (command.action.kind === 'write'
      ? writeTags(course, command.action.writes, { clock, timers })
      : command.action.kind === 'reset'
        ? leaveByReset(course, interlocks)
        : leaveByRelease(course));
    if (outcome.status === 'refused') return this.#conclude(command, outcome);
    return this.#recorded(command, outcome);
  }

  async #intend(command: Command, field: CommandField, expired: () => Refusal | null): Promise<Refusal | null> {
    const { records, timers, clock, log } = this.#options;
    const left = command.expiresAt - clock.utc();
    try {
      const appended = await within(timers, left, records.append(intended(command, field.skid, field.samples())));
      if (!appended.late) return null;
      return expired() ?? refused('record', 'The record could not be written in time; nothing was set.');
    } catch (thrown) {
      log.error(
        { skid: command.skid, command: command.id, cause: messageOf(thrown) },
        'an intent could not be recorded',
      );
      return refused('record', `The record cannot be written, so nothing was set: ${messageOf(thrown)}`);
    }
  }

  /** The outcome, once its record is durable; where that is not to be had now, it says so and the record follows. */
  async #recorded(command: Command, outcome: CommandOutcome): Promise<CommandOutcome> {
    const { records, timers } = this.#options;
    const event = this.#event(command, outcome);
    const append = async (): Promise<boolean> => {
      try {
        await records.append(event);
        return true;
      } catch {
        this.#late.add(event);
        return false;
      }
    };
    const appended = await within(timers, outcomeRecordMs, append());
    if (!appended.late && appended.value) return outcome;
    return { ...outcome, message: `${outcome.message} Its record is not written yet and follows.` };
  }

  /** The outcome; its record follows. */
  #conclude(command: Command, outcome: CommandOutcome): CommandOutcome {
    this.#late.add(this.#event(command, outcome));
    return outcome;
  }

  #event(command: Command, outcome: CommandOutcome): RecordEvent {
    return concluded(command, this.#options.fields.get(command.skid)?.skid ?? null, outcome);
  }

  /** Runs after the commands of the skid that came before; null where too many wait. */
  #inTurn<T>(skid: SkidName, act: () => Promise<T>): Promise<T | null> {
    const turn = this.#turns.get(skid) ?? { last: Promise.resolve(), waiting: 0 };
    this.#turns.set(skid, turn);
    if (turn.waiting >= mostWaiting) return Promise.resolve(null);
    turn.waiting += 1;
    const result = turn.last.then(act);
    turn.last = result.catch(() => undefined).then(() => (turn.waiting -= 1));
    return result;
  }
}

const failed = (message: string): CommandOutcome => ({ status: 'failed', message, readBack: null });
