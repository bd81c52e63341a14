/**
 * Keeps the OPC UA thread alive: one that dies is started again after a growing pause, and given up where it dies too often.
 * Values are never carried over: what a new thread shows, it was told anew.
 */
import { elapsed, milliseconds, type Clock, type Milliseconds, type Monotonic } from '../../../plant/clock.ts';
import { messageOf } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';

export type KeeperOptions = Readonly<{
  clock: Clock;
  log: Log;
  /** Starts one and settles when it is ready; `died` is called at most once, after that. */
  open: (died: (reason: string) => void) => Promise<void>;
  lost: (health: Readonly<{ again: boolean; detail: string }>) => void;
  /** Waits before the further starts, the last one for all that follow. */
  pauses?: readonly Milliseconds[];
}>;

/** One that has died this often within `whileMs` is given up. */
const mostDeaths = 5;
const whileMs = 10 * 60_000;
const ordinaryPauses = [500, 1000, 2000, 5000].map(milliseconds);

export class WorkerKeeper {
  readonly #options: KeeperOptions;
  #deaths: readonly Monotonic[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Of the thread that counts; what one that was let go says is no news. */
  #generation = 0;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** @throws what `open` throws; a first start that fails is not tried again */
  async start(): Promise<void> {
    this.#deaths = [];
    await this.#open();
  }

  /** Starts no other one; to end the present one is the opener's. */
  letGo(): void {
    this.#generation += 1;
    clearTimeout(this.#timer);
  }

  async #open(): Promise<void> {
    const generation = ++this.#generation;
    await this.#options.open((reason) => {
      if (generation === this.#generation) this.#died(reason);
    });
  }

  #died(reason: string): void {
    const { clock, log, lost, pauses = ordinaryPauses } = this.#options;
    const now = clock.monotonic();
    this.#deaths = [...this.#deaths.filter((at) => elapsed(at, now) < whileMs), now];
    const times = this.#deaths.length;
    const pause = pauses[Math.min(times, pauses.length) - 1] ?? 0;
    if (times >= mostDeaths) {
      log.error(
        { reason, times },
        'the OPC UA server has failed too often and is given up; the plant goes on without it',
      );
      lost({ again: false, detail: `The OPC UA server has failed ${times} times: ${reason}. Restart the service.` });
      return;
    }
    log.error(
      { reason, times, pause },
      'the OPC UA server has failed and is started again; the plant goes on without it',
    );
    lost({ again: true, detail: `The OPC UA server has failed: ${reason}. It is started again.` });
    this.#timer = setTimeout(() => {
      const opening = this.#open();
      const generation = this.#generation;
      opening.catch((thrown: unknown) => {
        if (generation === this.#generation) this.#died(messageOf(thrown));
      });
    }, pause);
  }
}
