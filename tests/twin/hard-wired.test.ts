import { describe, expect, it } from 'vitest';
import { totalOf } from '../../twin/skid/parameters.ts';
import { readPoint } from '../../twin/line/points.ts';
import { hotSkid, parameters, SkidInHand } from './skid-in-hand.ts';

const says = (skid: SkidInHand, point: string): number => readPoint(skid.line, parameters, point);

describe('what is wired past the field controller', () => {
  it.each([
    ['emergency stop', 'emergencyStop', 'emergency-stop'],
    ['loss of air', 'airLost', 'air-loss'],
  ])('stops feeds and heater at an %s, though its contact has stuck and the controller runs on', (_, point, fault) => {
    const skid = hotSkid();
    skid.write({ diverterCommand: 1 });
    skid.wait(3);
    skid.fault({ fault: 'sensor-stuck', point });
    skid.wait(0.1);
    skid.fault({ fault });
    skid.wait(3);
    expect(skid.step).toBe(0);
    expect(totalOf(skid.line.process.flowMlPerMin)).toBe(0);
    expect(says(skid, 'pumpRunning.cadmium')).toBe(0);
    expect(says(skid, 'heaterEnabled')).toBe(0);
    expect(says(skid, 'diverterPosition')).toBe(0);
    expect(says(skid, 'coolingOn')).toBe(1);
    expect(skid.line.process.hydraulics.outletBarG).toBeGreaterThan(11);
  });

  it('takes no reset while the emergency stop is in, and E stays E', () => {
    const skid = new SkidInHand().wait(1).reset();
    skid.write({ safeStateRequest: 30 });
    skid.wait(1).fault({ fault: 'emergency-stop' });
    skid.wait(1).reset().wait(1);
    expect(skid.step).toBe(30);
    expect(skid.line.controller.firstOut).toBe(1);
    expect(skid.line.outputs.extractionAtMaximum).toBe(true);
    skid.fault({ fault: 'clear' });
    expect(skid.wait(1).reset().step).toBe(0);
  });

  it('takes no reset without air, and the first cause stays the first', () => {
    const skid = new SkidInHand().wait(1).reset();
    skid.write({ safeStateRequest: 20 });
    skid.wait(1).fault({ fault: 'air-loss' });
    skid.wait(1).reset().wait(1);
    expect(skid.step).toBe(20);
    expect(skid.line.controller.firstOut).toBe(1);
  });

  it('opens the heater for good where the wall grows too hot, until a reset when it has cooled', () => {
    const skid = hotSkid();
    skid.fault({ fault: 'heater-stuck-on' });
    for (const pump of ['chalcogen', 'cadmium', 'ligand']) skid.fault({ fault: 'pump-stop', pump });
    let hottestC = 0;
    skid.wait(400, ({ process }) => void (hottestC = Math.max(hottestC, process.heat.wallC)));
    expect(hottestC).toBeLessThan(parameters.heater.cutOutC + 25);
    expect(skid.step).toBe(0);
    expect(says(skid, 'heaterEnabled')).toBe(0);
    expect(skid.line.process.heat.heaterW).toBeLessThan(1);
    skid.fault({ fault: 'clear' });
    expect(says(skid.wait(5), 'heaterEnabled')).toBe(0);
  });
});
