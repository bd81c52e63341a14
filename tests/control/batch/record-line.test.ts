import { describe, expect, it } from 'vitest';
import { RecordLine } from '../../../control/batch/record-line.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { Bench, silent } from './fake-skid.ts';

const event = (action: string): RecordEvent => ({
  scope: 'batch/B-1',
  actor: { kind: 'batch', batch: 'B-1' },
  action,
  object: 'B-1',
});

describe('the line of records', () => {
  it('keeps the order of what is appended and what follows', async () => {
    const { ledger } = new Bench();
    const line = new RecordLine(ledger, silent);
    line.follow(event('one'));
    const two = line.append(event('two'));
    line.follow(event('three'));
    await two;
    await line.settled();
    expect(ledger.actions('batch/B-1')).toEqual(['one', 'two', 'three']);
  });

  it('keeps what follows while the ledger is full, refuses what is appended, and says the gap once', async () => {
    const { ledger } = new Bench();
    const line = new RecordLine(ledger, silent);
    ledger.full = true;
    line.follow(event('held'));
    await expect(line.append(event('next'))).rejects.toThrow('full');
    line.retry();
    await line.settled();
    expect(line.waiting).toBe(1);
    ledger.full = false;
    await line.append(event('next'));
    expect(ledger.actions('batch/B-1')).toEqual(['record-gap', 'held', 'next']);
    expect(ledger.events[0]?.event.data).toMatchObject({ events: '1' });
  });
});
