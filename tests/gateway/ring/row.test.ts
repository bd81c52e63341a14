import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oldestRow, positionIn, readRow, rowAddress, rowsAtOnce } from '../../../gateway/ring/row.ts';
import { Logger, rigRing, rowTime, rowValues } from '../support/logger.ts';

const words = (logger: Logger, sequence: number): number[] => {
  const at = rowAddress(rigRing, sequence, logger.capacity);
  return [...logger.input.slice(at, at + rigRing.rowRegisters)];
};

describe('a row', () => {
  it('is read with its time and its exact values', () => {
    const logger = new Logger(10);
    logger.write(13);
    expect(readRow(rigRing, words(logger, 13), 13)).toEqual({
      kind: 'row',
      row: {
        sequence: 13,
        timeMs: rowTime(13),
        values: rowValues(13).map((value, column) => ({ name: rigRing.values[column]!.name, value })),
      },
    });
  });

  it('whose two numbers differ is torn, whichever half was written', () => {
    const logger = new Logger(10);
    logger.write(3);
    const [old, young] = [words(logger, 3), words(logger, 3)];
    old[rigRing.sequence + 1] = 13;
    young[rigRing.repeat + 1] = 13;
    expect(readRow(rigRing, old, 3).kind).toBe('torn');
    expect(readRow(rigRing, young, 3).kind).toBe('torn');
    expect(readRow(rigRing, old, 13).kind).toBe('torn');
  });

  it('that is another than was meant is not taken for it', () => {
    const logger = new Logger(10);
    logger.write(13);
    expect(readRow(rigRing, words(logger, 3), 3)).toEqual({ kind: 'other', sequence: 13 });
  });
});

describe('the place in a ring', () => {
  it.each([
    [
      'begins at the oldest row, of a ring that is not full',
      { newest: 5, capacity: 10 },
      null,
      { next: 1, lost: 0, restarted: false },
    ],
    [
      'begins at the oldest row, of a full one',
      { newest: 25, capacity: 10 },
      null,
      { next: 16, lost: 0, restarted: false },
    ],
    [
      'goes on after the last',
      { newest: 25, capacity: 10 },
      { epoch: 0, sequence: 20 },
      { next: 21, lost: 0, restarted: false },
    ],
    [
      'stays at the newest',
      { newest: 25, capacity: 10 },
      { epoch: 0, sequence: 25 },
      { next: 26, lost: 0, restarted: false },
    ],
    [
      'says what was overwritten',
      { newest: 25, capacity: 10 },
      { epoch: 0, sequence: 11 },
      { next: 16, lost: 4, restarted: false },
    ],
    [
      'begins anew where the numbers do',
      { newest: 3, capacity: 10 },
      { epoch: 0, sequence: 20 },
      { next: 1, lost: 0, restarted: true },
    ],
    [
      'begins anew with another recording',
      { newest: 30, capacity: 10 },
      { epoch: 7, sequence: 25 },
      { next: 21, lost: 0, restarted: true },
    ],
  ])('%s', (_, head, last, position) => {
    expect(positionIn({ epoch: 0, ...head }, last)).toEqual(position);
  });

  it('never skips a row that the ring holds, nor asks for one that it does not', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 5000 }),
        fc.integer({ min: 1, max: 1600 }),
        fc.nat({ max: 5000 }),
        (newest, capacity, sequence) => {
          const { next, lost, restarted } = positionIn({ epoch: 0, newest, capacity }, { epoch: 0, sequence });
          expect(next).toBeGreaterThanOrEqual(oldestRow(newest, capacity));
          if (!restarted) expect(next).toBe(sequence + lost + 1);
          if (lost > 0) expect(next).toBe(oldestRow(newest, capacity));
        },
      ),
    );
  });

  it('is read in contiguous pieces that fit a read', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 40, max: 125 }),
        fc.integer({ min: 1, max: 5000 }),
        fc.nat({ max: 10 }),
        fc.integer({ min: 1, max: 1600 }),
        (longest, from, ahead, capacity) => {
          const count = rowsAtOnce(rigRing, longest, from, from + ahead, capacity);
          expect(count).toBeGreaterThanOrEqual(1);
          expect(count).toBeLessThanOrEqual(ahead + 1);
          expect(count * rigRing.rowRegisters).toBeLessThanOrEqual(longest);
          const [first, last] = [from, from + count - 1].map((sequence) => rowAddress(rigRing, sequence, capacity));
          expect(last! - first!).toBe((count - 1) * rigRing.rowRegisters);
        },
      ),
    );
  });
});
