import { describe, expect, it } from 'vitest';
import { milliseconds, monotonic } from '../../plant/clock.ts';
import { readPoint } from '../../twin/line/points.ts';
import { createSkidLine } from '../../twin/line/skid-line.ts';
import { hotCollectingState } from './hot-state.ts';
import { model, parameters } from './skid-in-hand.ts';

describe('the shipped set points of a hot line', () => {
  it('give a state that collects, runs on in another twin, and asks for nothing', () => {
    const skid = createSkidLine({ model, parameters, watchdog: milliseconds(3000), seed: 7 });
    skid.load(hotCollectingState(), monotonic(5_000_000));
    const says = (point: string): number => readPoint(skid.state(), parameters, point);
    const before = says('collectedVolume');
    for (let cycle = 0; cycle < 40; cycle += 1) skid.step(monotonic(5_000_000 + 50 * cycle));
    expect(says('safeStateStep')).toBe(0);
    expect(says('diverterPosition')).toBe(1);
    expect(says('collectedVolume')).toBeGreaterThan(before + 2);
    expect(Math.abs(says('reactorTemperatureA') - 160)).toBeLessThan(2);
    expect([says('safeStateRequest'), says('firstOut'), says('firstOutRow'), says('measuresHeld')]).toEqual([
      0, 0, 0, 0,
    ]);
  });
});
