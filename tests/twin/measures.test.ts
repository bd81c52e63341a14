import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPoint } from '../../twin/line/points.ts';
import { cycleS } from '../../twin/line/line.ts';
import { balancesOf } from '../../twin/skid/balances.ts';
import { hotSkid, model, parameters, SkidInHand } from './skid-in-hand.ts';

const says = (skid: SkidInHand, point: string): number => readPoint(skid.line, parameters, point);
const [divert, block] = [1, 2];
const [water, oil, acid] = [0, 1, 2];

/** Cold, with water flushed through. */
const flushed = (): SkidInHand => {
  const skid = new SkidInHand().wait(1).reset();
  skid.write({ flushFlowSetpoint: 40 });
  return skid.wait(5);
};

describe('the measures of the field controller', () => {
  it('have the bits of the device model', () => {
    expect(model.controller?.measures?.bits).toEqual({ 'divert waste': 0, 'block acid': 1 });
  });

  it('send the waste stream to the standby container, said when the valve is there, and back', () => {
    const skid = flushed();
    skid.write({ measureRequest: divert });
    expect(says(skid.wait(0.5), 'measuresHeld')).toBe(0);
    expect(says(skid.wait(1.5), 'measuresHeld')).toBe(divert);
    const before = skid.line.process.outlet;
    const after = skid.wait(30).line.process.outlet;
    expect(after.tankMl).toBe(before.tankMl);
    expect(after.standbyMl - before.standbyMl).toBeCloseTo(20, 0);
    expect(after.wasteMl - before.wasteMl).toBeCloseTo(after.standbyMl - before.standbyMl, 9);
    skid.write({ measureRequest: 0 });
    expect(says(skid.wait(2), 'measuresHeld')).toBe(0);
    expect(skid.wait(10).line.process.outlet.tankMl).toBeGreaterThan(after.tankMl);
  });

  it('leave the level to the waste tank, and what was diverted on the books', () => {
    const skid = hotSkid();
    const start = skid.line.process.outlet;
    skid.write({ measureRequest: divert });
    const { process } = skid.wait(60).line;
    expect(says(skid, 'wasteLevel')).toBeCloseTo(start.tankMl / (parameters.outlet.wasteTankL * 10), 0);
    const { outlet } = process;
    expect(outlet.wasteMl - start.wasteMl).toBeCloseTo(outlet.tankMl - start.tankMl + outlet.standbyMl, 6);
    for (const { what, relative } of balancesOf(parameters, process)) expect(relative, what).toBeLessThan(1e-9);
  });

  it.each([0, 1, 10, 15, 20, 30])('are taken in step %d', (step) => {
    const skid = new SkidInHand().wait(1);
    if (step !== 1) skid.reset();
    if (step >= 10) skid.write({ safeStateRequest: step === 15 ? 10 : step });
    skid.wait(step === 10 ? cycleS : 5);
    expect(skid.step).toBe(step);
    expect(skid.write({ measureRequest: divert | block })).toBeNull();
    expect(says(skid.wait(2), 'measuresHeld')).toBe(divert | block);
  });

  it('are taken in Local, stand through a safe state, a silence and a reset, and end when they are not asked any more', () => {
    const skid = flushed();
    skid.fault({ fault: 'key-switch', to: 'local' });
    expect(skid.write({ measureRequest: divert | block, requestRow: 16 })).toBeNull();
    skid.fault({ fault: 'key-switch', to: 'remote' });
    skid.write({ safeStateRequest: 20 });
    expect(says(skid.wait(2), 'measuresHeld')).toBe(3);
    skid.beating = false;
    expect(says(skid.wait(5), 'measuresHeld')).toBe(3);
    skid.beating = true;
    expect(skid.wait(1).reset().step).toBe(0);
    expect(says(skid.wait(2), 'measuresHeld')).toBe(3);
    skid.write({ measureRequest: 0 });
    expect(says(skid.wait(2), 'measuresHeld')).toBe(0);
  });

  it('are refused where they are none', () => {
    const skid = flushed();
    for (const value of [4, -1, 0.5]) expect(skid.write({ measureRequest: value })).toBe(3);
    expect(says(skid, 'measureRequest')).toBe(0);
  });

  it('wait while the program stands, and the valve stays where it is without air', () => {
    const skid = flushed();
    skid.fault({ fault: 'controller-halt' });
    skid.write({ measureRequest: divert | block });
    expect(says(skid.wait(3), 'measuresHeld')).toBe(0);
    skid.fault({ fault: 'clear' });
    expect(says(skid.wait(3), 'measuresHeld')).toBe(3);
    skid.fault({ fault: 'air-loss' });
    skid.write({ measureRequest: 0 });
    expect(says(skid.wait(5), 'measuresHeld')).toBe(divert);
  });
});

