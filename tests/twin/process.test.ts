import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNoise, silence } from '../../twin/random.ts';
import { diameterNm, growthNm3PerS } from '../../twin/skid/growth.ts';
import { balancesOf } from '../../twin/skid/balances.ts';
import { carriedWPerK } from '../../twin/skid/heat.ts';
import { cleanDropBar } from '../../twin/skid/hydraulics.ts';
import { totalOf } from '../../twin/skid/parameters.ts';
import { diameterByExciton, excitonByDiameter } from '../../twin/skid/sizing.ts';
import { densityKgPerM3, saturationC, viscosityPaS } from '../../twin/skid/water.ts';
import { hotSkid, parameters, SkidInHand } from './skid-in-hand.ts';

describe('water', () => {
  it('has the tabulated density, viscosity and boiling points', () => {
    for (const [celsius, density] of [
      [25, 997],
      [120, 943],
      [160, 907],
      [200, 865],
    ] as const) {
      expect(densityKgPerM3(celsius)).toBeCloseTo(density, -0.5);
    }
    expect(viscosityPaS(25)).toBeCloseTo(0.89e-3, 5);
    expect(viscosityPaS(180)).toBeCloseTo(0.149e-3, 5);
    for (const [bar, celsius] of [
      [1.99, 120],
      [6.18, 160],
      [10.03, 180],
      [15.55, 200],
    ] as const) {
      expect(Math.abs(saturationC(bar) - celsius)).toBeLessThan(0.2);
    }
  });
});

describe('growth', () => {
  it('meets the published corners and what the model says between them, by the time they are given in', () => {
    const corners = [
      [120, 45, 3.31],
      [120, 60, 3.381],
      [160, 45, 3.521],
      [160, 60, 3.647],
      [200, 45, 3.809],
      [200, 60, 4.0],
    ] as const;
    for (const residence of ['nominal', 'hot'] as const) {
      const read = {
        ...parameters,
        growth: { ...parameters.growth, seedDiameterNm: 3.075, factorNm3PerS: 335, residence },
      };
      for (const [celsius, seconds, nm] of corners) {
        const hot = residence === 'hot' ? seconds : (seconds * densityKgPerM3(celsius)) / densityKgPerM3(25);
        expect(Math.abs(diameterNm(read, growthNm3PerS(read, celsius) * hot) - nm)).toBeLessThan(0.003);
      }
    }
  });

  it('reads the sizing curves backwards, and refuses what lies outside them', () => {
    for (const [material, nm, exciton] of [
      ['CdS', 3.31, 397.7],
      ['CdS', 4, 418],
      ['CdSe', 3.31, 562.1],
      ['CdSe', 4, 585.3],
      ['CdTe', 3.31, 556.7],
      ['CdTe', 4, 630.6],
    ] as const) {
      expect(Math.abs(excitonByDiameter(material, nm) - exciton), material).toBeLessThan(0.1);
    }
    fc.assert(
      fc.property(fc.double({ min: 451, max: 639, noNaN: true }), (nm) => {
        expect(Math.abs(excitonByDiameter('CdSe', diameterByExciton('CdSe', nm)) - nm)).toBeLessThan(0.01);
      }),
    );
    for (const nm of [0, 1, 20, Number.NaN]) expect(excitonByDiameter('CdSe', nm)).toBeNaN();
    expect(diameterByExciton('CdTe', 479)).toBeNaN();
  });
});

