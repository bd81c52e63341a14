/** A Modbus device of a skid: its link, and what reads it over and over. */
import type { PointDefinition, RegisterModel, RegisterPoint } from '../../plant/device-model.ts';
import type { DeviceIdentity } from '../../plant/ports/scan-consumer.ts';
import type { RingCursor } from '../../plant/ports/history.ts';
import { mesolineError } from '../../plant/errors.ts';
import { badNotConnected } from '../../plant/quality.ts';
import type { Driver, LinkFigures, LinkState, PointValue, ReadValue, Withdraw } from '../driver.ts';
import type { DriverContext } from '../driver-context.ts';
import { RingReader } from '../ring/ring-reader.ts';
import { Poller, readInto } from '../scan/poller.ts';
import { ModbusLink } from './link.ts';
import { lengthOf } from './read-plan.ts';
import { planFrames, wordsOf, type RegisterValue } from './write-frames.ts';

export class ModbusDevice implements Driver {
  readonly device: string;
  readonly link: ModbusLink;
  readonly identity: DeviceIdentity | null = null;
  readonly #context: DriverContext;
  readonly #poller: Poller | null;
  readonly #ring: RingReader | null;

  /** @throws MesolineError where it cannot be read as its model says */
  constructor(model: RegisterModel, context: DriverContext) {
    const { skid, device, link: where, image, clock, timers, random, log, scan, samples } = context;
    this.device = device;
    this.#context = context;
    if (where.protocol !== 'modbus-tcp') {
      throw mesolineError(
        'link-not-served',
        `${skid.name}/${device}`,
        `${where.protocol} is no way to it.`,
        'Correct the site file.',
      );
    }
    const { host, port, unitId } = where;
    this.link = new ModbusLink({
      name: `${skid.name}/${device}`,
      host,
      port,
      unitId,
      timeoutMs: model.timeout,
      clock,
      timers,
      random,
      log,
      onState: (state) => {
        if (state !== 'connected') image.lose(device, badNotConnected);
      },
    });
    const { link } = this;
    const { ring } = model;
    this.#poller = ring === undefined ? new Poller({ device, model, link, image, clock, timers }) : null;
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

  start(cursors: readonly RingCursor[]): void {
    this.link.start();
    this.#poller?.start();
    this.#ring?.start(cursors);
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
    const frame = group.filter((write): write is RegisterValue => write.point.via === 'register');
    const [first] = frame;
    if (first === undefined) return;
    const { point, value } = first;
    if (point.area === 'coil') await this.link.writeCoil(point.address, Boolean(value), { withdraw });
    else await this.link.writeRegisters(point.address, wordsOf(frame), { withdraw });
  }

  async read(points: readonly PointDefinition[]): Promise<ReadonlyMap<string, ReadValue>> {
    const { image, clock } = this.#context;
    const { device, link } = this;
    const own = points.filter((point): point is RegisterPoint => point.via === 'register');
    const [first] = own;
    if (first === undefined) return new Map();
    const address = Math.min(...own.map((point) => point.address));
    const end = Math.max(...own.map((point) => point.address + lengthOf(point)));
    await readInto({ area: first.area, address, length: end - address, points: own }, { link, image, device, clock });
    return new Map(own.map(({ name }) => [name, image.reading(device, name)?.value ?? null]));
  }

  notes(): readonly string[] {
    return this.#ring?.notes() ?? [];
  }

  counts(): Readonly<Record<string, number>> {
    return this.#ring?.figures ?? {};
  }
}
