import { describe, expect, it } from 'vitest';
import { plan, type ReviewCommand } from '../../../control/review/commands.ts';
import type { Standing } from '../../../control/review/opposes.ts';
import { recordSubject } from '../../../control/review/review-book.ts';
import { utcMs } from '../../../plant/clock.ts';
import { fieldsLost } from '../../support/on-record.ts';
import { asked, batch, finding, ToldRecord } from './told.ts';

const now = utcMs(Date.UTC(2026, 4, 2));
const prepared = utcMs(Date.UTC(2026, 4, 1, 8));
const standing = ({ book }: ToldRecord, more: Partial<Standing> = {}): Standing => ({
  ended: true,
  purpose: 'production',
  book,
  rulesAreCurrent: true,
  ...more,
});
const planned = (record: ToldRecord, command: ReviewCommand, more: Partial<Standing> = {}) =>
  plan(batch, 'command-9', command, standing(record, more), { prepared, now });

function reviewed(): ToldRecord {
  const record = new ToldRecord();
  record.ran('alarms', []);
  record.signed('rosa', 'reviewed', recordSubject(batch));
  return record;
}

const release: ReviewCommand = { kind: 'dispose', decision: 'released', reason: 'it is whole' };

describe('a judgement', () => {
  const judge = (...exceptions: string[]): ReviewCommand => ({ kind: 'judge', exceptions, reason: 'looked' });

  it('closes what the batch called out of the ordinary, not what touches product', () => {
    const record = new ToldRecord();
    record.ran('alarms', [finding()]);
    record.ran('limits', [finding({ key: 'limits:a', title: 'Too warm' })]);
    const answer = planned(record, judge('E-1'));
    expect(answer).toMatchObject({ acts: [{ object: 'E-1' }], meaning: 'reviewed' });
    const acts = 'acts' in answer ? answer.acts : [];
    const request = { exceptions: ['E-1'], reason: 'looked', commandId: 'command-9' };
    expect(fieldsLost('/api/batches/:id/review/judge', request, acts)).toEqual([]);
    expect(planned(record, judge('E-1', 'E-2'))).toMatchObject({
      refusal: 'E-2 (Too warm) is closed by a deviation only.',
    });
  });

  it('of many has a subject that can be read', () => {
    const record = new ToldRecord();
    record.ran(
      'alarms',
      Array.from({ length: 400 }, (_, index) => finding({ key: `alarms:${index}` })),
    );
    const answer = planned(record, judge(...record.book.exceptions.keys()));
    expect(answer).toMatchObject({ subject: expect.stringContaining('E-10 and 390 more of batch') });
    expect('subject' in answer && answer.subject.length).toBeLessThan(200);
  });

  it('of what is found otherwise since is refused, with the number of what is found now', () => {
    const record = new ToldRecord();
    record.ran('alarms', [finding()]);
    record.ran('alarms', [finding({ detail: 'twice' })]);
    expect(planned(record, judge('E-1'))).toMatchObject({ refusal: 'E-1 is found otherwise since, as E-2.' });
  });
});

describe('a deviation', () => {
  it('is closed by neither who raised it nor who found its cause', () => {
    const record = new ToldRecord();
    record.ran('limits', [finding()]);
    const raise = { ...asked, title: 't', classification: 'minor', exceptions: ['E-1'], description: 'd' } as const;
    record.acted('rosa', { action: 'deviation-raised', object: 'D-1', data: raise }, 'raised');
    const investigation = { ...asked, cause: 'c', impact: 'i' };
    record.acted('ivo', { action: 'deviation-investigated', object: 'D-1', data: investigation }, 'investigated');
    const decide = {
      kind: 'decide',
      deviation: 'D-1',
      decision: 'product not affected',
      reason: 'r',
      action: '',
    } as const;
    expect(planned(record, decide)).toMatchObject({ notPersons: ['ivo', 'rosa'] });
  });
});

describe('a late entry', () => {
  const late = (happenedAt: number): ReviewCommand => ({
    kind: 'enter late',
    what: 'colour',
    value: 'orange',
    unit: null,
    happenedAt: utcMs(happenedAt),
    reason: 'it was on paper',
  });

  it('is of a time that has come, and of this batch', () => {
    const record = new ToldRecord();
    expect(planned(record, late(prepared))).toMatchObject({ acts: [{ action: 'late-entry' }] });
    expect(planned(record, late(now + 61_000))).toMatchObject({ refusal: expect.stringContaining('has not come yet') });
    expect(planned(record, late(prepared - 25 * 3_600_000))).toMatchObject({
      refusal: expect.stringContaining('more than a day before'),
    });
  });
});

describe('a disposition', () => {
  const disposed = (decision: string): ToldRecord => {
    const record = reviewed();
    const data = { ...asked, verified: [] };
    record.acted('ana', { action: 'batch-disposed', object: batch, new: decision, reason: 'r', data }, decision);
    return record;
  };

  it('is made once; a quarantine may be lifted, a rejection is final', () => {
    expect(planned(reviewed(), release)).toMatchObject({ meaning: 'released', notPersons: ['rosa'] });
    expect(planned(disposed('released'), release)).toMatchObject({ refusal: 'It is released already, by ANA.' });
    expect(planned(disposed('quarantined'), release)).toMatchObject({ meaning: 'released' });
    expect(planned(disposed('rejected'), release)).toMatchObject({ refusal: 'It was rejected by ANA.' });
  });

  it('waits for the review, for the rules, for the end, and for what is open', () => {
    expect(planned(new ToldRecord(), release)).toMatchObject({ refusal: expect.stringContaining('Nobody of QA') });
    expect(planned(reviewed(), release, { rulesAreCurrent: false })).toMatchObject({
      refusal: expect.stringContaining('rules have not run'),
    });
    expect(planned(reviewed(), release, { ended: false })).toMatchObject({ refusal: 'The batch runs.' });
    expect(planned(reviewed(), release, { purpose: 'rehearsal' })).toMatchObject({
      refusal: 'A rehearsal makes no product.',
    });
    const open = reviewed();
    open.ran('alarms', [finding()]);
    expect(planned(open, release)).toMatchObject({ refusal: expect.stringContaining('1 exception is open: E-1.') });
  });
});