describe('the skid at 160 °C and 72 mL/min', () => {
  it('makes particles of the size that its residence time gives', () => {
    const skid = hotSkid();
    const seconds = (60 / (72 / 60)) * (densityKgPerM3(160) / densityKgPerM3(25));
    const expected = diameterNm(parameters, growthNm3PerS(parameters, 160) * seconds);
    expect(skid.dots.diameterNm).toBeCloseTo(expected, 1);
    expect(skid.dots.emissionNm).toBeGreaterThan(582);
    expect(skid.dots.emissionNm).toBeLessThan(592);
  });

  it('closes its energy balance: the heater brings what feed and losses take', () => {
    const { heat, flowMlPerMin } = hotSkid().line.process;
    const taken =
      carriedWPerK(totalOf(flowMlPerMin)) * (heat.fluidC - 25) + parameters.reactor.lossWPerK * (heat.wallC - 22);
    expect(Math.abs(heat.heaterW / taken - 1)).toBeLessThan(0.03);
  });

  it('leaves the cooler below 40 °C', () => {
    expect(hotSkid().line.readings.temperatureC.outlet).toBeLessThan(40);
  });

  it('sends every millilitre somewhere: what was pumped is collected, wasted or still in the line', () => {
    const skid = hotSkid();
    const before = skid.line.process.outlet;
    const heldMl = (): number =>
      (balancesOf(parameters, skid.line.process).find(({ what }) => what === 'liquid')?.held ?? 0) / 0.997e-3;
    const heldBefore = heldMl();
    let pumped = 0;
    skid.write({ diverterCommand: 1 });
    skid.wait(30, ({ process }) => void (pumped += (totalOf(process.flowMlPerMin) * 0.05) / 60));
    skid.write({ diverterCommand: 0 });
    skid.wait(30, ({ process }) => void (pumped += (totalOf(process.flowMlPerMin) * 0.05) / 60));
    const { collectedMl, wasteMl, tankMl } = skid.line.process.outlet;
    const held = heldMl() - heldBefore;
    expect(collectedMl - before.collectedMl + wasteMl - before.wasteMl + held).toBeCloseTo(pumped, 6);
    expect(tankMl - before.tankMl).toBeCloseTo(wasteMl - before.wasteMl, 6);
    expect(collectedMl - before.collectedMl).toBeGreaterThan(30);
  });

  it('shows the diverter where it was until it has arrived', () => {
    const skid = hotSkid();
    skid.write({ diverterCommand: 1 });
    expect(skid.wait(1).line.readings.diverter).toBe('waste');
    expect(skid.wait(1).line.readings.diverter).toBe('product');
  });

  it('has nothing at the analyser without cadmium, after the line has been rinsed', () => {
    const skid = hotSkid();
    skid.write({ cadmiumFlowSetpoint: 0 });
    expect(skid.wait(5).dots.diameterNm).not.toBeNaN();
    expect(skid.wait(200).dots.diameterNm).toBeNaN();
    expect(skid.dots.emissionNm).toBeNaN();
  });

  it('boils where the pressure is lost: the temperature falls to saturation', () => {
    const skid = hotSkid();
    skid.fault({ fault: 'pressure-loss' });
    skid.wait(60);
    expect(skid.line.readings.pressureBarG.A).toBeLessThan(1);
    expect(skid.line.process.heat.fluidC).toBeLessThan(108);
  });

  it('runs away with a shorted thyristor until the contactor opens', () => {
    const skid = hotSkid();
    skid.fault({ fault: 'heater-stuck-on' });
    skid.wait(120);
    const hot = skid.line.process.heat.fluidC;
    expect(hot).toBeGreaterThan(170);
    skid.write({ safeStateRequest: 20 });
    expect(skid.wait(120).line.process.heat.fluidC).toBeLessThan(hot);
  });

  it('fouls slowly while it makes product, and is rinsed by flush alone', () => {
    const skid = hotSkid();
    const clean = skid.line.process.hydraulics.fouling;
    const grown = skid.wait(200).line.process.hydraulics.fouling;
    expect(grown).toBeGreaterThan(clean);
    expect(grown).toBeLessThan(clean + 0.01);
    skid.write({ chalcogenFlowSetpoint: 0, cadmiumFlowSetpoint: 0, ligandFlowSetpoint: 0, flushFlowSetpoint: 72 });
    expect(skid.wait(200).line.process.hydraulics.fouling).toBeLessThan(grown);
  });
});

