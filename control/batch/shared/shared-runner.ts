/**
 * The one arbiter of a site as it runs: one question after the other, and nobody is told anything before it is on disk. Where
 * the ledger takes nothing the question waits and is decided anew; where nobody can say whether it took it, that is looked up.
 */
import { elapsed, milliseconds, type Clock, type Monotonic } from '../../../plant/clock.ts';
import { mesolineError, messageOf } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import type { Actor } from '../../../plant/people.ts';
import type { GroupKeeper } from '../../../plant/ports/record-keeper.ts';
import type { SkidName } from '../../../plant/sample.ts';
import type { EquipmentUser, SharedEquipment, SharedEquipmentView } from '../../../plant/shared-equipment.ts';
import { RecordLine } from '../record-line.ts';
import type { SharedUse, SharedUser } from '../shared-use.ts';
import { equipmentKey } from '../unit/unit-turn.ts';
import {
  arbitrate,
  askedForBy,
  heldByFailure,
  placeFor,
  type ArbiterAnswer,
  type ArbiterInput,
  type OpenUnit,
} from './arbiter.ts';
import {
  emptyPlaces,
  evolveAll,
  isOfUnit,
  isSameUser,
  viewOf,
  type ArbiterEvent,
  type ArbiterState,
} from './places.ts';
import { eventIn, recordOf, sharedScope } from './shared-record.ts';

export type SharedOptions = Readonly<{
  /** As the site file has them. */
  shared: readonly SharedEquipment[];
  records: GroupKeeper;
  clock: Clock;
  log: Log;
  /** Told at once when somebody has asked for what he may not: the unit is to be held, with the reason. */
  refused: (user: SharedUser, capability: string, reason: string) => void;
}>;

type Task = Readonly<{
  input: ArbiterInput;
  actor: Actor | null;
  /** Of a person, who is told the outcome; null for a batch, whose question waits until it can be recorded. */
  settle: Readonly<{ resolve: (refusal: string | null) => void; reject: (why: unknown) => void }> | null;
}>;

/** Events read from the ledger at once. */
const readAtOnce = 500;
/** How often what the ledger did not take is tried again. */
const retryEvery = milliseconds(500);

type Asked = Readonly<{ user: SharedUser; capability: string }>;

export class SharedRunner implements SharedUse {
  readonly #options: SharedOptions;
  #line: RecordLine | null = null;
  /** As it stands on disk: whatever is told of is in it. */
  #state: ArbiterState;
  #tasks: Task[] = [];
  #isBusy = false;
  #worked: Promise<void> = Promise.resolve();
  #triedAt: Monotonic | null = null;
  /** Which element of the procedure asked, in this run of the service. */
  #asked: Asked[] = [];
  /** Not in any queue yet: the unit waits for something else first, or has what comes after it in the site's order. */
  #parked: (Asked & Readonly<{ why: 'refused' | 'later' }>)[] = [];

  constructor(options: SharedOptions) {
    this.#options = options;
    this.#state = emptyPlaces(options.shared);
  }

