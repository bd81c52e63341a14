import { describe, expect, it } from 'vitest';
import { lengthOf } from '../../plant/device-model.ts';
import { decodePoint } from '../../twin/codec.ts';
import { writtenPoints } from '../../twin/controller/writes.ts';
import { createPointBank } from '../../twin/modbus/point-bank.ts';
import { readPoint, servedPoints } from '../../twin/line/points.ts';
import { hotSkid, model, parameters } from './skid-in-hand.ts';

describe('the register map of the field controller', () => {
  const { line } = hotSkid();
  const bank = createPointBank(model, { read: (name) => readPoint(line, parameters, name), write: () => null });

  it('is served point by point, each where the device model has it', () => {
    for (const point of model.points) {
      const words = bank.readWords(point.area as 'holding' | 'input', point.address, lengthOf(point));
      if (typeof words === 'number') throw new Error(`${point.name} is refused with exception ${words}`);
      const value = point.bit === undefined ? decodePoint(point, words) : (words[0]! >> point.bit) & 1;
      const wanted = readPoint(line, parameters, point.name);
      // A float32 keeps seven digits, a scaled integer half a step.
      expect(Math.abs(value - wanted), point.name).toBeLessThanOrEqual(Math.abs(wanted) * 1e-6 + point.scale / 2);
      if (point.range !== undefined) {
        expect(value, point.name).toBeGreaterThanOrEqual(point.range.low);
        expect(value, point.name).toBeLessThanOrEqual(point.range.high);
      }
    }
  });

  it('is known whole: nothing in it that the twin does not serve, nothing to write that it does not take', () => {
    expect([...servedPoints].sort()).toEqual(model.points.map(({ name }) => name).sort());
    expect([...writtenPoints].sort()).toEqual(
      model.points
        .filter(({ access }) => access === 'read-write')
        .map(({ name }) => name)
        .sort(),
    );
  });

  it('takes the long reads that the device model allows', () => {
    expect(bank.readWords('input', 0, 21)).toHaveLength(21);
    expect(bank.readWords('input', 30, 35)).toHaveLength(35);
    expect(bank.readWords('holding', 0, 28)).toHaveLength(28);
    // Nine unused registers lie between, one more than may be read over.
    expect(bank.readWords('input', 0, 31)).toBe(2);
    expect(bank.readWords('input', 100, 1)).toBe(2);
  });
});
