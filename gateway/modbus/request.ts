/** What can be asked of a unit, and how it is said to modbus-serial. */
import modbusSerial from 'modbus-serial';
import type { RegisterArea } from '../../plant/device-model.ts';
import type { FramePort } from './frame-port.ts';
import { ModbusException } from './link-errors.ts';

// A CommonJS module: what its types call its default export is a property of what it exports.
export const ModbusRTU = modbusSerial.default;
export type ModbusClient = InstanceType<typeof ModbusRTU>;

export type ReadSpan = Readonly<{ area: RegisterArea; address: number; length: number }>;

export type Request =
  | (Readonly<{ kind: 'read' }> & ReadSpan)
  /** `alone`: by FC6, which takes one register. */
  | Readonly<{ kind: 'write'; address: number; words: readonly number[]; alone: boolean }>
  | Readonly<{ kind: 'coils'; address: number; bits: readonly boolean[] }>
  /** FC22: the register becomes (itself AND `and`) OR (`or` AND NOT `and`). */
  | Readonly<{ kind: 'mask'; address: number; and: number; or: number }>
  /** FC23: written, and read back in the same transaction. */
  | Readonly<{ kind: 'write-read'; address: number; words: readonly number[] }>
  /** 43/14: one page of the device's identification, from this object on. */
  | Readonly<{ kind: 'identify'; object: number }>;

/** Registers, bits, or the bytes of a page of identification. */
export type AnswerData = readonly (number | boolean)[];
export type Done = (error: Error | null, data: AnswerData) => void;

const readCodes: Readonly<Record<RegisterArea, number>> = { coil: 1, discrete: 2, holding: 3, input: 4 };
const nothing: AnswerData = [];

const isBits = (area: RegisterArea): boolean => area === 'coil' || area === 'discrete';
/** One page, with room for its head. */
const mostIdentification = 245;

/** Basic identification: vendor, product, revision. */
export const basicIdentification = 1;

export const isWrite = ({ kind }: Request): boolean => kind !== 'read' && kind !== 'identify';

/** For messages. */
export function textOf(request: Request): string {
  switch (request.kind) {
    case 'read':
      return `${request.area} ${request.address}+${request.length}`;
    case 'write':
    case 'write-read':
      return `write holding ${request.address}+${request.words.length}`;
    case 'coils':
      return `write coil ${request.address}+${request.bits.length}`;
    case 'mask':
      return `write bits of holding ${request.address}`;
    case 'identify':
      return `identification from object ${request.object}`;
  }
}

const functionOf = (request: Request): number => {
  switch (request.kind) {
    case 'read':
      return readCodes[request.area];
    case 'write':
      return request.alone ? 6 : 16;
    case 'coils':
      return request.bits.length === 1 ? 5 : 15;
    case 'mask':
      return 22;
    case 'write-read':
      return 23;
    case 'identify':
      return 43;
  }
};

/** How many bytes of data the answer brings. */
export function answerBytes(request: Request): number {
  switch (request.kind) {
    case 'read':
      return isBits(request.area) ? Math.ceil(request.length / 8) : 2 * request.length;
    case 'write-read':
      return 2 * request.words.length;
    case 'identify':
      return mostIdentification;
    default:
      return 0;
  }
}

/**
 * What tells the answers of two requests apart on a line without ids: their function and how long they are. Two requests of
 * one key could each be taken for the other's.
 */
export const keyOf = (request: Request): number => functionOf(request) * 512 + answerBytes(request);

/** `done` is called once, or never: who waits for it keeps the time. */
export function send(client: ModbusClient, port: FramePort, unit: number, request: Request, done: Done): void {
  switch (request.kind) {
    case 'read':
      read(client, unit, request, done);
      return;
    case 'write': {
      const [word = 0] = request.words;
      if (request.alone) client.writeFC6(unit, request.address, word, (error: Error | null) => done(error, nothing));
      else client.writeFC16(unit, request.address, [...request.words], (error: Error | null) => done(error, nothing));
      return;
    }
    case 'coils': {
      const [bit = false] = request.bits;
      if (request.bits.length === 1)
        client.writeFC5(unit, request.address, bit, (error: Error | null) => done(error, nothing));
      else client.writeFC15(unit, request.address, [...request.bits], (error: Error | null) => done(error, nothing));
      return;
    }
    case 'mask':
      client.writeFC22(unit, request.address, request.and, request.or, (error: Error | null) => done(error, nothing));
      return;
    case 'write-read': {
      const { address, words } = request;
      client.writeFC23(unit, address, words.length, address, words.length, [...words], (error, answer) =>
        done(error, dataOf(answer)),
      );
      return;
    }
    case 'identify':
      // modbus-serial would ask for further pages by itself, past the queue.
      port.ask(Buffer.from([unit, 43, 14, basicIdentification, request.object]), (body) => {
        const [, code = 0, ...bytes] = body;
        if (code === (43 | 0x80)) done(new ModbusException(bytes[0] ?? 0), nothing);
        else done(null, bytes);
      });
  }
}

function read(client: ModbusClient, unit: number, { area, address, length }: ReadSpan, done: Done): void {
  const answered = (error: Error | null, answer?: Answer): void => done(error, dataOf(answer));
  switch (area) {
    case 'coil':
      client.writeFC1(unit, address, length, answered);
      return;
    case 'discrete':
      client.writeFC2(unit, address, length, answered);
      return;
    case 'holding':
      client.writeFC3(unit, address, length, answered);
      return;
    case 'input':
      client.writeFC4(unit, address, length, answered);
  }
}

type Answer = Readonly<{ data: AnswerData }>;

const dataOf = (answer?: Answer): AnswerData => answer?.data ?? nothing;
