import { describe, expect, it } from 'vitest';
import { RecordLine } from '../../../control/batch/record-line.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { Bench, settle, silent } from './fake-skid.ts';

const scope = 'batch/B-1';
const event = (action: string): RecordEvent => ({
  scope,
  actor: { kind: 'batch', batch: 'B-1' },
  action,
  object: 'B-1',
});

describe('the line of records', () => {
  it('keeps the order of what is appended and what follows', async () => {
    const { ledger } = new Bench();
    const line = new RecordLine(ledger, silent, scope, 0);
    line.follow([event('one')]);
    const two = line.append([event('two'), event('three')]);
    line.follow([event('four')]);
    await two;
    await line.settled();
    expect(ledger.actions(scope)).toEqual(['one', 'two', 'three', 'four']);
  });

  it('keeps what follows while the ledger is full, refuses what is appended, and says the gap', async () => {
    const { ledger } = new Bench();
    const line = new RecordLine(ledger, silent, scope, 0);
    ledger.full = true;
    await expect(line.append([event('refused')])).rejects.toThrow('full');
    line.follow([event('held')]);
    await line.settled();
    expect(line.waiting).toBe(1);
    ledger.full = false;
    await line.append([event('next')]);
    expect(ledger.actions(scope)).toEqual(['record-gap', 'held', 'next']);
  });

  it('looks up what was not acknowledged: what is there is believed, and not written twice', async () => {
    const { ledger } = new Bench();
    const line = new RecordLine(ledger, silent, scope, 0);
    const appendAll = ledger.appendAll.bind(ledger);
    ledger.appendAll = async (events) => {
      await appendAll(events);
      throw new Error('The answer was lost.');
    };
    await line.append([event('one'), event('two')]);
    line.follow([event('three')]);
    await line.settled();
    ledger.appendAll = appendAll;
    line.retry();
    await line.settled();
    await line.append([event('four')]);
    expect(ledger.actions(scope)).toEqual(['one', 'two', 'three', 'four']);
  });

  it('refuses nobody while nobody can say whether it was written', async () => {
    const { ledger } = new Bench();
    const line = new RecordLine(ledger, silent, scope, 0);
    const [appendAll, read] = [ledger.appendAll.bind(ledger), ledger.read.bind(ledger)];
    ledger.appendAll = () => Promise.reject(new Error('No answer.'));
    ledger.read = () => Promise.reject(new Error('No answer.'));
    let said = '';
    void line.append([event('one')]).then(
      () => (said = 'written'),
      () => (said = 'refused'),
    );
    await line.settled();
    await settle();
    expect(said).toBe('');
    ledger.appendAll = appendAll;
    ledger.read = read;
    line.retry();
    await line.settled();
    await settle();
    expect(said).toBe('written');
    expect(ledger.actions(scope)).toEqual(['one']);
  });
});
