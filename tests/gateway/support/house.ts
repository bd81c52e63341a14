/** The rooms around the gateway, as plain as they can be: what they were told is there to be looked at. */
import { createGateway, type Gateway, type GatewayOptions } from '../../../gateway/index.ts';
import { systemTimers, type Timers } from '../../../gateway/timers.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import type { Command, CommandAction } from '../../../plant/command.ts';
import { mesolineError } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import type { Actor } from '../../../plant/people.ts';
import type { Permission } from '../../../plant/ports/access.ts';
import type { HistoryGap, RingCursor } from '../../../plant/ports/history.ts';
import type { ScanNews } from '../../../plant/ports/scan-consumer.ts';
import type { GuardScan, GuardVerdict } from '../../../plant/ports/scan-guard.ts';
import type { RecordEvent, RecordReceipt, StoredEvent } from '../../../plant/record-event.ts';
import type { Role } from '../../../plant/people.ts';
import { localTag, skidName, type LocalTag, type Sample } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { systemClock } from '../../../plant/system-clock.ts';

export const free: GuardVerdict = { demand: 'none', causes: [], releasing: false };
export const tripped = (demand: GuardVerdict['demand'], row: number | null = 12): GuardVerdict => ({
  demand,
  causes: [{ row, title: 'Temperature high', message: 'R201/TT-202 is 201.3 °C, above 195 °C.' }],
  releasing: false,
});

export const operator: Actor = {
  kind: 'person',
  id: 'p-1',
  userName: 'op',
  printedName: 'Olga Op',
  roles: ['operator'],
  terminal: 'test',
};

export class Records {
  readonly events: RecordEvent[] = [];
  refuses = false;
  /** Called while an event is being made durable. */
  onAppend: (event: RecordEvent) => Promise<void> | void = () => undefined;

  async append(event: RecordEvent): Promise<RecordReceipt> {
    await this.onAppend(event);
    if (this.refuses) throw mesolineError('record-refused', 'ledger', 'The disk is full.', 'Make room.');
    this.events.push(event);
    return { scope: event.scope, seq: this.events.length, hash: '', utc: utcMs(0) };
  }

  read(scope: string): Promise<readonly StoredEvent[]> {
    const own = this.events.filter((event) => event.scope === scope);
    return Promise.resolve(own.map((event, seq) => ({ event, seq, scope, hash: '', utc: utcMs(0) })));
  }

  scopes(prefix: string) {
    const scopes = [...new Set(this.events.map(({ scope }) => scope))].filter((scope) => scope.startsWith(prefix));
    return Promise.resolve(
      scopes.map((scope) => ({ scope, count: this.events.filter((event) => event.scope === scope).length, head: '' })),
    );
  }

  actions(): readonly string[] {
    return this.events.map(({ action }) => action);
  }
}

export class Store {
  readonly appended: Readonly<{ samples: readonly Sample[]; cursor: RingCursor | undefined }>[] = [];
  readonly gaps: HistoryGap[] = [];
  refuses = false;

  append(samples: readonly Sample[], cursor?: RingCursor, gaps: readonly HistoryGap[] = []): Promise<void> {
    this.gaps.push(...gaps);
    if (this.refuses) return Promise.reject(mesolineError('spool-refused', 'spool', 'The disk is full.', 'Make room.'));
    this.appended.push({ samples, cursor });
    return Promise.resolve();
  }

  cursors(): Promise<readonly RingCursor[]> {
    const last = this.appended.at(-1)?.cursor;
    return Promise.resolve(last === undefined ? [] : [last]);
  }
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};

/** The machine's timers at five times their speed: scans come every 20 ms. */
const quickTimers: Timers = {
  after: (milliseconds, run) => systemTimers.after(milliseconds / 5, run),
  every: (milliseconds, run) => systemTimers.every(milliseconds / 5, run),
};

/** A clock with hands that a test turns. */
export class HandClock implements Clock {
  readonly timeScale = 1;
  now = 1_000_000;
  utc = () => utcMs(this.now);
  monotonic = () => monotonic(this.now);
  process = () => processTime(this.now);
}

