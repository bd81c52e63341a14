import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tubeDrag, waterViscosityPaS } from '../../../plant/expression/drag.ts';

describe('the viscosity of water', () => {
  it.each([
    [25, 0.89],
    [180, 0.149],
  ])('at %d °C is %d mPa·s', (celsius, expected) => {
    expect(waterViscosityPaS(celsius) * 1000).toBeCloseTo(expected, 3);
  });
});

describe('the pressure drop of a tube against the laminar drop of cold water', () => {
  /**
   * By hand, with densities of saturated water of 996.999, 907.451 (160 °C) and 887.0 kg/m³ (180 °C) and Re = 4ṁ/(πdμ): the
   * friction factor at temperature over 64/Re at 25 °C, times the densities' inverse ratio.
   */
  it.each([
    ['cold and laminar, Re 297', 20, 25, 1.6, 1],
    ['cold and laminar in a wider tube, Re 950', 80, 25, 2, 1],
    ['hot and laminar, Re 1564: viscosity and density alone', 20, 160, 1.6, 0.2086],
    ['hot, between laminar and turbulent, Re 3129', 40, 160, 1.6, 0.33402],
    ['hot and turbulent, Re 5668', 80, 180, 2, 0.60789],
    ['cold and turbulent, Re 4752', 400, 25, 2, 2.82596],
    ['cold, between, Re 2970', 250, 25, 2, 1.47844],
  ])('%s', (_, flow, celsius, diameter, expected) => {
    expect(tubeDrag(flow, celsius, diameter) / expected).toBeCloseTo(1, 3);
  });

  it('is 1 at 25 °C for every laminar flow', () => {
    // Re 2000 in 1 mm is 84 mL/min.
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 83, noNaN: true }),
        fc.double({ min: 1, max: 5, noNaN: true }),
        (flow, mm) => {
          expect(tubeDrag(flow, 25, mm)).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it('makes no step where laminar flow ends and turbulent begins', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 500, noNaN: true }),
        fc.double({ min: 5, max: 195, noNaN: true }),
        (flow, celsius) => {
          const [here, further] = [tubeDrag(flow, celsius, 1.6), tubeDrag(flow * 1.0001, celsius, 1.6)];
          expect(Math.abs(further / here - 1)).toBeLessThan(0.001);
        },
      ),
    );
  });

  it('is not known without flow, without a tube and where there is no liquid', () => {
    const outside = [
      [0, 25, 2],
      [-1, 25, 2],
      [20, 25, 0],
      [20, 400, 2],
      [NaN, 25, 2],
    ] as const;
    for (const [flow, celsius, mm] of outside) expect(tubeDrag(flow, celsius, mm)).toBeNaN();
  });
});
