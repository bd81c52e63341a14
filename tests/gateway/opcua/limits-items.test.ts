import {
  constructEventFilter,
  ContentFilter,
  ContentFilterElement,
  ElementOperand,
  FilterOperator,
  LiteralOperand,
  Variant,
  DataType,
} from 'node-opcua';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBounded, mostFields } from '../../../gateway/opcua/limits/limits-items.ts';
import { newestWithin } from '../../../gateway/opcua/limits/limits-resending.ts';

const one = new LiteralOperand({ value: new Variant({ dataType: DataType.Int32, value: 1 }) });
const filter = (elements: readonly (readonly number[])[]) => {
  const made = constructEventFilter(['EventId']);
  made.whereClause = new ContentFilter({
    elements: elements.map(
      (refers) =>
        new ContentFilterElement({
          filterOperator: refers.length === 0 ? FilterOperator.Equals : FilterOperator.And,
          filterOperands: refers.length === 0 ? [one, one] : refers.map((index) => new ElementOperand({ index })),
        }),
    ),
  });
  return made;
};

describe('a filter of events', () => {
  it('is taken where it is a tree, whatever its form', () => {
    expect(isBounded(filter([]))).toBe(true);
    expect(isBounded(filter([[1, 2], [3, 4], [], [], []]))).toBe(true);
  });

  it('is not taken where elements are used twice, which doubles the work with each', () => {
    expect(isBounded(filter([[1, 1], [2, 2], []]))).toBe(false);
    expect(isBounded(filter([[1, 2], [2, 3], [], []]))).toBe(false);
  });

  it('is not taken where it leads back', () => {
    expect(isBounded(filter([[0, 1], []]))).toBe(false);
    expect(isBounded(filter([[1, 2], [0, 3], [], []]))).toBe(false);
  });

  it('is not taken with more fields than events are counted for', () => {
    const fields = (count: number) => {
      const made = constructEventFilter(['EventId']);
      const [first] = made.selectClauses ?? [];
      made.selectClauses = Array.from({ length: count }, () => first!);
      return made;
    };
    expect(isBounded(fields(mostFields))).toBe(true);
    expect(isBounded(fields(mostFields + 1))).toBe(false);
  });
});

describe('what is kept to be sent again', () => {
  it('is the newest that fit, and two in any case', () => {
    expect(newestWithin([10, 10, 10], 100)).toBe(3);
    expect(newestWithin([10, 10, 10], 29)).toBe(2);
    expect(newestWithin([10, 10, 1000], 100)).toBe(2);
    expect(newestWithin([], 0)).toBe(0);
  });

  it('never comes to more than it may, beyond the last two', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 120 }), fc.nat(20_000), (sizes, most) => {
        const count = newestWithin(sizes, most);
        const sum = sizes.slice(sizes.length - count).reduce((all, size) => all + size, 0);
        expect(count <= 2 || sum <= most).toBe(true);
        expect(count >= Math.min(2, sizes.length)).toBe(true);
      }),
    );
  });
});