  /**
   * Reads what the record says.
   * @param open units of all batches that are not through; what is over has released what it had
   */
  async start(open: readonly OpenUnit[]): Promise<void> {
    const { records, log, clock, shared } = this.#options;
    const events: ArbiterEvent[] = [];
    let seq = 0;
    for (;;) {
      const stored = await records.read(sharedScope, seq + 1, readAtOnce);
      for (const each of stored) {
        const event = eventIn(each);
        if (event !== null) events.push(event);
        seq = each.seq;
      }
      if (stored.length < readAtOnce) break;
    }
    this.#state = evolveAll(emptyPlaces(shared), events);
    this.#line = new RecordLine(records, log, sharedScope, seq);
    for (const { inDoubt, equipment } of this.#state.values())
      if (inDoubt !== null) log.error({ equipment: equipment.name }, `${inDoubt} A person has to take it away first.`);
    this.#put({ input: { kind: 'still open', units: open, at: clock.utc() }, actor: null, settle: null });
    await this.settled();
  }

  /** What is not on disk stays unasked: batches ask anew after a start. */
  async stop(): Promise<void> {
    await this.settled();
    for (const { settle, input } of this.#tasks.splice(0))
      settle?.reject(
        mesolineError(
          'shared-equipment-stopped',
          'equipment' in input ? input.equipment : sharedScope,
          'The service stops, and nothing was taken away.',
          'Ask after its start.',
        ),
      );
  }

  ask(user: SharedUser, capability: string): void {
    const isKnown = this.#asked.some((one) => isSame(one, { user, capability }));
    if (!isKnown) this.#asked.push({ user, capability });
    this.#put({ input: { kind: 'ask', capability, user, at: this.#options.clock.utc() }, actor: null, settle: null });
  }

  giveBack(user: SharedUser, capability: string): void {
    const input = {
      kind: 'give back',
      capability,
      user,
      reason: 'The step that used it has ended.',
      at: this.#options.clock.utc(),
    } as const;
    this.#asked = this.#asked.filter((one) => !isSame(one, { user, capability }));
    this.#parked = this.#parked.filter((one) => !isSame(one, { user, capability }));
    this.#put({ input, actor: null, settle: null });
  }

  /** The unit is Complete, given up, or Stopped or Aborted with its field cold. */
  unitGone(batch: string, skid: SkidName, reason: string): void {
    const isLeft = ({ user }: Asked): boolean => !isOfUnit(user, { batch, skid });
    this.#asked = this.#asked.filter(isLeft);
    this.#parked = this.#parked.filter(isLeft);
    const input = { kind: 'unit gone', unit: { batch, skid }, reason, at: this.#options.clock.utc() } as const;
    this.#put({ input, actor: null, settle: null });
  }

  /**
   * A person takes it from its owner, whose batch is to be held first.
   * @returns why not, or null when it is on record
   * @throws MesolineError where it cannot be recorded; the owner has it still
   */
  takeAway(equipment: string, reason: string, actor: Actor): Promise<string | null> {
    const input = { kind: 'take away', equipment, reason, at: this.#options.clock.utc() } as const;
    return new Promise((resolve, reject) => this.#put({ input, actor, settle: { resolve, reject } }));
  }

  owned(batch: string, skid: SkidName): ReadonlySet<string> {
    const found = new Set<string>();
    for (const { user, capability } of this.#asked) {
      if (!isOfUnit(user, { batch, skid })) continue;
      const place = placeFor(this.#state, capability, skid);
      if (place === null) continue;
      const { owner, equipment } = place;
      if (equipment.use === 'all' || (owner !== null && isSameUser(owner, user)))
        found.add(equipmentKey(user.node, capability, user.turn));
    }
    return found;
  }

  /** Capabilities that a unit on this skid has to ask for. */
  askedForBy(skid: SkidName): ReadonlySet<string> {
    return askedForBy(this.#options.shared, skid);
  }

  heldByFailure(equipment: string): readonly SkidName[] {
    return heldByFailure(this.#state, equipment);
  }

  views(): readonly SharedEquipmentView[] {
    return [...this.#state.values()].map(viewOf);
  }

  /** Tries again what the ledger did not take. To be called with every scan; does nothing while nothing waits. */
  tick(): void {
    if (this.#tasks.length === 0) return;
    const now = this.#options.clock.monotonic();
    if (this.#triedAt !== null && elapsed(this.#triedAt, now) < retryEvery) return;
    this.#triedAt = now;
    this.#line?.retry();
    this.#work();
  }

  /** How many questions wait for the ledger. */
  get waiting(): number {
    return this.#tasks.length;
  }

  /** Settles when all that was asked has been tried; a write of which nobody can say anything is not waited for. */
  async settled(): Promise<void> {
    for (let stuck = 0; this.#isBusy && stuck < 2;) {
      const left = this.#tasks.length;
      await Promise.race([this.#worked, this.#line?.settled()]);
      stuck = this.#tasks.length === left && (this.#line?.waiting ?? 0) > 0 ? stuck + 1 : 0;
    }
  }

  #put(task: Task): void {
    this.#tasks.push(task);
    this.#work();
  }

  #work(): void {
    if (this.#isBusy || this.#line === null) return;
    this.#isBusy = true;
    this.#worked = this.#workThrough(this.#line);
  }

  async #workThrough(line: RecordLine): Promise<void> {
    for (let [task] = this.#tasks; task !== undefined; [task] = this.#tasks) {
      if (!(await this.#workOn(task, line))) break;
    }
    // In the same turn as the last look at what waits: a question that comes later must find nobody busy.
    this.#isBusy = false;
  }

  /** @returns whether it is done with; what the ledger did not take stays first, and is decided anew. */
  async #workOn({ input, actor, settle }: Task, line: RecordLine): Promise<boolean> {
    let decision;
    try {
      decision = arbitrate(this.#state, input);
      if (decision.events.length > 0) await line.append(decision.events.map((event) => recordOf(event, actor)));
    } catch (thrown) {
      if (settle === null) {
        this.#options.log.warn({ input, error: messageOf(thrown) }, 'shared equipment waits for the ledger');
        return false;
      }
      this.#tasks.shift();
      settle.reject(thrown);
      return true;
    }
    this.#tasks.shift();
    this.#state = decision.state;
    let refusal: string | null = null;
    for (const answer of decision.answers) {
      if (answer.kind === 'not taken') refusal = answer.reason;
      else this.#tell(answer);
    }
    settle?.resolve(refusal);
    return true;
  }

  #tell(answer: Exclude<ArbiterAnswer, { kind: 'not taken' }>): void {
    const { user, capability } = answer;
    const isIt = (one: Asked): boolean => one.capability === capability && isSameUser(one.user, user);
    switch (answer.kind) {
      case 'waiting':
        return;
      case 'granted':
        this.#askAgain(user, ['later']);
        return;
      case 'given back':
        this.#askAgain(user, ['later', 'refused']);
        return;
      case 'refused':
      case 'later': {
        const asked = this.#asked.find(isIt);
        if (asked === undefined) return;
        this.#parked = [...this.#parked.filter((one) => !isIt(one)), { ...asked, why: answer.kind }];
        if (answer.kind === 'refused') this.#options.refused(asked.user, capability, answer.reason);
      }
    }
  }

  #askAgain(unit: Pick<EquipmentUser, 'batch' | 'skid'>, whys: readonly string[]): void {
    const again = this.#parked.filter(({ user, why }) => isOfUnit(user, unit) && whys.includes(why));
    this.#parked = this.#parked.filter((one) => !again.includes(one));
    for (const { user, capability } of again) this.ask(user, capability);
  }
}

const isSame = (one: Asked, other: Asked): boolean =>
  one.capability === other.capability && one.user.node === other.user.node && isSameUser(one.user, other.user);
