import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterFailure,
  afterRestart,
  failuresToLock,
  lockedFor,
  lockedStill,
  noFailures,
} from '../../../control/access/lockout.ts';
import { monotonic } from '../../../plant/clock.ts';

const at = (ms: number) => monotonic(ms);
const failed = (times: readonly number[]) => times.reduce((state, time) => afterFailure(state, at(time)), noFailures);

describe('lockout', () => {
  it('shuts a name at the fifth failure in a row, for a quarter of an hour', () => {
    expect(lockedStill(failed([1, 2, 3, 4]), at(5))).toBeNull();
    const shut = failed([1, 2, 3, 4, 5]);
    expect(lockedStill(shut, at(5))).toBe(15 * 60_000);
    expect(lockedStill(shut, at(5 + lockedFor - 1))).toBe(1);
    expect(lockedStill(shut, at(5 + lockedFor))).toBeNull();
  });

  it('counts anew after a lock has passed', () => {
    const once = afterFailure(failed([1, 2, 3, 4, 5]), at(5 + lockedFor));
    expect(once).toEqual({ failures: 1, lockedSince: null });
  });

  it('is not opened by a restart', () => {
    expect(lockedStill(afterRestart(failuresToLock, at(0)), at(lockedFor - 1))).toBe(1);
    expect(lockedStill(afterRestart(failuresToLock - 1, at(0)), at(0))).toBeNull();
  });

  it('lets nobody try more than five times in any quarter of an hour', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 400_000 }), { maxLength: 60 }), (gaps) => {
        let now = 0;
        let state = noFailures;
        const tried: number[] = [];
        for (const gap of gaps) {
          now += gap;
          if (lockedStill(state, at(now)) !== null) continue;
          tried.push(now);
          state = afterFailure(state, at(now));
        }
        // After the fifth of a row, the next try is a whole lock later.
        tried.forEach((time, index) => {
          if (index > 0 && index % 5 === 0) expect(time - tried[index - 1]!).toBeGreaterThanOrEqual(lockedFor);
        });
      }),
    );
  });
});
