/** A command path over a fake field, with a clock that a test turns. */
import { CommandDesk } from '../../../gateway/commands/command-desk.ts';
import type { Command, CommandAction } from '../../../plant/command.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { Role } from '../../../plant/people.ts';
import type { Permission } from '../../../plant/ports/access.ts';
import { skidName } from '../../../plant/sample.ts';
import { FakeField } from './fake-field.ts';
import { HandClock, HandTimers, operator, Records, silentLog } from './house.ts';

export class Desk {
  readonly clock = new HandClock();
  readonly timers = new HandTimers(this.clock);
  readonly field = new FakeField();
  readonly records = new Records();
  allows: (permission: Permission, roles?: readonly Role[]) => boolean = () => true;
  resetRefusedBy: readonly string[] = [];
  readonly desk = new CommandDesk({
    fields: new Map([[this.field.skid.name, this.field]]),
    interlocks: {
      view: () => Promise.reject(new Error('not asked here')),
      reset: () => {
        this.field.did.push('reset');
        const refusedBy = this.resetRefusedBy;
        return Promise.resolve(refusedBy.length === 0 ? { done: true } : { done: false, refusedBy });
      },
    },
    authority: {
      decide: (_actor, permission, roles) =>
        this.allows(permission, roles) ? { allowed: true } : { allowed: false, reason: `May not ${permission}.` },
    },
    records: this.records,
    clock: this.clock,
    timers: this.timers,
    log: silentLog,
  });
  #id = 0;

  static async begin(): Promise<Desk> {
    const desk = new Desk();
    await desk.desk.start();
    return desk;
  }

  command(action: CommandAction, more: Partial<Command> = {}): Command {
    this.#id += 1;
    return {
      id: `c-${this.#id}`,
      skid: skidName('QD-1'),
      action,
      actor: operator,
      issuedAt: this.clock.utc(),
      expiresAt: utcMs(this.clock.now + 5000),
      ...more,
    };
  }

  execute(action: CommandAction, more: Partial<Command> = {}) {
    return this.desk.execute(this.command(action, more));
  }

  /** Lets everything run that waits for nothing but its turn. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  }

  actions(): readonly string[] {
    return this.records.actions();
  }
}
