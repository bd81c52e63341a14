/**
 * Reads one device over and over, at its model's period, and puts what it reads into the image. Its beats do not drift, and
 * begin anywhere within a period, so that the devices of a site do not all speak at once. A paced one has no beat of its own:
 * it reads when the scan asks for it, so that what it says is scanned as soon as it is there.
 */
import { monotonic, type Clock, type Monotonic } from '../../plant/clock.ts';
import type { RegisterModel, RegisterPoint } from '../../plant/device-model.ts';
import type { ModbusLink } from '../modbus/link.ts';
import { qualityOfFailure } from '../modbus/link-errors.ts';
import { readInto } from '../modbus/read-into.ts';
import { planReads, type ReadRequest } from '../modbus/read-plan.ts';
import type { Cancel, Timers } from '../timers.ts';
import type { FieldImage } from './field-image.ts';

export type PollerOptions = Readonly<{
  device: string;
  model: RegisterModel;
  /** Those of the model's points that are read again and again. */
  points: readonly RegisterPoint[];
  link: ModbusLink;
  image: FieldImage;
  clock: Clock;
  timers: Timers;
  random: () => number;
  paced: boolean;
}>;

export class Poller {
  readonly #options: PollerOptions;
  readonly #plan: readonly ReadRequest[];
  #running = false;
  #reading = false;
  #cancel: Cancel | null = null;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#plan = planReads(options.model, options.points);
  }

  start(): void {
    if (this.#running) return;
    const { clock, model, random, paced } = this.#options;
    this.#running = true;
    if (paced) return;
    this.#wait(monotonic(clock.monotonic() + random() * model.period));
  }

  stop(): void {
    this.#running = false;
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Reads once, for one that is paced; null where it cannot now, or is still reading. Never rejects. */
  read(): Promise<void> | null {
    if (!this.#running || this.#reading || this.#options.link.state !== 'connected') return null;
    this.#reading = true;
    return this.#readAll().finally(() => (this.#reading = false));
  }

  async #readAll(): Promise<void> {
    for (const request of this.#plan) await this.#read(request);
  }

  #wait(beat: Monotonic): void {
    const { clock, timers, model } = this.#options;
    this.#cancel = timers.after(Math.min(model.period, Math.max(0, beat - clock.monotonic())), () => {
      this.#cancel = null;
      void this.#beat(beat);
    });
  }

  /** A reading that took longer than its period leaves beats out; it never makes up for them. */
  async #beat(beat: Monotonic): Promise<void> {
    const { clock, model, link } = this.#options;
    if (link.state === 'connected') await this.#readAll();
    if (!this.#running || this.#cancel !== null) return;
    const missed = Math.max(0, Math.floor((clock.monotonic() - beat) / model.period));
    this.#wait(monotonic(beat + (missed + 1) * model.period));
  }

  /** Never throws: what could not be read is Bad. */
  async #read(request: ReadRequest): Promise<void> {
    const { link, image, device } = this.#options;
    try {
      await readInto(request, this.#options);
    } catch (thrown) {
      // Where the link went, everything of the device is Bad already, and for the better reason.
      const failed = request.points.map((point) => point.name);
      if (link.state === 'connected') image.fail(device, failed, qualityOfFailure(thrown));
    }
  }
}
