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
      receivedBy: 'P-olga',
    },
  },
  {
    kind: 'lot-corrected',
    lot: 'L-1',
    to: { supplier: 'S', supplierLot: 'Y', received: '90', expires: utcMs(9e12), containers: [] },
  },
  {
    kind: 'dispensing-opened',
    kit: {
      id: 'D-1',
      recipe: 'CdSe',
      version: 3,
      materials: [{ name: 'Se', amount: '0.46', unit: 'mol', checked: true }],
      openedBy: 'Olga',
      openedAt: utcMs(6),
    },
  },
  { kind: 'lot-status-changed', lot: 'L-1', status: 'released' },
  {
    kind: 'weighing-entered',
    weighing: {
      lot: 'L-1',
      kit: 'D-1',
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
  {
    kind: 'weighing-struck',
    kit: 'D-1',
    number: 1,
    strike: { reason: 'Spilt.', by: 'Olga', checkedBy: 'Carl', at: utcMs(8), gone: true },
  },
  { kind: 'dispensing-taken', kit: 'D-1', batch: 'B-1' },
  { kind: 'dispensing-given-back', kit: 'D-1' },
  { kind: 'dispensing-given-up', kit: 'D-1' },
];
const stored = (event: RecordEvent, index: number): StoredEvent => ({
  scope: lotsScope,
  seq: index + 1,
  hash: '',
  utc: utcMs(0),
  event,
});
const bookBefore = (index: number) => events.slice(0, index).reduce(evolve, emptyBook);
const written = events.map((event, index) =>
  materialRecord(event, bookBefore(index), { kind: 'service', part: 'test' }, 'as told', { commandId: 'c' }),
);

describe('the record of lots', () => {
  it('gives back the book that was', () => {
    expect(recall(written.map(stored))).toEqual({ book: events.reduce(evolve, emptyBook), unreadable: [] });
  });
  it('says what stood there before, of each change of a lot', () => {
    const change = (action: string) => written.find((each) => each.action === action)!;
    expect(change('lot-corrected')).toMatchObject({
      old: { supplierLot: 'X', received: '100' },
      new: { supplierLot: 'Y', received: '90' },
    });
    expect(change('lot-status-changed')).toMatchObject({ old: 'quarantine', new: 'released' });
  });
  it('names the entries that cannot be read, and leaves others alone', () => {
    const weighing = written.find(({ action }) => action === 'weighing-entered')!;
    const broken = { ...weighing, data: { ...weighing.data, amount: '-5' } };
    const other = { ...written[1]!, action: 'entry-proposed' };
    expect(recall([written[0]!, broken, other].map(stored)).unreadable).toEqual([2]);
  });
});
