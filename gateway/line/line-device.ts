/**
 * A device of a skid that speaks in lines: reads its points in rounds at the model's period, and sets them.
 *
 * Answers carry no number, so that one that came twice would make every later one its neighbour's. A round therefore ends
 * with the hello, whose answer fits nothing else, and what was read in it counts only when that was answered rightly.
 */
import type { Monotonic, UtcMs } from '../../plant/clock.ts';
import type { LineModel, LinePoint, PointDefinition } from '../../plant/device-model.ts';
import { mesolineError } from '../../plant/errors.ts';
import { parseTemplate } from '../../plant/line-template.ts';
import type { DeviceIdentity } from '../../plant/ports/scan-consumer.ts';
import { endpointOf } from '../../plant/skid/device-link.ts';
import { streamTo } from '../byte-stream/index.ts';
import type { Driver, LinkFigures, LinkState, PointValue, ReadValue, Withdraw } from '../driver.ts';
import type { DriverContext } from '../driver-context.ts';
import type { Decoded } from '../modbus/codec.ts';
import { codeOf } from '../modbus/link-errors.ts';
import { pause } from '../timers.ts';
import { unverifiedWrites } from '../unverified-writes.ts';
import { qualityOfLineFailure } from './line-errors.ts';
import { LineLink } from './line-link.ts';
import { decodeLine, lineToSet } from './line-value.ts';

type Reading = Readonly<{ point: LinePoint; decoded: Decoded; utc: UtcMs; at: Monotonic }>;

export class LineDevice implements Driver {
  readonly device: string;
  readonly #model: LineModel;
  readonly #context: DriverContext;
  readonly #link: LineLink;
  /** Read once a connection. */
  readonly #identifying: readonly LinePoint[];
  readonly #cyclic: readonly LinePoint[];
  #identity: DeviceIdentity | null = null;
  #identified = false;
  #abort: AbortController | null = null;

