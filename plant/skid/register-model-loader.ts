/** Reads the register map of a Modbus device. */
import {
  pointLength,
  type PointFacts,
  type PointType,
  type RegisterArea,
  type RegisterModel,
} from '../device-model.ts';
import type { RegisterPoint, RowRing } from '../device-model.ts';
import { parseUnit, unitText } from '../units.ts';
import { checkController, checkForbidden, checkOverlaps, checkRing } from './device-model-checks.ts';
import { readFacts, readHead } from './device-model-facts.ts';
import type { RegisterModelFile, RegisterPointFile } from './device-model-schema.ts';
import type { Path, Source } from './source.ts';

const areas = ['holding', 'input', 'coil', 'discrete'] as const satisfies readonly RegisterArea[];

export function readRegisterModel(source: Source, form: RegisterModelFile): RegisterModel {
  const points = areas.flatMap((area) =>
    Object.entries(form.registers[area] ?? {}).map(([name, point]) => readPoint(source, form, area, name, point)),
  );
  const ring = form.ring === undefined ? undefined : readRing(source, form.ring);
  const model: RegisterModel = {
    ...readHead(source, form, points),
    protocol: 'modbus',
    longestRead: form.longestRead ?? 125,
    largestHole: form.largestHole ?? 0,
    forbidden: (form.forbidden ?? []).map(({ area, from, to }) => ({ area, from, to })),
    points,
    ...(form.maskWrite === false ? { maskWrite: false } : {}),
    ...(form.readWrite === true ? { readWrite: true } : {}),
    ...(form.controller === undefined ? {} : { controller: form.controller }),
    ...(ring === undefined ? {} : { ring }),
  };
  checkOverlaps(source, { ...model, points: points.filter((point) => saysItsBits(form, point)) });
  checkForbidden(source, model);
  if (model.controller !== undefined) checkController(source, model, model.controller);
  if (ring !== undefined) checkRing(source, model, ring, form.ring?.rows ?? 1);
  return model;
}

/** False where the bits a point takes within its register are not known, which is a fault of its own. */
function saysItsBits(form: RegisterModelFile, { area, name, type, bit, bits }: RegisterPoint): boolean {
  if (type === 'bool' && !isBits(area) && bit === undefined) return false;
  return bits !== undefined || form.registers[area]?.[name]?.bits === undefined;
}

const isBits = (area: RegisterArea): boolean => area === 'coil' || area === 'discrete';

/** Registers, or bits, that a point takes. */
const spanOf = ({ type, length }: RegisterPointFile): number => (type === 'string' ? (length ?? 1) : pointLength[type]);

/** What goes with one type only. */
function checkForm(source: Source, path: Path, point: RegisterPointFile, inBits: boolean): void {
  if (point.type === 'string' && point.length === undefined)
    source.fault(path, 'A string needs its length in registers.', 'Add "length", two characters a register.');
  if (point.type !== 'string' && point.length !== undefined)
    source.fault([...path, 'length'], `A ${point.type} has its own length.`, 'Leave "length" out, or use type string.');
  if (point.bits !== undefined && (point.type !== 'uint16' || inBits))
    source.fault([...path, 'bits'], 'A field of bits lies in a uint16.', 'Use type uint16 in holding or input.');
  if (point.bits !== undefined && point.write === true)
    source.fault(
      [...path, 'write'],
      'A field of bits cannot be written.',
      'Write its bits one by one, or the whole register.',
    );
  if (point.type === 'string' && (point.unit ?? point.range ?? point.scale ?? point.offset) !== undefined)
    source.fault(path, 'A string has no unit, range, scale or offset.', 'Leave them out.');
  if (point.type === 'string' && point.write === true)
    source.fault([...path, 'write'], 'Texts of a device are only read.', 'Leave "write" out.');
}

function readPoint(
  source: Source,
  form: RegisterModelFile,
  area: RegisterArea,
  name: string,
  point: RegisterPointFile,
): RegisterPoint {
  const path = ['registers', area, name];
  checkPoint(source, path, area, point);
  checkWriting(source, path, form, point);
  checkForm(source, path, point, isBits(area));
  const facts = readFacts(source, path, form, { name, kind: kindOf(point.type), ...point });
  const bits = point.bits === undefined ? null : readBits(source, [...path, 'bits'], point.bits);
  checkRange(source, path, point, facts, bits);
  return {
    ...facts,
    via: 'register',
    area,
    address: point.at,
    type: point.type,
    order: point.order ?? 'ABCD',
    ...(point.bit === undefined ? {} : { bit: point.bit }),
    ...(bits === null ? {} : { bits }),
    ...(point.length === undefined ? {} : { length: point.length }),
    ...(point.invalid === undefined ? {} : { invalid: point.invalid }),
    ...(point.wears === true ? { wears: true } : {}),
    ...(point.function === undefined ? {} : { function: point.function }),
  };
}

