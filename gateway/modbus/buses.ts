/** The buses of a site: one for each endpoint, whichever skids' devices are reached through it, for as long as one is. */
import { mesolineError } from '../../plant/errors.ts';
import { busOf, wayOf } from '../../plant/skid/device-link.ts';
import { Bus } from './bus.ts';
import type { BusTools, ModbusAddress } from './connection.ts';

export class Buses {
  readonly #tools: BusTools;
  readonly #buses = new Map<string, Bus>();

  constructor(tools: BusTools) {
    this.#tools = tools;
  }

  /** @throws MesolineError `bus-disagrees` where others reach the same endpoint in another way */
  take(name: string, address: ModbusAddress): Bus {
    const endpoint = busOf(address) ?? '';
    const known = this.#buses.get(endpoint);
    if (known === undefined || known.idle) {
      const bus = new Bus(address, this.#tools);
      this.#buses.set(endpoint, bus);
      return bus;
    }
    if (wayOf(known.address) === wayOf(address)) return known;
    throw mesolineError(
      'bus-disagrees',
      name,
      `${endpoint} is reached by ${wayOf(address)}, and by ${wayOf(known.address)} for ${known.address.device}.`,
      'Write the same in the site file for every device of the bus.',
    );
  }
}
