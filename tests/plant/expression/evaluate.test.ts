import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExpression, type Scope } from '../../../plant/expression/check.ts';
import { evaluate } from '../../../plant/expression/evaluate.ts';
import { outcomes, reachOf } from '../../../plant/expression/reach.ts';
import type { Evaluated } from '../../../plant/expression.ts';
import {
  bad,
  badNoCommunication,
  badSensorFailure,
  good,
  isBad,
  uncertainLastUsableValue,
  worstQuality,
  type Quality,
} from '../../../plant/quality.ts';
import { localTag } from '../../../plant/sample.ts';

const names = ['A/a', 'A/b', 'A/c'];
const scope: Scope = {
  tagNames: names,
  tagUnit: (tag) => (names.includes(tag) ? null : tag === 'A/run' ? 'bool' : undefined),
};
const root = (text: string) => checkExpression(text, scope, 'here').root;

const evaluated = (text: string, readings: Readonly<Record<string, Evaluated>>): Evaluated =>
  evaluate(root(text), (tag) => readings[tag] ?? { value: null, quality: bad });

const quality = fc.constantFrom<Quality>(good, uncertainLastUsableValue, badNoCommunication, badSensorFailure);
const reading = fc.record({ value: fc.double({ min: -1e6, max: 1e6, noNaN: true }), quality });

describe('the quality of an expression', () => {
  it('is the worst of what it read, whatever the operators', () => {
    const texts = [
      'A/a + A/b - A/c',
      'max(A/a, A/b, A/c)',
      'A/a > A/b or A/b > A/c',
      'not (A/a = A/b and A/c < 5)',
      'abs(A/a) * A/b * A/c',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...texts), reading, reading, reading, (text, a, b, c) => {
        const { quality: found, value } = evaluated(text, { 'A/a': a, 'A/b': b, 'A/c': c });
        expect(found >>> 30).toBe(worstQuality([a.quality, b.quality, c.quality]) >>> 30);
        expect(value).not.toBeNull();
      }),
    );
  });

  it('names the cause: the first of the worst', () => {
    const sample = (of: Quality): Evaluated => ({ value: 1, quality: of });
    expect(evaluated('A/a + A/b', { 'A/a': sample(good), 'A/b': sample(badSensorFailure) }).quality).toBe(
      badSensorFailure,
    );
  });
});

describe('the value of an expression', () => {
  it('of tags is computed from all of them, a Bad one too', () => {
    const readings = { 'A/a': { value: 3, quality: good }, 'A/b': { value: 7, quality: badNoCommunication } };
    expect(evaluated('max(A/a, A/b)', readings)).toEqual({ value: 7, quality: badNoCommunication });
  });

  it('is none where a part has none, with that part’s quality', () => {
    const readings = { 'A/a': { value: 3, quality: good }, 'A/b': { value: null, quality: badNoCommunication } };
    for (const text of ['A/a + A/b', 'A/a > A/b', 'A/a > 0 or A/b > 0', 'min(A/a, A/b)', '-A/b']) {
      expect(evaluated(text, readings)).toEqual({ value: null, quality: badNoCommunication });
    }
  });

  it('is never NaN or infinite, and a condition on such a number is not decided', () => {
    const readings = { 'A/a': { value: 1, quality: good }, 'A/b': { value: 0, quality: good } };
    for (const text of ['A/a / A/b', 'A/a / A/b > 5', 'min(A/a / A/b, 5)', 'A/b / A/b', 'A/a / A/b < 5 or A/a > 0']) {
      expect(evaluated(text, readings)).toEqual({ value: null, quality: bad });
    }
  });

  it('is Bad where a tag reads a text or a number that is none', () => {
    for (const value of ['text', NaN, Infinity]) {
      const found = evaluated('A/a + 1', { 'A/a': { value, quality: good } });
      expect(found.value).toBeNull();
      expect(isBad(found.quality)).toBe(true);
    }
  });

  it('needs no tags where there are none, and is Good', () => {
    expect(evaluate(root('2 * 3 - 1'), () => ({ value: null, quality: bad }))).toEqual({ value: 5, quality: good });
  });
});

describe('the reach of an expression', () => {
  const range = fc
    .tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 50 }))
    .map(([low, span]) => ({ low, high: low + span }));
  const texts = [
    'A/a + A/b',
    'A/a - A/b',
    'A/a * A/b',
    'A/a / A/b',
    'max(A/a, A/b)',
    'min(A/a, -A/b)',
    'abs(A/a) - A/b',
  ];
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  it('holds every value the expression takes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), range, range, share, share, (text, a, b, partA, partB) => {
        const reach = reachOf(root(text), (tag) => (tag === 'A/a' ? a : b));
        const at = (of: typeof a, part: number): number => of.low + part * (of.high - of.low);
        const { value } = evaluate(root(text), (tag) => ({
          value: tag === localTag('A/a') ? at(a, partA) : at(b, partB),
          quality: good,
        }));
        if (typeof value !== 'number') return;
        expect(value).toBeGreaterThanOrEqual(reach.low - 1e-9 * Math.abs(reach.low));
        expect(value).toBeLessThanOrEqual(reach.high + 1e-9 * Math.abs(reach.high));
      }),
    );
  });

  it('says what a condition can come to', () => {
    const reach = () => ({ low: 0, high: 10 });
    expect(outcomes(root('A/a > 10'), reach)).toEqual({ canHold: false, canFail: true });
    expect(outcomes(root('A/a >= 10'), reach)).toEqual({ canHold: true, canFail: true });
    expect(outcomes(root('not (A/a < 11)'), reach)).toEqual({ canHold: false, canFail: true });
    expect(outcomes(root('A/a < 11 and A/b > 3'), reach)).toEqual({ canHold: true, canFail: true });
    expect(outcomes(root('A/a > 10 or A/run'), reach)).toEqual({ canHold: true, canFail: true });
  });
});