/** What a device takes no harm from. */
function checkWriting(source: Source, path: Path, form: RegisterModelFile, point: RegisterPointFile): void {
  if (point.wears === true && point.write === true)
    source.fault(
      [...path, 'write'],
      'Its memory wears out by writing.',
      'Write the register that the device keeps in working memory, and leave "write" out here.',
    );
  if (point.bit !== undefined && point.write === true && form.maskWrite === false)
    source.fault(
      [...path, 'write'],
      'A single bit is written by FC22, which the device has not ("maskWrite: false").',
      'Write the whole register as a uint16, or leave "write" out.',
    );
  if (point.function !== undefined && (point.write !== true || point.type === 'bool'))
    source.fault([...path, 'function'], 'Nothing is written by it.', 'Leave "function" out, or add "write: true".');
  if (point.function === 6 && spanOf(point) > 1)
    source.fault([...path, 'function'], `FC6 writes one register, a ${point.type} has ${spanOf(point)}.`, 'Use 16.');
}

const kindOf = (type: PointType): PointFacts['kind'] =>
  type === 'bool' ? 'boolean' : type === 'string' ? 'text' : 'number';

type Bits = NonNullable<RegisterPoint['bits']>;

function readBits(source: Source, path: Path, text: string): Bits | null {
  const match = /^(\d{1,2})\.\.(\d{1,2})$/u.exec(text.trim());
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  if (match !== null && from < to && to <= 15) return { from, to };
  source.fault(
    path,
    `The bits "${text}" cannot be read.`,
    'Write the lowest and the highest, from 0 to 15, such as 4..7.',
  );
  return null;
}

/** A range that the registers cannot say is a fault of the map. */
function checkRange(source: Source, path: Path, point: RegisterPointFile, facts: PointFacts, bits: Bits | null): void {
  if (facts.range === undefined || facts.scale === 0 || facts.kind !== 'number') return;
  const raw = bits === null ? rawRange(point.type) : { low: 0, high: 2 ** (bits.to - bits.from + 1) - 1 };
  const ends = [raw.low * facts.scale + facts.offset, raw.high * facts.scale + facts.offset];
  const { low, high } = facts.range;
  if (low >= Math.min(...ends) && high <= Math.max(...ends)) return;
  source.fault(
    [...path, 'range'],
    `The range ${point.range ?? ''} is more than a ${point.type} at this scale can say (${Math.min(...ends)}..${Math.max(...ends)}).`,
    'Correct the range, the type or the scale.',
  );
}

function checkPoint(source: Source, path: Path, area: RegisterArea, point: RegisterPointFile): void {
  const inBits = isBits(area);
  if (inBits && point.type !== 'bool')
    source.fault([...path, 'type'], `A ${area} holds one bit, not a ${point.type}.`, 'Use type bool.');
  if (inBits && point.bit !== undefined)
    source.fault([...path, 'bit'], `A ${area} has no bits to choose from.`, 'Leave "bit" out.');
  if (!inBits && point.type === 'bool' && point.bit === undefined)
    source.fault(path, 'A bool in a register needs its bit.', 'Add "bit", 0 the least significant.');
  if (point.type !== 'bool' && point.bit !== undefined)
    source.fault([...path, 'bit'], `A ${point.type} takes whole registers.`, 'Leave "bit" out, or use type bool.');
  if (point.write === true && (area === 'input' || area === 'discrete'))
    source.fault(
      [...path, 'write'],
      `Modbus cannot write the area "${area}".`,
      'Move it to holding or coil, or leave "write" out.',
    );
  if (point.scale === 0)
    source.fault(
      [...path, 'scale'],
      'A scale of 0 makes every value 0.',
      'Write the scale of the map, or leave it out.',
    );
  if (
    point.type === 'bool' &&
    (point.unit !== undefined || point.range !== undefined || point.scale !== undefined || point.offset !== undefined)
  ) {
    source.fault(path, 'A bool has no unit, range, scale or offset.', 'Leave them out.');
  }
  if (point.at + spanOf(point) > 65_536)
    source.fault([...path, 'at'], `A ${point.type} at ${point.at} ends beyond address 65535.`, 'Correct the address.');
}

function rawRange(type: PointType): Readonly<{ low: number; high: number }> {
  if (type === 'bcd16' || type === 'bcd32') return { low: 0, high: type === 'bcd16' ? 9999 : 99_999_999 };
  const integer = /^(u?)int(\d+)$/u.exec(type);
  if (integer === null)
    return type === 'float32' ? { low: -3.403e38, high: 3.403e38 } : { low: -Infinity, high: Infinity };
  const bits = Number(integer[2]);
  return integer[1] === 'u' ? { low: 0, high: 2 ** bits - 1 } : { low: -(2 ** (bits - 1)), high: 2 ** (bits - 1) - 1 };
}

function readRing(source: Source, ring: NonNullable<RegisterModelFile['ring']>): RowRing {
  return {
    newest: ring.newest,
    capacity: ring.capacity,
    ...(ring.epoch === undefined ? {} : { epoch: ring.epoch }),
    area: ring.area,
    base: ring.base,
    rowRegisters: ring.rowRegisters,
    order: ring.order ?? 'ABCD',
    sequence: ring.sequence,
    time: ring.time,
    values: Object.entries(ring.values).map(([name, { at, unit }]) => ({
      name,
      offset: at,
      unit:
        unit === undefined
          ? null
          : source.attempt(['ring', 'values', name, 'unit'], (where) => unitText(parseUnit(unit, where))),
    })),
    repeat: ring.repeat,
  };
}
