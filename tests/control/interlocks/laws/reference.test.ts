/** What the deviation of row 12 is measured from: it is reached once, followed up, and held while the skid cools. */
import { describe, expect, it } from 'vitest';
import { prepareSkid, type PreparedRow } from '../../../../control/interlocks/prepare.ts';
import {
  noReference,
  referenceAt,
  stepReference,
  type Reference,
  type ReferenceReading,
} from '../../../../control/interlocks/reference.ts';
import type { Evaluated } from '../../../../plant/expression.ts';
import { bad, badNoCommunication, good } from '../../../../plant/quality.ts';
import { skidOf } from '../support/plant.ts';
import { shipped } from '../support/whole.ts';

const reading: ReferenceReading = { target: 160, ramped: 100, value: 100, heating: true };
const at = (value: number | null, following = true): Reference => ({ value, following });
const next = (before: Reference, over: Partial<ReferenceReading>): Reference =>
  stepReference(before, { ...reading, ...over }, 3);

describe('a reference that was never reached', () => {
  it('begins where the value comes as near to the ramped set point as it may be, and while heating alone', () => {
    expect(next(noReference, { value: 96.9 })).toBe(noReference);
    expect(next(noReference, { value: 97 })).toEqual(at(100));
    expect(next(noReference, { value: 103 })).toEqual(at(100));
    expect(next(noReference, { value: 103.1 })).toBe(noReference);
    expect(next(noReference, { heating: false })).toBe(noReference);
  });

  it('is not reached by a value that is not known, however low the set point', () => {
    expect(next(noReference, { value: null, ramped: 2 })).toBe(noReference);
  });
});

describe('a reference', () => {
  it('stays what it was while what it goes by is not known', () => {
    for (const unknown of ['target', 'ramped', 'heating'] as const) {
      for (const before of [at(1), at(1, false)]) {
        expect(next(before, { ramped: 2, value: 1, [unknown]: null }), unknown).toBe(before);
      }
    }
    expect(next(noReference, { ramped: null, value: 1 })).toBe(noReference);
    expect(next(noReference, { target: null })).toBe(noReference);
  });

  it('follows the ramp upwards though the value lags, and is the very same while the ramp stands', () => {
    const before = at(100);
    expect(next(before, { ramped: 105, value: 80 })).toEqual(at(105));
    expect(next(before, { ramped: 100, value: 80 })).toBe(before);
    expect(next(before, { ramped: 100, value: 100 })).toBe(before);
    expect(next(before, { ramped: 100, value: 80, target: 100 })).toBe(before);
    expect(next(before, { ramped: 50, value: 100 })).toBe(before);
  });

  it('is followed again only once the value has come near the ramp', () => {
    const before = at(100, false);
    expect(next(before, { ramped: 105, value: 80 })).toBe(before);
    expect(next(before, { ramped: 90, value: 90 })).toEqual(at(90));
    expect(next(before, { ramped: 100, value: 100 })).toEqual(at(100));
  });

  it('is the set point before while cooling, until the value has come down to the new one', () => {
    const cooling = { target: 100, ramped: 155, value: 158 };
    expect(next(at(160), cooling)).toEqual(at(160, false));
    const before = at(160, false);
    expect(next(before, cooling)).toBe(before);
    expect(next(before, { ...cooling, value: null })).toBe(before);
    expect(next(before, { ...cooling, value: 103 })).toEqual(at(100));
    expect(next(at(160), { ...cooling, value: 100 })).toEqual(at(100));
  });

  it('falls to where the value is and no further when the heater is off, and rises with no set point then', () => {
    const off = { heating: false, target: 100, value: 100 };
    expect(next(at(100), off)).toEqual(at(100, false));
    const before = at(100, false);
    expect(next(before, off)).toBe(before);
    expect(next(at(120), off)).toEqual(at(100, false));
    expect(next(at(100), { heating: false, target: 160, ramped: 160, value: 100 })).toEqual(at(100, false));
    expect(next(at(100), { heating: false, target: 160, ramped: 160, value: 160 })).toEqual(at(160, false));
  });
});

describe('what a condition sees of a reference', () => {
  const rowOf = (row: number): PreparedRow =>
    prepareSkid(skidOf(shipped)).rows.find(({ definition }) => definition.row === row)!;
  const known = {
    'R201/TIC-201.SP': 160,
    'R201/TIC-201.WSP': 100,
    'R201/T.max': 100,
    'R201/heater.run': true,
  } as const;
  type Tags = Partial<Record<keyof typeof known, Evaluated>>;
  const see = (before: Reference, said: Tags = {}): ReturnType<typeof referenceAt> =>
    referenceAt(rowOf(12), before, (tag) => {
      const name = tag as keyof typeof known;
      return said[name] ?? { value: known[name], quality: good };
    });

  it('is nothing where the row has none', () => {
    expect(referenceAt(rowOf(7), at(100), () => ({ value: null, quality: bad }))).toEqual({
      state: { value: null, following: false },
      evaluated: null,
    });
  });

  it('is its value once reached, and nothing before', () => {
    expect(see(noReference)).toEqual({ state: at(100), evaluated: { value: 100, quality: good } });
    expect(see(noReference, { 'R201/T.max': { value: 20, quality: good } })).toEqual({
      state: noReference,
      evaluated: null,
    });
  });

  it('is in doubt with what it goes by, and the reference itself waits', () => {
    for (const tag of ['R201/TIC-201.SP', 'R201/TIC-201.WSP', 'R201/heater.run'] as const) {
      const value = tag === 'R201/heater.run' ? false : 50;
      const seen = see(at(120), { [tag]: { value, quality: badNoCommunication } });
      expect(seen).toEqual({ state: at(120), evaluated: { value: 120, quality: badNoCommunication } });
    }
    expect(see(noReference, { 'R201/T.max': { value: 100, quality: bad } })).toEqual({
      state: noReference,
      evaluated: { value: null, quality: bad },
    });
    const reached = see(at(100, false), { 'R201/T.max': { value: 100, quality: bad } });
    expect(reached).toEqual({ state: at(100, false), evaluated: { value: 100, quality: good } });
  });

  it('takes no switch for a number and no number for a switch', () => {
    expect(see(at(1), { 'R201/TIC-201.WSP': { value: true, quality: good } }).state).toEqual(at(1));
    expect(see(at(120), { 'R201/heater.run': { value: null, quality: good } }).state).toEqual(at(120));
    expect(see(at(120), { 'R201/heater.run': { value: 1, quality: good } }).state).toEqual(at(120));
  });
});
