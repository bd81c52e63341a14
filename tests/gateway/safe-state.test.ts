import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fieldDemandOf,
  heldDemand,
  holdsField,
  nextHeartbeat,
  requestToWrite,
  type Wishes,
} from '../../gateway/safe-state.ts';
import { badNotConnected, good } from '../../plant/quality.ts';
import { demandRank, fieldSatisfies, type Demand } from '../../plant/safe-state.ts';
import { plcModel } from './support/plc.ts';

const words = plcModel.controller!;
const wishes = (more: Partial<Wishes>): Wishes => ({
  interlocks: 'none',
  releasing: false,
  asked: 'none',
  leaving: false,
  ...more,
});

const demands: readonly Demand[] = ['none', 'B', 'H', 'Hcd', 'S', 'E'];

describe('what the field is held in', () => {
  it.each<[Partial<Wishes>, ReturnType<typeof heldDemand>]>([
    [{}, 'none'],
    [{ interlocks: 'B' }, 'none'],
    [{ interlocks: 'H' }, 'H'],
    [{ interlocks: 'Hcd' }, 'Hcd'],
    [{ interlocks: 'S' }, 'S'],
    [{ interlocks: 'E' }, 'E'],
    [{ asked: 'H' }, 'H'],
    [{ asked: 'H', interlocks: 'B' }, 'H'],
    [{ asked: 'H', interlocks: 'Hcd' }, 'Hcd'],
    [{ asked: 'S', interlocks: 'H' }, 'S'],
    [{ asked: 'H', interlocks: 'S' }, 'S'],
    [{ interlocks: 'H', releasing: true }, 'H'],
    [{ interlocks: 'H', leaving: true }, 'H'],
    [{ interlocks: 'H', releasing: true, leaving: true }, 'none'],
    [{ asked: 'H', leaving: true }, 'none'],
    [{ asked: 'H', interlocks: 'S', leaving: true }, 'S'],
  ])('is, with %j, %s', (given, held) => {
    expect(heldDemand(wishes(given))).toBe(held);
  });

  it('is never less than what the interlocks demand, but while an accepted reset leaves', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...demands),
        fc.constantFrom<Wishes['asked']>('none', 'H', 'S'),
        fc.boolean(),
        fc.boolean(),
        (interlocks, asked, releasing, leaving) => {
          const held = heldDemand({ interlocks, asked, releasing, leaving });
          if (demandRank(interlocks) >= demandRank('H') && !(releasing && leaving)) {
            expect(demandRank(held)).toBeGreaterThanOrEqual(demandRank(interlocks));
          }
          if (!leaving && asked !== 'none') expect(demandRank(held)).toBeGreaterThanOrEqual(demandRank(asked));
        },
      ),
    );
  });

  it('forbids every other write from HOT-HOLD upwards', () => {
    expect(demands.map((interlocks) => holdsField({ interlocks, asked: 'none' }))).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
    expect(holdsField({ interlocks: 'none', asked: 'H' })).toBe(true);
  });
});

describe('the request word', () => {
  it.each<['none' | 'H' | 'Hcd' | 'S' | 'E', Demand | null, number | null, number | null]>([
    ['none', 'none', 0, null],
    ['none', 'H', 10, null],
    ['H', 'none', 0, 10],
    ['H', 'B', 0, 10],
    ['H', null, null, 10],
    ['H', 'H', 10, null],
    ['H', 'H', 0, 10],
    ['H', 'H', null, 10],
    ['H', 'none', 10, 10],
    ['H', 'S', 10, null],
    ['Hcd', 'none', 0, 11],
    ['Hcd', 'H', 11, null],
    ['Hcd', 'H', 10, 11],
    ['S', 'H', 10, 20],
    ['S', 'S', 20, null],
    ['E', 'S', 20, 30],
    ['E', 'E', 30, null],
  ])('for %s, with the field in %s and the register at %s, is written as %s', (held, field, readBack, request) => {
    expect(requestToWrite(words, held, field, readBack)).toBe(request);
  });

  it('is written until the field is as safe as asked and says so', () => {
    for (const held of ['H', 'Hcd', 'S', 'E'] as const) {
      for (const field of demands) {
        const rests = requestToWrite(words, held, field, words.requests[held]) === null;
        expect(rests).toBe(fieldSatisfies(field, held));
      }
    }
  });
});

describe('the controller’s step', () => {
  it.each<[number | null, Demand | null]>([
    [0, 'none'],
    [1, 'B'],
    [13, 'H'],
    [20, 'S'],
    [30, 'E'],
    [99, null],
    [null, null],
  ])('%s belongs to %s', (value, demand) => {
    expect(fieldDemandOf(words, { value, quality: good })).toBe(demand);
  });

  it('is not known where it does not answer', () => {
    expect(fieldDemandOf(words, { value: 0, quality: badNotConnected })).toBeNull();
    expect(fieldDemandOf(words, null)).toBeNull();
  });
});

it('the heartbeat rolls over at 16 bits and never stands still', () => {
  expect(nextHeartbeat(0xffff)).toBe(0);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff }), (counter) => {
      expect(nextHeartbeat(counter)).not.toBe(counter);
    }),
  );
});