describe('the flush liquid', () => {
  it('is what was set, and acid lowers the pH of what reaches the waste', () => {
    const skid = flushed();
    skid.fault({ fault: 'waste-level', percent: 0.2 });
    const before = skid.wait(60).line.process.pH;
    expect(before.waste).toBeGreaterThan(10);
    skid.write({ flushLiquid: acid, flushFlowSetpoint: 60 });
    const { pH } = skid.wait(600).line.process;
    expect(says(skid, 'flushLiquidOn')).toBe(acid);
    expect(pH.outlet).toBeGreaterThan(1.8);
    expect(pH.outlet).toBeLessThan(2.3);
    expect(pH.waste).toBeLessThan(before.waste - 5);
    expect(says(skid, 'wasteLevel')).toBeGreaterThan(0.2);
  });

  it('is water where acid is blocked, and acid again when it is not', () => {
    const skid = flushed();
    skid.write({ flushLiquid: acid, measureRequest: block });
    const blocked = skid.wait(120);
    expect(says(blocked, 'flushLiquidOn')).toBe(water);
    expect(says(blocked, 'flushLiquid')).toBe(acid);
    expect(blocked.line.process.pH.outlet).toBeGreaterThan(10);
    skid.write({ flushLiquid: oil });
    expect(says(skid.wait(0.1), 'flushLiquidOn')).toBe(oil);
    skid.write({ flushLiquid: acid, measureRequest: 0 });
    expect(says(skid.wait(0.1), 'flushLiquidOn')).toBe(acid);
  });

  it('is volume without anything in it where it is oil, and the books close', () => {
    const skid = flushed();
    const before = skid.line.process.outlet.wasteMl;
    skid.write({ flushLiquid: oil });
    const { process } = skid.wait(120).line;
    expect(process.outlet.wasteMl - before).toBeCloseTo(80, 0);
    for (const { what, relative } of balancesOf(parameters, process)) expect(relative, what).toBeLessThan(1e-9);
  });

  it.each([10, 11, 20, 30])(
    'is water in the safe state of request %d: refused but for 0, and none of it comes back',
    (word) => {
      const skid = flushed();
      skid.write({ flushLiquid: acid });
      skid.write({ safeStateRequest: word });
      skid.wait(0.1);
      expect(says(skid, 'flushLiquid')).toBe(water);
      expect(says(skid, 'flushLiquidOn')).toBe(water);
      expect(skid.write({ flushLiquid: acid })).toBe(4);
      expect(skid.write({ flushLiquid: oil })).toBe(4);
      expect(skid.write({ flushLiquid: water })).toBeNull();
      expect(says(skid.wait(5).reset(), 'flushLiquid')).toBe(water);
    },
  );

  it('is refused where it is none, and in Local', () => {
    const skid = flushed();
    expect(skid.write({ flushLiquid: 3 })).toBe(3);
    skid.fault({ fault: 'key-switch', to: 'local' });
    expect(skid.write({ flushLiquid: acid })).toBe(4);
  });

  it('is water where the emergency stop or the air takes the valves, whatever the program moves', () => {
    for (const fault of ['emergency-stop', 'air-loss']) {
      const skid = flushed();
      skid.write({ flushLiquid: acid });
      skid.wait(1).fault({ fault });
      expect(says(skid.wait(0.1), 'flushLiquidOn'), fault).toBe(water);
    }
  });
});

