import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialLimitState, stepLimit, type LimitDefinition, type LimitSample } from '../../alarms/limit.ts';
import { milliseconds, processTime } from '../../plant/clock.ts';
import { badNoCommunication, good, uncertainLastUsableValue } from '../../plant/quality.ts';

const highAt100: LimitDefinition = {
  side: 'high',
  limit: 100,
  deadband: 5,
  onDelay: milliseconds(1000),
  offDelay: milliseconds(0),
};
const lowAt10: LimitDefinition = { ...highAt100, side: 'low', limit: 10, deadband: 1, offDelay: milliseconds(1000) };

/** The active flag after each sample, one sample every `period` ms. */
function run(definition: LimitDefinition, samples: readonly LimitSample[], period = 500): boolean[] {
  let state = initialLimitState;
  return samples.map((sample, index) => {
    state = stepLimit(definition, state, sample, processTime(index * period));
    return state.active;
  });
}

const reads = (...values: number[]): LimitSample[] => values.map((value) => ({ value, quality: good }));
const bad = (value: number): LimitSample => ({ value, quality: badNoCommunication });

describe('a limit alarm', () => {
  it('is raised when the value has been beyond the limit for the on-delay', () => {
    expect(run(highAt100, reads(101, 101, 101))).toEqual([false, false, true]);
  });

  it('forgets an excursion shorter than the on-delay', () => {
    expect(run(highAt100, reads(101, 101, 99, 101, 101))).toEqual([false, false, false, false, false]);
  });

  it('is not raised at the limit itself', () => {
    expect(run(highAt100, reads(100, 100, 100, 100))).not.toContain(true);
  });

  it('stays until the value is inside the deadband', () => {
    expect(run(highAt100, reads(101, 101, 101, 99, 95.1, 95))).toEqual([false, false, true, true, true, false]);
  });

  it('on the low side works the other way round, and stays for the off-delay', () => {
    expect(run(lowAt10, reads(9, 9, 9, 11, 10.9, 11, 11, 11))).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('takes a value that is not Good for no evidence, and starts the delay anew', () => {
    expect(run(highAt100, [...reads(101, 101), bad(101), ...reads(101, 101, 101)])).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
    const doubtful = { value: 101, quality: uncertainLastUsableValue };
    expect(run(highAt100, [doubtful, doubtful, doubtful, doubtful])).not.toContain(true);
    expect(
      run(
        highAt100,
        [1, 2, 3, 4].map(() => ({ value: null, quality: good })),
      ),
    ).not.toContain(true);
  });

  it('starts the delay anew when the clock was set back', () => {
    const early = stepLimit(highAt100, initialLimitState, { value: 101, quality: good }, processTime(9000));
    const back = stepLimit(highAt100, early, { value: 101, quality: good }, processTime(100));
    expect(stepLimit(highAt100, back, { value: 101, quality: good }, processTime(1100)).active).toBe(true);
  });

  it('never changes on Bad quality alone', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true })), (values) => {
        expect(run(highAt100, values.map(bad))).not.toContain(true);
      }),
    );
  });

  it('never changes twice while the value stays within the deadband', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 95.001, max: 120, noNaN: true })), (values) => {
        const active = run(highAt100, reads(...values));
        expect(active.filter((now, i) => now !== (active[i - 1] ?? false)).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
