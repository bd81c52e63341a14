/** Reads one device over and over, at its model's period, and puts what it reads into the image. */
import type { Clock } from '../../plant/clock.ts';
import type { RegisterModel, RegisterPoint } from '../../plant/device-model.ts';
import { decodeBit, decodePoint } from '../modbus/codec.ts';
import type { ModbusLink } from '../modbus/link.ts';
import { qualityOfFailure } from '../modbus/link-errors.ts';
import { lengthOf, planReads, type ReadRequest } from '../modbus/read-plan.ts';
import { pause, type Timers } from '../timers.ts';
import type { FieldImage } from './field-image.ts';

export type PollerOptions = Readonly<{
  device: string;
  model: RegisterModel;
  link: ModbusLink;
  image: FieldImage;
  clock: Clock;
  timers: Timers;
}>;

export class Poller {
  readonly #options: PollerOptions;
  readonly #plan: readonly ReadRequest[];
  #abort: AbortController | null = null;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#plan = planReads(options.model, options.model.points);
  }

  start(): void {
    if (this.#abort !== null) return;
    this.#abort = new AbortController();
    void this.#run(this.#abort.signal);
  }

  stop(): void {
    this.#abort?.abort();
    this.#abort = null;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, timers, model, link } = this.#options;
    while (!signal.aborted) {
      const startedAt = clock.monotonic();
      if (link.state === 'connected') for (const request of this.#plan) await this.#read(request);
      await pause(timers, Math.max(1, model.period - (clock.monotonic() - startedAt)), signal);
    }
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

/** Reads one request and takes its points into the image. @throws MesolineError as `ModbusLink` */
export async function readInto(
  request: ReadRequest,
  { link, image, device, clock }: Pick<PollerOptions, 'link' | 'image' | 'device' | 'clock'>,
): Promise<void> {
  const { area, address, length, points } = request;
  const data =
    area === 'coil' || area === 'discrete'
      ? await link.readBits(area, address, length)
      : await link.readRegisters(area, address, length);
  const [utc, at] = [clock.utc(), clock.monotonic()];
  for (const point of points) image.take(device, point.name, decodeFrom(point, address, data), utc, utc, at);
}

function decodeFrom(point: RegisterPoint, address: number, data: readonly (number | boolean)[]) {
  const from = point.address - address;
  const own = data.slice(from, from + lengthOf(point));
  return point.area === 'coil' || point.area === 'discrete'
    ? decodeBit(own[0] === true)
    : decodePoint(point, own.map(Number));
}