describe('the row behind a request', () => {
  const asked = (request: number, row: number): SkidInHand => {
    const skid = flushed();
    skid.write({ safeStateRequest: request, requestRow: row });
    return skid.wait(0.1);
  };

  it('is kept as the first, whatever is asked after it, until a reset', () => {
    const skid = asked(10, 15);
    expect(says(skid, 'firstOutRow')).toBe(15);
    skid.write({ safeStateRequest: 20, requestRow: 9 });
    skid.wait(1).write({ safeStateRequest: 0, requestRow: 0 });
    expect(says(skid.wait(1), 'firstOutRow')).toBe(15);
    expect(says(skid.reset(), 'firstOutRow')).toBe(0);
    skid.write({ safeStateRequest: 20, requestRow: 9 });
    expect(says(skid.wait(0.1), 'firstOutRow')).toBe(9);
  });

  it('may come after its request', () => {
    const skid = asked(10, 0);
    expect(says(skid.wait(1), 'firstOutRow')).toBe(0);
    skid.write({ requestRow: 7 });
    expect(says(skid.wait(0.1), 'firstOutRow')).toBe(7);
  });

  it('belongs to nothing without a request, nor is one left over for the request after a reset', () => {
    const skid = asked(0, 12);
    expect(says(skid, 'firstOutRow')).toBe(0);
    const other = asked(10, 12);
    other.wait(5).reset();
    expect(says(other, 'requestRow')).toBe(0);
    other.write({ safeStateRequest: 20 });
    expect(says(other.wait(1), 'firstOutRow')).toBe(0);
  });

  it('is 0 where the field acted by itself and nobody asked', () => {
    const skid = flushed();
    skid.beating = false;
    skid.wait(4);
    expect([says(skid, 'firstOut'), says(skid, 'firstOutRow')]).toEqual([2, 0]);
  });

  it('is the first that came with a request, in whatever order the words come', () => {
    const word = fc.record({ request: fc.constantFrom(0, 10, 11, 20, 30), row: fc.integer({ min: 0, max: 25 }) });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const skid = new SkidInHand().wait(cycleS).reset();
        for (const { request, row } of words) {
          skid.write({ safeStateRequest: request, requestRow: row });
          skid.wait(cycleS);
        }
        const first = words.find(({ request, row }) => request !== 0 && row !== 0)?.row ?? 0;
        expect(says(skid, 'firstOutRow')).toBe(first);
      }),
      { numRuns: 50 },
    );
  });
});

describe('HOT-HOLD with a waste tank that fills', () => {
  const held = (): SkidInHand => {
    const skid = hotSkid();
    skid.write({ safeStateRequest: 10, requestRow: 15 });
    skid.wait(5);
    expect(skid.step).toBe(13);
    return skid;
  };
  const blind = { fault: 'sensor-nan', point: 'wasteLevel' };
  const full = { fault: 'waste-level', percent: 96 };

  it.each<[string, readonly object[], number]>([
    ['the radar alone', [{ fault: 'sensor-stuck', point: 'wasteLevelHigh' }, full], 20],
    ['the float switch alone, the radar low', [{ fault: 'sensor-offset', point: 'wasteLevel', by: -50 }, full], 20],
    ['the float switch alone, the radar without a value', [blind, full], 20],
    ['neither known', [blind, { fault: 'contact-break', point: 'wasteLevelHigh' }], 20],
    ['the radar without a value and the switch at rest', [blind], 13],
    ['both, just below', [{ fault: 'waste-level', percent: 94.5 }], 13],
  ])('is told by %s', (_, faults, step) => {
    const skid = held();
    // What is stuck says what it last said.
    for (const fault of faults) skid.wait(cycleS).fault(fault);
    expect(skid.wait(1).step).toBe(step);
    expect(says(skid, 'firstOutRow')).toBe(15);
  });

  it('runs on in step 0, where the service has rows of its own for it', () => {
    const skid = hotSkid();
    skid.fault(full);
    expect(skid.wait(5).step).toBe(0);
  });
});
