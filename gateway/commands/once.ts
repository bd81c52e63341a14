/** A command is carried out once: whoever sends it again gets the outcome of the first, while it runs and for an hour after. */
import type { Clock, Monotonic } from '../../plant/clock.ts';
import type { Command, CommandOutcome } from '../../plant/command.ts';
import type { Actor } from '../../plant/people.ts';
import { refused } from './refusal.ts';

type Known = Readonly<{ what: string; at: Monotonic; outcome: Promise<CommandOutcome> }>;

const keptMs = 3_600_000;
/** More in an hour than people and batches send; beyond it new ones are refused rather than old ones forgotten. */
const most = 50_000;

export class Once {
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#known.size;
  }

  run(command: Command, act: () => Promise<CommandOutcome>): Promise<CommandOutcome> {
    const now = this.#clock.monotonic();
    this.#forget(now);
    const key = commandKey(command.actor, command.id);
    const what = JSON.stringify([command.skid, command.action]);
    const known = this.#known.get(key);
    if (known !== undefined) {
      if (known.what === what) return known.outcome;
      return Promise.resolve(refused('state', `The command id ${command.id} was used for another command.`));
    }
    // The safe direction is never refused for want of room.
    if (this.#known.size >= most) {
      return command.action.kind === 'safe-state'
        ? act()
        : Promise.resolve(refused('busy', `More than ${most} commands came within the hour.`));
    }
    const outcome = act();
    this.#known.set(key, { what, at: now, outcome });
    return outcome;
  }

  #forget(now: Monotonic): void {
    for (const [key, { at }] of this.#known) {
      if (now - at < keptMs) return;
      this.#known.delete(key);
    }
  }
}

/** The same id of two senders is two commands. */
export const commandKey = (actor: Actor, id: string): string => `${actorKey(actor)} ${id}`;

const actorKey = (actor: Actor): string => {
  switch (actor.kind) {
    case 'person':
      return `person ${actor.id}`;
    case 'batch':
      return `batch ${actor.batch}`;
    case 'service':
      return `service ${actor.part}`;
  }
};
