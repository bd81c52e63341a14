/**
 * Serves the points of a device model from the register map of its file.
 *
 * Gaps of up to the model's `largestHole` registers between two points are reserved and read as 0; everything else without a
 * point is unmapped. A write must cover its points whole: half a float is no value.
 */
import { mesolineError } from '../../plant/errors.ts';
import {
  lengthOf,
  type RegisterModel,
  type RegisterPoint,
  type RegisterArea,
  type WordOrder,
} from '../../plant/device-model.ts';
import { decodePoint, encodePoint } from '../codec.ts';
import { illegalDataAddress, illegalDataValue, type BitArea, type ExceptionCode, type RegisterBank } from './bank.ts';
import type { DeviceObjects } from './bank.ts';

/** The device behind the registers, in engineering units. */
export interface PointStore {
  /** The value of a point; NaN where the instrument has none. A state or bit is a number. */
  read(name: string): number;
  /** The text of a point; without it, empty. */
  text?(name: string): string;
  /** Sets all of `changes` or, giving an exception, none. Each is within its point's range. */
  write(changes: ReadonlyMap<string, number>): ExceptionCode | null;
}

/** @param objects what the device says of itself by 43/14 */
export function createPointBank(model: RegisterModel, store: PointStore, objects?: DeviceObjects): RegisterBank {
  const maps: Readonly<Record<RegisterArea, AreaMap>> = {
    coil: areaMap(model, 'coil'),
    discrete: areaMap(model, 'discrete'),
    holding: areaMap(model, 'holding'),
    input: areaMap(model, 'input'),
  };

  const bitsOf = (area: BitArea, address: number, quantity: number): readonly boolean[] | ExceptionCode => {
    const map = maps[area];
    if (!isMapped(map, address, quantity)) return illegalDataAddress;
    return Array.from({ length: quantity }, (_, index) => {
      const point = map.points.get(address + index)?.[0];
      return point !== undefined && store.read(point.name) !== 0;
    });
  };

  return {
    ...(objects === undefined ? {} : { objects }),
    ...(model.maskWrite === false
      ? {}
      : { maskWord: (address, and, or) => maskBits(maps.holding, store, address, and, or) }),
    readBits: bitsOf,
    readWords: (area, address, quantity) => {
      const map = maps[area];
      if (!isMapped(map, address, quantity)) return illegalDataAddress;
      const words = new Uint16Array(quantity);
      for (const point of pointsWithin(map, address, quantity)) {
        registersOf(point, store).forEach((word, offset) => {
          const at = point.address + offset - address;
          // Bits share their register.
          if (at >= 0 && at < quantity) words[at] = (words[at] ?? 0) | word;
        });
      }
      return words;
    },
    writeBits: (address, values) => {
      if (!isMapped(maps.coil, address, values.length)) return illegalDataAddress;
      const changes = new Map<string, number>();
      for (const [index, value] of values.entries()) {
        const point = maps.coil.points.get(address + index)?.[0];
        if (point?.access !== 'read-write') return illegalDataAddress;
        changes.set(point.name, value ? 1 : 0);
      }
      return store.write(changes);
    },
    writeWords: (address, values) => {
      const changes = new Map<string, number>();
      for (let at = address; at < address + values.length;) {
        const points = maps.holding.points.get(at);
        const first = points?.[0];
        if (points === undefined || first?.address !== at) return illegalDataAddress;
        const end = at + wordsOf(first);
        if (end > address + values.length || points.some(({ access }) => access !== 'read-write')) {
          return illegalDataAddress;
        }
        for (const point of points) {
          const value = decode(point, values.subarray(at - address, end - address));
          if (!isWithin(point, value)) return illegalDataValue;
          changes.set(point.name, value);
        }
        at = end;
      }
      return store.write(changes);
    },
  };
}

/** A point's own registers; of a bit, the register with nothing else in it. */
function registersOf(point: RegisterPoint, store: PointStore): Uint16Array {
  if (point.type === 'string') return encodeText(point, store.text?.(point.name) ?? '');
  const value = store.read(point.name);
  if (point.bit !== undefined) return Uint16Array.of(value === 0 ? 0 : placeOf(point));
  if (point.bits === undefined) return encodePoint(point, value);
  const places = 2 ** (point.bits.to - point.bits.from + 1) - 1;
  return encodePoint(point, (value & places) << point.bits.from);
}

