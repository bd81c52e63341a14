import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BusUnit, type Job } from '../../../gateway/modbus/bus-unit.ts';
import { ProbeBudget } from '../../../gateway/modbus/probe-budget.ts';
import { Turns } from '../../../gateway/modbus/turns.ts';
import { monotonic } from '../../../plant/clock.ts';

const unitOf = (unitId: number): BusUnit => {
  const unit = new BusUnit({ name: `U-${unitId}`, unitId, timeoutMs: 100, checks: [], onState: () => undefined });
  unit.attached = true;
  unit.looked = true;
  return unit;
};
const job: Job = {
  request: { kind: 'read', area: 'holding', address: 0, length: 1 },
  order: {},
  resolve: () => undefined,
  reject: () => undefined,
};

describe('the turns of a bus', () => {
  it('spend at most a fifth of the time on the dead, however many, and leave no living one out', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 20, max: 900 }),
        (living, dead, timeout) => {
          const units = Array.from({ length: living + dead }, (_, i) => unitOf(i));
          const lost = new Set(units.slice(living));
          const budget = new ProbeBudget();
          const turns = new Turns(units, budget);
          for (const unit of units) if (lost.has(unit)) unit.due = monotonic(0);
          for (const unit of units.slice(0, living)) unit.connected();
          let [now, spent] = [0, 0];
          const served = new Map<BusUnit, number>();
          while (now < 60_000) {
            for (const unit of units.slice(0, living)) if (unit.ordinary.length === 0) unit.ordinary.push(job);
            const turn = turns.take(monotonic(now), false)!;
            if (turn.kind === 'probe') {
              now += timeout;
              spent += timeout;
              budget.charge(timeout, monotonic(now));
              turn.unit.backOff(monotonic(now), 0);
            } else {
              turn.unit.ordinary.shift();
              served.set(turn.unit, (served.get(turn.unit) ?? 0) + 1);
              now += 5;
            }
          }
          expect(spent).toBeLessThanOrEqual(0.2 * now + 200 + timeout);
          const counts = [...served.values()];
          expect(counts).toHaveLength(living);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('come to the urgent first, and to one of the dead at most between two rounds', () => {
    const units = [unitOf(1), unitOf(2), unitOf(3), unitOf(4)];
    const [one, two, three, four] = units as [BusUnit, BusUnit, BusUnit, BusUnit];
    const turns = new Turns(units, new ProbeBudget());
    one.connected();
    two.connected();
    three.due = four.due = monotonic(0);
    one.ordinary.push(job, job, job);
    two.ordinary.push(job, job, job);
    two.urgent.push(job);
    const taken: string[] = [];
    for (let i = 0; i < 8; i += 1) {
      const turn = turns.take(monotonic(0), false);
      if (turn === null) break;
      taken.push(`${turn.kind} ${turn.unit.options.unitId}`);
      if (turn.kind === 'urgent') turn.unit.urgent.shift();
      else if (turn.kind === 'ordinary') turn.unit.ordinary.shift();
      else turn.unit.due = monotonic(1000);
    }
    expect(taken).toEqual([
      'urgent 2',
      'probe 3',
      'ordinary 1',
      'ordinary 2',
      'ordinary 1',
      'probe 4',
      'ordinary 2',
      'ordinary 1',
    ]);
  });
});
