/** Values that must not be taken for good ones, and set points that must not be taken for set. */
import { describe, expect, it } from 'vitest';
import { decodePoint, encodePoint, readsBackAs } from '../../../gateway/modbus/codec.ts';
import { badSensorFailure, good } from '../../../plant/quality.ts';
import { registerPoint } from '../../support/register-model.ts';

const float = registerPoint({ name: 'flow', area: 'holding', address: 0, type: 'float32', access: 'read-write' });

describe('a mark that says "no value" and has no exact float32', () => {
  it.each([-99.9, -9999.9, 3.4e38, 1e30])('such as %f is known again', (mark) => {
    const point = { ...float, invalid: [mark] };
    expect(decodePoint(point, encodePoint(float, mark))).toEqual({ value: null, quality: badSensorFailure });
    expect(decodePoint(point, encodePoint(float, 12.5))).toEqual({ value: 12.5, quality: good });
  });
});

describe('a small set point in a large unit', () => {
  it('that the device did not take is not read back as set', () => {
    // 0.03 mL/min in m³/h
    const [written, stands] = [1.8e-6, 9e-7];
    expect(readsBackAs(float, written, stands)).toBe(false);
    expect(readsBackAs(float, written, 0)).toBe(false);
    expect(readsBackAs(float, written, Math.fround(written))).toBe(true);
  });

  it('of 0 reads back as 0, whatever its offset', () => {
    const kelvin = { ...float, offset: -273.15 };
    const back = decodePoint(kelvin, encodePoint(kelvin, 0)).value as number;
    expect(readsBackAs(kelvin, 0, back)).toBe(true);
    expect(readsBackAs(kelvin, 0, 0)).toBe(true);
    expect(readsBackAs(float, 0, 0)).toBe(true);
  });
});
