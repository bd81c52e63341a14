import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forbidden, type Standing } from '../../../gateway/commands/interlock-check.ts';
import { checkWrites, type CheckedWrite, type TagWrite } from '../../../gateway/commands/limits.ts';
import { planFrames, wordsOf } from '../../../gateway/modbus/write-frames.ts';
import { localTag } from '../../../plant/sample.ts';
import { FakeField } from '../support/fake-field.ts';
import { free, tripped } from '../support/house.ts';

const write = (tag: string, value: number | boolean): TagWrite => ({ tag: localTag(tag), value });

function check(field: FakeField, ...writes: readonly TagWrite[]): string | null {
  const checked = checkWrites(field.skid, field.controller, writes, field.samples());
  return 'refusal' in checked ? checked.refusal.message : null;
}

describe('the limits', () => {
  it.each<[string, TagWrite, RegExp]>([
    ['a tag that is not there', write('F100/FIC-999.SP', 1), /no tag/u],
    ['a measured value', write('R201/TT-201A', 20), /cannot be set/u],
    ['a derived value', write('R201/T.max', 20), /cannot be set/u],
    ['more than the tag takes', write('F100/FIC-101.SP', 50.1), /takes 0 to 50 mL\/min; 50\.1 mL\/min was asked/u],
    ['less than the tag takes', write('F100/FIC-101.SP', -1), /takes 0 to 50/u],
    ['no number', write('F100/FIC-101.SP', NaN), /takes a number/u],
    ['an endless number', write('F100/FIC-101.SP', Infinity), /takes a number/u],
    ['a flag for a number', write('F100/FIC-101.SP', true), /takes a number/u],
    ['a state that is none', write('X300/XV-301.SP', 0.5), /0 waste, 1 product/u],
    ['more than the temperature limit', write('R201/TIC-201.SP', 185.5), /185/u],
  ])('refuse %s', (_, asked, why) => {
    expect(check(new FakeField(), asked)).toMatch(why);
  });

  it('refuse a command that sets nothing, or one tag twice', () => {
    expect(check(new FakeField())).toMatch(/sets nothing/u);
    expect(check(new FakeField(), write('F100/FIC-101.SP', 1), write('F100/FIC-101.SP', 2))).toMatch(/twice/u);
  });

  it('take what all of them allow', () => {
    expect(check(new FakeField(), write('F100/FIC-101.SP', 50), write('R201/TIC-201.SP', 185))).toBeNull();
    expect(check(new FakeField(), write('X300/XV-301.SP', 1))).toBeNull();
  });

  it('hold the sum of the flows as the command would leave it', () => {
    const field = new FakeField();
    field.say('F100/FIC-101.SP', 30);
    field.say('F100/FIC-104.SP', 40);
    expect(check(field, write('F100/FIC-102.SP', 10))).toBeNull();
    expect(check(field, write('F100/FIC-102.SP', 10.1))).toMatch(/80\.1 mL\/min; the skid's limit is 80/u);
    expect(check(field, write('F100/FIC-102.SP', 30), write('F100/FIC-104.SP', 0))).toBeNull();
  });

  it('never refuse to lower a flow, even of a sum that is too high or not known', () => {
    const field = new FakeField();
    for (const tag of ['F100/FIC-101.SP', 'F100/FIC-102.SP']) field.say(tag, 49);
    expect(check(field, write('F100/FIC-101.SP', 40))).toBeNull();
    field.blind('F100/FIC-104.SP');
    expect(check(field, write('F100/FIC-101.SP', 40))).toBeNull();
    expect(check(field, write('F100/FIC-101.SP', 49.5))).toMatch(/FIC-104.SP is not known/u);
    field.blind('F100/FIC-101.SP');
    expect(check(field, write('F100/FIC-101.SP', 0))).toBeNull();
    expect(check(field, write('F100/FIC-101.SP', 1))).toMatch(/not known/u);
  });

  it('let no sequence of commands make more than the skid takes', () => {
    const tags = ['F100/FIC-101.SP', 'F100/FIC-102.SP', 'F100/FIC-103.SP', 'F100/FIC-104.SP'];
    const commands = fc.array(
      fc.uniqueArray(fc.tuple(fc.constantFrom(...tags), fc.float({ min: 0, max: 50, noNaN: true })), {
        minLength: 1,
        maxLength: 4,
        selector: ([tag]) => tag,
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(commands, (sequence) => {
        const field = new FakeField();
        for (const command of sequence) {
          const writes = command.map(([tag, value]) => write(tag, value));
          if (check(field, ...writes) === null) for (const { tag, value } of writes) field.say(tag, value);
          const sum = tags.reduce((all, tag) => all + Number(field.samples().get(localTag(tag))?.value), 0);
          expect(sum).toBeLessThanOrEqual(80 + 1e-3);
        }
      }),
    );
  });
});

describe('the interlocks', () => {
  const standing = (more: Partial<Standing> = {}): Standing => ({
    verdict: free,
    asked: 'none',
    field: 'none',
    hasController: true,
    stepText: 'step 0',
    ...more,
  });
  const field = new FakeField();
  field.say('F100/FIC-101.SP', 20);
  field.say('R201/PIC-203.SP', 10);
  field.say('X300/XV-301.SP', 1);
  field.say('R201/TT-202', 201.3);

  function refusal(given: Partial<Standing>, ...writes: readonly TagWrite[]) {
    const checked = checkWrites(field.skid, field.controller, writes, field.samples());
    if ('refusal' in checked) throw new Error(checked.refusal.message);
    return forbidden(field.skid, standing(given), checked.writes, field.samples());
  }

  it('forbid every write from HOT-HOLD upwards, naming the cause and its live value', () => {
    for (const demand of ['H', 'Hcd', 'S', 'E'] as const) {
      expect(refusal({ verdict: tripped(demand) }, write('F100/FIC-101.SP', 0))).toEqual({
        status: 'refused',
        by: 'interlock',
        message: 'Refused: interlock 12, Temperature high: R201/TT-202 is 201.3 °C, above 195 °C.',
        live: { tag: 'QD-1/R201/TT-202', value: 201.3 },
      });
    }
  });

  it.each<[string, TagWrite, boolean]>([
    ['a flow raised', write('F100/FIC-101.SP', 21), false],
    ['a flow started', write('F100/FIC-102.SP', 1), false],
    ['a flow lowered', write('F100/FIC-101.SP', 19), true],
    ['a flow kept', write('F100/FIC-101.SP', 20), true],
    ['the temperature raised', write('R201/TIC-201.SP', 100), false],
    ['the heater off', write('R201/TIC-201.SP', 0), true],
    ['the back pressure raised', write('R201/PIC-203.SP', 11), true],
    ['the back pressure lowered', write('R201/PIC-203.SP', 9), false],
    ['the outlet to waste', write('X300/XV-301.SP', 0), true],
  ])('that block a start: %s', (_, asked, allowed) => {
    expect(refusal({ verdict: tripped('B') }, asked) === null).toBe(allowed);
  });

  it('that block a start: the outlet to product', () => {
    field.say('X300/XV-301.SP', 0);
    expect(refusal({ verdict: tripped('B') }, write('X300/XV-301.SP', 1))?.by).toBe('interlock');
  });

  it('forbid what starts something while the field’s step is not known, or forbids it', () => {
    for (const demand of [null, 'B', 'H'] as const) {
      expect(refusal({ field: demand }, write('F100/FIC-101.SP', 25))?.by).toBe('state');
      expect(refusal({ field: demand }, write('F100/FIC-101.SP', 5))).toBeNull();
    }
  });

  it('forbid every write while a command holds a safe state', () => {
    expect(refusal({ asked: 'H' }, write('F100/FIC-101.SP', 0))?.by).toBe('interlock');
  });
});

describe('the frames of a command', () => {
  const tags = new FakeField().skid.type.tags.filter(({ write: writable }) => writable !== null);

  it('hold every value once, at its register', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(tags, { minLength: 1 }), (chosen) => {
        const writes: CheckedWrite[] = chosen.flatMap((definition) =>
          definition.source.kind === 'point'
            ? [{ tag: definition.name, point: definition.source.point, value: 1, device: 'PLC-1', definition }]
            : [],
        );
        const frames = planFrames(writes);
        expect(frames.flatMap((frame) => frame.map(({ point }) => point.name)).sort()).toEqual(
          writes.map(({ point }) => point.name).sort(),
        );
        for (const frame of frames) {
          const first = frame[0]!.point.address;
          let at = first;
          for (const { point } of frame) {
            expect(point.address).toBe(at);
            at += point.type === 'float32' ? 2 : 1;
          }
          expect(wordsOf(frame)).toHaveLength(at - first);
        }
      }),
    );
  });
});
