import { describe, expect, it } from 'vitest';
import { totalOf } from '../../twin/skid/parameters.ts';
import { equalFeeds, parameters, SkidInHand } from './skid-in-hand.ts';

describe('a whole recipe, as the service runs it at twenty times the pace', () => {
  const skid = new SkidInHand(undefined, 20).wait(20);
  skid.reset();

  it('is tight: 12 bar(g) stand without flow', () => {
    skid.write({ backPressureSetpoint: 12, flushFlowSetpoint: 40 });
    skid.wait(60);
    skid.write({ flushFlowSetpoint: 0 });
    skid.wait(20);
    const before = skid.line.process.hydraulics.outletBarG;
    skid.wait(300);
    expect(skid.step).toBe(0);
    expect(before - skid.line.process.hydraulics.outletBarG).toBeLessThan(0.1);
  });

  it('primes: feeds come on together, ligand and chalcogen never short of cadmium', () => {
    let leastRatio = 1;
    skid.write({ ligandFlowSetpoint: 24, chalcogenFlowSetpoint: 24, cadmiumFlowSetpoint: 24 });
    skid.wait(60, ({ readings: { flowMlPerMin } }) => {
      if (flowMlPerMin.cadmium < 1) return;
      leastRatio = Math.min(
        leastRatio,
        flowMlPerMin.ligand / flowMlPerMin.cadmium,
        flowMlPerMin.chalcogen / flowMlPerMin.cadmium,
      );
    });
    expect(leastRatio).toBeGreaterThan(0.95);
    expect(Math.abs(totalOf(skid.line.readings.flowMlPerMin) - 72)).toBeLessThan(1);
  });

  it('heats up by 10 °C/min within 3 °C of the ramp, and without overshoot above 5 °C', () => {
    skid.write({ reactorRampRate: 10, reactorSetpoint: 160 });
    let [farthest, hottest] = [0, 0];
    skid.wait(1100, ({ controller, process }) => {
      farthest = Math.max(farthest, Math.abs(controller.loop.workingC - process.heat.fluidC));
      hottest = Math.max(hottest, process.heat.fluidC);
    });
    expect(farthest).toBeLessThan(3);
    expect(hottest).toBeLessThan(165);
  });

  it('settles: temperature within 1 °C, pressure within 0.3 bar, flow within 2 % for five residence times and more', () => {
    skid.wait(120);
    const bands = { celsius: 0, bar: 0, flow: 0 };
    skid.wait(300, ({ readings, process }) => {
      bands.celsius = Math.max(
        bands.celsius,
        Math.abs(readings.temperatureC.A - 160),
        Math.abs(readings.temperatureC.B - 160),
      );
      bands.bar = Math.max(bands.bar, Math.abs(process.hydraulics.outletBarG - 12));
      bands.flow = Math.max(bands.flow, Math.abs(totalOf(readings.flowMlPerMin) / 72 - 1));
    });
    expect(bands.celsius).toBeLessThan(1);
    expect(bands.bar).toBeLessThan(0.3);
    expect(bands.flow).toBeLessThan(0.02);
  });

  it('collects product of the right colour', () => {
    skid.write({ diverterCommand: 1 });
    const before = skid.line.process.outlet.collectedMl;
    for (let minute = 0; minute < 5; minute += 1) {
      skid.wait(60);
      expect(skid.dots.emissionNm).toBeGreaterThan(582);
      expect(skid.dots.emissionNm).toBeLessThan(592);
    }
    expect(skid.line.process.outlet.collectedMl - before).toBeGreaterThan(355);
    skid.write({ diverterCommand: 0 });
    skid.wait(5);
  });

  it('flushes, and cools down under control to where it may be opened', () => {
    skid.write({ cadmiumFlowSetpoint: 0 });
    skid.write({ chalcogenFlowSetpoint: 0, ligandFlowSetpoint: 0, flushFlowSetpoint: 60, reactorSetpoint: 30 });
    skid.wait(900);
    const { A, B } = skid.line.readings.temperatureC;
    expect(Math.max(A, B)).toBeLessThan(45);
    expect(skid.step).toBe(0);
    skid.write({ reactorSetpoint: 0, flushFlowSetpoint: 0, backPressureSetpoint: 0 });
    skid.wait(30);
    expect(skid.line.readings.pressureBarG.A).toBeLessThan(0.3);
  });

  it('overshoots by less than 5 °C on the fastest ramp a recipe asks for', () => {
    const other = new SkidInHand().flowing(equalFeeds, 8);
    other.write({ reactorRampRate: 25, reactorSetpoint: 120 });
    let hottest = 0;
    other.wait(400, ({ process }) => {
      hottest = Math.max(hottest, process.heat.fluidC);
    });
    expect(hottest).toBeGreaterThan(119);
    expect(hottest).toBeLessThan(124.5);
  });

  it('works as well at the other ends of its range', () => {
    for (const [celsius, feeds, bar] of [
      [120, { ...equalFeeds, chalcogen: 20, cadmium: 20, ligand: 20 }, 8],
      [185, { ...equalFeeds, chalcogen: 26, cadmium: 26, ligand: 26 }, 15.5],
    ] as const) {
      const other = new SkidInHand().flowing(feeds, bar);
      other.write({ reactorRampRate: 20, reactorSetpoint: celsius });
      other.wait(((celsius - 25) / 20) * 60 + 200);
      let worst = 0;
      other.wait(200, ({ process }) => void (worst = Math.max(worst, Math.abs(process.heat.fluidC - celsius))));
      expect(worst, `${celsius} °C`).toBeLessThan(1);
      expect(other.line.outputs.heaterW).toBeLessThan(parameters.heater.maximumW);
      expect(other.line.process.feedBarG).toBeLessThan(parameters.feeds.pressureLimitBarG);
    }
  });
});
