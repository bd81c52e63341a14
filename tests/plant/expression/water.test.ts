import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { saturatedLiquidDensity, saturationPressureBar } from '../../../plant/expression/water.ts';

describe('the saturation pressure of water', () => {
  it.each([
    [300, 0.353_658_941e-1],
    [500, 0.263_889_776e2],
    [600, 0.123_443_146e3],
  ])('at %d K is the verification value of IF97, table 35', (kelvin, expected) => {
    expect(saturationPressureBar(kelvin - 273.15) / expected).toBeCloseTo(1, 8);
  });

  it('is as the interlock table has it', () => {
    const table = [1.99, 2.7, 3.62, 4.76, 6.18, 7.92, 10.03, 12.55, 15.55];
    expect(table.map((_, i) => Number(saturationPressureBar(120 + 10 * i).toFixed(2)))).toEqual(table);
  });

  it('rises with temperature, and is unknown outside the liquid', () => {
    const celsius = fc.double({ min: 0, max: 373.9, noNaN: true });
    fc.assert(
      fc.property(celsius, fc.double({ min: 0.001, max: 0.04, noNaN: true }), (at, step) => {
        expect(saturationPressureBar(at + step)).toBeGreaterThan(saturationPressureBar(at));
      }),
    );
    for (const outside of [-0.1, 374, NaN, Infinity]) expect(saturationPressureBar(outside)).toBeNaN();
  });
});

describe('the density of saturated water', () => {
  it.each([
    [25, 997],
    [120, 943],
    [160, 907],
    [200, 865],
  ])('at %d °C is %d kg/m³', (celsius, expected) => {
    expect(Math.round(saturatedLiquidDensity(celsius))).toBe(expected);
  });

  it('is the verification value of the correlation at 373.1243 K', () => {
    expect(saturatedLiquidDensity(373.1243 - 273.15)).toBeCloseTo(958.365, 3);
  });
});
