import { describe, expect, it } from 'vitest';
import { opposesDisposition, opposesRelease, opposesReview, type Standing } from '../../../control/review/opposes.ts';
import { recordSubject } from '../../../control/review/review-book.ts';
import { asked, batch, finding, ToldRecord } from './told.ts';

const standing = ({ book }: ToldRecord, more: Partial<Standing> = {}): Standing => ({
  ended: true,
  purpose: 'production',
  book,
  rulesAreCurrent: true,
  ...more,
});
const raised = (record: ToldRecord): void => {
  record.ran('limits', [finding({ key: 'limits:a' })]);
  const data = { ...asked, title: 't', classification: 'minor', exceptions: ['E-1'], description: 'd' };
  record.acted('rosa', { action: 'deviation-raised', object: 'D-1', data }, 'raised');
};
const closed = (record: ToldRecord, decision: string): void => {
  raised(record);
  record.acted('ivo', { action: 'deviation-investigated', object: 'D-1', data: { ...asked, cause: 'c', impact: 'i' } }, 'investigated'); // prettier-ignore
  record.acted('ana', { action: 'deviation-decided', object: 'D-1', new: decision, reason: 'r', data: { ...asked, action: '' } }, 'decided'); // prettier-ignore
};
const reviewed = (tell: (record: ToldRecord) => void = (record) => record.ran('alarms', [])): ToldRecord => {
  const record = new ToldRecord();
  tell(record);
  record.signed('rosa', 'reviewed', recordSubject(batch));
  return record;
};

describe('a release', () => {
  it('is opposed by nothing where all is closed, reviewed and read by the rules', () => {
    expect(opposesRelease(standing(reviewed()))).toEqual([]);
    expect(opposesRelease(standing(reviewed((record) => closed(record, 'product not affected'))))).toEqual([]);
  });

  it.each<[string, Standing, string]>([
    ['a batch that runs', standing(reviewed(), { ended: false }), 'The batch runs.'],
    ['rules that have not run since', standing(reviewed(), { rulesAreCurrent: false }), 'The rules have not run over the record as it stands.'],
    ['an open exception', standing(reviewed((record) => record.ran('alarms', [finding()]))), '1 exception is open: E-1.'],
    ['two open exceptions', standing(reviewed((record) => record.ran('alarms', [finding(), finding({ key: 'alarms:b' })]))), '2 exceptions are open: E-1, E-2.'],
    ['a deviation that is not closed', standing(reviewed(raised)), 'Deviation D-1 is raised, not closed.'],
    ['a deviation that affects the product', standing(reviewed((record) => closed(record, 'product affected'))), 'Deviation D-1 found the product affected.'],
    ['a rehearsal', standing(reviewed(), { purpose: 'rehearsal' }), 'A rehearsal makes no product.'],
  ])('is opposed by %s', (_, how, words) => {
    expect(opposesRelease(how)).toEqual([words]);
  }); // prettier-ignore

  it('is opposed by a record that nobody reviewed, or that changed since', () => {
    const none = new ToldRecord();
    none.ran('alarms', []);
    expect(opposesRelease(standing(none))).toEqual(['Nobody of QA has signed the record as reviewed.']);
    const changed = reviewed();
    changed.acted('olga', { action: 'late-entry', object: 'x', new: '1', reason: 'r', data: asked }, 'performed');
    expect(opposesRelease(standing(changed))).toEqual([
      expect.stringMatching(/^The review no longer stands: Line \d+ \(late-entry\)/),
    ]);
  });

  it('is opposed by a line of the review that cannot be read', () => {
    const record = reviewed();
    const { seq } = record.add({ actor: { kind: 'service', part: 'review' }, action: 'exception-found', object: 'E-9', data: {} }); // prettier-ignore
    expect(opposesReview(standing(record))).toEqual([`Lines ${seq} cannot be read.`]);
  });
});

describe('another disposition', () => {
  it('is not opposed by an affected product, nor by a rehearsal: both may be rejected', () => {
    const affected = reviewed((record) => closed(record, 'product affected'));
    expect(opposesDisposition(standing(affected, { purpose: 'rehearsal' }))).toEqual([]);
  });
});
