/** How the writes of one command go out: as one frame where their registers are contiguous, else in the order given. Pure. */
import { encodePoint } from '../modbus/codec.ts';
import type { WriteRun } from './command-field.ts';
import type { CheckedWrite } from './limits.ts';

/** The standard's most registers of one FC16. */
const mostRegisters = 123;

export function planRuns(writes: readonly CheckedWrite[]): readonly WriteRun[] {
  const together = runsOf([...writes].sort((one, other) => one.point.address - other.point.address));
  return together.length === 1 ? together : runsOf(writes);
}

/** Joins each write to the run before it where its registers follow right on. */
function runsOf(writes: readonly CheckedWrite[]): readonly WriteRun[] {
  const runs: WriteRun[] = [];
  for (const { tag, point, value, device } of writes) {
    const words = encodePoint(point, value);
    const write = { tag, point, value };
    const last = runs.at(-1);
    if (
      last?.area === 'holding' &&
      point.area === 'holding' &&
      last.device === device &&
      last.address + last.words.length === point.address &&
      last.words.length + words.length <= mostRegisters
    ) {
      runs[runs.length - 1] = { ...last, words: [...last.words, ...words], writes: [...last.writes, write] };
    } else {
      const area = point.area === 'coil' ? 'coil' : 'holding';
      runs.push({ device, area, address: point.address, words, writes: [write] });
    }
  }
  return runs;
}
