import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { expectedShift } from '../../../pat/nmr/expected-shift.ts';
import { responseOf, type Taking } from '../../../pat/nmr/response.ts';
import { phosphorusNmrSchema, type PhosphorusNmrParameters } from '../../../plant/method/phosphorus-nmr.ts';
import { phosphorusParameters } from '../../bench/pat/support/phosphorus-parameters.ts';

const [tcep, oxide] = phosphorusParameters('se').species as [
  PhosphorusNmrParameters['species'][number],
  PhosphorusNmrParameters['species'][number],
];

describe('where a line is expected', () => {
  it('is the mean of free and protonated phosphine at the pKa, and either far from it', () => {
    expect(expectedShift(tcep, 7.66).mean).toBeCloseTo(0, 10);
    expect(expectedShift(tcep, 12).mean).toBeCloseTo(-16, 2);
    expect(expectedShift(tcep, 3).mean).toBeCloseTo(16, 2);
  });

  it('falls with the pH, and is least certain where it moves most', () => {
    fc.assert(
      fc.property(fc.double({ min: 3, max: 11, noNaN: true }), (pH) => {
        expect(expectedShift(tcep, pH + 0.5).mean).toBeLessThan(expectedShift(tcep, pH).mean);
        expect(expectedShift(tcep, pH).deviation).toBeLessThanOrEqual(expectedShift(tcep, 7.66).deviation + 1e-12);
      }),
    );
  });

  it('is anywhere from base to acid where the pH is not known, and where it always is for what takes no proton', () => {
    const anywhere = expectedShift(tcep, null);
    expect(anywhere.least).toBeLessThan(-16);
    expect(anywhere.most).toBeGreaterThan(16);
    expect(expectedShift(oxide, null)).toEqual(expectedShift(oxide, 9));
  });
});

describe('the response of a species', () => {
  const taking: Taking = { flowMlPerMin: 0, repetitionS: 15, pulseDegrees: 90, volumeMl: 0.6, magnetisedMl: 3 };
  const of = (changed: Partial<Taking>) => responseOf(tcep, { ...taking, ...changed });

  it('is full where the liquid stands and is pulsed rarely', () => {
    expect(of({ repetitionS: 200 }).factor).toBeCloseTo(1, 10);
    expect(of({ repetitionS: 200 }).relative).toBeCloseTo(0.005, 6);
  });

  it('is what T1 gives back between pulses of 90 degrees where the liquid stands', () => {
    expect(of({}).factor).toBeCloseTo(1 - Math.exp(-15 / 7), 10);
  });

  it('is what the way through the magnet gives where each pulse sees fresh liquid', () => {
    const flowMlPerMin = 12;
    expect(of({ flowMlPerMin }).factor).toBeCloseTo(1 - Math.exp(-3 / (flowMlPerMin / 60) / 7), 10);
  });

  it('is between nothing and all, and less certain the less there is of it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 80, noNaN: true }),
        fc.double({ min: 0.5, max: 60, noNaN: true }),
        fc.double({ min: 5, max: 90, noNaN: true }),
        (flowMlPerMin, repetitionS, pulseDegrees) => {
          const { factor, relative } = of({ flowMlPerMin, repetitionS, pulseDegrees });
          expect(factor).toBeGreaterThan(0);
          expect(factor).toBeLessThanOrEqual(1);
          expect(relative).toBeGreaterThanOrEqual(0.005);
          expect(relative).toBeLessThan(0.06);
        },
      ),
    );
  });
});

describe.each(['s', 'se', 'te'])('the shipped method for TCEP and its chalcogenide %s', (name) => {
  it('has parameters of its kind, and nobody has approved it', () => {
    const file: unknown = parse(readFileSync(`pat/methods/p31-tcep-${name}.yaml`, 'utf8'));
    expect(file).toMatchObject({ kind: 'phosphorus-nmr', approved: null });
    const { parameters } = file as { parameters: unknown };
    expect([...Value.Errors(phosphorusNmrSchema, parameters)]).toEqual([]);
  });
});
