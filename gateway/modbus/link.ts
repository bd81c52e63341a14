/** A unit as its device's driver sees it: what can be asked of it, how it is, and what came of it so far. */
import type { RegisterArea } from '../../plant/device-model.ts';
import { endpointOf } from '../../plant/skid/device-link.ts';
import type { LinkFigures, LinkState } from '../driver.ts';
import type { Bus } from './bus.ts';
import { BusUnit, type Order, type UnitOptions } from './bus-unit.ts';
import type { Buses } from './buses.ts';
import type { ModbusAddress } from './connection.ts';
import { identificationFrom, type Identification } from './identification.ts';
import type { AnswerData, Request } from './request.ts';

export type { Order } from './bus-unit.ts';

export type LinkOptions = Omit<UnitOptions, 'unitId' | 'checks'> &
  Readonly<{
    address: ModbusAddress;
    buses: Buses;
    /** As in `UnitOptions`; without it the unit is looked at by its first holding register. */
    checks?: readonly Request[];
  }>;

export class ModbusLink {
  readonly #options: LinkOptions;
  readonly #unit: BusUnit;
  #bus: Bus | null = null;

  constructor(options: LinkOptions) {
    const { name, timeoutMs, onState, checks = [], address } = options;
    this.#options = options;
    this.#unit = new BusUnit({ name, timeoutMs, onState, checks, unitId: address.unitId });
  }

  get state(): LinkState {
    return this.#unit.state;
  }

  get figures(): Readonly<LinkFigures> {
    return this.#unit.figures;
  }

  /** Why it is lost, in words; null while it stands. */
  get problem(): string | null {
    return this.#unit.trouble.problem;
  }

  get endpoint(): string {
    return endpointOf(this.#options.address);
  }

  start(): void {
    if (this.#bus !== null) return;
    const { buses, name, address } = this.#options;
    this.#bus = buses.take(name, address);
    this.#bus.attach(this.#unit);
  }

  stop(): void {
    const bus = this.#bus;
    this.#bus = null;
    bus?.detach(this.#unit);
  }

  /** @throws MesolineError with a code of `LinkFault` */
  async readRegisters(
    area: Extract<RegisterArea, 'holding' | 'input'>,
    address: number,
    length: number,
    order: Order = {},
  ): Promise<readonly number[]> {
    // What reads registers is answered with numbers.
    return (await this.#ask({ kind: 'read', area, address, length }, order)) as readonly number[];
  }

  /** @throws MesolineError with a code of `LinkFault` */
  async readBits(
    area: Extract<RegisterArea, 'coil' | 'discrete'>,
    address: number,
    length: number,
  ): Promise<readonly boolean[]> {
    const bits = await this.#ask({ kind: 'read', area, address, length }, {});
    return bits.slice(0, length) as readonly boolean[];
  }

  /** One FC16, or FC6 where `alone` is said. @throws MesolineError with a code of `LinkFault` */
  async writeRegisters(address: number, words: readonly number[], order: Order = {}, alone = false): Promise<void> {
    await this.#ask({ kind: 'write', address, words, alone }, order);
  }

  /** @throws MesolineError with a code of `LinkFault` */
  async writeCoil(address: number, on: boolean, order: Order = {}): Promise<void> {
    await this.writeCoils(address, [on], order);
  }

  /** One FC15, or FC5 for one. @throws MesolineError with a code of `LinkFault` */
  async writeCoils(address: number, bits: readonly boolean[], order: Order = {}): Promise<void> {
    await this.#ask({ kind: 'coils', address, bits }, order);
  }

  /** One FC22: the bits of `mask` become those of `bits`, the others stay. @throws MesolineError with a code of `LinkFault` */
  async writeBits(address: number, mask: number, bits: number, order: Order = {}): Promise<void> {
    await this.#ask({ kind: 'mask', address, and: ~mask & 0xffff, or: bits & mask }, order);
  }

  /** One FC23: written, and what is read back from there. @throws MesolineError with a code of `LinkFault` */
  async writeAndRead(address: number, words: readonly number[], order: Order = {}): Promise<readonly number[]> {
    return (await this.#ask({ kind: 'write-read', address, words }, order)) as readonly number[];
  }

  /** 43/14, page by page. @throws MesolineError with a code of `LinkFault` */
  identify(): Promise<Identification> {
    return identificationFrom(
      async (object) => (await this.#ask({ kind: 'identify', object }, {})) as readonly number[],
      this.#options.name,
    );
  }

  #ask(request: Request, order: Order): Promise<AnswerData> {
    return new Promise((resolve, reject) => {
      const job = { request, order, resolve, reject };
      if (this.#bus === null) reject(this.#unit.fault('link-down', `There is no connection to ${this.endpoint}.`));
      else this.#bus.ask(this.#unit, job);
    });
  }
}
