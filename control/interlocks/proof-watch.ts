/** Watches over the dates of a skid's proof tests: what is overdue is an event once, and an alarm while it is. */
import type { UtcMs } from '../../plant/clock.ts';
import type { ProofTestView } from '../../plant/ports/interlock-work.ts';
import type { StandingAlarms } from '../../plant/ports/standing-alarms.ts';
import { recordNumber } from '../../plant/record-event.ts';
import type { PastEvent } from '../../plant/record-outbox.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { Past } from './past.ts';
import { overdueAlarm, proofDates, type ProofDates, type ProofTest } from './proof-schedule.ts';
import { service } from './record.ts';

export type ProofWatchOptions = Readonly<{
  skid: Skid;
  past: Past;
  alarms: StandingAlarms;
  post: (event: PastEvent) => void;
}>;

export class ProofWatch {
  readonly #options: ProofWatchOptions;
  #dates: ReadonlyMap<number, ProofDates> = new Map();
  #of: readonly ProofTest[] | null = null;

  constructor(options: ProofWatchOptions) {
    this.#options = options;
  }

  /** The dates of each row that has to be proven, as they were at the last look. */
  dates(now: UtcMs): ReadonlyMap<number, ProofDates> {
    if (this.#of !== this.#options.past.known.proofTests) this.look(now);
    return this.#dates;
  }

  get overdue(): number {
    return [...this.#dates.values()].filter(({ overdue }) => overdue).length;
  }

  /** Every test, the newest first, with the date its row is due next where it was the row's last. */
  tests(now: UtcMs): readonly ProofTestView[] {
    const { skid, past } = this.#options;
    return past.known.proofTests.toReversed().map((test) => {
      const row = skid.type.interlocks.find((definition) => definition.row === test.row);
      const dueAt = row === undefined ? null : (this.dates(now).get(test.row)?.dueAt ?? null);
      return { ...test, dueAt };
    });
  }

  look(now: UtcMs): void {
    const { skid, past, alarms, post } = this.#options;
    const tests = past.known.proofTests;
    const rows = skid.type.interlocks.flatMap((definition) => {
      const dates = proofDates(definition, tests, now);
      return dates === null ? [] : [{ definition, dates }];
    });
    this.#of = tests;
    this.#dates = new Map(rows.map(({ definition, dates }) => [definition.row, dates]));
    // A twin proves nothing of a valve: there it is shown on the page and nobody is called. What is not read is not overdue.
    if (skid.twin || !past.whole) return;
    const alarm = overdueAlarm(skid.name, rows);
    if (alarm === null) {
      alarms.gone('proof-tests', skid.name);
      return;
    }
    alarms.stand(alarm);
    const untold = rows.filter(({ definition: { row }, dates }) => dates.overdue && !past.known.overdueTold.has(row));
    for (const { definition } of untold) {
      post({
        scope: `skid/${skid.name}`,
        actor: service,
        action: 'interlock-proof-overdue',
        object: `interlock ${definition.row}`,
        reason: alarm.cause,
        data: { row: recordNumber(definition.row), title: definition.title },
        happenedAt: now,
      });
    }
  }
}
