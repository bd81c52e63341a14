import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf, planFrames, type RegisterValue } from '../../../gateway/modbus/write-frames.ts';
import { wordOrders, type RegisterPoint } from '../../../plant/device-model.ts';
import { registerPoint } from '../../support/register-model.ts';

const set = (point: Partial<RegisterPoint>, value: number | boolean): RegisterValue => ({
  point: registerPoint({ name: `p${point.address ?? 0}.${point.bit ?? 0}`, access: 'read-write', ...point }),
  value,
});
const coil = (address: number, value: boolean) => set({ area: 'coil', type: 'bool', address }, value);
const bit = (address: number, at: number, value: boolean) => set({ type: 'bool', address, bit: at }, value);
const framed = (...writes: RegisterValue[]) =>
  planFrames(writes).map((group) => frameOf(group as [RegisterValue, ...RegisterValue[]]));

describe('the writes of one command', () => {
  it('go out as one frame where their registers follow each other, whatever their order', () => {
    expect(framed(set({ address: 11 }, 2), set({ address: 10 }, 1), set({ address: 12, type: 'uint32' }, 3))).toEqual([
      { kind: 'words', address: 10, words: [1, 2, 0, 3], alone: false },
    ]);
  });

  it('go out in the order given where they do not', () => {
    expect(framed(set({ address: 20 }, 2), set({ address: 10 }, 1), set({ address: 11 }, 3))).toEqual([
      { kind: 'words', address: 20, words: [2], alone: false },
      { kind: 'words', address: 10, words: [1, 3], alone: false },
    ]);
  });

  it('are a run of coils in one frame', () => {
    expect(framed(coil(3, true), coil(4, false), coil(5, true))).toEqual([
      { kind: 'coils', address: 3, bits: [true, false, true] },
    ]);
    expect(framed(coil(3, true), coil(5, true))).toHaveLength(2);
  });

  it('are the bits of one register in one mask, and never its other bits', () => {
    expect(framed(bit(7, 0, true), bit(7, 3, false), bit(7, 9, true))).toEqual([
      { kind: 'bits', address: 7, mask: 0b10_0000_1001, bits: 0b10_0000_0001 },
    ]);
    expect(framed(bit(7, 0, true), bit(8, 1, true))).toHaveLength(2);
    expect(framed(set({ type: 'bool', address: 7, bit: 1, order: 'BADC' }, true))).toEqual([
      { kind: 'bits', address: 7, mask: 0x0200, bits: 0x0200 },
    ]);
  });

  it('go alone where the device takes one register at a time', () => {
    expect(framed(set({ address: 10, function: 6 }, 1), set({ address: 11 }, 2))).toEqual([
      { kind: 'words', address: 10, words: [1], alone: true },
      { kind: 'words', address: 11, words: [2], alone: false },
    ]);
  });

  it('are each in exactly one frame, none longer than a device takes', () => {
    const writes = fc.uniqueArray(fc.record({ address: fc.nat({ max: 300 }), order: fc.constantFrom(...wordOrders) }), {
      selector: ({ address }) => address,
      maxLength: 200,
    });
    fc.assert(
      fc.property(writes, (points) => {
        const values = points.map((point, i) => set({ ...point, type: 'uint16' }, i));
        const groups = planFrames(values);
        const byName = (one: RegisterValue, other: RegisterValue) => Number(one.value) - Number(other.value);
        expect(groups.flat().sort(byName)).toEqual(values);
        for (const group of groups) expect(group.length).toBeLessThanOrEqual(121);
      }),
    );
  });
});
