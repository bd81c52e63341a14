import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksOf } from '../../../gateway/modbus/checks.ts';
import { LineTrust } from '../../../gateway/modbus/line-trust.ts';
import { keyOf, type Request } from '../../../gateway/modbus/request.ts';
import { planReads } from '../../../gateway/modbus/read-plan.ts';
import { monotonic } from '../../../plant/clock.ts';
import { plcModel } from '../support/plc.ts';

const read = (length: number, area: 'holding' | 'input' = 'holding'): Request => ({
  kind: 'read',
  area,
  address: 0,
  length,
});
const checks = [read(1), read(2), read(3), read(4), read(5), { kind: 'identify', object: 0 } as const];

/** A unit that answers in order: how each answer fares on the line. */
type Fate = 'comes' | 'is lost' | 'comes one later' | 'is an exception';
const fates = fc.array(fc.constantFrom<Fate>('comes', 'is lost', 'comes one later', 'is an exception'), {
  minLength: 5,
  maxLength: 60,
});

describe('trust in a line', () => {
  it('is never won by an answer to anything but the check itself, whatever is lost or late', () => {
    fc.assert(
      fc.property(
        fates,
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 60, maxLength: 60 }),
        (course, asked) => {
          const trust = new LineTrust(checks);
          const owed: { of: number; key: number; exception: boolean }[] = [];
          let now = 0;
          for (const [i, fate] of course.entries()) {
            now += 10;
            const at = monotonic(now);
            const check = trust.needsCheck(at) ? trust.nextCheck() : null;
            const believed = !trust.needsCheck(at);
            if (check === null && !believed) {
              // Left alone for long: the line is empty then.
              trust.forgive();
              owed.length = 0;
              continue;
            }
            const request = check ?? read(asked[i] ?? 1);
            const own = { of: i, key: keyOf(request), exception: fate === 'is an exception' };
            if (fate !== 'is lost') owed.push(own);
            // A late answer is overtaken by nothing: the one before it comes in its place, or none.
            const seen = fate === 'comes one later' && owed.length < 2 ? undefined : owed.shift();
            const functionOf = (key: number): number => Math.floor(key / 512);
            const fits =
              seen !== undefined &&
              (seen.exception ? functionOf(seen.key) === functionOf(own.key) : seen.key === own.key);
            if (!fits) trust.failed(request);
            else if (check === null) trust.answered(request, at);
            else if (trust.checked(check, seen.exception, at)) {
              expect(seen.of, 'what proved it was its own answer').toBe(i);
              // In order: nothing older is owed.
              expect(owed).toEqual([]);
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('asks for another kind once all answers looked alike for a second', () => {
    const trust = new LineTrust(checks);
    trust.checked(read(1), false, monotonic(0));
    for (let now = 10; now <= 1000; now += 10) {
      expect(trust.needsCheck(monotonic(now))).toBe(false);
      trust.answered(read(4), monotonic(now));
    }
    expect(trust.needsCheck(monotonic(1010))).toBe(true);
    expect(keyOf(trust.nextCheck()!)).not.toBe(keyOf(read(4)));
  });

  it('looks by reads that the model allows, no two with answers of one kind', () => {
    const plan = planReads(plcModel, plcModel.points);
    const found = checksOf(plan);
    expect(new Set(found.map(keyOf)).size).toBe(found.length);
    expect(found.length).toBeGreaterThan(5);
    for (const check of found) {
      if (check.kind !== 'read') continue;
      const within = plan.some(
        ({ area, address, length }) =>
          area === check.area && check.address >= address && check.address + check.length <= address + length,
      );
      expect(within).toBe(true);
    }
  });
});
