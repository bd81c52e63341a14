/** What goes out with a safe state, and which measures are held. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureBits, measuresWanted, safeFrame } from '../../gateway/safe-frame.ts';
import type { ControllerWords, RegisterModel } from '../../plant/device-model.ts';
import { plcModel } from './support/plc.ts';

const words = plcModel.controller!;
const without = (word: keyof ControllerWords): ControllerWords =>
  Object.fromEntries(Object.entries(words).filter(([name]) => name !== word)) as ControllerWords;
const values = { request: 20, measures: 3, row: 9 };
const moved = (name: string, address: number): RegisterModel => ({
  ...plcModel,
  points: plcModel.points.map((point) => (point.name === name ? { ...point, address } : point)),
});

describe('the frame of a safe state', () => {
  it('holds the request, no reset, the diverter at waste, the measures and the row, as they lie side by side', () => {
    const frame = safeFrame(plcModel, words, values);
    expect(frame?.address).toBe(1);
    expect(frame?.values.map(({ value }) => value)).toEqual([20, 0, 0, 3, 9]);
  });

  it('is not made where a word lies elsewhere, or the controller has none of them', () => {
    expect(safeFrame(moved('requestRow', 40), words, values)).toBeNull();
    expect(safeFrame(moved('diverterCommand', 41), words, values)).toBeNull();
    expect(safeFrame(plcModel, without('measures'), values)).toBeNull();
    expect(safeFrame(plcModel, without('row'), values)).toBeNull();
  });

  it('never reaches over a register that it does not mean', () => {
    expect(safeFrame(plcModel, without('diverter'), values)).toBeNull();
  });
});

describe('measures', () => {
  const bits = fc.integer({ min: 0, max: 3 });

  it('have a bit each', () => {
    expect(measureBits(words, [])).toBe(0);
    expect(measureBits(words, ['divert waste'])).toBe(1);
    expect(measureBits(words, ['block acid', 'divert waste'])).toBe(3);
  });

  it('that are asked for are always held', () => {
    fc.assert(
      fc.property(bits, bits, fc.boolean(), bits, fc.option(bits), (asked, ever, free, request, held) => {
        const wanted = measuresWanted({ asked, everAsked: asked | ever, free, request, held });
        expect((wanted?.value ?? 0) & asked).toBe(asked);
        if ((asked & ~request) !== 0 || (held !== null && (asked & ~held) !== 0)) expect(wanted?.due).toBe(true);
      }),
    );
  });

  it('from before a restart stay until nothing is demanded', () => {
    const before = { asked: 0, everAsked: 0, request: 1, held: 1 };
    expect(measuresWanted({ ...before, free: false })).toEqual({ value: 1, due: false });
    expect(measuresWanted({ ...before, free: true })).toEqual({ value: 0, due: true });
  });

  it('that were asked for from here go when they are asked for no more', () => {
    expect(measuresWanted({ asked: 0, everAsked: 2, free: false, request: 2, held: 2 })).toEqual({
      value: 0,
      due: true,
    });
  });

  it('are not written while nobody knows what the word holds', () => {
    expect(measuresWanted({ asked: 1, everAsked: 1, free: false, request: null, held: null })).toBeNull();
  });
});
