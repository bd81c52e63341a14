import { describe, expect, it } from 'vitest';
import { milliseconds, monotonic } from '../../plant/clock.ts';
import { initialLine, stepLine } from '../../twin/line/line.ts';
import { readPoint } from '../../twin/line/points.ts';
import { createNoise } from '../../twin/random.ts';
import { hotSkid, parameters, SkidInHand } from './skid-in-hand.ts';

const says = (skid: SkidInHand, point: string): number => readPoint(skid.line, parameters, point);
const modes = { auto: 0, manual: 1, remote: 2 } as const;
const manual = (percent: number) => ({ fault: 'loop-mode', mode: 'manual', percent });
const safeStates = [
  ['HOT-HOLD', 10],
  ['cadmium off, then HOT-HOLD', 11],
  ['de-energised', 20],
  ['evacuation', 30],
] as const;

describe('the key switch in Local', () => {
  it('is said, and refuses the set points of the service, zeros too, but for the way to waste', () => {
    const skid = new SkidInHand().flowing();
    skid.fault({ fault: 'key-switch', to: 'local' });
    expect(says(skid, 'localRemote')).toBe(1);
    for (const point of ['cadmiumFlowSetpoint', 'reactorSetpoint', 'diverterCommand', 'reactorRampRate']) {
      expect(skid.write({ [point]: 1 }), point).toBe(4);
      expect(skid.write({ [point]: 0 }), point).toBe(point === 'diverterCommand' ? null : 4);
    }
    expect(skid.write({ backPressureSetpoint: 11 })).toBe(4);
    expect(says(skid, 'cadmiumFlowSetpoint')).toBe(24);
    skid.fault({ fault: 'key-switch', to: 'remote' });
    expect(skid.write({ cadmiumFlowSetpoint: 12 })).toBeNull();
  });

  it.each(safeStates)('never refuses a request for a safe state: %s', (_, request) => {
    const skid = new SkidInHand().flowing();
    skid.fault({ fault: 'key-switch', to: 'local' });
    expect(skid.write({ safeStateRequest: request })).toBeNull();
    skid.wait(5);
    expect(skid.step).toBeGreaterThanOrEqual(10);
  });

  it('lets the back pressure be raised, and a safe state be left by whoever stands there', () => {
    const skid = new SkidInHand().flowing();
    skid.fault({ fault: 'key-switch', to: 'local' });
    expect(skid.write({ backPressureSetpoint: 13 })).toBeNull();
    skid.write({ safeStateRequest: 10 });
    skid.wait(5).reset();
    expect(skid.step).toBe(0);
  });

  it('takes the loop from the service, with the set point as it stands', () => {
    const skid = hotSkid();
    expect(says(skid, 'reactorMode')).toBe(modes.remote);
    skid.fault({ fault: 'key-switch', to: 'local' });
    skid.wait(1);
    expect(says(skid, 'reactorMode')).toBe(modes.auto);
    expect(says(skid, 'reactorSetpoint')).toBe(160);
    expect(() => skid.fault({ fault: 'loop-mode', mode: 'remote' })).toThrow(/Local/);
  });
});

describe('the reactor controller in manual', () => {
  it('gives the heater what a person set, whatever the set point asks', () => {
    const skid = new SkidInHand().flowing();
    skid.fault(manual(40));
    skid.wait(30);
    expect(says(skid, 'reactorMode')).toBe(modes.manual);
    expect(says(skid, 'heaterOutput')).toBeCloseTo(40, 6);
    expect(says(skid, 'heaterEnabled')).toBe(1);
    const before = skid.hottestC;
    expect(skid.wait(60).hottestC).toBeGreaterThan(before + 5);
    skid.write({ reactorSetpoint: 0 });
    skid.wait(1);
    expect(says(skid, 'heaterOutput')).toBeCloseTo(40, 6);
  });

  it('is given back without a step: the loop goes on from where the reactor is', () => {
    const skid = hotSkid();
    const held = says(skid, 'heaterOutput');
    skid.fault(manual(held));
    skid.wait(60);
    skid.fault({ fault: 'loop-mode', mode: 'remote' });
    skid.wait(0.1);
    expect(Math.abs(says(skid, 'heaterOutput') - held)).toBeLessThan(5);
    expect(Math.abs(says(skid, 'reactorWorkingSetpoint') - skid.hottestC)).toBeLessThan(3);
  });

  it('is off without a temperature to see what it does', () => {
    const skid = new SkidInHand().flowing();
    skid.fault(manual(40));
    skid.fault({ fault: 'sensor-nan', point: 'reactorTemperatureA' });
    skid.fault({ fault: 'sensor-nan', point: 'reactorTemperatureB' });
    skid.wait(1);
    expect(says(skid, 'heaterOutput')).toBe(0);
  });

  it.each(safeStates)('is ended by every safe state, and does not come back after it: %s', (_, request) => {
    const skid = new SkidInHand().flowing();
    skid.fault(manual(60));
    skid.wait(2);
    skid.write({ safeStateRequest: request });
    skid.wait(0.1);
    for (const [point, value] of [
      ['reactorMode', 0],
      ['reactorManualOutput', 0],
      ['heaterOutput', 0],
      ['reactorTracking', 1],
    ] as const) {
      expect(says(skid, point), point).toBe(value);
    }
    expect(() => skid.fault(manual(60))).toThrow(/step/);
    skid.wait(5).reset().wait(5);
    expect(says(skid, 'reactorTracking')).toBe(0);
    expect(says(skid, 'heaterOutput')).toBe(0);
    expect(says(skid, 'reactorMode')).toBe(modes.auto);
  });

  it('is ended by a service that falls silent', () => {
    const skid = new SkidInHand().flowing();
    skid.fault(manual(60));
    skid.beating = false;
    skid.wait(4);
    expect([says(skid, 'heaterOutput'), says(skid, 'reactorMode')]).toEqual([0, modes.auto]);
  });

  it('cannot be set over the link', () => {
    expect(new SkidInHand().write({ reactorMode: 1 })).toBe(4);
    expect(new SkidInHand().write({ reactorManualOutput: 50 })).toBe(4);
  });
});

describe('the watchdog', () => {
  const silentFor = (seconds: number, watchdogMs: number | null): number => {
    const noise = createNoise(1);
    let line = initialLine(parameters, noise, watchdogMs === null ? null : milliseconds(watchdogMs));
    // It has heard the service once, and runs.
    line = { ...line, controller: { ...line.controller, step: 0, heartbeatChanged: monotonic(0) } };
    for (let cycle = 1; cycle <= seconds * 20; cycle += 1)
      line = stepLine(parameters, noise, line, monotonic(cycle * 50));
    return line.controller.step;
  };

  it('waits as long as the skid file says', () => {
    expect(silentFor(4.5, 5000)).toBe(0);
    expect(silentFor(5.5, 5000)).toBeGreaterThanOrEqual(10);
    expect(silentFor(1.5, 1000)).toBeGreaterThanOrEqual(10);
    expect(silentFor(10, null)).toBe(0);
  });
});
