/** How the writes of one command go out to a Modbus device: as one frame where their registers are contiguous, else in the order given. Pure. */
import type { RegisterPoint } from '../../plant/device-model.ts';
import type { PointValue } from '../driver.ts';
import { encodePoint } from './codec.ts';

export type RegisterValue = Readonly<{ point: RegisterPoint; value: number | boolean }>;

/** The standard's most registers of one FC16. */
const mostRegisters = 123;

export function planFrames(writes: readonly PointValue[]): readonly (readonly RegisterValue[])[] {
  const own = writes.flatMap(({ point, value }) => (point.via === 'register' ? [{ point, value }] : []));
  const together = framesOf([...own].sort((one, other) => one.point.address - other.point.address));
  return together.length === 1 ? together : framesOf(own);
}

/** The words of one frame of whole registers, from its lowest address. */
export const wordsOf = (frame: readonly RegisterValue[]): readonly number[] =>
  frame.flatMap(({ point, value }) => encodePoint(point, value));

/** Joins each write to the frame before it where its registers follow right on. */
function framesOf(writes: readonly RegisterValue[]): readonly (readonly RegisterValue[])[] {
  const frames: { words: number; writes: RegisterValue[] }[] = [];
  for (const write of writes) {
    const { point, value } = write;
    const whole = point.area === 'holding' && point.bit === undefined;
    const words = whole ? encodePoint(point, value).length : 1;
    const last = frames.at(-1);
    const [first] = last?.writes ?? [];
    const follows =
      last !== undefined &&
      whole &&
      first?.point.area === 'holding' &&
      first.point.bit === undefined &&
      first.point.address + last.words === point.address &&
      last.words + words <= mostRegisters;
    if (follows) {
      last.words += words;
      last.writes.push(write);
    } else frames.push({ words, writes: [write] });
  }
  return frames.map((frame) => frame.writes);
}
