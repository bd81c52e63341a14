/** One connection of a bus: the port for its kind of wire, and modbus-serial on it. */
import { streamTo } from '../byte-stream/index.ts';
import { TcpStream } from '../byte-stream/tcp-stream.ts';
import type { Clock } from '../../plant/clock.ts';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { DeviceLink, SerialLine } from '../../plant/skid/definition.ts';
import type { Cancel, Timers } from '../timers.ts';
import type { PortListener } from './frame-port.ts';
import { MbapPort } from './mbap-port.ts';
import { answerBytes, ModbusRTU, type ModbusClient, type Request } from './request.ts';
import { RtuPort } from './rtu-port.ts';

export type BusTools = Readonly<{ clock: Clock; timers: Timers; random: () => number; log: Log }>;

export type ModbusAddress = Extract<DeviceLink, { unitId: number }>;

export type Connection = Readonly<{ port: MbapPort | RtuPort; client: ModbusClient }>;

/** An attempt to connect that takes longer is given up; a switched-off device gives no answer at all. */
const connectTimeoutMs = 1500;

/** What ends a frame on a serial line: 3.5 characters, 1.75 ms from 19200 baud on; no timer here is finer than 2 ms. */
const silenceOf = (line: SerialLine | null): number => {
  const characterMs = line === null ? 0 : (1000 * bitsOf(line)) / line.baud;
  return Math.max(2, line !== null && line.baud > 19_200 ? 1.75 : 3.5 * characterMs);
};

const bitsOf = ({ dataBits, parity, stopBits }: SerialLine): number =>
  1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits;

/** How long a request and its answer are on the wire of a serial line, both with their frames around them. */
export function wireMs(address: ModbusAddress, request: Request): number {
  if (address.protocol !== 'modbus-rtu') return 0;
  const bytes = answerBytes(request) + frameBytes;
  return (1000 * bytes * bitsOf(address.line)) / address.line.baud;
}

const frameBytes = 16;

export type ConnectOptions = Readonly<{
  address: ModbusAddress;
  /** Where the ids of Modbus TCP begin. */
  firstTransaction: number;
  timers: Timers;
  listener: PortListener;
  closed: () => void;
  /** Told once, unless it is given up. */
  done: (connection: Connection | null, failure: string) => void;
}>;

/** @returns what gives the attempt up */
export function connect({ address, firstTransaction, timers, listener, closed, done }: ConnectOptions): Cancel {
  const port = portTo(address, firstTransaction, timers, listener);
  const client = new ModbusRTU(port);
  let settled = false;
  const settle = (failure: string | null): void => {
    if (settled) return;
    settled = true;
    giveUp();
    if (failure !== null) port.destroy();
    done(failure === null ? { port, client } : null, failure ?? '');
  };
  const giveUp = timers.after(connectTimeoutMs, () => settle(`no answer within ${connectTimeoutMs} ms`));
  client.on('error', () => undefined);
  port.on('close', closed);
  client.open((error?: unknown) => settle(error === undefined ? null : messageOf(error)));
  return () => {
    settled = true;
    giveUp();
    port.destroy();
  };
}

function portTo(
  address: ModbusAddress,
  firstTransaction: number,
  timers: Timers,
  listener: PortListener,
): MbapPort | RtuPort {
  if (address.protocol === 'modbus-tcp') return new MbapPort(new TcpStream(address), firstTransaction, listener);
  const stream = streamTo(address);
  if (stream === null) {
    throw mesolineError(
      'link-not-served',
      address.device,
      `${address.protocol} carries no bytes.`,
      'Correct the link.',
    );
  }
  return new RtuPort(stream, silenceOf(address.protocol === 'modbus-rtu' ? address.line : null), timers, listener);
}
