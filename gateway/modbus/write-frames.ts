/** How the writes of one command go out to a Modbus device, as few frames as may be. Pure. */
import type { RegisterPoint } from '../../plant/device-model.ts';
import type { PointValue } from '../driver.ts';
import { encodePoint } from './codec.ts';

export type RegisterValue = Readonly<{ point: RegisterPoint; value: number | boolean }>;

/** The standard's most registers of one FC16, and coils of one FC15; FC23 takes two registers less. */
const mostRegisters = 121;
const mostCoils = 1968;

export type WriteFrame =
  | Readonly<{ kind: 'coils'; address: number; bits: readonly boolean[] }>
  | Readonly<{ kind: 'bits'; address: number; mask: number; bits: number }>
  | Readonly<{ kind: 'words'; address: number; words: readonly number[]; alone: boolean }>;

/**
 * One frame where coils or registers follow each other, and for the bits of one register; else frames in the order given.
 */
export function planFrames(writes: readonly PointValue[]): readonly (readonly RegisterValue[])[] {
  const own = writes.flatMap(({ point, value }) => (point.via === 'register' ? [{ point, value }] : []));
  const together = framesOf([...own].sort((one, other) => one.point.address - other.point.address));
  return together.length === 1 ? together : framesOf(own);
}

/** What goes out for one group of `planFrames`. @throws MesolineError `value-not-representable` */
export function frameOf(group: readonly [RegisterValue, ...RegisterValue[]]): WriteFrame {
  const { address, area, bit, function: code } = group[0].point;
  if (area === 'coil') return { kind: 'coils', address, bits: group.map(({ value }) => Boolean(value)) };
  if (bit === undefined) {
    return { kind: 'words', address, words: wordsOf(group), alone: code === 6 };
  }
  let [mask, bits] = [0, 0];
  for (const { point, value } of group) {
    const place = 1 << inRegister(point);
    mask |= place;
    bits = value === true ? bits | place : bits & ~place;
  }
  return { kind: 'bits', address, mask, bits };
}

/** The words of one frame of whole registers, from its lowest address. */
export const wordsOf = (group: readonly RegisterValue[]): readonly number[] =>
  group.flatMap(({ point, value }) => encodePoint(point, value));

/** Where a bit lies in its register as it goes over the wire: an order that swaps bytes swaps it too. */
const inRegister = ({ bit = 0, order }: RegisterPoint): number =>
  order === 'BADC' || order === 'DCBA' ? (bit + 8) % 16 : bit;

function framesOf(writes: readonly RegisterValue[]): readonly (readonly RegisterValue[])[] {
  const frames: { end: number; writes: RegisterValue[] }[] = [];
  for (const write of writes) {
    const last = frames.at(-1);
    const first = last?.writes[0];
    if (last !== undefined && first !== undefined && joins(first.point, last, write.point)) {
      last.writes.push(write);
      last.end = Math.max(last.end, endOf(write));
    } else frames.push({ end: endOf(write), writes: [write] });
  }
  return frames.map((frame) => frame.writes);
}

function joins(first: RegisterPoint, { end }: Readonly<{ end: number }>, point: RegisterPoint): boolean {
  if (first.area !== point.area) return false;
  if (first.area === 'coil') return point.address === end && end - first.address < mostCoils;
  if (first.bit !== undefined) return point.bit !== undefined && point.address === first.address;
  return (
    point.bit === undefined &&
    first.function !== 6 &&
    point.function !== 6 &&
    point.address === end &&
    end - first.address < mostRegisters - 4
  );
}

const endOf = ({ point, value }: RegisterValue): number =>
  point.address + (point.area === 'coil' || point.bit !== undefined ? 1 : encodePoint(point, value).length);
