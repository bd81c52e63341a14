/**
 * How long the liquid at a probe took to get there. Plug flow: it left when as much liquid had passed as lies between the
 * place and the probe, so the flow is added up backward from the measurement until that volume is reached.
 */
import { milliseconds, utcMs, type Milliseconds, type ProcessTime, type UtcMs } from '../plant/clock.ts';
import { TimeRing } from './time-ring.ts';

export type Departure = Readonly<{ leftAt: UtcMs } | { unknown: string }>;

/** Scans come ten times a second; what they add up to is kept this often. */
const keptEvery = 1000;
/** Scans further apart than this leave the flow between them unknown. */
const longestGap = 5000;

/** Columns: mL that have passed, and ms of process time during which the flow was not known. */
const [passed, doubted] = [0, 1];

export class Transit {
  readonly #ring: TimeRing;
  #last: Readonly<{ at: UtcMs; process: ProcessTime; flow: number | null }> | null = null;
  #passedMl = 0;
  #doubtedMs = 0;

  /** @param horizon how far back the flow is remembered */
  constructor(horizon: Milliseconds = milliseconds(3_600_000)) {
    this.#ring = new TimeRing(Math.ceil(horizon / keptEvery) + 1, 2);
  }

  /**
   * The flow as one scan saw it; null where it is not known. A flow backward counts as none: what is at the probe stays there.
   * @param process time at which the process runs, which may be faster than the wall
   */
  take(at: UtcMs, process: ProcessTime, flowMlPerMin: number | null): void {
    const last = this.#last;
    this.#last = { at, process, flow: flowMlPerMin };
    const ring = this.#ring;
    if (last === null || at < last.at || process < last.process) {
      ring.clear();
      ring.push(at, this.#passedMl, this.#doubtedMs);
      return;
    }
    const spanMs = process - last.process;
    const known = last.flow !== null && flowMlPerMin !== null && at - last.at <= longestGap;
    if (known) this.#passedMl += (((Math.max(0, last.flow) + Math.max(0, flowMlPerMin)) / 2) * spanMs) / 60_000;
    else this.#doubtedMs += Math.max(spanMs, 1);
    const before = ring.time(ring.count - 2);
    if (at - before < keptEvery) ring.replaceNewest(at, this.#passedMl, this.#doubtedMs);
    else ring.push(at, this.#passedMl, this.#doubtedMs);
  }

  /** When the liquid that is at the probe at `measuredAt` was `volumeMl` before it. */
  departure(measuredAt: UtcMs, volumeMl: number): Departure {
    const ring = this.#ring;
    const newest = ring.time(ring.count - 1);
    if (ring.count === 0 || measuredAt - newest > longestGap) return { unknown: 'the flow is not known at that time' };
    if (measuredAt < ring.time(0)) return { unknown: 'the flow of that time is not remembered' };
    const there = this.#rowAt(Math.min(measuredAt, newest));
    const target = this.#valueAt(there, passed) - volumeMl;
    const row = ring.lastNotAbove(target, passed);
    if (row < 0) return { unknown: `less than ${volumeMl} mL has passed since the flow is watched` };
    const left = this.#between(row, target);
    if (this.#valueAt(there, doubted) > this.#valueAt(left, doubted))
      return { unknown: 'the flow was not known for a while on the way' };
    const [from, to] = [ring.time(left.row), ring.time(left.row + 1)];
    const leftAt = left.share === 0 ? from : from + left.share * (to - from);
    return { leftAt: utcMs(Math.round(Math.min(leftAt, measuredAt))) };
  }

  #rowAt(time: number): Place {
    const ring = this.#ring;
    const row = ring.lastNotAbove(time);
    const [from, to] = [ring.time(row), ring.time(row + 1)];
    return { row, share: to > from ? (time - from) / (to - from) : 0 };
  }

  #between(row: number, passedMl: number): Place {
    const [from, to] = [this.#ring.value(row, passed), this.#ring.value(row + 1, passed)];
    return { row, share: to > from ? (passedMl - from) / (to - from) : 0 };
  }

  #valueAt({ row, share }: Place, column: number): number {
    const from = this.#ring.value(row, column);
    return share === 0 ? from : from + share * (this.#ring.value(row + 1, column) - from);
  }
}

/** A row, and how far it is from there to the next. */
type Place = Readonly<{ row: number; share: number }>;
