/** Answers 43/14, Read Device Identification (MODBUS Application Protocol 1.1b3, §6.21). Pure. */
import {
  illegalDataAddress,
  illegalDataValue,
  illegalFunction,
  type DeviceObjects,
  type ExceptionCode,
} from './bank.ts';

const readDeviceIdentification = 14;
const headBytes = 7;
const mostBytes = 253;
/** The highest object of basic, regular and extended access. */
const lastObject = [0x02, 0x7f, 0xff] as const;
const individually = 4;

export function answerIdentification(objects: DeviceObjects | undefined, pdu: Buffer): Buffer | ExceptionCode {
  if (objects === undefined || pdu[1] !== readDeviceIdentification) return illegalFunction;
  const [, , access = 0, first = 0] = pdu;
  if (pdu.length !== 4 || access < 1 || access > individually) return illegalDataValue;
  const all = [...objects.keys()].sort((one, other) => one - other);
  if (access === individually) {
    return objects.has(first) ? page(objects, access, all, [first]) : illegalDataAddress;
  }
  const reached = all.filter((id) => id <= (lastObject[access - 1] ?? 0));
  return page(objects, access, all, reached.includes(first) ? reached.filter((id) => id >= first) : reached);
}

function page(objects: DeviceObjects, access: number, all: readonly number[], wanted: readonly number[]): Buffer {
  const parts: Buffer[] = [];
  let room = mostBytes - headBytes;
  let next: number | null = null;
  for (const id of wanted) {
    const text = Buffer.from(objects.get(id) ?? '', 'latin1').subarray(0, mostBytes - headBytes - 2);
    if (text.length + 2 > room) {
      next = id;
      break;
    }
    room -= text.length + 2;
    parts.push(Buffer.from([id, text.length]), text);
  }
  const level = lastObject.findIndex((last) => (all.at(-1) ?? 0) <= last) + 1;
  const head = [
    43,
    readDeviceIdentification,
    access,
    0x80 | level,
    next === null ? 0 : 0xff,
    next ?? 0,
    parts.length / 2,
  ];
  return Buffer.concat([Buffer.from(head), ...parts]);
}
