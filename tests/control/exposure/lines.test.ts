import { describe, expect, it } from 'vitest';
import { limitsIn } from '../../../control/exposure/air.ts';
import { hourMs, minuteMs, type Breath } from '../../../control/exposure/dose.ts';
import { judgePerson, type JudgedPerson, type PersonCase } from '../../../control/exposure/lines.ts';
import { whole } from '../../../control/exposure/steps.ts';
import { limitsOn, loadLimits } from '../../../control/exposure/limits.ts';
import { ownStop } from '../../../control/exposure/zone-judge.ts';
import type { Agent } from '../../../plant/exposure.ts';

const limits = loadLimits();
/** A shift of eight hours in a hall, with what was to be breathed of each agent. */
function judged(air: Partial<Record<Agent, readonly Breath[]>>, jurisdiction: 'EU' | 'OSHA' = 'EU'): JudgedPerson {
  const clipped = (breaths: readonly Breath[], from: number, to: number): readonly Breath[] =>
    breaths
      .map((breath) => ({ ...breath, from: Math.max(breath.from, from), to: Math.min(breath.to, to) }))
      .filter((breath) => breath.from < breath.to);
  const given: PersonCase = {
    stays: [{ zone: 'hall', from: 0, to: 8 * hourMs }],
    samples: [],
    limits: limitsOn(limits, '2026-11-22', [jurisdiction]),
    mixtures: limits.mixtures,
    air: (agent) =>
      function* (_, from, to) {
        yield 1;
        const breaths = air[agent];
        return breaths === undefined ? null : clipped(breaths, from, to);
      },
    airNow: () => null,
    shift: { from: 0, to: 8 * hourMs },
    now: 8 * hourMs,
    unknownCountsAfterMs: limits.unknownCountsAfter,
  };
  return whole(judgePerson(given));
}
/** Clean air, and a quarter of an hour of 8 ppm at each of these minutes: above the 8-h limit of 5, below the STEL of 10. */
const spells = (...minutes: number[]): Breath[] =>
  Array.from({ length: 32 }, (_, quarter) => {
    const value = minutes.includes(quarter * 15) ? 8 : 0;
    const from = quarter * 15 * minuteMs;
    return { from, to: from + 15 * minuteMs, lower: value, upper: value };
  });
const stelOf = (person: JudgedPerson) => person.lines.find(({ line }) => line.kind === 'STEL' && line.agent === 'H2S');

describe('a STEL', () => {
  it('may be come near four times a day, an hour apart', () => {
    const stel = stelOf(judged({ H2S: spells(0, 90, 180, 270) }));
    expect([stel?.line.excursions, stel?.line.state, stel?.acts]).toEqual([4, 'below', 'nothing']);
  });
  it('is exceeded by the fifth time', () => {
    const stel = stelOf(judged({ H2S: spells(0, 90, 180, 270, 360) }));
    expect([stel?.line.excursions, stel?.line.state, stel?.acts]).toEqual([5, 'limit', 'evacuate']);
  });
  it('is exceeded by a second time within the hour', () => {
    const stel = stelOf(judged({ H2S: spells(0, 60) }));
    expect([stel?.line.excursions, stel?.line.state]).toEqual([2, 'limit']);
  });
});

const all = (lower: number, upper: number, measured: number): Breath[] => [
  { from: 0, to: 8 * hourMs, lower, upper, measured },
];
describe('a mixture', () => {
  it('is over its limit though no part of it is', () => {
    const { mixture, lines } = judged({ H2S: all(3, 3, 1), H2Se: all(0.01, 0.01, 1) });
    expect(lines.filter(({ line }) => line.kind === 'TWA').map(({ line }) => line.state)).toEqual(['below', 'below']);
    expect(mixture).toMatchObject({ value: { lower: expect.closeTo(1.1, 9) }, state: 'limit', acts: 'evacuate' });
  });
  it('of which a part is not known is an interval, and counts by its upper bound after a quarter of an hour', () => {
    const short = judged({ H2S: all(2.9, 3, 0.99), H2Se: all(0.01, 0.01, 1) }).mixture;
    expect(short).toMatchObject({ value: { lower: expect.closeTo(1.08, 9), upper: expect.closeTo(1.1, 9) } });
    const gap = judged({ H2S: all(0, 3, 0.5), H2Se: all(0.01, 0.01, 1) }).mixture;
    expect(gap).toMatchObject({ value: { lower: expect.closeTo(0.5, 9) }, state: 'unknown', acts: 'evacuate' });
    const brief = judged({ H2S: all(2, 3, 0.99), H2Se: all(0.01, 0.01, 1) }).mixture;
    expect(brief).toMatchObject({ state: 'unknown', acts: 'nothing' });
  });
});

describe('the value at which an interlock acts', () => {
  it.each([
    ['value > 1 mg/m³', 'mg/m³', [1]],
    ['value > 1000 µg/m³', 'mg/m³', [1]],
    ['value >= 5 ppm or value > 7 ppm', 'ppm', [5, 7]],
    ['value < 10', null, []],
    ['reference > 3 ppm', 'ppm', []],
  ])('is read from its condition %s, in the unit of the tag', (condition, unit, values) => {
    expect(limitsIn(condition, unit)).toEqual(values.map((value) => expect.closeTo(value, 9) as number));
  });
});

describe('what is said of a person who may go into no zone', () => {
  it('is that a limit has been reached, or that it may have been where nobody knows', () => {
    const surely = ownStop('Rosa Ortiz', judged({ H2S: all(6, 6, 1) }));
    expect(surely).toContain('Rosa Ortiz has reached the TWA limit of H2S');
    const perhaps = ownStop('Rosa Ortiz', judged({ H2S: all(0, 6, 0.5) }));
    expect(perhaps).toContain('Rosa Ortiz may have reached the TWA limit of H2S');
    expect(ownStop('Rosa Ortiz', judged({ H2S: all(1, 1, 1) }))).toBeNull();
  });
});
