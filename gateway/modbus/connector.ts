/** Makes the connection of a bus, and makes it anew: with a back-off that grows until something is answered. */
import type { Cancel } from '../timers.ts';
import { backOffMs } from './back-off.ts';
import { connect, type BusTools, type Connection, type ModbusAddress } from './connection.ts';
import type { PortListener } from './frame-port.ts';
import { MbapPort } from './mbap-port.ts';

export type ConnectorListener = PortListener &
  Readonly<{
    established: (connection: Connection) => void;
    /** An attempt came to nothing; the next is on its way. */
    failed: (failure: string) => void;
    closed: () => void;
  }>;

export class Connector {
  readonly #address: ModbusAddress;
  readonly #tools: BusTools;
  readonly #listener: ConnectorListener;
  #connection: Connection | null = null;
  #cancel: Cancel | null = null;
  #attempt = 0;
  /** Ids count on from one connection to the next. */
  #nextTransaction: number;

  constructor(address: ModbusAddress, tools: BusTools, listener: ConnectorListener) {
    this.#address = address;
    this.#tools = tools;
    this.#listener = listener;
    this.#nextTransaction = Math.floor(tools.random() * 0x1_0000);
  }

  get connection(): Connection | null {
    return this.#connection;
  }

  answered(): void {
    this.#attempt = 0;
  }

  connect(): void {
    const { clock, timers } = this.#tools;
    const startedAt = clock.monotonic();
    let own: Connection | null = null;
    const whileOpen = (act: () => void): void => {
      if (own !== null && this.#connection === own) act();
    };
    const { malformed, late, closed, established, failed } = this.#listener;
    this.#cancel = connect({
      address: this.#address,
      firstTransaction: this.#nextTransaction,
      timers,
      listener: {
        malformed: (reason) => whileOpen(() => malformed(reason)),
        late: (unitId) => whileOpen(() => late(unitId)),
      },
      closed: () => whileOpen(closed),
      done: (connection, failure) => {
        this.#cancel = null;
        this.#connection = own = connection;
        if (connection !== null) established(connection);
        else {
          // How long the attempt took counts as waiting.
          this.again(clock.monotonic() - startedAt);
          failed(failure);
        }
      },
    });
  }

  /** Makes a new connection after the back-off, of which `spentMs` have passed. */
  again(spentMs = 0): void {
    const { timers, random } = this.#tools;
    const wait = Math.max(0, backOffMs(this.#attempt, random()) - spentMs);
    this.#attempt += 1;
    this.#cancel = timers.after(wait, () => this.connect());
  }

  /** Ends the connection, or the attempt to make one. */
  end(): void {
    this.#cancel?.();
    this.#cancel = null;
    const port = this.#connection?.port;
    this.#connection = null;
    if (port instanceof MbapPort) this.#nextTransaction = port.nextTransaction;
    port?.destroy();
  }
}
