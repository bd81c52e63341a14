/**
 * What the record tells of each skid's interlocks: responses, proof tests, and how often they trip and are worked on. Read once
 * after the start, behind everything else; from then on each event is told as it comes.
 */
import { milliseconds, utcMs, type Milliseconds, type UtcMs } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { InterlockResponse } from '../../plant/ports/interlock-work.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import type { SkidName } from '../../plant/sample.ts';
import { noKpis, noteKpi, type KpiWindow } from './kpis.ts';
import { noteProofTest, type ProofTest } from './proof-schedule.ts';
import { noteResponse } from './responses-kept.ts';
import { numberOf } from './record-facts.ts';

export type SkidPast = Readonly<{
  kpis: KpiWindow;
  responses: readonly InterlockResponse[];
  proofTests: readonly ProofTest[];
  /** Rows of which it was told that their proof is overdue, and that were not proven since. */
  overdueTold: ReadonlySet<number>;
}>;

const nothing: SkidPast = { kpis: noKpis, responses: [], proofTests: [], overdueTold: new Set() };
const eventsAtOnce = 500;
const readAgainAfter: Milliseconds = milliseconds(5000);

type Told = Readonly<{ event: RecordEvent; at: UtcMs }>;

export class Past {
  readonly #skid: SkidName;
  readonly #records: RecordKeeper;
  readonly #log: Log;
  #known: SkidPast = nothing;
  /** What was told while the record was not read yet; null after that. */
  #meanwhile: Told[] | null = [];
  #reading: Promise<void> | null = null;
  #stopped = false;
  #again: NodeJS.Timeout | null = null;
  #said = false;
  #onWhole: (() => void) | null = null;

  constructor(skid: SkidName, records: RecordKeeper, log: Log) {
    this.#skid = skid;
    this.#records = records;
    this.#log = log;
  }

  /** Whether the record was read: before that only what this service has seen is known. */
  get whole(): boolean {
    return this.#meanwhile === null;
  }

  get known(): SkidPast {
    return this.#known;
  }

  tell(event: RecordEvent, at: UtcMs): void {
    this.#meanwhile?.push({ event, at });
    this.#known = note(this.#known, event, at);
  }

  /** Calls `listener` when the record was read: at once where it is already. */
  onWhole(listener: () => void): void {
    if (this.whole) listener();
    else this.#onWhole = listener;
  }

  /** Begins to read what is in the record now; returns when it knows how far that goes. */
  async start(): Promise<void> {
    this.#stopped = false;
    if (this.whole || this.#reading !== null) return;
    await new Promise<void>((resolve) => {
      this.#reading = this.#read(resolve).finally(() => (this.#reading = null));
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#again !== null) clearTimeout(this.#again);
    this.#again = null;
    await this.#reading;
  }

  async #read(counted: () => void): Promise<void> {
    const scope = `skid/${this.#skid}`;
    // What is told from here on is not read again: none of it is in the record yet.
    const told = this.#meanwhile?.length ?? 0;
    try {
      const count = (await this.#records.scopes(scope)).find((each) => each.scope === scope)?.count ?? 0;
      counted();
      let past = nothing;
      for (let next = 1; next <= count && !this.#stopped;) {
        const some = await this.#records.read(scope, next, eventsAtOnce);
        const last = some.at(-1);
        if (last === undefined) break;
        for (const { event, seq, utc } of some) {
          const at = event.happenedAt ?? utc;
          if (seq <= count && !this.#isTold(event, at, told)) past = note(past, event, at);
        }
        next = last.seq + 1;
      }
      if (this.#stopped) return;
      for (const { event, at } of this.#meanwhile ?? []) past = note(past, event, at);
      this.#known = past;
      this.#meanwhile = null;
      this.#onWhole?.();
    } catch (thrown) {
      counted();
      if (!this.#said) {
        this.#log.error(
          { skid: this.#skid },
          `What the record tells of the interlocks cannot be read: ${messageOf(thrown)}`,
        );
      }
      this.#said = true;
      if (this.#stopped) return;
      this.#again = setTimeout(() => void this.start(), readAgainAfter);
      this.#again.unref();
    }
  }

  /** When reading began late, what was told before may stand in the record already. */
  #isTold(event: RecordEvent, at: UtcMs, told: number): boolean {
    return (this.#meanwhile ?? [])
      .slice(0, told)
      .some((one) => utcMs(one.at) === at && one.event.action === event.action && one.event.object === event.object);
  }
}

const note = (past: SkidPast, event: RecordEvent, at: UtcMs): SkidPast => ({
  kpis: noteKpi(past.kpis, event, at),
  responses: noteResponse(past.responses, event),
  proofTests: noteProofTest(past.proofTests, event, at),
  overdueTold: noteOverdue(past.overdueTold, event),
});

function noteOverdue(told: ReadonlySet<number>, event: RecordEvent): ReadonlySet<number> {
  const row = numberOf(event, 'row');
  if (row === null) return told;
  if (event.action === 'interlock-proof-overdue') return new Set([...told, row]);
  if (event.action === 'interlock-proof-tested') return new Set([...told].filter((one) => one !== row));
  return told;
}
