import { describe, expect, it } from 'vitest';
import { checkEvent } from '../../../control/records/ledger/event-check.ts';
import type { RecordEvent, RecordValue } from '../../../plant/record-event.ts';
import { event } from './support.ts';

const refused = (given: unknown, words: RegExp) =>
  expect(() => checkEvent(given as RecordEvent)).toThrow(
    expect.objectContaining({ code: 'record-refused', message: expect.stringMatching(words) as string }),
  );

describe('an event to be recorded', () => {
  it.each(['batch/B-2026-0001', 'skid/QD-1', 'alarms', 'access', 'service'])('may belong to %s', (scope) => {
    expect(() => checkEvent(event(scope))).not.toThrow();
  });

  it.each(['', 'site', '/x', 'batch/', 'batch/../x', 'batch/a b', 'Batch', 'a/b/c/d/e/f', 'x'.repeat(300), 'alarms\n'])(
    'may not belong to %j',
    (scope) => refused(event(scope), /scope/),
  );

  it.each(['', 'Started', 'phase started', 'signed', 'key-recorded', '-x'])('may not be called %j', (action) =>
    refused(event('alarms', action), /action/),
  );

  it.each<[string, object]>([
    ['$.old', { old: undefined }],
    ['$.new', { new: 3.5 }],
    ['$.data.flow', { data: { flow: 80 } }],
    ['$.data.at', { data: { at: new Date(0) } }],
    ['data', { data: ['x'] }],
    ['object', { object: '' }],
    ['unit', { unit: null }],
    ['happenedAt', { happenedAt: Number.NaN }],
    ['seq', { seq: '3' }],
  ])('is refused for %s, which is named', (field, more) => {
    refused({ ...event('alarms'), ...more }, new RegExp(field.replaceAll('$', '\\$')));
  });

  it('is refused where its values lie deeper than a verifier reads, and taken just before', () => {
    const nested = (depth: number): RecordValue => (depth === 0 ? 'x' : [nested(depth - 1)]);
    expect(() => checkEvent({ ...event('alarms'), new: nested(99) })).not.toThrow();
    refused({ ...event('alarms'), new: nested(100) }, /within more than 100/);
  });

  it('is refused when it is too large to be one', () =>
    refused(event('alarms', 'x', { reason: 'x'.repeat(2_000_000) }), /event/));
});
