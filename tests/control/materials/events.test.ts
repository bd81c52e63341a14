/** What is written of lots is what is read back. */
import { describe, expect, it } from 'vitest';
import { emptyBook, evolve, type MaterialEvent } from '../../../control/materials/book.ts';
import { lotsScope, materialRecord, recall } from '../../../control/materials/events.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { RecordEvent, StoredEvent } from '../../../plant/record-event.ts';

const events: readonly MaterialEvent[] = [
  {
    kind: 'lot-received',
    lot: {
      id: 'L-1',
      material: 'Se',
      supplier: 'S',
      supplierLot: 'X',
      received: '100',
      unit: 'g',
      expires: utcMs(9e12),
      containers: ['C-1'],
    },
  },
  { kind: 'lot-status-changed', lot: 'L-1', status: 'released' },
  {
    kind: 'weighing-entered',
    weighing: {
      lot: 'L-1',
      batch: 'B-1',
      material: 'Se',
      amount: '36.4',
      tare: '1.2',
      scale: 'W-1',
      container: 'D-1',
      by: 'Olga',
      checkedBy: null,
      at: utcMs(7),
    },
  },
];
const stored = (event: RecordEvent, index: number): StoredEvent => ({
  scope: lotsScope,
  seq: index + 1,
  hash: '',
  utc: utcMs(0),
  event,
});
const written = events.map((event) =>
  materialRecord(event, { kind: 'service', part: 'test' }, 'as told', { commandId: 'c' }),
);

describe('the record of lots', () => {
  it('gives back the book that was', () => {
    expect(recall(written.map(stored))).toEqual({ book: events.reduce(evolve, emptyBook), unreadable: [] });
  });
  it('names the entries that cannot be read, and leaves others alone', () => {
    const broken = { ...written[2]!, data: { ...written[2]!.data, amount: '-5' } };
    const other = { ...written[1]!, action: 'entry-proposed' };
    expect(recall([written[0]!, broken, other].map(stored)).unreadable).toEqual([2]);
  });
});
