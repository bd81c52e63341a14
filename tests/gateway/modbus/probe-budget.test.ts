import { describe, expect, it } from 'vitest';
import { ProbeBudget } from '../../../gateway/modbus/probe-budget.ts';
import { monotonic } from '../../../plant/clock.ts';

describe('the time that may be spent on units that do not answer', () => {
  it('is a fifth, however long each look takes', () => {
    const budget = new ProbeBudget();
    let [spent, now] = [0, 0];
    while (now < 600_000) {
      now = Math.max(now, budget.nextAt(monotonic(now)));
      if (!budget.allows(monotonic(now))) {
        now += 1;
        continue;
      }
      const took = 400 + (now % 7) * 300;
      now += took;
      spent += took;
      budget.charge(took, monotonic(now));
    }
    expect(spent / now).toBeLessThan(0.205);
    expect(spent / now).toBeGreaterThan(0.15);
  });

  it('is there again within five seconds, however long those that live had failed before', () => {
    const budget = new ProbeBudget();
    for (let now = 0; now < 60_000; now += 1000) budget.chargeLiving(900, monotonic(now));
    expect(budget.allows(monotonic(60_000))).toBe(false);
    expect(budget.nextAt(monotonic(60_000))).toBeLessThanOrEqual(65_000);
    expect(budget.allows(monotonic(65_000))).toBe(true);
  });

  it('is not given back by a failure of one that lives', () => {
    const budget = new ProbeBudget();
    budget.charge(3000, monotonic(0));
    const before = budget.nextAt(monotonic(0));
    budget.chargeLiving(500, monotonic(0));
    expect(budget.nextAt(monotonic(0))).toBe(before);
  });
});
