/** A strict Modbus server on one port, for many clients, over the register banks of its units. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { mesolineError } from '../../plant/errors.ts';
import { answerRequest, exception } from './answer.ts';
import { gatewayTargetFailed, type RegisterBank } from './bank.ts';
import { encodeFrame, FrameReader, type Frame } from './frame.ts';
import { encodeRtu, RtuReader, type RtuRequest } from './rtu-frame.ts';

export type ModbusServerOptions = Readonly<{
  host: string;
  /** 0 lets the system choose one. */
  port: number;
  unitId: number;
  bank: RegisterBank;
  /** Further units on the same bus. */
  others?: ReadonlyMap<number, RegisterBank>;
  /** `rtu`: as a TCP serial server passes a serial line on; `tcp` where it is not said. */
  framing?: 'tcp' | 'rtu';
  /** Told why a connection was closed by us. */
  onBroken?: (reason: string) => void;
}>;

export interface ModbusServer {
  /** Gives the port it listens on. @throws MesolineError `port-in-use`, `port-refused`. */
  start(): Promise<number>;
  stop(): Promise<void>;
}

/** More than any cell needs; a peer that opens connections without end must not take our memory. */
const mostClients = 64;

/** What ends a frame on a line whose bytes come over TCP in pieces. */
const silenceMs = 20;

export function createModbusServer(options: ModbusServerOptions): ModbusServer {
  let server: Server | null = null;
  const sockets = new Set<Socket>();

  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 10_000);
    socket.on('close', () => sockets.delete(socket));
    // The close that follows says all there is to know of a reset by the peer.
    socket.on('error', () => undefined);
    socket.on('drain', () => socket.resume());
    if (options.framing === 'rtu') serveRtu(options, socket);
    else serveTcp(options, socket);
  };

  return {
    start: () =>
      new Promise((resolve, reject) => {
        const listening = createServer(serve);
        listening.maxConnections = mostClients;
        listening.once('error', (error: NodeJS.ErrnoException) => reject(listenError(options, error)));
        listening.listen({ host: options.host, port: options.port }, () => {
          server = listening;
          resolve((listening.address() as AddressInfo).port);
        });
      }),
    stop: () =>
      new Promise((resolve) => {
        if (server === null) {
          resolve();
          return;
        }
        server.close(() => resolve());
        server = null;
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function serveTcp(options: ModbusServerOptions, socket: Socket): void {
  const reader = new FrameReader();
  socket.on('data', (bytes) => {
    const { frames, broken } = reader.push(bytes);
    let flowing = true;
    for (const frame of frames) flowing = socket.write(encodeFrame(answer(options, frame)));
    if (broken !== null) {
      options.onBroken?.(broken);
      // What still comes is not looked at; what was answered before is still sent.
      socket.removeAllListeners('data');
      socket.destroySoon();
    } else if (!flowing) {
      // A client that asks and never reads the answers waits; it does not fill our memory.
      socket.pause();
    }
  });
}

/** A unit that is not there says nothing on a serial line, nor does one to a broadcast. */
function serveRtu(options: ModbusServerOptions, socket: Socket): void {
  const reader = new RtuReader();
  let silence: NodeJS.Timeout | undefined;
  const take = ({ unit, pdu }: RtuRequest): void => {
    const bank = bankOf(options, unit);
    if (bank !== undefined) socket.write(encodeRtu({ unit, pdu: answerRequest(bank, pdu) }));
  };
  socket.on('close', () => clearTimeout(silence));
  socket.on('data', (bytes) => {
    for (const request of reader.push(bytes)) take(request);
    clearTimeout(silence);
    silence = setTimeout(() => {
      const request = reader.silence();
      if (request !== null) take(request);
    }, silenceMs);
  });
}

const bankOf = ({ unitId, bank, others }: ModbusServerOptions, unit: number): RegisterBank | undefined =>
  unit === unitId ? bank : others?.get(unit);

function answer(options: ModbusServerOptions, frame: Frame): Frame {
  const bank = bankOf(options, frame.unit);
  const pdu = bank === undefined ? exception(frame.pdu, gatewayTargetFailed) : answerRequest(bank, frame.pdu);
  return { transaction: frame.transaction, unit: frame.unit, pdu };
}

const listenError = ({ host, port }: ModbusServerOptions, error: NodeJS.ErrnoException): Error =>
  error.code === 'EADDRINUSE'
    ? mesolineError(
        'port-in-use',
        `${host}:${port}`,
        'Another program listens here.',
        'Stop it or choose another --port.',
        error,
      )
    : mesolineError(
        'port-refused',
        `${host}:${port}`,
        `The system refuses it (${error.code ?? error.message}).`,
        'Choose another --host or --port.',
        error,
      );