/** Where a bit lies as the register goes over the wire: an order that swaps bytes swaps it too. */
const placeOf = ({ bit = 0, order }: RegisterPoint): number => 1 << (swapsBytes(order) ? (bit + 8) % 16 : bit);

const swapsBytes = (order: WordOrder): boolean => order === 'BADC' || order === 'DCBA';

/** Two characters a register, the first in the high byte unless the order swaps them, filled with NUL. */
function encodeText({ length = 1, order }: RegisterPoint, text: string): Uint16Array {
  const bytes = Buffer.alloc(2 * length);
  bytes.write(text, 'latin1');
  return Uint16Array.from({ length }, (_, i) =>
    swapsBytes(order) ? bytes.readUInt16LE(2 * i) : bytes.readUInt16BE(2 * i),
  );
}

/** FC22 sets single bits; of a register that is a whole value it sets none. */
function maskBits(map: AreaMap, store: PointStore, address: number, and: number, or: number): ExceptionCode | null {
  const changes = new Map<string, number>();
  let covered = 0;
  for (const point of map.points.get(address) ?? []) {
    if (point.bit === undefined || point.access !== 'read-write') continue;
    const place = placeOf(point);
    if ((and & place) !== 0) continue;
    covered |= place;
    changes.set(point.name, (or & place) === 0 ? 0 : 1);
  }
  return covered === (~and & 0xffff) && covered !== 0 ? store.write(changes) : illegalDataAddress;
}

type AreaMap = Readonly<{
  /** The points at each register or bit they take; several only where they are parts of one register. */
  points: ReadonlyMap<number, readonly RegisterPoint[]>;
  /** Addresses that may be read. */
  readable: ReadonlySet<number>;
}>;

/** Bits, and fields of them, share their register. */
const isPart = ({ bit, bits }: RegisterPoint): boolean => bit !== undefined || bits !== undefined;

const wordsOf = (point: RegisterPoint): number => (point.bit === undefined ? lengthOf(point) : 1);

function areaMap(model: RegisterModel, area: RegisterArea): AreaMap {
  const points = new Map<number, RegisterPoint[]>();
  const inArea = model.points.filter((point) => point.area === area);
  for (const point of inArea) {
    for (let at = point.address; at < point.address + wordsOf(point); at += 1) {
      const sharing = points.get(at);
      if (sharing === undefined) points.set(at, [point]);
      else if ([point, ...sharing].every(isPart)) sharing.push(point);
      else {
        throw mesolineError(
          'device-model-invalid',
          `${model.model}, ${area} ${at}`,
          `${point.name} and ${sharing[0]?.name ?? ''} both lie here.`,
          'Give each point registers of its own.',
        );
      }
    }
  }
  return { points, readable: readableOf(model, area, [...points.keys()]) };
}

function readableOf(model: RegisterModel, area: RegisterArea, mapped: readonly number[]): ReadonlySet<number> {
  const readable = new Set(mapped);
  const sorted = [...mapped].sort((one, other) => one - other);
  sorted.forEach((address, index) => {
    const next = sorted[index + 1];
    if (next === undefined || next - address - 1 > model.largestHole) return;
    for (let at = address + 1; at < next; at += 1) readable.add(at);
  });
  for (const { area: where, from, to } of model.forbidden) {
    if (where === area) for (let at = from; at <= to; at += 1) readable.delete(at);
  }
  return readable;
}

function isMapped({ readable }: AreaMap, address: number, quantity: number): boolean {
  for (let at = address; at < address + quantity; at += 1) if (!readable.has(at)) return false;
  return true;
}

function pointsWithin({ points }: AreaMap, address: number, quantity: number): ReadonlySet<RegisterPoint> {
  const within = new Set<RegisterPoint>();
  for (let at = address; at < address + quantity; at += 1) for (const point of points.get(at) ?? []) within.add(point);
  return within;
}

const decode = (point: RegisterPoint, words: Uint16Array): number =>
  point.bit === undefined ? decodePoint(point, words) : Number(((words[0] ?? 0) & placeOf(point)) !== 0);

/** NaN is no value to set, whatever the range. */
const isWithin = ({ range }: RegisterPoint, value: number): boolean =>
  Number.isFinite(value) && (range === undefined || (value >= range.low && value <= range.high));
