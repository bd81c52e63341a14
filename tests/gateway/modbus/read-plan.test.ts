import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBits, lengthOf, planReads } from '../../../gateway/modbus/read-plan.ts';
import { pointTypes, type RegisterArea, type RegisterPoint } from '../../../plant/device-model.ts';
import { registerPoint } from '../../support/register-model.ts';
import { plcModel } from '../support/plc.ts';

const areas: readonly RegisterArea[] = ['coil', 'discrete', 'holding', 'input'];
const pointArbitrary: fc.Arbitrary<RegisterPoint> = fc
  .record({
    area: fc.constantFrom(...areas),
    address: fc.integer({ min: 0, max: 400 }),
    type: fc.constantFrom(...pointTypes),
    length: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ area, address, type, length }) =>
    registerPoint({
      name: `${area}-${address}-${type}`,
      area,
      address,
      type: isBits(area) ? 'bool' : type,
      ...(type === 'string' && !isBits(area) ? { length } : {}),
    }),
  );

const modelArbitrary = fc.record({
  model: fc.constant('test'),
  longestRead: fc.integer({ min: 4, max: 125 }),
  largestHole: fc.integer({ min: 0, max: 20 }),
  forbidden: fc.array(
    fc
      .record({
        area: fc.constantFrom(...areas),
        from: fc.integer({ min: 0, max: 400 }),
        more: fc.integer({ min: 0, max: 9 }),
      })
      .map(({ area, from, more }) => ({ area, from, to: from + more })),
    { maxLength: 6 },
  ),
});

const cases = fc.tuple(modelArbitrary, fc.array(pointArbitrary, { maxLength: 60 })).map(([model, points]) => {
  const allowed = points.filter(
    (point) =>
      !model.forbidden.some(
        ({ area, from, to }) => area === point.area && point.address <= to && point.address + lengthOf(point) > from,
      ),
  );
  return { model, points: allowed };
});

describe('the read plan', () => {
  it('reads every point exactly once, whole, and only in reads the device takes', () => {
    fc.assert(
      fc.property(cases, ({ model, points }) => {
        const plan = planReads(model, points);
        expect(plan.flatMap((request) => request.points).sort(byName)).toEqual([...points].sort(byName));
        for (const { area, address, length, points: within } of plan) {
          expect(length).toBeLessThanOrEqual(isBits(area) ? model.longestRead * 16 : model.longestRead);
          for (const point of within) {
            expect(point.area).toBe(area);
            expect(point.address).toBeGreaterThanOrEqual(address);
            expect(point.address + lengthOf(point)).toBeLessThanOrEqual(address + length);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never touches a forbidden register, nor reads over a hole that is too large', () => {
    fc.assert(
      fc.property(cases, ({ model, points }) => {
        for (const { area, address, length, points: within } of planReads(model, points)) {
          for (const part of model.forbidden.filter((each) => each.area === area)) {
            expect(part.from >= address + length || part.to < address).toBe(true);
          }
          let end = address;
          for (const point of within) {
            expect(point.address - end).toBeLessThanOrEqual(model.largestHole);
            end = Math.max(end, point.address + lengthOf(point));
          }
          expect(end).toBe(address + length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes few reads for the field controller', () => {
    expect(planReads(plcModel, plcModel.points)).toHaveLength(3);
  });

  it('refuses a map whose point lies where nobody may read', () => {
    const point = { ...plcModel.points[0]!, name: 'lost', area: 'input' as const, address: 105 };
    expect(() => planReads(plcModel, [point])).toThrow(/lost/u);
  });
});

const byName = (one: RegisterPoint, other: RegisterPoint): number => (one.name < other.name ? -1 : 1);
