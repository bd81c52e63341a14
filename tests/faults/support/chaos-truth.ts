/** What the emulated devices hold, asked of them past the service and past the proxies, and read here apart from the product. */
import { connect } from 'node:net';
import type { RegisterPoint } from '../../../plant/device-model.ts';
import { crcOf, judgeRtu, judgeTcp } from './strict-oracle-modbus.ts';

/** One exchange over a connection of its own: what came until `whole` says that it is all. */
function exchange<T>(port: number, question: Buffer, whole: (bytes: Buffer) => T | null): Promise<T> {
  return new Promise((settle, fail) => {
    const socket = connect(port, '127.0.0.1');
    let received = Buffer.alloc(0);
    socket.setTimeout(5000, () => socket.destroy(new Error(`no answer from port ${port}`)));
    socket.once('error', fail);
    socket.once('connect', () => socket.write(question));
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      const answer = whole(received);
      if (answer === null) return;
      socket.destroy();
      settle(answer);
    });
  });
}

const functions: Readonly<Record<string, number>> = { holding: 3, input: 4 };

/** Registers of a unit, by Modbus TCP or by RTU as a TCP serial server passes it on. */
export function readRegisters(
  where: Readonly<{ port: number; unit: number; framing: 'tcp' | 'rtu' }>,
  { area, address, length }: Readonly<{ area: string; address: number; length: number }>,
): Promise<readonly number[]> {
  const body = [where.unit, functions[area] ?? 0, address >> 8, address & 0xff, length >> 8, length & 0xff];
  const crc = crcOf(Uint8Array.from(body));
  const question =
    where.framing === 'tcp' ? Buffer.from([0, 1, 0, 0, 0, 6, ...body]) : Buffer.from([...body, crc & 0xff, crc >> 8]);
  return exchange(where.port, question, (bytes) => {
    const request = Uint8Array.from(body);
    const due = where.framing === 'tcp' ? 9 + 2 * length : 5 + 2 * length;
    if (bytes.length < due) return null;
    const answer = where.framing === 'tcp' ? judgeTcp(bytes, { transaction: 1, request }) : judgeRtu(bytes, request);
    if (answer.kind !== 'accepted') throw new Error(`port ${where.port} answered ${bytes.toString('hex')}`);
    return answer.data as readonly number[];
  });
}

/** The engineering value that registers hold. */
export function valueOf(point: RegisterPoint, words: readonly number[]): number {
  const swapped = point.order === 'BADC' || point.order === 'DCBA';
  const lowFirst = point.order === 'CDAB' || point.order === 'DCBA';
  const bytes = (lowFirst ? [...words].reverse() : words).flatMap((word) =>
    swapped ? [word & 0xff, word >> 8] : [word >> 8, word & 0xff],
  );
  const view = new DataView(Uint8Array.from(bytes).buffer);
  return rawOf(point, view) * point.scale + point.offset;
}

function rawOf({ type, bit }: RegisterPoint, view: DataView): number {
  switch (type) {
    case 'bool':
      return (view.getUint16(0) >> (bit ?? 0)) & 1;
    case 'uint16':
      return view.getUint16(0);
    case 'int16':
      return view.getInt16(0);
    case 'uint32':
      return view.getUint32(0);
    case 'int32':
      return view.getInt32(0);
    case 'float32':
      return view.getFloat32(0);
    case 'float64':
      return view.getFloat64(0);
    default:
      throw new Error(`${type} is not read here`);
  }
}

/** One line of a device that speaks in lines, without its end. */
export const askLine = (port: number, line: string, ends: Readonly<{ ask: string; answer: string }>): Promise<string> =>
  exchange(port, Buffer.from(line + ends.ask, 'latin1'), (bytes) => {
    const text = bytes.toString('latin1');
    return text.endsWith(ends.answer) ? text.slice(0, -ends.answer.length) : null;
  });

/** The text within an element of a Spinsolve's answer. */
export const askSpinsolve = (port: number, request: string, element: string): Promise<string> =>
  exchange(port, Buffer.from(`<Message>${request}</Message>`), (bytes) => {
    const text = bytes.toString('utf8');
    if (!text.includes('</Message>')) return null;
    const said = text.split(`<${element}>`)[1]?.split(`</${element}>`)[0] ?? '';
    return said.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  });