  /** @throws MesolineError where it cannot be reached as the site says */
  constructor(model: LineModel, context: DriverContext) {
    const { skid, device, link: where, image, clock, timers, random, log } = context;
    const name = `${skid.name}/${device}`;
    this.device = device;
    this.#model = model;
    this.#context = context;
    const identifying = [model.identity?.serial, model.identity?.firmware];
    this.#identifying = model.points.filter((point) => identifying.includes(point.name));
    this.#cyclic = model.points.filter((point) => !identifying.includes(point.name));
    this.#link = new LineLink({
      name,
      endpoint: endpointOf(where),
      model,
      newStream: () => {
        const stream = streamTo(where);
        if (stream !== null) return stream;
        throw mesolineError('link-not-served', name, `${where.protocol} is no way to it.`, 'Correct the site file.');
      },
      clock,
      timers,
      random,
      log,
      onState: (state, quality) => {
        this.#identified = false;
        if (state !== 'connected') image.lose(device, quality);
      },
    });
  }

  get state(): LinkState {
    return this.#link.state;
  }

  get endpoint(): string {
    return this.#link.endpoint;
  }

  get figures(): Readonly<LinkFigures> {
    return this.#link.figures;
  }

  get identity(): DeviceIdentity | null {
    return this.#identity;
  }

  get problem(): string | null {
    return this.#link.problem;
  }

  start(): void {
    if (this.#abort !== null) return;
    this.#abort = new AbortController();
    const { skid, log } = this.#context;
    const unverified = unverifiedWrites(this.#model);
    if (unverified.length > 0)
      log.warn(
        { device: `${skid.name}/${this.device}`, unverified },
        'set points that nobody has tried on the device yet',
      );
    this.#link.start();
    void this.#run(this.#abort.signal);
  }

  stop(): Promise<void> {
    this.#abort?.abort();
    this.#abort = null;
    this.#link.stop();
    return Promise.resolve();
  }

  /** A line sets one value. */
  plan(writes: readonly PointValue[]): readonly (readonly PointValue[])[] {
    return writes.map((write) => [write]);
  }

  async write(group: readonly PointValue[], withdraw: Withdraw): Promise<void> {
    for (const { point, value } of group) {
      if (point.via !== 'line') continue;
      const answer = typeof point.confirm === 'string' ? parseTemplate(point.confirm) : null;
      await this.#link.ask({ line: lineToSet(point, value), answer, sets: true }, { urgent: true, withdraw });
    }
  }

  async read(points: readonly PointDefinition[]): Promise<ReadonlyMap<string, ReadValue>> {
    const readings: Reading[] = [];
    for (const alike of byAsk(points.filter((point): point is LinePoint => point.via === 'line')))
      readings.push(...(await this.#read(alike, true)));
    await this.#link.ask(this.#link.hello, { urgent: true });
    this.#take(readings);
    return new Map(readings.map(({ point, decoded }) => [point.name, decoded.value]));
  }

  notes(): readonly string[] {
    const { mistaken } = this.#link;
    const { skid } = this.#context;
    return mistaken === null
      ? []
      : [`${skid.name}/${this.device} (${this.endpoint}) is not taken for a ${this.#model.model}: ${mistaken}`];
  }

  counts(): Readonly<Record<string, number>> {
    return {};
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, timers } = this.#context;
    while (!signal.aborted) {
      const startedAt = clock.monotonic();
      if (this.#link.state === 'connected') await this.#round();
      const spent = clock.monotonic() - startedAt;
      await pause(timers, Math.max(1, this.#model.period - spent), signal);
    }
  }

  /** Never throws: where the link goes, everything of the device is Bad already, and for the better reason. */
  async #round(): Promise<void> {
    const identify = !this.#identified;
    const readings: Reading[] = [];
    try {
      for (const alike of byAsk(identify ? [...this.#identifying, ...this.#cyclic] : this.#cyclic))
        readings.push(...(await this.#read(alike, false)));
      await this.#link.ask(this.#link.hello);
    } catch (thrown) {
      // A hello that is refused now ends nothing, and proves nothing.
      if (codeOf(thrown) === 'device-refused') this.#context.image.lose(this.device, qualityOfLineFailure(thrown));
      return;
    }
    this.#take(readings);
    if (identify) this.#identify(readings);
  }

  /** Points of one line. A refusal is an answer as well, of no value. @throws MesolineError of the link */
  async #read(points: readonly LinePoint[], urgent: boolean): Promise<readonly Reading[]> {
    const { clock } = this.#context;
    const [first] = points;
    if (first === undefined) return [];
    const exchange = { line: first.ask, answer: parseTemplate(first.answer), sets: false };
    let decode: (point: LinePoint) => Decoded;
    try {
      const raw = await this.#link.ask(exchange, { urgent });
      decode = (point) => decodeLine(point, raw);
    } catch (thrown) {
      if (codeOf(thrown) !== 'device-refused') throw thrown;
      decode = () => ({ value: null, quality: qualityOfLineFailure(thrown) });
    }
    const [utc, at] = [clock.utc(), clock.monotonic()];
    return points.map((point) => ({ point, decoded: decode(point), utc, at }));
  }

  /** What a command has read back since is newer than what its round read before. */
  #take(readings: readonly Reading[]): void {
    const { image } = this.#context;
    for (const { point, decoded, utc, at } of readings) {
      const known = image.reading(this.device, point.name)?.at;
      if (known == null || known <= at) image.take(this.device, point.name, decoded, utc, utc, at);
    }
  }

  #identify(readings: readonly Reading[]): void {
    const { identity, hello } = this.#model;
    const read = (name: string | undefined): string | null => {
      const value = readings.find(({ point }) => point.name === name)?.decoded.value ?? null;
      return value === null ? null : String(value);
    };
    const { said } = this.#link;
    this.#identified = true;
    this.#identity = {
      manufacturer: identity?.manufacturer ?? null,
      product: hello.says === 'product' ? said : (identity?.product ?? null),
      serial: hello.says === 'serial' ? said : read(identity?.serial),
      firmware: hello.says === 'firmware' ? said : read(identity?.firmware),
    };
  }
}

/** Points that the same line tells, such as the bits of a status, are asked for once. */
function byAsk(points: readonly LinePoint[]): readonly (readonly LinePoint[])[] {
  const groups = new Map<string, LinePoint[]>();
  for (const point of points) {
    const key = `${point.ask}\n${point.answer}`;
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  return [...groups.values()];
}
