import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalText, parseCanonical, strictText } from '../../../control/records/format/canonical.ts';
import { chainHash, genesis, siteText } from '../../../control/records/format/chain.ts';
import { bodyOf, eventOf } from '../../../control/records/format/event-body.ts';
import { readFingerprint } from '../../../control/records/format/key.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { RecordValue } from '../../../plant/record-event.ts';
import { event, stamp } from './support.ts';

const recordValue: fc.Arbitrary<RecordValue> = fc.letrec<{ value: RecordValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'binary', maxLength: 8 }), tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe('canonical JSON', () => {
  it('is the same whatever order the fields were given in', () => {
    expect(canonicalText({ b: 1, a: [true, null], '€': 'x' })).toBe('{"a":[true,null],"b":1,"€":"x"}');
    expect(canonicalText({ '€': 'x', a: [true, null], b: 1 })).toBe('{"a":[true,null],"b":1,"€":"x"}');
  });

  it('says what it was given, for every value a record may hold', () => {
    fc.assert(
      fc.property(recordValue, (value) => {
        expect(parseCanonical(canonicalText(value))).toEqual({ value });
      }),
    );
  });

  it.each([[undefined], [{ a: undefined }], [[undefined]], [Number.NaN], [1n], [() => 1], [new Date(0)], ['\ud800']])(
    'refuses %s instead of dropping it',
    (value) => {
      expect(() => canonicalText(value)).toThrow(expect.objectContaining({ code: 'not-canonical' }));
    },
  );

  it('names the field that cannot be said', () => {
    expect(() => canonicalText({ data: { flow: [0, Number.NaN] } })).toThrow(/\$\.data\.flow\[1\]/);
  });

  it.each(['{"a": 1}', '{"b":1,"a":2}', '{"a":1,"a":1}', '{"a":1.0}', '{"a":"\\u0041"}', '{"a":1}\n', '\ufeff{"a":1}'])(
    'does not take %j for canonical',
    (text) => {
      expect(parseCanonical(text)).toBeNull();
    },
  );

  it('is told from what is not, the short way as the long way', () => {
    const text = fc.oneof(
      recordValue.map(canonicalText),
      fc.json(),
      fc
        .tuple(recordValue, fc.nat(), fc.constantFrom(' ', ',', '0', '"a":1,', '\\u0041', '\\ud800', '-0', '1e3'))
        .map(([value, at, more]) => {
          const whole = canonicalText(value);
          return `${whole.slice(0, at % (whole.length + 1))}${more}${whole.slice(at % (whole.length + 1))}`;
        }),
      fc.constantFrom(
        '{"10":1,"9":2}',
        '{"9":2,"10":1}',
        '{"__proto__":1}',
        '-0',
        '1E5',
        '"\\ud800"',
        '{"a":{"c":1,"b":2}}',
      ),
    );
    fc.assert(
      fc.property(text, (given) => {
        let longWay: boolean;
        try {
          const numbers: number[] = [];
          const value: unknown = JSON.parse(given, (_, part: unknown) => {
            if (typeof part === 'number') numbers.push(part);
            return part;
          });
          longWay = numbers.every(Number.isSafeInteger) && canonicalize(value) === given;
        } catch {
          longWay = false;
        }
        expect(parseCanonical(given) !== null).toBe(longWay);
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['1.5', '9007199254740992', '1e21', '-0', '1.0', '{"a":[0.1]}'])('holds no number such as %s', (text) => {
    expect(parseCanonical(text)).toBeNull();
  });

  it('is not followed deeper than a record goes, and exhausts nobody', () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(parseCanonical(nested(129))).not.toBeNull();
    expect(parseCanonical(nested(130))).toBeNull();
    expect(parseCanonical(nested(2_000_000))).toBeNull();
  });

  it('does not take bytes that are not UTF-8 for text, nor lose a byte order mark', () => {
    expect(strictText(Buffer.from([0x61, 0xff]))).toBeNull();
    expect(strictText(Buffer.from([0xf0, 0xbf, 0xbd, 0x61]))).toBeNull();
    expect(strictText(Buffer.from([0xef, 0xbb, 0xbf, 0x61]))).toBe('\ufeffa');
  });
});

describe('the chain', () => {
  it('is SHA-256 over a zero byte, the hash before and the text', () => {
    const first = createHash('sha256').update(Buffer.alloc(33)).update('{"a":"1"}').digest('hex');
    expect(chainHash(genesis, '{"a":"1"}')).toBe(first);
    const second = createHash('sha256')
      .update(Buffer.concat([Buffer.of(0), Buffer.from(first, 'hex')]))
      .update('{"a":"µ"}');
    expect(chainHash(first, '{"a":"µ"}')).toBe(second.digest('hex'));
  });

  it('is the same over a text of any length', () => {
    for (const length of [21_000, 21_834, 21_835, 21_836, 65_503, 65_504, 200_000]) {
      const text = 'µ'.repeat(length);
      const expected = createHash('sha256').update(Buffer.alloc(33)).update(text).digest('hex');
      expect(chainHash(genesis, text)).toBe(expected);
    }
  });

  it('has entries whose text is canonical, whatever the scope', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string({ unit: 'binary' }), fc.nat(), fc.string(), (position, scope, seq, hash) => {
        const entry = { schema: 1, scope: 'site', seq: position, event: { scope, seq, hash } };
        expect(siteText(position, { scope, seq, hash })).toBe(canonicalText(entry));
      }),
    );
    expect(() => siteText(1, { scope: '\ud800', seq: 1, hash: '' })).toThrow(/canonical/);
  });

  it('stays what it was when the house changes', () => {
    const entry = siteText(1, { scope: 'service', seq: 1, hash: genesis });
    expect(chainHash(genesis, entry)).toBe('0ee61180b18110550e52478ef04ec7aed408eb3137e4a69a0c14004f6cfc22ef');
  });

  it('ends elsewhere when any event is changed, left out or moved', () => {
    const endOf = (texts: readonly string[]) => texts.reduce(chainHash, genesis);
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 8 }), fc.nat(), (texts, pick) => {
        const index = pick % (texts.length - 1);
        const end = endOf(texts);
        expect(endOf(texts.map((text, i) => (i === index ? `${text} ` : text)))).not.toBe(end);
        expect(endOf(texts.toSpliced(index, 1))).not.toBe(end);
        expect(endOf(texts.toSpliced(index, 2, texts[index + 1]!, texts[index]!))).not.toBe(end);
      }),
    );
  });
});

describe('an event', () => {
  it('comes back from its stored form as it was given', () => {
    fc.assert(
      fc.property(recordValue, recordValue, fc.nat(), (old, now, time) => {
        const given = event('batch/B-1', 'set-point-written', {
          old,
          new: now,
          happenedAt: utcMs(time),
          unit: 'mL/min',
        });
        expect(eventOf(bodyOf(given, 7, stamp))).toEqual({ event: given, utc: stamp.utc });
      }),
    );
  });

  it('carries its time with the zone, and its number', () => {
    expect(bodyOf(event('alarms'), 3, stamp)).toMatchObject({
      seq: 3,
      utc: '2026-10-02T09:30:00.000+00:00',
      monotonic: '1000',
    });
  });
});

describe('a fingerprint', () => {
  it('is read as a person noted it, and refused where digits are missing', () => {
    const digits = 'ab12'.repeat(16);
    expect(readFingerprint(` ${digits.toUpperCase()} `)).toBe(Array.from({ length: 16 }, () => 'ab12').join('-'));
    expect(readFingerprint(Array.from({ length: 16 }, () => 'AB12').join(':'))).toBe(readFingerprint(digits));
    expect(readFingerprint(digits.slice(1))).toBeNull();
  });
});
