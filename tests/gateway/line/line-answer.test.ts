import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectBytes, judgeLine } from '../../../gateway/line/line-answer.ts';
import { decodeLine } from '../../../gateway/line/line-value.ts';
import { parseTemplate } from '../../../plant/line-template.ts';
import { isGood } from '../../../plant/quality.ts';
import { shipped } from './support/bench.ts';

/** What our side makes of the bytes that came for one point: its raw value, or null where it takes none. */
function taken(model: ReturnType<typeof shipped>, name: string, bytes: Buffer): unknown {
  const point = model.points.find((each) => each.name === name)!;
  const form = { end: Buffer.from(model.ends.answer, 'latin1'), longest: model.longestAnswer };
  const received = inspectBytes(bytes, form);
  if (received.kind !== 'line') return null;
  const refusals = model.refusals.map((refusal) => ({ ...refusal, template: parseTemplate(refusal.answer) }));
  const judged = judgeLine(received.line, parseTemplate(point.answer), refusals);
  if (judged.kind !== 'answer') return null;
  const decoded = decodeLine(point, judged.raw);
  return isGood(decoded.quality) ? decoded.value : null;
}

/** Three devices' answers, read character by character, by other means than ours: a value, or null. */
const strict: Readonly<Record<string, (text: string) => number | null>> = {
  'knauer-azura-50 pressure': (text) => {
    if (!text.startsWith('PRESSURE:') || !text.endsWith('\n\r')) return null;
    const value = whole(text.slice(9, -2), true);
    return value !== null && value >= 0 && value <= 160 ? value : null;
  },
  'huber-pb internalTemperature': (text) => {
    if (text.length !== 10 || !text.startsWith('{S01') || !text.endsWith('\r\n')) return null;
    let value = 0;
    for (const digit of text.slice(4, 8).toLowerCase()) {
      const at = '0123456789abcdef'.indexOf(digit);
      if (at < 0) return null;
      value = 16 * value + at;
    }
    if (value >= 32_768) value -= 65_536;
    if (value === 32_767 || value === -15_100) return null;
    return value >= -12_000 && value <= 32_000 ? value / 100 : null;
  },
  'lauda bathTemperature': (text) => {
    if (!text.endsWith('\r\n')) return null;
    const [before = '', after, more] = text.slice(0, -2).split('.');
    if (more !== undefined || whole(before, true) === null) return null;
    if (after !== undefined && (whole(after, false) === null || after.length > 15)) return null;
    const value = Number(text.slice(0, -2));
    return value >= -120 && value <= 350 ? value : null;
  },
};

function whole(text: string, signed: boolean): number | null {
  const digits = signed && (text.startsWith('-') || text.startsWith('+')) ? text.slice(1) : text;
  if (digits.length === 0 || digits.length > 15) return null;
  for (const digit of digits) if (digit < '0' || digit > '9') return null;
  return Number(text);
}

const sound: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'knauer-azura-50 pressure': fc.integer({ min: 0, max: 160 }).map((value) => `PRESSURE:${value}\n\r`),
  'huber-pb internalTemperature': fc
    .integer({ min: 0, max: 0xffff })
    .map((value) => `{S01${value.toString(16).toUpperCase().padStart(4, '0')}\r\n`),
  'lauda bathTemperature': fc.integer({ min: -12_000, max: 35_000 }).map((value) => `${(value / 100).toFixed(2)}\r\n`),
};

type Change = Readonly<{ at: number; kind: 'set' | 'insert' | 'delete' | 'cut' | 'twice'; byte: number }>;
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat({ max: 20 }),
  kind: fc.constantFrom('set', 'insert', 'delete', 'cut', 'twice'),
  byte: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0x0a, 0x0d, 0x2d, 0x2e, 0x30, 0x39, 0x41)),
});

function changed(bytes: Buffer, { at, kind, byte }: Change): Buffer {
  const here = Math.min(at, bytes.length);
  const [before, after] = [bytes.subarray(0, here), bytes.subarray(here)];
  switch (kind) {
    case 'set':
      return Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
    case 'insert':
      return Buffer.concat([before, Buffer.from([byte]), after]);
    case 'delete':
      return Buffer.concat([before, after.subarray(1)]);
    case 'cut':
      return before;
    case 'twice':
      return Buffer.concat([bytes, bytes]);
  }
}

describe('bytes of a device that speaks in lines', () => {
  it.each(Object.keys(strict))('%s: are taken where a parser written apart takes them, and read alike', (which) => {
    const [name = '', point = ''] = which.split(' ');
    const model = shipped(name);
    fc.assert(
      fc.property(sound[which]!, fc.array(change, { maxLength: 3 }), (text, changes) => {
        const bytes = changes.reduce(changed, Buffer.from(text, 'latin1'));
        const ours = taken(model, point, bytes);
        const theirs = strict[which]!(bytes.toString('latin1'));
        expect(ours).toBe(theirs === 0 ? 0 : theirs);
      }),
      { numRuns: 4000 },
    );
  });

  it('are the same however they are cut into pieces', () => {
    const form = { end: Buffer.from('\n\r'), longest: 16 };
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z0-9:]{1,16}$/u), fc.nat({ max: 18 }), (line, at) => {
        const bytes = Buffer.from(`${line}\n\r`);
        const part = inspectBytes(bytes.subarray(0, Math.min(at, bytes.length - 1)), form);
        expect(part).toEqual({ kind: 'incomplete' });
        expect(inspectBytes(bytes, form)).toEqual({ kind: 'line', line });
      }),
    );
  });

  it('without an end are given up where no line of the device is as long', () => {
    const form = { end: Buffer.from('\r\n'), longest: 16 };
    expect(inspectBytes(Buffer.from('1'.repeat(16)), form)).toEqual({ kind: 'incomplete' });
    expect(inspectBytes(Buffer.from('1'.repeat(17)), form)).toMatchObject({ kind: 'malformed' });
  });
});
