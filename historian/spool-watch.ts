/** How full the spool is, how long it lasts, and when people are told. Pure. */
import { elapsed, type Monotonic } from '../plant/clock.ts';

export type SpoolReading = Readonly<{ at: Monotonic; bytes: number; limitBytes: number; unwritten: number }>;

export type SpoolOutlook = Readonly<{
  /** 0 to 1. */
  share: number;
  /** At the rate of the last minutes; null while it does not grow. */
  hoursLeft: number | null;
  /** Which alarm stands: that history is not being written, or that the spool is filling. */
  alarm: 'none' | 'filling' | 'nearly full';
}>;

const overMs = 600_000;
const atLeastMs = 30_000;
const watermarks = { filling: 0.5, nearlyFull: 0.8 } as const;
/** An alarm that stands goes only when the spool has emptied by so much more. */
const back = 0.1;
const hoursOfAlarm = 4;
/** Below it a rate says nothing: the active segment alone is larger. */
const smallestShare = 0.02;

export class SpoolWatch {
  readonly #readings: SpoolReading[] = [];
  #alarm: SpoolOutlook['alarm'] = 'none';

  take(reading: SpoolReading): SpoolOutlook {
    this.#readings.push(reading);
    while (this.#readings.length > 2 && elapsed(this.#readings[1]?.at ?? reading.at, reading.at) >= overMs) {
      this.#readings.shift();
    }
    const share = reading.limitBytes > 0 ? reading.bytes / reading.limitBytes : 1;
    const hoursLeft = this.#hoursLeft(reading);
    this.#alarm = this.#next(share, hoursLeft);
    return { share, hoursLeft, alarm: this.#alarm };
  }

  #hoursLeft(now: SpoolReading): number | null {
    const [first] = this.#readings;
    if (first === undefined || now.unwritten === 0) return null;
    const overTime = elapsed(first.at, now.at);
    const grown = now.bytes - first.bytes;
    if (overTime < atLeastMs || grown <= 0) return null;
    return Math.max(0, ((now.limitBytes - now.bytes) / grown) * (overTime / 3_600_000));
  }

  #next(share: number, hoursLeft: number | null): SpoolOutlook['alarm'] {
    const soon = hoursLeft !== null && hoursLeft < hoursOfAlarm && share > smallestShare;
    const slack = this.#alarm === 'none' ? 0 : back;
    if (share >= watermarks.nearlyFull - (this.#alarm === 'nearly full' ? slack : 0)) return 'nearly full';
    if (soon || share >= watermarks.filling - slack) return 'filling';
    return 'none';
  }
}
