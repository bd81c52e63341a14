/** A strict Modbus TCP server on one port, for many clients, over a register bank. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { mesolineError } from '../../plant/errors.ts';
import { answerRequest, exception } from './answer.ts';
import { gatewayTargetFailed, type RegisterBank } from './bank.ts';
import { encodeFrame, FrameReader, type Frame } from './frame.ts';

export type ModbusServerOptions = Readonly<{
  host: string;
  /** 0 lets the system choose one. */
  port: number;
  unitId: number;
  bank: RegisterBank;
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

export function createModbusServer(options: ModbusServerOptions): ModbusServer {
  let server: Server | null = null;
  const sockets = new Set<Socket>();

  const serve = (socket: Socket): void => {
    const reader = new FrameReader();
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 10_000);
    socket.on('close', () => sockets.delete(socket));
    // The close that follows says all there is to know of a reset by the peer.
    socket.on('error', () => undefined);
    socket.on('drain', () => socket.resume());
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

function answer({ unitId, bank }: ModbusServerOptions, frame: Frame): Frame {
  const pdu = frame.unit === unitId ? answerRequest(bank, frame.pdu) : exception(frame.pdu, gatewayTargetFailed);
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
