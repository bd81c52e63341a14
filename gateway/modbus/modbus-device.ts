/** A Modbus device of a skid: its unit on a bus, and what reads it over and over. */
import type { Monotonic } from '../../plant/clock.ts';
import {
  controllerOf,
  ringOf,
  type PointDefinition,
  type RegisterModel,
  type RegisterPoint,
} from '../../plant/device-model.ts';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { RingCursor } from '../../plant/ports/history.ts';
import type { DeviceIdentity } from '../../plant/ports/scan-consumer.ts';
import type { Driver, LinkFigures, LinkState, PointValue, ReadValue, Withdraw } from '../driver.ts';
import type { DriverContext } from '../driver-context.ts';
import { RingReader } from '../ring/ring-reader.ts';
import { Poller } from '../scan/poller.ts';
import { scanMs } from '../scan/scan-turns.ts';
import { checksOf } from './checks.ts';
import { decodePoint } from './codec.ts';
import { readIdentity } from './identity.ts';
import { codeOf, linkFault } from './link-errors.ts';
import { ModbusLink } from './link.ts';
import { readInto } from './read-into.ts';
import { planReads } from './read-plan.ts';
import { frameOf, planFrames, type RegisterValue } from './write-frames.ts';

type Read = ReadonlyMap<string, ReadValue>;

const askWhoAgainMs = 600_000;

export class ModbusDevice implements Driver {
  readonly device: string;
  readonly link: ModbusLink;
  readonly #model: RegisterModel;
  readonly #context: DriverContext;
  readonly #poller: Poller | null;
  /** A field controller that is read as often as it is scanned is read right before that. */
  readonly #paced: boolean;
  readonly #ring: RingReader | null;
  #identity: DeviceIdentity | null = null;
  /** When it last left unanswered who it is. */
  #unnamed: Monotonic | null = null;
  /** What FC23 read back with the last write, until it is asked for. */
  #readBack: Read | null = null;

