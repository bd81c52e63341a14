import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Transit } from '../../../pat/transit.ts';
import { milliseconds, processTime, utcMs } from '../../../plant/clock.ts';

/** A scan every 100 ms from 0 on, with the flow of each. */
function watched(flows: readonly (number | null)[], { scale = 1, transit = new Transit() } = {}): Transit {
  flows.forEach((flow, i) => transit.take(utcMs(i * 100), processTime(i * 100 * scale), flow));
  return transit;
}

const steady = (flow: number | null, seconds: number): (number | null)[] =>
  Array.from({ length: seconds * 10 + 1 }, () => flow);

const left = (transit: Transit, measuredAt: number, volumeMl: number): number | string => {
  const departure = transit.departure(utcMs(measuredAt), volumeMl);
  return 'leftAt' in departure ? departure.leftAt : departure.unknown;
};

describe('the liquid at a probe', () => {
  it('left when as much had passed as lies between', () => {
    expect(left(watched(steady(10, 60)), 60_000, 3)).toBeCloseTo(42_000, 3);
  });

  it('took as long as the volume over the flow, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 2, max: 50, noNaN: true }),
        fc.double({ min: 0.1, max: 2, noNaN: true }),
        (flow, volume) => {
          const took = 80_000 - Number(left(watched(steady(flow, 80)), 80_000, volume));
          expect(took).toBeCloseTo((volume / flow) * 60_000, 0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('left within a second of what every scan of a changing flow adds up to', () => {
    const changing = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 })), {
      minLength: 3,
      maxLength: 12,
    });
    fc.assert(
      fc.property(changing, fc.double({ min: 0.05, max: 3, noNaN: true }), (parts, volume) => {
        const flows = parts.flatMap(([flow, tenths]) => Array.from({ length: tenths }, () => flow));
        let [i, ml] = [flows.length - 1, 0];
        while (i > 0 && ml < volume) {
          ml += ((flows[i]! + flows[i - 1]!) / 2) * (0.1 / 60);
          i -= 1;
        }
        const found = left(watched(flows), (flows.length - 1) * 100, volume);
        if (ml < volume) expect(found).toMatch(/less than/u);
        else expect(Math.abs(Number(found) - i * 100)).toBeLessThanOrEqual(1100);
      }),
      { numRuns: 100 },
    );
  });

  it('stood where it was while nothing flowed', () => {
    const transit = watched([...steady(6, 30), ...steady(0, 20), ...steady(6, 10)]);
    expect(Number(left(transit, 60_000, 2)) / 1000).toBeCloseTo(60 - 20 - 20, 0);
  });

  it('left just when the flow began, where that was all that came', () => {
    const transit = watched([...steady(12, 10), ...steady(0, 100), ...steady(12, 5)]);
    expect(Number(left(transit, 115_000, 0.95)) / 1000).toBeGreaterThan(109);
  });

  it('runs with the process, which may be faster than the wall', () => {
    expect(left(watched(steady(10, 60), { scale: 20 }), 60_000, 3)).toBeCloseTo(60_000 - 18_000 / 20, 3);
  });

  it('came of a flow that was measured a moment ago, where the spectrum is newer than the last scan', () => {
    expect(left(watched(steady(10, 60)), 60_900, 3)).toBeCloseTo(42_000, 3);
  });

  it('is not known to have left after it was measured', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), fc.double({ min: 0.01, max: 5, noNaN: true }), (at, volume) => {
        const found = left(watched(steady(10, 60)), at, volume);
        if (typeof found === 'number') expect(found).toBeLessThanOrEqual(at);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the dead time is unknown', () => {
  it('before as much has passed as lies between', () => {
    expect(left(watched(steady(10, 10)), 10_000, 3)).toMatch(/less than 3 mL/u);
    expect(left(new Transit(), 0, 3)).toMatch(/not known at that time/u);
  });

  it('where the flow was not known on the way, and again known once that has passed', () => {
    const flows = [...steady(10, 20), ...steady(null, 1), ...steady(10, 20)];
    expect(left(watched(flows), 41_000, 1)).toBeCloseTo(35_000, -3);
    expect(left(watched(flows), 41_000, 3.5)).toMatch(/not known for a while/u);
    expect(left(watched([...flows, ...steady(10, 20)]), 61_000, 3)).toBeCloseTo(43_000, -3);
  });

  it('where nobody looked for a while', () => {
    const transit = watched(steady(10, 30));
    for (let i = 0; i < 50; i++) transit.take(utcMs(60_000 + i * 100), processTime(60_000 + i * 100), 10);
    expect(left(transit, 64_900, 3)).toMatch(/not known for a while/u);
  });

  it('long after the last scan, and before the first that is remembered', () => {
    const transit = watched(steady(10, 60), { transit: new Transit(milliseconds(20_000)) });
    expect(left(transit, 66_000, 0.1)).toMatch(/not known at that time/u);
    expect(left(transit, 30_000, 0.1)).toMatch(/not remembered/u);
    expect(left(transit, 60_000, 5)).toMatch(/less than 5 mL/u);
    expect(left(transit, 60_000, 2)).toBeCloseTo(48_000, 3);
  });

  it('of what was before the clock was put back', () => {
    const transit = watched(steady(10, 60));
    transit.take(utcMs(10_000), processTime(60_100), 10);
    transit.take(utcMs(11_000), processTime(61_100), 10);
    expect(left(transit, 11_000, 3)).toMatch(/less than 3 mL/u);
    expect(left(transit, 11_000, 0.1)).toBeCloseTo(10_400, 0);
  });
});