describe('pressure', () => {
  it('builds only with flow', () => {
    const skid = new SkidInHand().wait(1).reset();
    skid.write({ backPressureSetpoint: 12 });
    expect(skid.wait(60).line.process.hydraulics.outletBarG).toBe(0);
    skid.write({ flushFlowSetpoint: 40 });
    expect(skid.wait(30).line.process.hydraulics.outletBarG).toBeGreaterThan(11.5);
  });

  it('is kept by the closed regulator when the flow ends', () => {
    const skid = new SkidInHand().flowing();
    skid.write({ chalcogenFlowSetpoint: 0, cadmiumFlowSetpoint: 0, ligandFlowSetpoint: 0 });
    expect(skid.wait(300).line.process.hydraulics.outletBarG).toBeGreaterThan(11.8);
  });

  it('follows its set point down', () => {
    const skid = new SkidInHand().flowing();
    skid.write({ backPressureSetpoint: 5 });
    expect(Math.abs(skid.wait(30).line.process.hydraulics.outletBarG - 5)).toBeLessThan(0.3);
  });

  it('drops along the reactor as laminar flow cold, and turbulent flow hot, does', () => {
    expect(cleanDropBar(parameters, 40, 25) * 2).toBeCloseTo(cleanDropBar(parameters, 80, 25), 6);
    // The worked example counts 80 mL/min as they flow hot; the pumps count them cold.
    const cold = (80 * densityKgPerM3(200)) / densityKgPerM3(25);
    expect(cleanDropBar(parameters, cold, 200)).toBeCloseTo(1.2, 1);
    expect(cleanDropBar(parameters, 0, 25)).toBe(0);
  });

  it('before the reactor rises with a fouled one', () => {
    const skid = new SkidInHand().flowing();
    const before = skid.line.process.feedBarG - skid.line.process.hydraulics.outletBarG;
    skid.fault({ fault: 'fouling', factor: 3 });
    skid.wait(1);
    const after = skid.line.process.feedBarG - skid.line.process.hydraulics.outletBarG;
    expect(after / before).toBeCloseTo(3, 1);
  });
});

describe('pumps', () => {
  it('end at what one head can do, and together at what the skid is made for', () => {
    const skid = new SkidInHand().wait(1).reset();
    skid.write({ chalcogenFlowSetpoint: 50, cadmiumFlowSetpoint: 50, flushFlowSetpoint: 60 });
    const { chalcogen, flush } = skid.wait(10).line.process.pumps.meanMlPerMin;
    expect(chalcogen).toBeCloseTo(25, 2);
    expect(flush).toBeCloseTo(30, 2);
  });

  it('ripple by less than a percent', () => {
    const flows: number[] = [];
    new SkidInHand(silence).flowing().wait(20, ({ process }) => void flows.push(process.flowMlPerMin.cadmium));
    expect(Math.max(...flows)).toBeLessThan(24 * 1.01);
    expect(Math.min(...flows)).toBeGreaterThan(24 * 0.99);
    expect(Math.max(...flows) - Math.min(...flows)).toBeGreaterThan(24 * 0.005);
  });
});

describe('instruments', () => {
  const spread = (values: readonly number[]): number => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  };

  it('are as noisy as their data sheets say', () => {
    const [celsius, bar]: [number[], number[]] = [[], []];
    new SkidInHand().wait(200, ({ readings }) => {
      celsius.push(readings.temperatureC.A);
      bar.push(readings.pressureBarG.C);
    });
    expect(spread(celsius)).toBeCloseTo(0.05, 2);
    expect(spread(bar)).toBeCloseTo((0.0025 * 25) / 3, 2);
  });

  it('show a bias on the one sensor that has it', () => {
    const skid = new SkidInHand(silence).wait(1);
    skid.fault({ fault: 'pressure-bias', sensor: 'B', bar: 2 });
    skid.fault({ fault: 'temperature-bias', sensor: 'independent', kelvin: -5 });
    const { pressureBarG, temperatureC } = skid.wait(1).line.readings;
    expect(pressureBarG).toEqual({ A: 0, B: 2, C: 0, feed: 0 });
    expect(temperatureC.A - temperatureC.independent).toBeCloseTo(5, 0);
  });
});

describe('a twin', () => {
  it('is the same twice with the same seed, and another with another', () => {
    const run = (seed: number) => new SkidInHand(createNoise(seed)).flowing().line;
    expect(run(7)).toEqual(run(7));
    expect(run(7).readings.temperatureC).not.toEqual(run(8).readings.temperatureC);
  });

  it('refuses a fault it does not know, naming what it takes', () => {
    const skid = new SkidInHand();
    expect(() => skid.fault({ fault: 'pump-stop', pump: 'water' })).toThrow(
      /"water".*chalcogen, cadmium, ligand, flush/u,
    );
    expect(() => skid.fault({ fault: 'fouling', factor: 0 })).toThrow(/factor.*1 to 1000/u);
    expect(() => skid.fault({ fault: 'gremlin' })).toThrow(/pump-stop/u);
    expect(() => skid.fault(['clear'])).toThrow(/fault/u);
  });
});