  /** @throws MesolineError where it cannot be read as its model says */
  constructor(model: RegisterModel, context: DriverContext) {
    const { skid, device, link: address, image, clock, timers, random, log, scan, samples, buses } = context;
    this.device = device;
    this.#model = model;
    this.#context = context;
    const name = `${skid.name}/${device}`;
    if (!('unitId' in address)) {
      throw mesolineError('link-not-served', name, `${address.protocol} is no way to it.`, 'Correct the site file.');
    }
    this.link = new ModbusLink({
      name,
      address,
      buses,
      timeoutMs: model.timeout,
      checks: checksOf(planReads(model, model.points)),
      onState: (state, quality) => {
        if (state !== 'connected') image.lose(device, quality);
        else void this.#identify();
      },
    });
    const { link } = this;
    const ring = ringOf(model);
    const { identity } = model;
    const once = new Set([identity?.serial, identity?.firmware].filter((each) => each !== undefined));
    for (const { source } of skid.type.tags)
      if (source.kind === 'point' && source.device === device) once.delete(source.point.name);
    const polled = model.points.filter((point) => !once.has(point.name));
    this.#paced = ring === undefined && controllerOf(model) !== undefined && model.period === scanMs;
    const hands = { clock, timers, random, paced: this.#paced };
    this.#poller = ring === undefined ? new Poller({ device, model, points: polled, link, image, ...hands }) : null;
    this.#ring =
      ring === undefined
        ? null
        : new RingReader({ skid, device, model, ring, link, image, scan, samples, clock, timers, log });
  }

  get state(): LinkState {
    return this.link.state;
  }

  get endpoint(): string {
    return this.link.endpoint;
  }

  get figures(): Readonly<LinkFigures> {
    return this.link.figures;
  }

  get identity(): DeviceIdentity | null {
    return this.#identity;
  }

  get problem(): string | null {
    return this.link.problem;
  }

  start(cursors: readonly RingCursor[]): void {
    const { log, skid } = this.#context;
    const untried = this.#model.points.filter(({ access, verified }) => access === 'read-write' && !verified);
    if (untried.length > 0) {
      const points = untried.map(({ name }) => name).join(', ');
      log.info(
        { skid: skid.name, device: this.device, points },
        'registers that are written were not tried on the device',
      );
    }
    this.link.start();
    this.#poller?.start();
    this.#ring?.start(cursors);
  }

  /** Reads it for the scan that follows; null where it reads at its own pace, or cannot now. Never rejects. */
  readForScan(): Promise<void> | null {
    return this.#paced ? (this.#poller?.read() ?? null) : null;
  }

  async stop(): Promise<void> {
    this.#poller?.stop();
    this.link.stop();
    await this.#ring?.stop();
  }

  plan(writes: readonly PointValue[]): readonly (readonly PointValue[])[] {
    return planFrames(writes);
  }

  async write(group: readonly PointValue[], withdraw: Withdraw): Promise<void> {
    const [first, ...more] = group.filter((write): write is RegisterValue => write.point.via === 'register');
    if (first === undefined) return;
    const { link } = this;
    this.#readBack = null;
    const frame = frameOf([first, ...more]);
    switch (frame.kind) {
      case 'coils':
        await link.writeCoils(frame.address, frame.bits, { withdraw });
        return;
      case 'bits':
        if (this.#model.maskWrite === false) throw this.#noMask(first.point);
        await link.writeBits(frame.address, frame.mask, frame.bits, { withdraw });
        return;
      case 'words':
        if (this.#model.readWrite !== true || frame.alone) {
          await link.writeRegisters(frame.address, frame.words, { withdraw }, frame.alone);
          return;
        }
        this.#readBack = this.#taken(
          [first, ...more].map(({ point }) => point),
          await link.writeAndRead(frame.address, frame.words, { withdraw }),
        );
    }
  }

  async read(points: readonly PointDefinition[]): Promise<Read> {
    const { image, clock } = this.#context;
    const { device, link } = this;
    const own = points.filter((point): point is RegisterPoint => point.via === 'register');
    const readBack = this.#readBack;
    this.#readBack = null;
    if (readBack !== null && own.every(({ name }) => readBack.has(name))) return readBack;
    for (const request of planReads(this.#model, own)) await readInto(request, { link, image, device, clock });
    return new Map(own.map(({ name }) => [name, image.reading(device, name)?.value ?? null]));
  }

  notes(): readonly string[] {
    return this.#ring?.notes() ?? [];
  }

  counts(): Readonly<Record<string, number>> {
    return this.#ring?.figures ?? {};
  }

  /** Takes registers that came with a write. */
  #taken(points: readonly RegisterPoint[], words: readonly number[]): Read {
    const { image, clock } = this.#context;
    const [utc, at] = [clock.utc(), clock.monotonic()];
    const from = Math.min(...points.map(({ address }) => address));
    const taken = new Map<string, ReadValue>();
    for (const point of points) {
      const decoded = decodePoint(point, words, point.address - from);
      image.take(this.device, point.name, decoded, utc, utc, at);
      taken.set(point.name, decoded.value);
    }
    return taken;
  }

  /**
   * Once a connection. A device that does not say who it is is read all the same: where it leaves that unanswered, which ends
   * its connection, it is not asked again with the next.
   */
  async #identify(): Promise<void> {
    const { log, skid, clock } = this.#context;
    // Another may stand there now.
    this.#identity = null;
    if (this.#unnamed !== null && clock.monotonic() - this.#unnamed < askWhoAgainMs) return;
    try {
      this.#identity = await readIdentity(this.#model, this.link);
      this.#unnamed = null;
    } catch (thrown) {
      if (codeOf(thrown) === 'link-timeout') this.#unnamed = clock.monotonic();
      log.debug({ skid: skid.name, device: this.device, cause: messageOf(thrown) }, 'identity not read');
    }
  }

  #noMask({ name }: RegisterPoint): Error {
    return linkFault(
      'withdrawn',
      `${this.#context.skid.name}/${this.device}`,
      `${name} is one bit of a register, and the device has no FC22 to write it by.`,
      'Write the whole register.',
    );
  }
}
