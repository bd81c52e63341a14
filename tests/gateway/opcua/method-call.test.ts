import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { methods, methodNames, readCall, type PlainValue } from '../../../gateway/opcua/calls/method-call.ts';
import { answerOf } from '../../../gateway/opcua/calls/outcome-status.ts';
import { planSkid } from '../../../gateway/opcua/plan/space-plan.ts';
import type { RefusedBy } from '../../../plant/command.ts';
import { localTag, skidName, tagName } from '../../../plant/sample.ts';
import { skidOf } from './support/plant.ts';

const skid = planSkid(skidOf('QD-1'));
const plain = fc.oneof(fc.string(), fc.boolean(), fc.double(), fc.constant(undefined));

describe('a call', () => {
  it('names a tag as the skid file or as its node id does', () => {
    for (const name of ['R201/TIC-201.SP', 'QD-1/R201/TIC-201.SP']) {
      expect(readCall(skid, 'Write', [name, 160])).toEqual({
        action: { kind: 'write', writes: [{ tag: 'R201/TIC-201.SP', value: 160 }] },
        reason: null,
      });
    }
  });

  it('to write names a tag of its own skid, and a value of its type', () => {
    const status = (tag: PlainValue, value: PlainValue): unknown => {
      const read = readCall(skid, 'Write', [tag, value]);
      return 'refused' in read ? read.refused.status : 'read';
    };
    expect(status('QD-2/R201/TIC-201.SP', 1)).toBe('BadNodeIdUnknown');
    expect(status(undefined, 1)).toBe('BadNodeIdUnknown');
    expect(status('R201/TIC-201.SP', true)).toBe('BadTypeMismatch');
    expect(status('R201/TIC-201.SP', '1')).toBe('BadTypeMismatch');
    expect(status('R201/TIC-201.SP', undefined)).toBe('BadTypeMismatch');
    expect(status('R201/heater.run', 1)).toBe('BadTypeMismatch');
    expect(status('R201/heater.run', true)).toBe('read');
  });

  it('to reset says that the skid was inspected, or is no reset', () => {
    fc.assert(
      fc.property(plain, plain, (inspected, reason) => {
        expect('action' in readCall(skid, 'Reset', [inspected, reason])).toBe(
          inspected === true && !(typeof reason === 'string' && reason.trim().length > 500),
        );
      }),
    );
  });

  it('for HOT-HOLD is never refused for its words', () => {
    fc.assert(
      fc.property(fc.oneof(plain, fc.string({ minLength: 600, maxLength: 700 })), (reason) => {
        const read = readCall(skid, 'HotHold', [reason]);
        expect(read).toMatchObject({ action: { kind: 'safe-state', action: 'H' } });
        expect(('reason' in read ? read.reason : null)?.length ?? 0).toBeLessThanOrEqual(500);
      }),
    );
  });

  it('has every argument described', () => {
    for (const name of methodNames) {
      expect(methods[name].description).not.toBe('');
      for (const { description } of methods[name].takes) expect(description).not.toBe('');
    }
  });
});

describe('an outcome', () => {
  it.each<[RefusedBy, string]>([
    ['authority', 'BadUserAccessDenied'],
    ['expiry', 'BadTimeout'],
    ['limits', 'BadOutOfRange'],
    ['interlock', 'BadInvalidState'],
    ['state', 'BadInvalidState'],
    ['link', 'BadNoCommunication'],
    ['record', 'BadResourceUnavailable'],
    ['busy', 'BadServerTooBusy'],
  ])('refused by %s is %s', (by, status) => {
    const live = { tag: tagName(skidName('QD-1'), localTag('R201/TT-202')), value: 201.3 };
    expect(answerOf({ status: 'refused', by, message: 'No.', live })).toEqual({
      status,
      result: `refused by ${by}`,
      message: 'No.',
      liveTag: 'QD-1/R201/TT-202',
      liveValue: 201.3,
      readBack: null,
    });
  });

  it('that failed is BadDeviceFailure, with what reads back', () => {
    expect(answerOf({ status: 'failed', message: 'Differs.', readBack: 12 })).toMatchObject({
      status: 'BadDeviceFailure',
      result: 'failed',
      readBack: 12,
    });
  });
});
