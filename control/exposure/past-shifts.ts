/**
 * Shifts that have ended: told by what is kept in memory where that reaches, else anew by the record and history. A result of a
 * personal sample comes days after its shift; what the doses were without it and are with it is recorded.
 */
import type { Clock, UtcMs } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { FilterResult } from '../../plant/exposure.ts';
import type { Log } from '../../plant/log.ts';
import type { DoseLine } from '../../plant/ports/exposure-desk.ts';
import type { HistoryQueries } from '../../plant/ports/history.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import { recordNumber, type RecordValue } from '../../plant/record-event.ts';
import type { PastEvent } from '../../plant/record-outbox.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { utcMs } from '../../plant/clock.ts';
import { Air } from './air.ts';
import { ExposureBook } from './book.ts';
import { recomputedEvent } from './events.ts';
import { looksFrom } from './lines.ts';
import { recall } from './recall.ts';
import type { Shift } from './site-time.ts';
import type { Slices } from './steps.ts';

export type PastOptions = Readonly<{
  book: ExposureBook;
  skids: readonly Skid[];
  clock: Clock;
  log: Log;
  records: RecordKeeper;
  history: HistoryQueries;
  slices: Slices;
  post: (event: PastEvent) => void;
}>;

/** `fault`: why what was read of the air is a gap. */
export type ToldShift = Readonly<{ book: ExposureBook; fault: string | null }>;

export class PastShifts {
  readonly #options: PastOptions;
  #last: Promise<void> = Promise.resolve();

  constructor(options: PastOptions) {
    this.#options = options;
  }

  /** A book that knows of the shift up to `end`. @throws as the record does where it cannot be read */
  async told(shift: Shift, end: UtcMs): Promise<ToldShift> {
    const { book, skids, clock, records, history } = this.#options;
    if (book.tellsOf(shift, end, clock.utc())) return { book, fault: null };
    const air = new Air(book.definition, skids);
    const past = new ExposureBook(book.definition, book.limits, air);
    await recall(records, (known) => past.remember(known));
    try {
      await air.backfill(history, utcMs(looksFrom(shift, end)), end);
    } catch (thrown) {
      return { book: past, fault: `History could not be read: ${messageOf(thrown)}` };
    }
    return { book: past, fault: null };
  }

  /** Shifts that had ended at `at` and in which the sample was worn. */
  endedIn({ from, to }: FilterResult, at: UtcMs): readonly Shift[] {
    const shifts: Shift[] = [];
    for (let shift = this.#options.book.shift(from); shift.from < to && shift.to <= at;) {
      shifts.push(shift);
      shift = this.#options.book.shift(shift.to);
    }
    return shifts;
  }

  /** One after the other, and nobody waits. @param replaced the result that this one corrects */
  recompute(result: FilterResult, replaced: FilterResult | null): Promise<void> {
    const { clock, log } = this.#options;
    const at = clock.utc();
    this.#last = this.#last.then(async () => {
      for (const shift of this.endedIn(result, at)) {
        try {
          await this.#recomputeShift(result, replaced, shift);
        } catch (thrown) {
          log.error({ result: result.id }, `The doses of a past shift were not computed anew: ${messageOf(thrown)}`);
        }
      }
    });
    return this.#last;
  }

  async #recomputeShift(result: FilterResult, replaced: FilterResult | null, shift: Shift): Promise<void> {
    const { slices, clock, post } = this.#options;
    const { book, fault } = await this.told(shift, shift.to);
    const others = book.samplesOf(result.personId).filter(({ id }) => id !== result.id);
    const before = replaced === null ? others : [...others.filter(({ id }) => id !== replaced.id), replaced];
    const old = await slices.run(book.linesOf(result.personId, shift, before));
    const now = await slices.run(book.linesOf(result.personId, shift, [...others, result]));
    const doses = { old: dosesOf(old, result), new: dosesOf(now, result) };
    post(recomputedEvent(result, shift, doses, clock.utc(), fault));
  }
}

const dosesOf = (lines: readonly DoseLine[], { agent }: FilterResult): RecordValue =>
  lines
    .filter((line) => line.agent === agent)
    .map((line) => ({
      limit: `${line.jurisdiction} ${line.agent} ${line.fraction} ${line.kind} ${recordNumber(line.limit)} ${line.unit}`,
      lower: recordNumber(line.soFar.lower),
      upper: recordNumber(line.soFar.upper),
      state: line.state,
      basis: line.basis,
    }));
