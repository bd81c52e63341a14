import { describe, expect, it } from 'vitest';
import { isOpen } from '../../../control/review/opposes.ts';
import { recordSubject } from '../../../control/review/review-book.ts';
import type { Act } from '../../../control/review/review-events.ts';
import { asked, batch, finding, ToldRecord } from './told.ts';

const judge = (object: string): Act => ({ action: 'exception-judged', object, reason: 'looked at', data: asked });
const dispose = (decision: string): Act => ({
  action: 'batch-disposed',
  object: batch,
  new: decision,
  reason: 'it is whole',
  data: asked,
});

function found(...findings: ReturnType<typeof finding>[]): ToldRecord {
  const record = new ToldRecord();
  record.happened('batch-prepared');
  record.happened('batch-ended');
  record.ran('alarms', findings);
  return record;
}

describe('an exception', () => {
  it('keeps its number while the same is found, and what was said of it', () => {
    const record = found(finding());
    record.acted('rosa', judge('E-1'), 'reviewed');
    record.ran('alarms', [finding()]);
    const { exceptions } = record.book;
    expect([...exceptions.keys()]).toEqual(['E-1']);
    expect(exceptions.get('E-1')).toMatchObject({ stillFound: true, judged: { by: 'ROSA', reason: 'looked at' } });
  });

  it('that is found otherwise later is another, and open, whatever was said of the first', () => {
    const record = found(finding());
    record.acted('rosa', judge('E-1'), 'reviewed');
    record.ran('alarms', [finding({ detail: 'raised 40 times' })]);
    const { exceptions } = record.book;
    expect(exceptions.get('E-1')).toMatchObject({ stillFound: false, replacedBy: 'E-2' });
    expect(exceptions.get('E-2')).toMatchObject({ detail: 'raised 40 times', judged: null, replacedBy: null });
    expect([...exceptions.values()].filter(isOpen).map(({ id }) => id)).toEqual(['E-2']);
  });

  it('that nobody had seen to is not asked for twice', () => {
    const record = found(finding());
    record.ran('alarms', [finding({ detail: 'raised 40 times' })]);
    expect([...record.book.exceptions.values()].filter(isOpen).map(({ id }) => id)).toEqual(['E-2']);
  });

  it('of a rule that touches product is closed by a deviation only, and of a rule that is no more too', () => {
    const record = new ToldRecord();
    for (const rule of ['alarms', 'limits', 'gone']) record.ran(rule, [finding({ key: `${rule}:a` })]);
    expect([...record.book.exceptions.values()].map(({ byDeviation }) => byDeviation)).toEqual([false, true, true]);
  });
});

describe('what a person did', () => {
  it('was never done without the signature of that person, over the line before it, in its meaning', () => {
    const without = found(finding());
    without.add({ ...judge('E-1'), actor: { kind: 'service', part: 'x' } });
    const another = found(finding());
    another.add({ ...judge('E-1'), actor: { ...without.events[0]!.event.actor, kind: 'batch', batch } });
    const elsewhere = found(finding());
    elsewhere.acted('rosa', judge('E-1'), 'reviewed', { signedSeq: '1' });
    const meaning = found(finding());
    meaning.acted('rosa', judge('E-1'), 'performed');
    const signer = found(finding());
    signer.acted('rosa', judge('E-1'), 'reviewed', { signer: 'ana' });
    for (const record of [without, another, elsewhere, meaning, signer])
      expect(record.book.exceptions.get('E-1')!.judged).toBeNull();
  });
});

describe('a review', () => {
  it('counts from the last run of the rules on: whoever signed before has not read what they found', () => {
    const record = new ToldRecord();
    record.happened('batch-ended');
    record.signed('rosa', 'reviewed', recordSubject(batch));
    expect(record.book.reviewed).toBeNull();
    record.ran('alarms', []);
    expect(record.book.reviewed).toBeNull();
    record.signed('rosa', 'reviewed', recordSubject(batch));
    expect(record.book.reviewed).toMatchObject({ by: 'ROSA', superseded: null });
  });

  it('stands no longer when the record changes, and neither does the decision; a Reset changes nothing', () => {
    const record = found();
    record.signed('rosa', 'reviewed', recordSubject(batch));
    record.acted('ana', dispose('released'), 'released');
    record.add({ actor: { kind: 'batch', batch }, action: 'state-changed', object: 'QD-1', new: 'Idle' });
    expect(record.book).toMatchObject({ reviewed: { superseded: null }, disposition: { superseded: null } });
    const { seq } = record.happened('volume-collected');
    const why = { superseded: `Line ${seq} (volume-collected) came after it.` };
    expect(record.book).toMatchObject({ reviewed: why, disposition: why });
  });
});

describe('a disposition', () => {
  it('does not take those before it away', () => {
    const record = found();
    record.acted('ana', dispose('quarantined'), 'quarantined');
    record.acted('ana', dispose('released'), 'released');
    expect(record.book.disposition).toMatchObject({ decision: 'released' });
    expect(record.book.earlierDispositions).toMatchObject([{ decision: 'quarantined' }]);
  });

  it('of another meaning than it is signed for was never made', () => {
    const record = found();
    record.acted('ana', dispose('released'), 'quarantined');
    expect(record.book.disposition).toBeNull();
  });
});