/** Timers that only run when told to. */
export class HandTimers implements Timers {
  readonly clock: HandClock;
  #pending: { at: number; every: number | null; run: () => void }[] = [];

  constructor(clock: HandClock) {
    this.clock = clock;
  }

  after(milliseconds: number, run: () => void) {
    return this.#add({ at: this.clock.now + milliseconds, every: null, run });
  }

  every(milliseconds: number, run: () => void) {
    return this.#add({ at: this.clock.now + milliseconds, every: milliseconds, run });
  }

  advance(milliseconds: number): void {
    const until = this.clock.now + milliseconds;
    for (;;) {
      const next = this.#pending.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0];
      if (next === undefined) break;
      this.clock.now = Math.max(this.clock.now, next.at);
      if (next.every === null) this.#pending = this.#pending.filter((each) => each !== next);
      else next.at += next.every;
      next.run();
    }
    this.clock.now = until;
  }

  #add(timer: { at: number; every: number | null; run: () => void }) {
    this.#pending.push(timer);
    return () => {
      this.#pending = this.#pending.filter((each) => each !== timer);
    };
  }
}

export class House {
  readonly records = new Records();
  readonly store = new Store();
  readonly scans: GuardScan[] = [];
  readonly news: ScanNews[] = [];
  verdict: GuardVerdict = free;
  forces: ReadonlyMap<LocalTag, number | boolean> = new Map();
  /** Overrides `verdict` where it is set. */
  step: ((scan: GuardScan) => GuardVerdict) | null = null;
  allows: (permission: Permission, roles?: readonly Role[]) => boolean = () => true;
  resetRefusedBy: readonly string[] = [];
  onReset: () => void = () => undefined;
  readonly gateway: Gateway;
  readonly clock: Clock;
  readonly #listeners = new Set<() => void>();

  constructor(skids: readonly Skid[], options: Partial<GatewayOptions> = {}) {
    this.clock = options.clock ?? systemClock();
    this.gateway = createGateway({
      skids,
      clock: this.clock,
      log: silentLog,
      random: () => 0,
      timers: quickTimers,
      guard: (skid) => ({
        skid,
        forces: () => this.forces,
        step: (scan) => {
          this.scans.push(scan);
          return this.step === null ? this.verdict : this.step(scan);
        },
      }),
      interlocks: {
        view: () => Promise.reject(new Error('not asked here')),
        reset: () => {
          if (this.resetRefusedBy.length > 0) return Promise.resolve({ done: false, refusedBy: this.resetRefusedBy });
          this.onReset();
          return Promise.resolve({ done: true });
        },
      },
      authority: {
        decide: (_actor, permission, roles) =>
          this.allows(permission, roles) ? { allowed: true } : { allowed: false, reason: `May not ${permission}.` },
      },
      records: this.records,
      samples: this.store,
      consumers: [
        {
          accept: (news) => {
            this.news.push(news);
            for (const look of [...this.#listeners]) look();
          },
        },
      ],
      ...options,
    });
  }

  /** Settles at the first scan at which `condition` holds; looked at with every scan. */
  until(condition: () => boolean, what = 'the condition'): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${what} did not come: ${condition.toString()}`)), 5000);
      const look = (): void => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#listeners.delete(look);
        resolve();
      };
      this.#listeners.add(look);
    });
  }

  /** The newest sample of a tag. */
  sample(tag: string): Sample | undefined {
    return this.news.at(-1)?.batch.samples.find((sample) => sample.tag.endsWith(`/${tag}`));
  }

  command(action: CommandAction, more: Partial<Command> = {}): Command {
    const now = this.clock.utc();
    return {
      id: `c-${Math.random()}`,
      skid: skidName('QD-1'),
      action,
      actor: operator,
      issuedAt: now,
      expiresAt: utcMs(now + 5000),
      ...more,
    };
  }

  execute(action: CommandAction, more: Partial<Command> = {}) {
    return this.gateway.commands.execute(this.command(action, more));
  }
}

export const set = (...writes: readonly (readonly [string, number | boolean])[]): CommandAction => ({
  kind: 'write',
  writes: writes.map(([tag, value]) => ({ tag: localTag(tag), value })),
});
